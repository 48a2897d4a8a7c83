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

    Bodies(SearchParameters types, Structure structure) {
        this.types = types;
        this.structure = structure;
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

    /** @throws Problem 400 for another type than the URL's, 400 for what R4's structure forbids */
    void check(String type, ObjectNode body, @Nullable String place) {
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
