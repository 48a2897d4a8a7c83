package io.github.throughcare.fhir.interaction;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The links inside resources: finds them and replaces them, and can put back what was there. */
final class References {

    /** A text that refers to something, where it stands. */
    record Link(ObjectNode node, String field, String value) {
        boolean isReference() {
            return field.equals("reference");
        }
    }

    private record Change(ObjectNode node, String field, JsonNode before) {}

    private final List<Change> changes = new ArrayList<>();

    /**
     * The links below a node: every {@code reference}, and any {@code uri}, {@code url} or {@code canonical}-like text that is exactly
     * a {@code urn:uuid:} or {@code urn:oid:} link.
     */
    static List<Link> of(JsonNode node) {
        List<Link> found = new ArrayList<>();
        collect(node, found);
        return found;
    }

    private static void collect(JsonNode node, List<Link> found) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> e : object.properties()) {
                JsonNode value = e.getValue();
                if (value.isContainer()) {
                    collect(value, found);
                } else if (value.isString() && isLink(e.getKey(), value.asString())) {
                    found.add(new Link(object, e.getKey(), value.asString()));
                }
            }
        } else {
            for (JsonNode child : node) {
                if (child.isContainer()) {
                    collect(child, found);
                }
            }
        }
    }

    /** @param now the new value of a link, or the same */
    void replace(List<Link> links, UnaryOperator<String> now) {
        for (Link link : links) {
            String value = now.apply(link.value);
            if (!value.equals(link.value)) {
                changes.add(new Change(link.node, link.field, link.node.get(link.field)));
                link.node.put(link.field, value);
            }
        }
    }

    private static boolean isLink(String field, String value) {
        return field.equals("reference")
                || value.startsWith("urn:")
                        && !field.equals("value")
                        && !field.equals("system")
                        && !field.equals("div");
    }

    /** Puts everything back, so that the same tree can be tried again. */
    void undo() {
        for (int i = changes.size() - 1; i >= 0; i--) {
            Change c = changes.get(i);
            c.node.set(c.field, c.before);
        }
        changes.clear();
    }
}
