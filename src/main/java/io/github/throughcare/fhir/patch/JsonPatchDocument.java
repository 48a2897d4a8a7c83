package io.github.throughcare.fhir.patch;

import com.flipkart.zjsonpatch.CompatibilityFlags;
import com.flipkart.zjsonpatch.InvalidJsonPatchException;
import com.flipkart.zjsonpatch.Jackson3JsonPatch;
import io.github.throughcare.fhir.Problem;
import java.util.EnumSet;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON Patch (RFC 6902), by zjsonpatch, one operation after the other so that each can be named when it fails. */
final class JsonPatchDocument {

    private static final int MOST_OPERATIONS = 10_000;
    /** Characters that copies may add: a patch that copies what it copied grows by powers of two. */
    private static final long MOST_COPIED = 20_000_000;

    /** RFC 6902 4.2: what is removed must be there. */
    private static final EnumSet<CompatibilityFlags> STRICT =
            EnumSet.of(CompatibilityFlags.FORBID_REMOVE_MISSING_OBJECT);

    private final JsonMapper mapper;

    JsonPatchDocument(JsonMapper mapper) {
        this.mapper = mapper;
    }

    ObjectNode apply(byte[] patch, ObjectNode resource) {
        ArrayNode operations = read(patch);
        ObjectNode patched = resource.deepCopy();
        long copied = 0;
        for (int i = 0; i < operations.size(); i++) {
            JsonNode operation = operations.get(i);
            String place = "[" + i + "]";
            Extent.checkPath(Patches.text(operation, "path"));
            if (Patches.text(operation, "op").equals("copy")) {
                JsonNode source = at(patched, operation, place);
                copied += Extent.of(source, MOST_COPIED);
                if (copied > MOST_COPIED) {
                    throw new Problem(
                            422,
                            IssueType.TOOCOSTLY,
                            "Operation " + place + ": the copies of this patch grow too large");
                }
                operation = ((ObjectNode) operation.deepCopy()).put("op", "add").set("value", source.deepCopy());
            }
            one(operation, patched, place);
        }
        Extent.checkDepth(patched);
        return patched;
    }

    private ArrayNode read(byte[] patch) {
        JsonNode document;
        try {
            document = mapper.readTree(patch);
        } catch (JacksonException | NumberFormatException e) {
            throw Problem.malformed("The patch is no well-formed JSON", null);
        }
        if (!(document instanceof ArrayNode operations)) {
            throw Problem.malformed("A JSON Patch is an array of operations (RFC 6902)", null);
        }
        if (operations.size() > MOST_OPERATIONS) {
            throw new Problem(400, IssueType.TOOCOSTLY, "A patch may have " + MOST_OPERATIONS + " operations at most");
        }
        try {
            Jackson3JsonPatch.validate(operations);
        } catch (RuntimeException e) {
            throw malformed(e);
        }
        return operations;
    }

    private void one(JsonNode operation, ObjectNode patched, String place) {
        if (Patches.text(operation, "path").isEmpty()
                && !Patches.text(operation, "op").equals("test")) {
            throw Patches.unappliable(
                    "Operation " + place + ": a patch cannot replace the whole resource; PUT does", null);
        }
        try {
            Jackson3JsonPatch.applyInPlace(mapper.createArrayNode().add(operation), patched, STRICT);
        } catch (InvalidJsonPatchException e) {
            throw malformed(e);
        } catch (RuntimeException e) { // the library's own, and what it stumbles over: an index that is no number
            throw Patches.unappliable(
                    "Operation " + place + " (" + Patches.text(operation, "op") + " " + Patches.text(operation, "path")
                            + ") cannot be applied to this resource, so nothing was changed: " + e.getMessage(),
                    null);
        }
    }

    private static JsonNode at(ObjectNode patched, JsonNode operation, String place) {
        try {
            JsonNode found = patched.at(JsonPointer.compile(Patches.text(operation, "from")));
            if (!found.isMissingNode()) {
                return found;
            }
        } catch (IllegalArgumentException e) {
            throw malformed(e);
        }
        throw Patches.unappliable(
                "Operation " + place + ": there is nothing at " + Patches.text(operation, "from"), null);
    }

    private static Problem malformed(RuntimeException e) {
        return Problem.malformed("The patch is no JSON Patch (RFC 6902): " + e.getMessage(), null);
    }
}
