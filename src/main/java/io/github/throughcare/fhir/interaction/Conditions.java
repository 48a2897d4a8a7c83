package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.search.Caller;
import io.github.throughcare.fhir.search.Searches;
import io.github.throughcare.fhir.storage.Stored;
import io.github.throughcare.fhir.storage.Tx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/**
 * Finds the one resource that a condition names (If-None-Exist, conditional update and delete). Before it looks it takes locks that
 * any other condition which could name the same resource takes too, and holds them until the transaction ends, so that two creators
 * never both find nothing (docs/storage.md).
 */
final class Conditions {

    private final Searches searches;
    private final Keys keys;

    Conditions(Searches searches, Keys keys) {
        this.searches = searches;
        this.keys = keys;
    }

    /**
     * Locks for these conditions: those on identifiers alone exclude each other where they share an identifier; any other condition
     * excludes all others of its type.
     *
     * @param conditions type and query of each
     */
    void lock(List<Map.Entry<String, String>> conditions, Tx tx) {
        List<Long> exclusive = new ArrayList<>();
        Map<Long, Boolean> shared = new java.util.TreeMap<>();
        for (Map.Entry<String, String> c : conditions) {
            long whole = keys.text("condition " + c.getKey());
            List<String> identifiers = identifiers(QueryStrings.parse(c.getValue()));
            if (identifiers.isEmpty()) {
                exclusive.add(whole);
            } else {
                shared.put(whole, true);
                identifiers.forEach(i -> exclusive.add(keys.text("condition " + c.getKey() + " " + i)));
            }
        }
        shared.keySet().stream().filter(k -> !exclusive.contains(k)).forEach(tx::lockShared);
        tx.lock(exclusive);
    }

    /** The values of {@code identifier} when it is the only criterion, by value alone, so that {@code s|v} and {@code v} meet. */
    private static List<String> identifiers(Map<String, List<String>> query) {
        if (query.size() != 1 || !query.containsKey("identifier")) {
            return List.of();
        }
        List<String> values = new ArrayList<>();
        for (String all : query.get("identifier")) {
            for (String one : all.split(",")) {
                String value = one.substring(one.lastIndexOf('|') + 1);
                if (value.isEmpty()) {
                    return List.of();
                }
                values.add(value);
            }
        }
        return values;
    }

    /**
     * The one match.
     *
     * @throws Problem 412 for several, 400 for a condition without criteria
     */
    Optional<Stored> find(String type, String query, Tx tx, Visibility visibility, @Nullable String place) {
        Map<String, List<String>> criteria = criteria(type, query, place);
        List<Stored> found = searches.first(type, criteria, 2, new Caller(tx, visibility, ""));
        if (found.size() > 1) {
            throw new Problem(
                    412,
                    IssueType.MULTIPLEMATCHES,
                    "More than one " + type + " matches " + query + "; a condition must name one",
                    place);
        }
        return found.stream().findFirst();
    }

    /**
     * All matches.
     *
     * @throws Problem 412 for more than {@code most}
     */
    List<Stored> all(String type, String query, int most, Tx tx, Visibility visibility) {
        Map<String, List<String>> criteria = criteria(type, query, null);
        criteria.remove("_count");
        List<Stored> found = searches.first(type, criteria, most + 1, new Caller(tx, visibility, ""));
        if (found.size() > most) {
            throw new Problem(
                    412,
                    IssueType.MULTIPLEMATCHES,
                    "More than " + most + " " + type + " resources match " + query + ", so none was deleted");
        }
        return found;
    }

    private static Map<String, List<String>> criteria(String type, String query, @Nullable String place) {
        Map<String, List<String>> criteria =
                new LinkedHashMap<>(QueryStrings.parse(query.startsWith("?") ? query.substring(1) : query));
        criteria.keySet().removeIf(k -> k.equals("_format") || k.equals("_pretty"));
        if (criteria.isEmpty()
                || criteria.keySet().stream()
                        .allMatch(k ->
                                k.startsWith("_") && !k.equals("_id") && !k.startsWith("_has") && !k.equals("_tag"))) {
            throw new Problem(
                    400, IssueType.INVALID, "A condition on " + type + " needs at least one search criterion", place);
        }
        return criteria;
    }
}
