package io.github.throughcare.fhir.validation;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeChildContainedResources;
import ca.uhn.fhir.context.RuntimeChildDirectResource;
import ca.uhn.fhir.context.RuntimeChildExtension;
import ca.uhn.fhir.context.RuntimeChildPrimitiveEnumerationDatatypeDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/** A resource with something in every element, down to a depth, with random choices, written by HAPI. */
final class FilledResource {

    private static final int DEPTH = 4;

    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("base64Binary", "QUJD"),
            Map.entry("boolean", "true"),
            Map.entry("canonical", "http://example.org/x|1"),
            Map.entry("code", "a-code"),
            Map.entry("date", "2020-02-29"),
            Map.entry("dateTime", "2020-02-29T10:00:00+01:00"),
            Map.entry("decimal", "1.50"),
            Map.entry("id", "an-id"),
            Map.entry("instant", "2020-02-29T10:00:00.000Z"),
            Map.entry("integer", "-7"),
            Map.entry("markdown", "*text*"),
            Map.entry("oid", "urn:oid:1.2.3"),
            Map.entry("positiveInt", "1"),
            Map.entry("string", "text"),
            Map.entry("time", "10:00:00"),
            Map.entry("unsignedInt", "0"),
            Map.entry("uri", "http://example.org/y"),
            Map.entry("url", "http://example.org/z"),
            Map.entry("uuid", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"),
            Map.entry("xhtml", "<div xmlns=\"http://www.w3.org/1999/xhtml\">text</div>"));

    private final FhirContext context;
    private final Random random;

    FilledResource(FhirContext context, Random random) {
        this.context = context;
        this.random = random;
    }

    String of(String type) {
        BaseRuntimeElementCompositeDefinition<?> definition = context.getResourceDefinition(type);
        IBase resource = definition.newInstance();
        fill(type, resource, definition, 0);
        if (resource instanceof DomainResource domain) {
            domain.addContained(new Organization().setName("contained").setId("c1"));
            domain.addExtension(new Extension("http://example.org/e", new Reference("#c1")));
        }
        return context.newJsonParser().encodeResourceToString((IBaseResource) resource);
    }

    private void fill(String path, IBase target, BaseRuntimeElementCompositeDefinition<?> definition, int depth) {
        for (BaseRuntimeChildDefinition child : definition.getChildrenAndExtension()) {
            String name = child.getElementName();
            boolean required = child.getMin() > 0;
            if (name.equals("id") && depth > 0
                    || child instanceof RuntimeChildContainedResources
                    || child instanceof RuntimeChildExtension
                    || CanonicalResources.lack(path, name)
                    || depth >= DEPTH && !required && !isLeaf(child)) {
                continue;
            }
            if (child instanceof RuntimeChildDirectResource) {
                child.getMutator().addValue(target, new Patient().setActive(true));
                continue;
            }
            int count = child.getMax() == 1 ? 1 : 2;
            for (int i = 0; i < count; i++) {
                add(path, target, child, i, depth);
            }
        }
    }

    private static boolean isLeaf(BaseRuntimeChildDefinition child) {
        String name = child.getElementName();
        return child.getValidChildNames().contains(name)
                && !(child.getChildByName(name) instanceof BaseRuntimeElementCompositeDefinition<?>);
    }

    private void add(String path, IBase target, BaseRuntimeChildDefinition child, int index, int depth) {
        String property = pick(child);
        BaseRuntimeElementDefinition<?> definition = child.getChildByName(property);
        Object argument = child.getInstanceConstructorArguments();
        IBase value = argument == null ? definition.newInstance() : definition.newInstance(argument);
        if (value instanceof IPrimitiveType<?> primitive) {
            primitive.setValueAsString(value(child, definition));
            if (index == 1 && value instanceof PrimitiveType<?> element && random.nextBoolean()) {
                element.addExtension(new Extension("http://example.org/p", new StringType("beside")));
                if (!definition.getName().equals("xhtml") && random.nextBoolean()) {
                    primitive.setValueAsString(null);
                }
            }
        } else if (value instanceof Reference reference) {
            reference.setReference("Patient/1").setDisplay("someone");
        } else if (definition instanceof BaseRuntimeElementCompositeDefinition<?> composite) {
            fill(path + "." + property, value, composite, depth + 1);
            if (value.isEmpty() && child.getMin() > 0) { // it would be missing
                fill(path + "." + property, value, composite, DEPTH - 1);
            }
            if (value instanceof Element element && !element.isEmpty() && random.nextInt(4) == 0) {
                element.setId("e" + index);
            }
        }
        if (!value.isEmpty()) {
            child.getMutator().addValue(target, value);
        }
    }

    /** One of the JSON names that R4 knows. */
    private String pick(BaseRuntimeChildDefinition child) {
        if (child.getValidChildNames().contains(child.getElementName())) {
            return child.getElementName();
        }
        List<String> names = new ArrayList<>(new TreeSet<>(child.getValidChildNames()));
        names.removeIf(name -> name.matches(".*(Xhtml|Narrative|ElementDefinition|Extension|MarketingStatus|Population"
                + "|ProdCharacteristic|ProductShelfLife|SubstanceAmount)"));
        names.removeIf(name ->
                child.getChildByName(name).getImplementingClass() == Reference.class && !name.endsWith("Reference"));
        return names.get(random.nextInt(names.size()));
    }

    private String value(BaseRuntimeChildDefinition child, BaseRuntimeElementDefinition<?> definition) {
        if (child instanceof RuntimeChildPrimitiveEnumerationDatatypeDefinition) {
            List<String> codes = List.copyOf(new TreeSet<>(Shapes.codes(child)));
            return codes.get(random.nextInt(codes.size()));
        }
        return VALUES.get(definition.getName());
    }
}
