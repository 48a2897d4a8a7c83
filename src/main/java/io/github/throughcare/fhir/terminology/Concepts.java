package io.github.throughcare.fhir.terminology;

import io.github.throughcare.fhir.Problem;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The concepts of one complete CodeSystem and what subsumes what: by nesting and by the properties {@code parent} and {@code child}
 * (R4 codesystem.html 4.8.10, concept-properties).
 */
final class Concepts {

    private static final List<String> COMPLETE = List.of("complete");

    private final String url;
    private final @Nullable String meaning;
    private final Set<String> codes = new LinkedHashSet<>();
    private final Map<String, Set<String>> children = new HashMap<>();
    private final Map<String, Set<String>> parents = new HashMap<>();
    private final Map<String, JsonNode> nodes = new HashMap<>();
    private boolean nested;

    /** @throws Problem 400 when the stored resource does not hold all codes */
    Concepts(String url, JsonNode codeSystem) {
        this.url = url;
        String content = text(codeSystem, "content");
        if (!COMPLETE.contains(content)) {
            throw new Problem(
                    400,
                    IssueType.NOTSUPPORTED,
                    "CodeSystem " + url + " is stored here with content " + content
                            + ", so its codes are not all known; content complete would be needed");
        }
        String said = text(codeSystem, "hierarchyMeaning");
        this.meaning = said.isEmpty() ? null : said;
        Set<String> up = properties(codeSystem, "parent");
        Set<String> down = properties(codeSystem, "child");
        read(codeSystem.get("concept"), null, up, down);
    }

    private static Set<String> properties(JsonNode codeSystem, String name) {
        Set<String> found = new TreeSet<>(Set.of(name));
        JsonNode defined = codeSystem.get("property");
        if (defined != null) {
            for (JsonNode p : defined) {
                if (text(p, "uri").equals("http://hl7.org/fhir/concept-properties#" + name)) {
                    found.add(text(p, "code"));
                }
            }
        }
        return found;
    }

    private void read(@Nullable JsonNode list, @Nullable String parent, Set<String> up, Set<String> down) {
        if (list == null) {
            return;
        }
        for (JsonNode concept : list) {
            String code = text(concept, "code");
            codes.add(code);
            nodes.put(code, concept);
            if (parent != null) {
                nested = true;
                link(parent, code);
            }
            JsonNode properties = concept.get("property");
            if (properties != null) {
                for (JsonNode p : properties) {
                    String other = text(p, "valueCode").isEmpty() ? text(p, "valueString") : text(p, "valueCode");
                    if (up.contains(text(p, "code"))) {
                        link(other, code);
                    } else if (down.contains(text(p, "code"))) {
                        link(code, other);
                    }
                }
            }
            read(concept.get("concept"), code, up, down);
        }
    }

    private void link(String parent, String child) {
        children.computeIfAbsent(parent, k -> new LinkedHashSet<>()).add(child);
        parents.computeIfAbsent(child, k -> new LinkedHashSet<>()).add(parent);
    }

    Set<String> codes() {
        return codes;
    }

    /** The concept's JSON. */
    JsonNode node(String code) {
        return nodes.get(code);
    }

    /** The code and all that it subsumes. */
    Set<String> below(String code) {
        return closure(code, children);
    }

    /** The code and all that subsume it. */
    Set<String> above(String code) {
        return closure(code, parents);
    }

    private Set<String> closure(String code, Map<String, Set<String>> next) {
        if (!codes.contains(code)) {
            throw new Problem(400, IssueType.CODEINVALID, "CodeSystem " + url + " has no code " + code);
        }
        if (nested && meaning != null && !meaning.equals("is-a")) {
            throw new Problem(
                    400,
                    IssueType.NOTSUPPORTED,
                    "The hierarchy of CodeSystem " + url + " means " + meaning
                            + ", not is-a: it does not say what subsumes " + code);
        }
        Set<String> found = new HashSet<>(Set.of(code));
        Deque<String> open = new ArrayDeque<>(found);
        while (!open.isEmpty()) {
            for (String other : next.getOrDefault(open.pop(), Set.of())) {
                if (found.add(other)) {
                    open.push(other);
                }
            }
        }
        return found;
    }

    static String text(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null || !value.isValueNode() ? "" : value.asString();
    }
}
