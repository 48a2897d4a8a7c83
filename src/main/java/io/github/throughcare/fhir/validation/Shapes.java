package io.github.throughcare.fhir.validation;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeChildAny;
import ca.uhn.fhir.context.RuntimeChildChoiceDefinition;
import ca.uhn.fhir.context.RuntimeChildContainedResources;
import ca.uhn.fhir.context.RuntimeChildDirectResource;
import ca.uhn.fhir.context.RuntimeChildExtension;
import ca.uhn.fhir.context.RuntimeChildPrimitiveEnumerationDatatypeDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.EnumFactory;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;

/** R4's types as {@link Shape}s, from HAPI's runtime definitions. */
final class Shapes {

    /**
     * The types of an element of type {@code *}, such as {@code Extension.value[x]}; HAPI takes some more.
     *
     * @see <a href="https://hl7.org/fhir/R4/datatypes.html#open">R4, open type element</a>
     */
    private static final Set<String> OPEN_TYPES = Set.of(
            ("Base64Binary Boolean Canonical Code Date DateTime Decimal Id Instant Integer Markdown Oid PositiveInt"
                            + " String Time UnsignedInt Uri Url Uuid Address Age Annotation Attachment CodeableConcept"
                            + " Coding ContactPoint Count Distance Duration HumanName Identifier Money Period Quantity"
                            + " Range Ratio Reference SampledData Signature Timing ContactDetail Contributor"
                            + " DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition"
                            + " UsageContext Dosage Meta")
                    .split(" "));

    private final FhirContext context;
    private final Set<String> resourceTypes;
    private final Map<String, Shape> resources = new ConcurrentHashMap<>();
    private final Map<Class<?>, Shape> parts = new ConcurrentHashMap<>();

    /** What stands in {@code _name} beside a primitive: the base type, which HAPI has no definition of. */
    private final Shape element = new Shape("Element", Shape.Rule.NONE, this::elementLayout);

    Shapes(FhirContext context) {
        this.context = context;
        this.resourceTypes = Set.copyOf(context.getResourceTypes());
    }

    boolean isResourceType(String name) {
        return resourceTypes.contains(name);
    }

    /** Null for what is no R4 resource type. */
    @Nullable
    Shape resource(String type) {
        Shape known = resources.get(type);
        if (known == null && isResourceType(type)) {
            return resources.computeIfAbsent(
                    type, t -> new Shape(t, Shape.Rule.NONE, () -> layout(t, context.getResourceDefinition(t))));
        }
        return known;
    }

    /** A datatype by its FHIR name. */
    Shape datatype(String type) {
        if (context.getElementDefinition(type) instanceof BaseRuntimeElementCompositeDefinition<?> definition) {
            return part(type, definition);
        }
        throw new IllegalStateException("HAPI knows no composite datatype " + type);
    }

    private Shape part(String name, BaseRuntimeElementCompositeDefinition<?> definition) {
        Shape.Rule rule = switch (definition.getName()) {
            case "Extension" -> Shape.Rule.EXTENSION;
            case "Reference" -> Shape.Rule.REFERENCE;
            default -> Shape.Rule.NONE;
        };
        return parts.computeIfAbsent(
                definition.getImplementingClass(), t -> new Shape(name, rule, () -> layout(name, definition)));
    }

    private Shape.Layout elementLayout() {
        Shape.Content id = new Shape.Primitive(PrimitiveFormat.STRING, null);
        Shape.Content extension = new Shape.Complex(datatype("Extension"));
        return new Shape.Layout(
                Map.of(
                        "id", new Shape.Property(0, false, false, false, id),
                        "extension", new Shape.Property(1, true, false, false, extension)),
                0,
                List.of("id", "extension"));
    }

    private Shape.Layout layout(String owner, BaseRuntimeElementCompositeDefinition<?> definition) {
        Map<String, Shape.Property> properties = new HashMap<>();
        List<String> elements = new ArrayList<>();
        long required = 0;
        for (BaseRuntimeChildDefinition child : definition.getChildrenAndExtension()) {
            if (CanonicalResources.lack(owner, child.getElementName())) {
                continue;
            }
            boolean choice = isChoice(child);
            int ordinal = elements.size();
            elements.add(child.getElementName() + (choice ? "[x]" : ""));
            if (child.getMin() > 0 || CanonicalResources.require(owner, child.getElementName())) {
                required |= 1L << ordinal;
            }
            boolean repeats = child.getMax() != 1;
            alternatives(owner, child).forEach((name, content) -> {
                properties.put(name, new Shape.Property(ordinal, repeats, choice, false, content));
                if (content instanceof Shape.Primitive) {
                    properties.put(
                            "_" + name, new Shape.Property(ordinal, repeats, choice, true, new Shape.Complex(element)));
                }
            });
        }
        if (elements.size() > Long.SIZE) {
            throw new IllegalStateException(owner + " has more elements than a long has bits");
        }
        return new Shape.Layout(properties, required, elements);
    }

    private static boolean isChoice(BaseRuntimeChildDefinition child) {
        return child instanceof RuntimeChildChoiceDefinition && !(child instanceof RuntimeChildExtension);
    }

    /** JSON property name to what it holds. */
    private Map<String, Shape.Content> alternatives(String owner, BaseRuntimeChildDefinition child) {
        String name = child.getElementName();
        if (child instanceof RuntimeChildExtension) {
            return Map.of(name, new Shape.Complex(datatype("Extension")));
        }
        if (child instanceof RuntimeChildContainedResources || child instanceof RuntimeChildDirectResource) {
            return Map.of(name, new Shape.Whole(child instanceof RuntimeChildContainedResources));
        }
        if (!isChoice(child)) {
            return Map.of(name, content(owner, child, name));
        }
        Map<String, Shape.Content> all = new HashMap<>();
        for (String property : child.getValidChildNames()) {
            String type = property.substring(name.length());
            // for references HAPI also takes the targets' types, as DSTU1 wrote them
            boolean hapisOwn = !type.equals("Reference")
                            && child.getChildByName(property).getImplementingClass() == Reference.class
                    || child instanceof RuntimeChildAny && !OPEN_TYPES.contains(type);
            if (!hapisOwn) {
                all.put(property, content(owner, child, property));
            }
        }
        return all;
    }

    private Shape.Content content(String owner, BaseRuntimeChildDefinition child, String property) {
        BaseRuntimeElementDefinition<?> definition = child.getChildByName(property);
        return switch (definition.getChildType()) {
            case RESOURCE_BLOCK ->
                new Shape.Complex(part(owner + "." + property, (BaseRuntimeElementCompositeDefinition<?>) definition));
            case COMPOSITE_DATATYPE ->
                new Shape.Complex(part(definition.getName(), (BaseRuntimeElementCompositeDefinition<?>) definition));
            default -> new Shape.Primitive(PrimitiveFormat.of(definition.getName()), codes(child));
        };
    }

    /** The codes of a required binding, where HAPI has an enumeration for it. */
    static @Nullable Set<String> codes(BaseRuntimeChildDefinition child) {
        if (!(child instanceof RuntimeChildPrimitiveEnumerationDatatypeDefinition bound
                && bound.getInstanceConstructorArguments() instanceof EnumFactory<?> factory)) {
            return null;
        }
        return codes(bound.getBoundEnumType(), factory);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Enum<?>> Set<String> codes(Class<? extends Enum<?>> type, EnumFactory<E> factory) {
        return Stream.of(type.getEnumConstants())
                .filter(constant -> !constant.name().equals("NULL"))
                .map(constant -> factory.toCode((E) constant))
                .collect(Collectors.toUnmodifiableSet());
    }
}
