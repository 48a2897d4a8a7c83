package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.search.Caller;
import io.github.throughcare.fhir.search.IdentifierLookup;
import io.github.throughcare.fhir.search.Searches;
import io.github.throughcare.fhir.storage.Stored;
import io.github.throughcare.fhir.storage.Tx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
     * Finds what each means; each different one is looked up once, and all that name one identifier in one statement.
     *
     * @param links those in the body of each change
     * @return reference as written -> Type/id
     * @throws Problem 412 when one matches none or several
     */
    Map<String, String> resolve(List<Change> changes, List<List<References.Link>> links, Tx tx, Visibility visibility) {
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
        Caller caller = new Caller(tx, visibility, "");
        Map<String, IdentifierLookup.Wanted> wanted = new LinkedHashMap<>();
        Map<String, String> found = new HashMap<>();
        places.forEach((text, place) -> identifier(text)
                .ifPresentOrElse(
                        w -> wanted.put(text, w), () -> found.put(text, only(text, searched(text, caller), place))));
        List<List<String>> ids =
                wanted.isEmpty() ? List.of() : identifiers.ids(new ArrayList<>(wanted.values()), caller);
        int n = 0;
        for (String text : wanted.keySet()) {
            found.put(text, only(text, ids.get(n++), String.valueOf(places.get(text))));
        }
        return found;
    }

    /** The plain case: one identifier with its system, and nothing that a search would read otherwise. */
    private Optional<IdentifierLookup.Wanted> identifier(String text) {
        int mark = text.indexOf('?');
        String type = text.substring(0, mark);
        Map<String, List<String>> query = QueryStrings.parse(text.substring(mark + 1));
        List<String> values = query.getOrDefault("identifier", List.of());
        if (query.size() != 1
                || values.size() != 1
                || types.find(type, "identifier").isEmpty()) {
            return Optional.empty();
        }
        String value = values.get(0);
        int bar = value.indexOf('|');
        boolean plain = bar > 0
                && bar < value.length() - 1
                && value.indexOf('|', bar + 1) < 0
                && value.chars().noneMatch(c -> c == ',' || c == '\\' || c == '$');
        return plain
                ? Optional.of(new IdentifierLookup.Wanted(type, value.substring(0, bar), value.substring(bar + 1)))
                : Optional.empty();
    }

    private List<String> searched(String text, Caller caller) {
        int mark = text.indexOf('?');
        return searches.first(text.substring(0, mark), QueryStrings.parse(text.substring(mark + 1)), 2, caller).stream()
                .map(Stored::id)
                .toList();
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
