package io.github.throughcare.fhir.index;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The text that a resource is sorted by under a token, reference or uri parameter: the code, the identifier's or contact point's
 * value, the reference as it is written; of a concept without a code its text.
 */
public final class SortText {

    private SortText() {}

    /** The smallest, or with {@code largest} the largest, in code point order; empty when there is none. */
    public static Optional<String> of(TypeIndex index, String code, ObjectNode resource, boolean largest) {
        String[] best = new String[1];
        for (Path path : index.paths(code)) {
            path.visit(
                    resource,
                    (node, dataType) -> each(node, text -> {
                        String known = best[0];
                        if (known == null || largest == (compare(text, known) > 0)) {
                            best[0] = text;
                        }
                    }));
        }
        return Optional.ofNullable(best[0]);
    }

    /** Code point order, as PostgreSQL's collation "C" has it. */
    public static int compare(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length()) {
            int x = a.codePointAt(i);
            int y = b.codePointAt(i);
            if (x != y) {
                return Integer.compare(x, y);
            }
            i += Character.charCount(x);
        }
        return Integer.compare(a.length(), b.length());
    }

    private static void each(JsonNode node, java.util.function.Consumer<String> found) {
        if (node.isValueNode()) {
            found.accept(node.asString());
            return;
        }
        boolean any = false;
        JsonNode codings = node.get("coding");
        if (codings != null) {
            for (JsonNode coding : codings) {
                any |= take(coding.get("code"), found);
            }
        }
        if (!any) {
            any = take(node.get("code"), found) || take(node.get("value"), found) || take(node.get("reference"), found);
        }
        JsonNode identifier = node.get("identifier");
        if (!any && !(identifier != null && take(identifier.get("value"), found))) {
            take(node.get("text"), found);
        }
    }

    private static boolean take(@Nullable JsonNode value, java.util.function.Consumer<String> found) {
        if (value == null || !value.isValueNode() || value.asString().isEmpty()) {
            return false;
        }
        found.accept(value.asString());
        return true;
    }
}
