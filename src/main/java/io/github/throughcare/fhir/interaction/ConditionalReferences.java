package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.search.Caller;
import io.github.throughcare.fhir.search.Searches;
import io.github.throughcare.fhir.storage.Stored;
import io.github.throughcare.fhir.storage.Tx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import tools.jackson.databind.JsonNode;

/** References of the form {@code Practitioner?identifier=system|value} in a transaction (R4 http.html 3.1.0.11.2). */
final class ConditionalReferences {

    private final SearchParameters types;
    private final Searches searches;

    ConditionalReferences(SearchParameters types, Searches searches) {
        this.types = types;
        this.searches = searches;
    }

    /**
     * Finds what each means; each different one is looked up once.
     *
     * @return reference as written -> Type/id
     * @throws Problem 412 when one matches none or several
     */
    Map<String, String> resolve(List<Change> changes, Tx tx, Visibility visibility) {
        Map<String, String> found = new HashMap<>();
        for (Change c : changes) {
            if (c.body() != null) {
                collect(c.body(), found, tx, visibility, String.valueOf(c.place()));
            }
        }
        return found;
    }

    private void collect(JsonNode node, Map<String, String> found, Tx tx, Visibility visibility, String place) {
        JsonNode reference = node.get("reference");
        if (reference != null && reference.isString() && reference.asString().indexOf('?') > 0) {
            String text = reference.asString();
            if (!found.containsKey(text) && types.isType(text.substring(0, text.indexOf('?')))) {
                found.put(text, one(text, tx, visibility, place));
            }
        }
        for (JsonNode child : node) {
            if (child.isContainer()) {
                collect(child, found, tx, visibility, place);
            }
        }
    }

    private String one(String text, Tx tx, Visibility visibility, String place) {
        int mark = text.indexOf('?');
        String type = text.substring(0, mark);
        List<Stored> matches =
                searches.first(type, QueryStrings.parse(text.substring(mark + 1)), 2, new Caller(tx, visibility, ""));
        if (matches.size() != 1) {
            throw new Problem(
                    412,
                    matches.isEmpty() ? IssueType.NOTFOUND : IssueType.MULTIPLEMATCHES,
                    "The conditional reference " + text + " must match one " + type + "; it matches "
                            + (matches.isEmpty() ? "none" : "several"),
                    place);
        }
        return type + "/" + matches.get(0).id();
    }
}
