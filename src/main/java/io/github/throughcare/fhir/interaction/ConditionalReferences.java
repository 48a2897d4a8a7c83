package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.search.Caller;
import io.github.throughcare.fhir.search.IdentifierLookup;
import io.github.throughcare.fhir.search.Searches;
import io.github.throughcare.fhir.storage.Stored;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** References of the form {@code Practitioner?identifier=system|value} in a transaction (R4 http.html 3.1.0.11.2). */
final class ConditionalReferences {

    private final SearchParameters types;
    private final Searches searches;
    private final IdentifierLookup identifiers;

    ConditionalReferences(SearchParameters types, Searches searches, IdentifierLookup identifiers) {
        this.types = types;
        this.searches = searches;
        this.identifiers = identifiers;
    }

    /**
     * Finds what each means; each different one is looked up once, all that name one identifier with one statement, and 200 others
     * with one.
     *
     * @param links those in the body of each change
     * @return reference as written -> Type/id
     * @throws Problem 412 when one matches none or several
     */
    Map<String, String> resolve(List<Change> changes, List<List<References.Link>> links, Caller caller) {
        Map<String, String> places = new LinkedHashMap<>();
        for (int i = 0; i < changes.size(); i++) {
            for (References.Link link : links.get(i)) {
                int mark = link.value().indexOf('?');
                if (mark > 0 && link.isReference() && types.isType(link.value().substring(0, mark))) {
                    places.putIfAbsent(
                            link.value(), String.valueOf(changes.get(i).place()));
                }
            }
        }
        if (places.isEmpty()) {
            return Map.of();
        }
        Map<String, IdentifierLookup.Wanted> wanted = new LinkedHashMap<>();
        Map<String, Searches.Question> questions = new LinkedHashMap<>();
        for (String text : places.keySet()) {
            int mark = text.indexOf('?');
            String type = text.substring(0, mark);
            Map<String, List<String>> query = QueryStrings.parse(text.substring(mark + 1));
            IdentifierLookup.Wanted.of(type, query, types)
                    .ifPresentOrElse(
                            w -> wanted.put(text, w), () -> questions.put(text, new Searches.Question(type, query)));
        }
        Map<String, String> found = new HashMap<>();
        List<List<String>> ids = identifiers.ids(List.copyOf(wanted.values()), caller);
        int n = 0;
        for (String text : wanted.keySet()) {
            found.put(text, only(text, ids.get(n++), String.valueOf(places.get(text))));
        }
        List<List<Stored>> matches = searches.firstOfEach(List.copyOf(questions.values()), 2, caller);
        n = 0;
        for (String text : questions.keySet()) {
            List<String> of = matches.get(n++).stream().map(Stored::id).toList();
            found.put(text, only(text, of, String.valueOf(places.get(text))));
        }
        return found;
    }

    private static String only(String text, List<String> ids, String place) {
        String type = text.substring(0, text.indexOf('?'));
        if (ids.size() != 1) {
            throw new Problem(
                    412,
                    ids.isEmpty() ? IssueType.NOTFOUND : IssueType.MULTIPLEMATCHES,
                    "The conditional reference " + text + " must match one " + type + "; it matches "
                            + (ids.isEmpty() ? "none" : "several"),
                    place);
        }
        return type + "/" + ids.get(0);
    }
}
