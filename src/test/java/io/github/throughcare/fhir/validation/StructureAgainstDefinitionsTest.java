package io.github.throughcare.fhir.validation;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.Enumerations.BindingStrength;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.StructureDefinition.StructureDefinitionKind;
import org.hl7.fhir.r4.model.StructureDefinition.TypeDerivationRule;
import org.junit.jupiter.api.Test;

/** What is compiled from HAPI's classes is compared, element by element, with the StructureDefinitions that HL7 publishes; takes seconds to read them. */
class StructureAgainstDefinitionsTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    private final Shapes shapes = new Shapes(CONTEXT);
    private final List<String> differences = new ArrayList<>();
    private int compared;

    @Test
    void every_element_of_every_type_has_its_cardinality_types_and_binding() {
        Set<String> types = new TreeSet<>();
        for (StructureDefinition definition :
                new DefaultProfileValidationSupport(CONTEXT).<StructureDefinition>fetchAllStructureDefinitions()) {
            boolean base = definition.getDerivation() == TypeDerivationRule.SPECIALIZATION && !definition.getAbstract();
            boolean resource = definition.getKind() == StructureDefinitionKind.RESOURCE;
            if (base && (resource || definition.getKind() == StructureDefinitionKind.COMPLEXTYPE)) {
                types.add(definition.getType());
                compare(definition, resource);
            }
        }
        assertThat(types).containsAll(CONTEXT.getResourceTypes());
        assertThat(compared).isGreaterThan(7000);
        // HAPI has a string here, which lets more through than R4
        assertThat(differences)
                .containsExactly(
                        "ImplementationGuide.definition.parameter.code: [code:code] but compiled [code:string]");
    }

    private void compare(StructureDefinition definition, boolean resource) {
        String type = definition.getType();
        if (resource && !CONTEXT.getResourceTypes().contains(type)) {
            differences.add(type + ": unknown resource type");
            return;
        }
        Map<String, Shape> shapeByPath = new HashMap<>();
        Map<String, Set<String>> elementsByPath = new HashMap<>();
        shapeByPath.put(type, resource ? shapes.resource(type) : shapes.datatype(type));
        for (ElementDefinition element : definition.getSnapshot().getElement()) {
            String path = element.getPath();
            if (!path.contains(".")) {
                continue;
            }
            String parent = path.substring(0, path.lastIndexOf('.'));
            String name = path.substring(path.lastIndexOf('.') + 1);
            elementsByPath.computeIfAbsent(parent, p -> new TreeSet<>()).add(name);
            Shape shape = shapeByPath.get(parent);
            Shape.Layout layout = shape.layout();
            int ordinal = layout.elements().indexOf(name);
            if (ordinal < 0) {
                differences.add(path + ": unknown");
                continue;
            }
            compared++;
            expect(path + " required", element.getMin() > 0, (layout.required() >> ordinal & 1) == 1);
            for (String property : layout.names(ordinal)) {
                Shape.Property one = layout.properties().get(property);
                expect(path + " repeats", !element.getMax().equals("1"), one.repeats());
                if (one.content() instanceof Shape.Complex complex && isBackbone(element)) {
                    shapeByPath.put(path, complex.shape());
                }
            }
            if (!element.hasContentReference() && !isBackbone(element)) {
                types(path, name, element, layout, ordinal);
            }
        }
        elementsByPath.forEach((path, names) ->
                expect(path, names, new TreeSet<>(shapeByPath.get(path).layout().elements())));
    }

    private static boolean isBackbone(ElementDefinition element) {
        return element.getType().stream()
                .anyMatch(t ->
                        t.getCode().equals("BackboneElement") || t.getCode().equals("Element"));
    }

    private void types(String path, String name, ElementDefinition element, Shape.Layout layout, int ordinal) {
        Set<String> expected = new TreeSet<>();
        for (ElementDefinition.TypeRefComponent type : element.getType()) {
            String code = type.getCode();
            if (code.startsWith("http://hl7.org/fhirpath/")) {
                code = type.getExtensionByUrl("http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type")
                        .getValue()
                        .primitiveValue();
                if (path.matches("[A-Z][A-Za-z]+\\.id")
                        && shapes.isResourceType(path.substring(0, path.indexOf('.')))) {
                    code = "id"; // the published definition says string here, the text of R4 says id
                }
            }
            String property = name.endsWith("[x]") ? name.replace("[x]", "") + capitalised(code) : name;
            expected.add(property + ":" + code);
        }
        Set<String> actual = new TreeSet<>();
        for (String property : layout.names(ordinal)) {
            Shape.Content content = layout.properties().get(property).content();
            if (content instanceof Shape.Primitive primitive) {
                actual.add(property + ":" + primitive.format());
                boolean required = element.getBinding().getStrength() == BindingStrength.REQUIRED;
                expect(path + " has codes only when bound", true, primitive.codes() == null || required);
            } else if (content instanceof Shape.Complex complex) {
                actual.add(property + ":" + complex.shape().name());
            } else {
                actual.add(property + ":Resource");
            }
        }
        expect(path, lower(expected), lower(actual));
    }

    private static Set<String> lower(Set<String> names) {
        Set<String> all = new TreeSet<>();
        names.forEach(n -> all.add(n.toLowerCase(Locale.ROOT)));
        return all;
    }

    private static String capitalised(String code) {
        return code.substring(0, 1).toUpperCase(Locale.ROOT) + code.substring(1);
    }

    private void expect(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            differences.add(what + ": " + expected + " but compiled " + actual);
        }
    }
}
