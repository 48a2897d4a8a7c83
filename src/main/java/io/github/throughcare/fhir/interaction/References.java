package io.github.throughcare.fhir.interaction;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The links inside resources: finds them and replaces them, and can put back what was there. */
final class References {

    private record Change(ObjectNode node, String field, JsonNode before) {}

    private final List<Change> changes = new ArrayList<>();

    /**
     * Replaces links: every {@code reference}, and any {@code uri}, {@code url} or {@code canonical}-like text that is exactly a
     * {@code urn:uuid:} or {@code urn:oid:} link.
     *
     * @param link the new value of a link, or the same
     */
    void replace(JsonNode node, UnaryOperator<String> link) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> e : object.properties()) {
                JsonNode value = e.getValue();
                if (value.isContainer()) {
                    replace(value, link);
                } else if (value.isString() && isLink(e.getKey(), value.asString())) {
                    String now = link.apply(value.asString());
                    if (!now.equals(value.asString())) {
                        changes.add(new Change(object, e.getKey(), value));
                        e.setValue(object.stringNode(now));
                    }
                }
            }
        } else {
            for (JsonNode child : node) {
                if (child.isContainer()) {
                    replace(child, link);
                }
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
