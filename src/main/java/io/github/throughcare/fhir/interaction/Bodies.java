package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.validation.Structure;
import java.util.List;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What must hold of a body before it is stored: a resource of the right type that R4's structure allows. */
final class Bodies {

    private final SearchParameters types;
    private final Structure structure;
    private final ClaimedProfiles profiles;

    Bodies(SearchParameters types, Structure structure, ClaimedProfiles profiles) {
        this.types = types;
        this.structure = structure;
        this.profiles = profiles;
    }

    /** The resourceType of a body. */
    String typeOf(ObjectNode body, @Nullable String place) {
        JsonNode type = body.get("resourceType");
        if (type == null || !type.isString() || !types.isType(type.asString())) {
            throw Problem.malformed(
                    "resourceType must name a FHIR R4 resource type" + (type == null ? "" : ", not " + type),
                    place == null ? "resourceType" : place + ".resourceType");
        }
        return type.asString();
    }

    /** @throws Problem 404 for what is no resource type */
    void checkType(String type, String place) {
        if (!types.isType(type)) {
            throw new Problem(404, IssueType.NOTSUPPORTED, type + " is no FHIR R4 resource type", place);
        }
    }

    /**
     * @return warnings of claimed profiles, where the policy lets them pass
     * @throws Problem 400 for another type than the URL's, 400 for what R4's structure forbids, 422 for what a claimed profile forbids
     */
    List<String> check(String type, ObjectNode body, @Nullable String place) {
        structure(type, body, place);
        return profiles.check(body, place);
    }

    /** @throws Problem 400 for another type than the URL's, 400 for what R4's structure forbids */
    void structure(String type, ObjectNode body, @Nullable String place) {
        String actual = typeOf(body, place);
        if (!actual.equals(type)) {
            throw Problem.malformed(
                    "The URL is for " + type + ", but the body is a " + actual,
                    place == null ? "resourceType" : place + ".resourceType");
        }
        List<Problem.Issue> issues = structure.check(body);
        if (!issues.isEmpty()) {
            throw new Problem(
                    400,
                    place == null
                            ? issues
                            : issues.stream()
                                    .map(i -> new Problem.Issue(
                                            i.code(), i.text(), place + ".resource.ofType(" + i.expression() + ")"))
                                    .toList());
        }
    }

    /** @throws Problem 422 when a change would leave what R4's structure forbids */
    List<String> checkResult(String type, ObjectNode result, @Nullable String place) {
        try {
            return check(type, result, place);
        } catch (Problem p) {
            throw new Problem(422, p.issues());
        }
    }

    /** The id that a PUT's body must carry. */
    void checkId(String id, ObjectNode body, @Nullable String place) {
        JsonNode own = body.get("id");
        if (own == null || !own.asString().equals(id)) {
            throw new Problem(
                    400,
                    IssueType.INVALID,
                    "The body's id must be the one in the URL, " + id
                            + (own == null ? "; it has none" : ", not " + own.asString()),
                    place == null ? "id" : place + ".resource.id");
        }
    }
}
