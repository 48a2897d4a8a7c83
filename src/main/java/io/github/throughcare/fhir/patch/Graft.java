package io.github.throughcare.fhir.patch;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings a change that was made on a copy back into the original. HAPI's model writes a resource in its own way (order of members, form
 * of numbers), so the copy is compared with what HAPI made of the original, and whatever is the same there stays the original's own,
 * to the character.
 */
final class Graft {

    private Graft() {}

    /**
     * The original with the change.
     *
     * @param original as it is stored
     * @param before what HAPI makes of it unchanged
     * @param after what HAPI makes of it after the change
     */
    static ObjectNode of(ObjectNode original, ObjectNode before, ObjectNode after) {
        ObjectNode grafted = original.objectNode();
        for (Map.Entry<String, JsonNode> e : original.properties()) {
            String name = e.getKey();
            JsonNode now = after.get(name);
            JsonNode then = before.get(name);
            if (now != null) {
                grafted.set(name, node(e.getValue(), then, now));
            } else if (then == null) {
                grafted.set(name, e.getValue().deepCopy()); // nothing that HAPI knows, so nothing that was taken away
            }
        }
        for (Map.Entry<String, JsonNode> e : after.properties()) {
            if (!original.has(e.getKey())) {
                grafted.set(e.getKey(), e.getValue());
            }
        }
        return grafted;
    }

    private static JsonNode node(JsonNode original, @Nullable JsonNode before, JsonNode after) {
        if (before == null) {
            return after;
        }
        if (before.equals(after)) {
            return original.deepCopy();
        }
        if (original instanceof ObjectNode o && before instanceof ObjectNode b && after instanceof ObjectNode a) {
            return of(o, b, a);
        }
        if (original instanceof ArrayNode o && before instanceof ArrayNode b && after instanceof ArrayNode a) {
            return array(o, b, a);
        }
        return after;
    }

    private static JsonNode array(ArrayNode original, ArrayNode before, ArrayNode after) {
        if (original.size() != before.size()) {
            return after;
        }
        ArrayNode grafted = original.arrayNode();
        if (before.size() == after.size()) {
            for (int i = 0; i < after.size(); i++) {
                grafted.add(node(original.get(i), before.get(i), after.get(i)));
            }
            return grafted;
        }
        Set<Integer> free = new TreeSet<>();
        for (int i = 0; i < before.size(); i++) {
            free.add(i);
        }
        for (JsonNode item : after) {
            JsonNode kept = item;
            for (int i : free) {
                if (before.get(i).equals(item)) {
                    kept = original.get(i).deepCopy();
                    free.remove(i);
                    break;
                }
            }
            grafted.add(kept);
        }
        return grafted;
    }
}
