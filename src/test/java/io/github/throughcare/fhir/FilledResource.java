package io.github.throughcare.fhir;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeChildContainedResources;
import ca.uhn.fhir.context.RuntimeChildExtension;
import java.util.List;
import java.util.Random;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Enumeration;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;

/** Resources that hold some of everything their type may hold, but no other resources. */
public final class FilledResource {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    private FilledResource() {}

    /** The same on every run. */
    public static Resource of(String type, int seed) {
        Resource made = (Resource) CONTEXT.getResourceDefinition(type).newInstance();
        new Filling(new Random(seed)).fill(made, 0);
        made.setId(new IdType(type, "a-" + seed, null));
        return made;
    }

    /** Fills an element with some of everything it may hold. */
    private record Filling(Random random) {

        void fill(IBase element, int depth) {
            BaseRuntimeElementDefinition<?> definition = CONTEXT.getElementDefinition(element.getClass());
            if (element instanceof Resource resource) {
                definition = CONTEXT.getResourceDefinition(resource);
            }
            if (!(definition instanceof BaseRuntimeElementCompositeDefinition<?> composite)) {
                return;
            }
            for (BaseRuntimeChildDefinition child : composite.getChildrenAndExtension()) {
                if (child instanceof RuntimeChildContainedResources
                        || child instanceof RuntimeChildExtension
                        || child.getElementName().equals("contained")
                        || random.nextInt(10) >= 8 - 2 * depth) {
                    continue;
                }
                List<String> names =
                        child.getValidChildNames().stream().sorted().toList();
                int many = child.getMax() == -1 ? 1 + random.nextInt(2) : 1;
                for (int i = 0; i < many; i++) {
                    String name = names.get(random.nextInt(names.size()));
                    BaseRuntimeElementDefinition<?> type = child.getChildByName(name);
                    if (type == null || IBaseResource.class.isAssignableFrom(type.getImplementingClass())) {
                        continue;
                    }
                    IBase made = type.newInstance(child.getInstanceConstructorArguments());
                    if (made instanceof PrimitiveType<?> primitive) {
                        value(primitive);
                    } else if (made instanceof Narrative narrative) {
                        narrative.setStatus(Narrative.NarrativeStatus.GENERATED);
                        narrative.setDivAsString("<div>text</div>");
                    } else if (depth < 3) {
                        fill(made, depth + 1);
                    }
                    if (!made.isEmpty()) {
                        if (made instanceof Element some && !(some instanceof IdType) && random.nextInt(6) == 0) {
                            some.setId("e" + random.nextInt(9));
                            if (!(some instanceof Extension)) {
                                some.addExtension("http://example.org/e", new StringType("e"));
                            }
                        }
                        child.getMutator().addValue(element, made);
                    }
                }
            }
            if (element instanceof DomainResource resource) {
                resource.getExtension().clear();
                resource.addExtension("http://example.org/x", new StringType("x"));
            }
        }

        @SuppressWarnings({"unchecked", "rawtypes"})
        private void value(PrimitiveType<?> primitive) {
            if (primitive instanceof Enumeration enumeration) {
                Object[] constants = enumerated(enumeration).getEnumConstants();
                enumeration.setValue((Enum) constants[random.nextInt(constants.length - 1)]);
            } else {
                primitive.setValueAsString(
                        switch (primitive.fhirType()) {
                            case "boolean" -> "true";
                            case "integer", "positiveInt", "unsignedInt" -> "12";
                            case "decimal" -> "1.50";
                            case "date" -> "2026-01-31";
                            case "dateTime" -> "2026-01-31T10:00:00+02:00";
                            case "instant" -> "2026-01-31T10:00:00.250Z";
                            case "time" -> "10:00:00";
                            case "base64Binary" -> "AAEC";
                            case "uri", "url", "canonical" -> "http://example.org/a";
                            case "oid" -> "urn:oid:1.2";
                            case "uuid" -> "urn:uuid:9d4c1b6c-3f0c-4bd6-9a2b-0a8c6a1f7b11";
                            default -> "text";
                        });
            }
            if (random.nextInt(4) == 0 && !(primitive instanceof IdType)) { // HAPI writes no extension of an id
                primitive.addExtension("http://example.org/p", new StringType("p"));
            }
        }

        private static Class<?> enumerated(Enumeration<?> enumeration) {
            String factory = enumeration.getEnumFactory().getClass().getName();
            try {
                return Class.forName(factory.substring(0, factory.length() - "EnumFactory".length()));
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
