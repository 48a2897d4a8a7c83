package io.github.throughcare.fhir.validation;

import io.github.throughcare.fhir.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** One walk through one resource. */
final class Inspection {

    private static final int NO_INDEX = -1;

    private final Shapes shapes;
    private final Place place = new Place();
    private final List<Problem.Issue> findings = new ArrayList<>(0);

    Inspection(Shapes shapes) {
        this.shapes = shapes;
    }

    List<Problem.Issue> of(ObjectNode resource) {
        JsonNode type = resource.get("resourceType");
        place.enter(type != null && type.isString() ? type.stringValue() : "Resource");
        resource(resource, false);
        return List.copyOf(findings);
    }

    private void resource(ObjectNode node, boolean contained) {
        JsonNode type = node.get("resourceType");
        if (type == null || !type.isString()) {
            find(IssueType.STRUCTURE, "A resource must name its type: \"resourceType\": \"Patient\", for example.");
            return;
        }
        Shape shape = shapes.resource(type.stringValue());
        if (shape == null) {
            find(
                    IssueType.STRUCTURE,
                    "\"" + Sentences.shortened(type.stringValue())
                            + "\" is no resource type of FHIR R4; resourceType must be one, with" + " its capitals.");
            return;
        }
        if (contained && node.has("contained")) {
            find(
                    IssueType.INVARIANT,
                    "A contained resource must not contain others; put them all into the outermost resource.");
        }
        properties(node, shape, true);
    }

    private void properties(ObjectNode node, Shape shape, boolean isResource) {
        Shape.Layout layout = shape.layout();
        long seen = 0;
        long choicesSeenAgain = 0;
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String name = entry.getKey();
            Shape.Property property = layout.properties().get(name);
            if (property == null) {
                if (!(isResource && name.equals("resourceType"))) {
                    unknown(name, shape);
                }
                continue;
            }
            long bit = 1L << property.element();
            choicesSeenAgain |= property.choice() ? seen & bit : 0;
            seen |= bit;
            place.enter(name);
            property(node, name, entry.getValue(), property);
            place.leave();
        }
        if (choicesSeenAgain != 0) {
            choices(node, layout, choicesSeenAgain);
        }
        long missing = layout.required() & ~seen;
        if (missing != 0) {
            missing(shape, layout, missing);
        }
        if (shape.rule() == Shape.Rule.EXTENSION) {
            extension(node);
        } else if (shape.rule() == Shape.Rule.REFERENCE) {
            reference(node);
        }
    }

    private void property(ObjectNode parent, String name, JsonNode value, Shape.Property property) {
        if (!property.repeats()) {
            if (value instanceof ArrayNode) {
                find(IssueType.STRUCTURE, "There can be one " + name + " only, so it must not be an array.");
            } else {
                value(value, property, name, property.besidePrimitive() && holds(sibling(parent, name), NO_INDEX));
            }
            return;
        }
        if (!(value instanceof ArrayNode)) {
            find(IssueType.STRUCTURE, "There can be more than one " + name + ", so it must be an array, even of one.");
            return;
        }
        if (value.isEmpty()) {
            find(IssueType.STRUCTURE, "An array must not be empty; leave " + name + " out.");
            return;
        }
        int index = 0;
        for (JsonNode item : value) {
            place.at(index);
            if (!(item instanceof NullNode) || !keepsPlace(parent, name, index, property)) {
                value(item, property, name, property.besidePrimitive() && holds(sibling(parent, name), index));
            }
            index++;
        }
        place.at(NO_INDEX);
    }

    /** Whether null at an index of {@code given} only keeps the place of what stands in {@code _given}, or vice versa. */
    private static boolean keepsPlace(ObjectNode parent, String name, int index, Shape.Property property) {
        if (property.besidePrimitive()) {
            JsonNode values = sibling(parent, name);
            return values != null && values.has(index); // null there too: said there
        }
        return property.content() instanceof Shape.Primitive && holds(sibling(parent, name), index);
    }

    /** The other of {@code given} and {@code _given}. */
    private static @Nullable JsonNode sibling(ObjectNode parent, String name) {
        return parent.get(name.startsWith("_") ? name.substring(1) : "_" + name);
    }

    private static boolean holds(@Nullable JsonNode node, int index) {
        JsonNode item = node == null || index == NO_INDEX ? node : node.get(index);
        return item != null && !(item instanceof NullNode);
    }

    /** @param accompanied whether this stands beside a primitive's value, so that an id is enough */
    private void value(JsonNode value, Shape.Property property, String name, boolean accompanied) {
        Shape.Content content = property.content();
        if (value instanceof NullNode) {
            find(IssueType.STRUCTURE, Sentences.NO_NULL);
        } else if (content instanceof Shape.Primitive primitive) {
            primitive(value, primitive, name);
        } else if (!(value instanceof ObjectNode object)) {
            find(IssueType.STRUCTURE, name + " must be an object: { ... }.");
        } else if (content instanceof Shape.Whole whole) {
            resource(object, whole.contained());
        } else if (content instanceof Shape.Complex complex) {
            boolean idOnly = object.size() == 1 && object.has("id");
            if (object.isEmpty() || idOnly && !accompanied) {
                find(IssueType.STRUCTURE, "An element must hold more than an id; fill " + name + " or leave it out.");
            } else {
                properties(object, complex.shape(), false);
            }
        }
    }

    private void primitive(JsonNode value, Shape.Primitive primitive, String name) {
        PrimitiveFormat format = primitive.format();
        if (!format.accepts(value)) {
            find(IssueType.VALUE, name + " must be " + format.rule() + "; it is " + Sentences.shortened(value) + ".");
            return;
        }
        Set<String> codes = primitive.codes();
        if (codes != null && !codes.contains(value.stringValue())) {
            find(
                    IssueType.CODEINVALID,
                    name + " must be one of " + Sentences.listed(codes) + "; it is " + Sentences.shortened(value)
                            + ".");
        } else if (format == PrimitiveFormat.XHTML) {
            String active = Narratives.active(value.stringValue());
            if (active != null) {
                find(
                        IssueType.SECURITY,
                        "A narrative must hold formatted text only, no scripts, forms, frames or event attributes;"
                                + " remove " + active + ".");
            }
        }
    }

    private void unknown(String name, Shape shape) {
        place.enter(name);
        find(IssueType.STRUCTURE, Sentences.unknown(name, shape));
        place.leave();
    }

    private void missing(Shape shape, Shape.Layout layout, long missing) {
        for (int i = 0; i < layout.elements().size(); i++) {
            if ((missing & 1L << i) != 0) {
                find(IssueType.REQUIRED, Sentences.missing(i, shape));
            }
        }
    }

    /** {@code value[x]} seen again is right when it was {@code valueString} and {@code _valueString}. */
    private void choices(ObjectNode node, Shape.Layout layout, long again) {
        for (int i = 0; i < layout.elements().size(); i++) {
            if ((again & 1L << i) != 0) {
                Set<String> present = layout.names(i);
                present.removeIf(name -> !node.has(name) && !node.has("_" + name));
                if (present.size() > 1) {
                    find(
                            IssueType.STRUCTURE,
                            Sentences.tooManyChoices(layout.elements().get(i), present));
                }
            }
        }
    }

    /** ext-1. */
    private void extension(ObjectNode node) {
        boolean nested = node.has("extension");
        boolean valued = false;
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            valued |= entry.getKey().startsWith("value") || entry.getKey().startsWith("_value");
        }
        if (nested == valued) {
            find(
                    IssueType.INVARIANT,
                    nested
                            ? "An extension must have either a value[x] or extensions, not both."
                            : "An extension must have a value[x] or extensions.");
        }
    }

    private void reference(ObjectNode node) {
        if (node.get("reference") instanceof StringNode reference) {
            knownType("reference", ReferenceType.inReference(reference.stringValue()));
        }
        if (node.get("type") instanceof StringNode type) {
            knownType("type", ReferenceType.inType(type.stringValue()));
        }
    }

    private void knownType(String property, @Nullable String type) {
        if (type != null && !shapes.isResourceType(type)) {
            place.enter(property);
            find(
                    IssueType.VALUE,
                    "\"" + Sentences.shortened(type) + "\" is no resource type of FHIR R4; a reference must name one.");
            place.leave();
        }
    }

    private void find(IssueType code, String text) {
        if (findings.size() < Structure.MOST_FINDINGS) {
            findings.add(new Problem.Issue(code, text, place.expression()));
        }
    }
}
