package io.github.throughcare.fhir.patch;

import io.github.throughcare.fhir.Problem;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import tools.jackson.databind.JsonNode;

/** How large and how deep a tree is; counting ends at the bound. */
final class Extent {

    /** As of a body. */
    private static final int DEEPEST = 200;

    private Extent() {}

    /** About the characters of a tree; beyond {@code most} just more than that. */
    static long of(JsonNode node, long most) {
        long size = node.isString() ? node.asString().length() + 3 : 8;
        for (JsonNode child : node) {
            if (size > most) {
                break;
            }
            size += 8 + of(child, most - size);
        }
        return size;
    }

    /** @throws Problem 422 for a tree deeper than a body may be */
    static void checkDepth(JsonNode node) {
        if (isDeeper(node, DEEPEST)) {
            throw tooDeep();
        }
    }

    /**
     * Looks at a JSON pointer before it is followed: thousands of ever deeper ones take time by the square of their number.
     *
     * @throws Problem 422 for one that leads deeper than a body may be
     */
    static void checkPath(String pointer) {
        if (pointer.chars().filter(c -> c == '/').count() > DEEPEST) {
            throw tooDeep();
        }
    }

    private static Problem tooDeep() {
        return new Problem(
                422, IssueType.TOOCOSTLY, "The patched resource would be more than " + DEEPEST + " levels deep");
    }

    private static boolean isDeeper(JsonNode node, int levels) {
        if (levels == 0) {
            return true;
        }
        for (JsonNode child : node) {
            if (child.isContainer() && isDeeper(child, levels - 1)) {
                return true;
            }
        }
        return false;
    }
}
