package io.github.throughcare.fhir.interaction;

import ca.uhn.fhir.context.FhirContext;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object of HAPI's model as JSON, several times faster than HAPI's encoder: the model itself lists its children, so nothing is looked up by reflection. What HAPI's encoder treats in a way of its own (contained
 * resources, references that hold an object or name a version) is left to it. Thread-safe.
 */
public final class ModelWriter {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final Set<String> META = Set.of("versionId", "lastUpdated", "source", "profile", "security", "tag");
    private static final Set<String> TAG = Set.of("system", "code", "display");

    private final FhirContext context;

    public ModelWriter(FhirContext context) {
        this.context = context;
    }

    /** The resource, as HAPI's encoder would write it. */
    public ObjectNode write(Resource resource) {
        try {
            return quick(resource);
        } catch (Unusual e) {
            return JsonBodies.parse(
                    context.newJsonParser().encodeResourceToString(resource).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The same as text. */
    public byte[] bytes(Resource resource) {
        try {
            return JsonBodies.mapper().writeValueAsBytes(quick(resource));
        } catch (Unusual e) {
            return context.newJsonParser().encodeResourceToString(resource).getBytes(StandardCharsets.UTF_8);
        }
    }

    static ObjectNode quick(Resource resource) {
        return object(resource, NODES.objectNode());
    }

    /** Something for HAPI's encoder. */
    static final class Unusual extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unusual() {
            super(null, null, false, false);
        }
    }

    private static void begin(Resource resource, ObjectNode node) {
        // the model does not list all children of a MetadataResource
        if (resource instanceof MetadataResource
                || resource instanceof DomainResource domain && domain.hasContained()
                || String.valueOf(resource.getId()).startsWith("urn:")) {
            throw new Unusual();
        }
        node.put("resourceType", resource.fhirType());
        if (resource.hasId()) {
            node.put("id", resource.getIdElement().getIdPart());
        }
    }

    private static ObjectNode object(Base element, ObjectNode node) {
        if (element instanceof Reference reference
                && (reference.getResource() != null
                        || String.valueOf(reference.getReference()).contains("/_history/"))) {
            throw new Unusual();
        }
        if (element instanceof Resource resource) {
            begin(resource, node);
        } else if (element instanceof Element typed && typed.hasId()) {
            node.put("id", typed.getId());
        }
        if (element instanceof Reference reference && isBare(reference)) {
            return node.put("reference", reference.getReferenceElement_().getValueAsString());
        }
        for (Property property : element.children()) {
            List<Base> values = property.getValues();
            String name = property.getName();
            if (values.isEmpty() || name.equals("id")) {
                continue;
            }
            if (name.endsWith("[x]")) {
                String type = values.get(0).fhirType();
                name = name.substring(0, name.length() - 3) + Character.toUpperCase(type.charAt(0)) + type.substring(1);
            }
            if (values.get(0) instanceof PrimitiveType<?>) {
                primitives(node, name, values, property.isList());
            } else if (property.isList()) {
                objects(node, name, values);
            } else {
                ObjectNode value = object(values.get(0), NODES.objectNode());
                if (values.get(0) instanceof Meta && !isPlain(value)) {
                    throw new Unusual();
                }
                if (!value.isEmpty()) {
                    node.set(name, value);
                }
            }
        }
        if (element instanceof Narrative narrative && narrative.hasDiv()) {
            node.put("div", narrative.getDivAsString());
        }
        if (element instanceof Element typed && typed.hasExtension() && !node.has("extension")) {
            throw new Unusual(); // not every type of the model lists them
        }
        return node;
    }

    /** Most references are a link and nothing else. */
    private static boolean isBare(Reference reference) {
        return reference.hasReferenceElement()
                && !reference.hasId()
                && !reference.hasExtension()
                && !reference.hasType()
                && !reference.hasIdentifier()
                && !reference.hasDisplay()
                && !reference.getReferenceElement_().hasId()
                && !reference.getReferenceElement_().hasExtension()
                && reference.getReferenceElement_().hasValue();
    }

    /** HAPI leaves the extensions of meta out, and labels without a code. */
    private static boolean isPlain(ObjectNode meta) {
        return META.containsAll(meta.propertyNames())
                && Stream.of("security", "tag")
                        .flatMap(name -> meta.path(name).valueStream())
                        .allMatch(tag -> tag.has("code") && TAG.containsAll(tag.propertyNames()));
    }

    private static void objects(ObjectNode node, String name, List<Base> values) {
        ArrayNode array = NODES.arrayNode();
        for (Base value : values) {
            ObjectNode object = object(value, NODES.objectNode());
            if (!object.isEmpty()) {
                array.add(object);
            }
        }
        if (!array.isEmpty()) {
            node.set(name, array);
        }
    }

    /** Values, and beside them under the name with an underscore their ids and extensions (R4 json.html#primitive). */
    private static void primitives(ObjectNode node, String name, List<Base> values, boolean list) {
        if (!list) {
            PrimitiveType<?> primitive = (PrimitiveType<?>) values.get(0);
            if (primitive.hasValue()) {
                value(node, name, primitive);
            }
            if (primitive.hasId() || primitive.hasExtension()) {
                node.set("_" + name, more(primitive));
            }
            return;
        }
        ArrayNode array = NODES.arrayNode();
        for (Base value : values) {
            PrimitiveType<?> primitive = (PrimitiveType<?>) value;
            if (!primitive.hasValue() || primitive.hasId() || primitive.hasExtension()) {
                throw new Unusual();
            }
            array.add(primitive.getValueAsString());
        }
        if (values.get(0) instanceof IntegerType || values.get(0) instanceof DecimalType) {
            throw new Unusual();
        }
        node.set(name, array);
    }

    private static void value(ObjectNode node, String name, PrimitiveType<?> primitive) {
        String text = primitive.getValueAsString();
        if (primitive instanceof BooleanType b) {
            node.put(name, b.booleanValue());
        } else if (primitive instanceof IntegerType i) {
            node.put(name, i.getValue());
        } else if (primitive instanceof DecimalType) {
            BigDecimal exact = new BigDecimal(text);
            if (!exact.toString().equals(text)) {
                throw new Unusual();
            }
            node.put(name, exact);
        } else {
            node.put(name, text);
        }
    }

    private static ObjectNode more(PrimitiveType<?> primitive) {
        ObjectNode more = NODES.objectNode();
        if (primitive.hasId()) {
            more.put("id", primitive.getIdBase());
        }
        if (primitive.hasExtension()) {
            ArrayNode extensions = more.putArray("extension");
            primitive.getExtension().forEach(e -> extensions.add(object(e, NODES.objectNode())));
        }
        return more;
    }
}
