package io.github.throughcare.care.assessment;

import io.github.throughcare.fhir.Problem;
import java.util.HashMap;
import java.util.Map;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

/**
 * Where in a resource that is being extracted answers go. Elements on the way (the name around a family name) are made once per group
 * of the form, so that what was asked together stands together.
 */
final class Place {

    private final Resource resource;
    private final boolean update;
    private final Map<String, Base> made;

    /** @param update whether the resource is a stored one: what it has is changed before anything is added */
    Place(Resource resource, boolean update) {
        this(resource, update, new HashMap<>(Map.of(resource.fhirType(), resource)));
    }

    private Place(Resource resource, boolean update, Map<String, Base> made) {
        this.resource = resource;
        this.update = update;
        this.made = made;
    }

    /** Whether a path begins with this resource's type. */
    boolean isOf(String path) {
        return path.equals(resource.fhirType()) || path.startsWith(resource.fhirType() + ".");
    }

    /** The same resource inside a new occurrence of an element. */
    Place within(String path) {
        Map<String, Base> inside = new HashMap<>(made);
        if (!path.equals(resource.fhirType())) {
            inside.put(path, child(path));
        }
        return new Place(resource, update, inside);
    }

    /** Fills one element. */
    void set(String path, Type value) {
        int dot = path.lastIndexOf('.');
        if (dot < 0) {
            throw unknown(path, null);
        }
        Base element = element(path.substring(0, dot));
        String name = path.substring(dot + 1);
        try {
            Property property = element.getNamedProperty(name);
            String choice = choice(element, name);
            if (property == null && choice == null) {
                throw unknown(path, null);
            }
            Property target = property != null ? property : element.getNamedProperty(choice);
            Base converted = converted(value, String.valueOf(target.getTypeCode()));
            boolean there = target.isList() && target.getValues().stream().anyMatch(v -> v.equalsDeep(converted));
            if (!there) {
                element.setProperty(choice != null ? choice : name, converted);
            }
        } catch (FHIRException | IllegalArgumentException e) {
            throw unknown(path, e);
        }
    }

    private Base element(String path) {
        Base known = made.get(path);
        if (known == null) {
            known = child(path);
            made.put(path, known);
        }
        return known;
    }

    private Base child(String path) {
        int dot = path.lastIndexOf('.');
        if (dot < 0) {
            throw unknown(path, null);
        }
        Base parent = element(path.substring(0, dot));
        String name = path.substring(dot + 1);
        try {
            Property property = parent.getNamedProperty(name);
            if (property == null) {
                throw unknown(path, null);
            }
            return property.hasValues()
                            && (update
                                            && !made.containsValue(
                                                    property.getValues().get(0))
                                    || !property.isList())
                    ? property.getValues().get(0)
                    : parent.addChild(name);
        } catch (FHIRException | IllegalArgumentException e) {
            throw unknown(path, e);
        }
    }

    /** {@code value[x]} for {@code value[x]}, {@code value} and {@code valueQuantity}; null where there is no choice. */
    private static @Nullable String choice(Base element, String name) {
        String plain = name.replace("[x]", "");
        for (int end = plain.length(); end > 0; end--) {
            if (end < plain.length() && !Character.isUpperCase(plain.charAt(end))) {
                continue;
            }
            String stem = plain.substring(0, end) + "[x]";
            if (element.children().stream().anyMatch(p -> p.getName().equals(stem))) {
                return stem;
            }
        }
        return null;
    }

    private static Base converted(Type value, String types) {
        if (value instanceof Coding coding) {
            if (types.contains("CodeableConcept")) {
                return new CodeableConcept(coding.copy()).setText(coding.getDisplay());
            }
            if (!types.contains("Coding")) {
                return types.contains("code")
                        ? new CodeType(coding.getCode())
                        : new StringType(coding.hasDisplay() ? coding.getDisplay() : coding.getCode());
            }
        }
        if (Expressions.number(value) != null
                && !(value instanceof Quantity)
                && types.contains("Quantity")
                && !types.contains("integer")) {
            return new Quantity().setValue(Expressions.number(value));
        }
        return types.startsWith("CodeableConcept") && value.isPrimitive()
                ? new CodeableConcept().setText(value.primitiveValue())
                : value.copy();
    }

    private static Problem unknown(String path, @Nullable Exception cause) {
        return Problem.rule(
                "The form cannot be extracted: " + path + " takes no such value, or there is no such element"
                        + (cause == null ? "." : ": " + cause.getMessage()),
                null);
    }
}
