package io.github.throughcare.fhir.index;

import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One alternative of a search parameter's expression, compiled for the JSON form of a resource: which property names to follow,
 * and the FHIR data type of what stands at the end.
 *
 * @param steps from the root; each with the JSON names it may have there (several for a choice type)
 * @param referenceTo only references to this type ({@code where(resolve() is T)}), or null
 * @param exists true for {@code X.exists() and X != false}: the value is whether there is one that is not false
 */
public record Path(List<Step> steps, @Nullable String referenceTo, boolean exists) {

    /**
     * @param names JSON property names, with the data type each has
     * @param where only objects whose property of this name ...
     * @param equal ... has this value; null: all
     */
    record Step(
            List<Name> names,
            @Nullable String where,
            @Nullable String equal,
            boolean repeats) {}

    /**
     * @param dataType FHIR data type of what stands there
     * @param systems of a code with a required binding: the code systems it may be from; else empty
     */
    record Name(String json, String dataType, Set<String> systems) {}

    /** Hands each value at the end of the path to the visitor, with its data type. */
    void visit(JsonNode root, BiConsumer<JsonNode, String> visitor) {
        visit(root, 0, visitor);
    }

    private void visit(JsonNode node, int depth, BiConsumer<JsonNode, String> visitor) {
        Step step = steps.get(depth);
        for (Name name : step.names) {
            JsonNode child = node.get(name.json);
            if (child == null) {
                continue;
            }
            if (child.isArray()) {
                for (JsonNode element : child) {
                    arrive(step, element, name.dataType, depth, visitor);
                }
            } else {
                arrive(step, child, name.dataType, depth, visitor);
            }
        }
    }

    private void arrive(Step step, JsonNode node, String dataType, int depth, BiConsumer<JsonNode, String> visitor) {
        if (step.where != null) {
            JsonNode actual = node.get(step.where);
            if (actual == null || !actual.asString().equals(step.equal)) {
                return;
            }
        }
        if (depth + 1 < steps.size()) {
            visit(node, depth + 1, visitor);
        } else if (!node.isNull()) {
            visitor.accept(node, dataType);
        }
    }

    /** Can there be at most one value? */
    boolean isSingle() {
        return steps.stream().noneMatch(Step::repeats);
    }

    /** The rest of this path from the end of another on; null when it does not go through there. */
    @Nullable
    Path after(Path element) {
        int n = element.steps.size();
        if (steps.size() <= n) {
            return null;
        }
        for (int i = 0; i < n; i++) {
            if (!jsonNames(steps.get(i)).equals(jsonNames(element.steps.get(i)))) {
                return null;
            }
        }
        return new Path(steps.subList(n, steps.size()), referenceTo, exists);
    }

    private static List<String> jsonNames(Step step) {
        return step.names.stream().map(Name::json).toList();
    }

    /** Do both walk the same properties (filters on the reference's type aside)? */
    boolean sameWay(Path other) {
        return steps.equals(other.steps);
    }
}
