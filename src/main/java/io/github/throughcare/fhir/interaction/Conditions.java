package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.search.Caller;
import io.github.throughcare.fhir.search.IdentifierLookup;
import io.github.throughcare.fhir.search.Searches;
import io.github.throughcare.fhir.storage.Stored;
import io.github.throughcare.fhir.storage.Tx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/**
 * Finds the resources that conditions name (If-None-Exist, conditional update, patch and delete). Before it looks it takes locks that
 * any other condition which could name the same resource takes too, and holds them until the transaction ends, so that two creators
 * never both find nothing (docs/storage.md). Both takes a few statements, however many conditions there are.
 */
final class Conditions {

    /** With more identifiers of a type, the type as a whole is locked: PostgreSQL has room for some thousand locks. */
    private static final int LOCKED_ONE_BY_ONE = 500;

    private final Searches searches;
    private final IdentifierLookup identifiers;
    private final SearchParameters parameters;
    private final Keys keys;
    private final int mostDeleted;

    /** @param mostDeleted how many resources one conditional delete may take away */
    Conditions(
            Searches searches, IdentifierLookup identifiers, SearchParameters parameters, Keys keys, int mostDeleted) {
        this.searches = searches;
        this.identifiers = identifiers;
        this.parameters = parameters;
        this.keys = keys;
        this.mostDeleted = mostDeleted;
    }

    /**
     * Locks for the conditions among these changes: those on identifiers alone exclude each other where they share an identifier; any
     * other condition excludes all others of its type.
     */
    void lock(List<Change> changes, Tx tx) {
        if (!any(changes)) {
            return; // most writes
        }
        Map<String, Set<Long>> each = new TreeMap<>();
        Set<String> whole = new TreeSet<>();
        for (Change c : changes) {
            if (c.condition() != null) {
                List<String> values = identifiers(QueryStrings.parse(c.condition()));
                if (values.isEmpty()) {
                    whole.add(c.type());
                } else {
                    Set<Long> ofType = each.computeIfAbsent(c.type(), t -> new TreeSet<>());
                    values.forEach(i -> ofType.add(keys.text("condition " + c.type() + " " + i)));
                }
            }
        }
        each.forEach((type, locks) -> {
            if (locks.size() > LOCKED_ONE_BY_ONE) {
                whole.add(type);
            }
        });
        each.keySet().removeAll(whole);
        List<Long> shared =
                each.keySet().stream().map(t -> keys.text("condition " + t)).toList();
        List<Long> exclusive = new ArrayList<>();
        whole.forEach(t -> exclusive.add(keys.text("condition " + t)));
        each.values().forEach(exclusive::addAll);
        tx.lock(shared, exclusive);
    }

    /** Has any of them a condition? */
    static boolean any(List<Change> changes) {
        for (Change c : changes) {
            if (c.condition() != null) {
                return true;
            }
        }
        return false;
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
     * What each change with a condition is about.
     *
     * @return by change; empty where nothing matches
     * @throws Problem 412 for several, 400 for a condition without criteria
     */
    Map<Change, Optional<Stored>> find(List<Change> changes, Caller caller) {
        if (!any(changes)) {
            return Map.of();
        }
        Map<Change, Searches.Question> asked = new IdentityHashMap<>();
        Map<Searches.Question, IdentifierLookup.Wanted> plain = new HashMap<>();
        Map<Searches.Question, List<Stored>> found = new LinkedHashMap<>();
        for (Change c : changes) {
            if (c.condition() != null) {
                Searches.Question q = new Searches.Question(c.type(), criteria(c.type(), c.condition(), c.place()));
                asked.put(c, q);
                IdentifierLookup.Wanted.of(c.type(), q.query(), parameters).ifPresent(w -> plain.put(q, w));
                found.put(q, List.of());
            }
        }
        List<Searches.Question> quick = List.copyOf(plain.keySet());
        List<List<Stored>> matches =
                identifiers.resources(quick.stream().map(plain::get).toList(), caller);
        for (int i = 0; i < quick.size(); i++) {
            found.put(quick.get(i), matches.get(i));
        }
        List<Searches.Question> others =
                found.keySet().stream().filter(q -> !plain.containsKey(q)).toList();
        matches = searches.firstOfEach(others, 2, caller);
        for (int i = 0; i < others.size(); i++) {
            found.put(others.get(i), matches.get(i));
        }
        Map<Change, Optional<Stored>> targets = new IdentityHashMap<>();
        asked.forEach((c, q) -> targets.put(c, only(c, found.getOrDefault(q, List.of()))));
        return targets;
    }

    private static Optional<Stored> only(Change c, List<Stored> found) {
        if (found.size() > 1) {
            throw new Problem(
                    412,
                    IssueType.MULTIPLEMATCHES,
                    "More than one " + c.type() + " matches " + c.condition() + "; a condition must name one",
                    c.place());
        }
        return found.stream().findFirst();
    }

    /**
     * How many resources a deletion may take away, if it says so by {@code _count}: more than one.
     *
     * @throws Problem 400 for what is no number
     */
    OptionalInt most(Change c) {
        if (c.kind() != Change.Kind.DELETE || c.condition() == null) {
            return OptionalInt.empty();
        }
        List<String> count = QueryStrings.parse(c.condition()).getOrDefault("_count", List.of());
        if (count.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!count.get(0).matches("[1-9]\\d{0,8}")) {
            throw Problem.malformed(
                    "_count says how many may be deleted: 1 or more, not " + count.get(0),
                    c.place() == null ? null : c.place() + ".request.url");
        }
        return OptionalInt.of(Math.min(Integer.parseInt(count.get(0)), mostDeleted));
    }

    /**
     * All that a deletion is about.
     *
     * @throws Problem 412 for more than {@code most}
     */
    List<Stored> all(Change c, int most, Caller caller) {
        String query = String.valueOf(c.condition());
        Map<String, List<String>> criteria = criteria(c.type(), query, c.place());
        criteria.remove("_count");
        List<Stored> found = searches.first(c.type(), criteria, most + 1, caller);
        if (found.size() > most) {
            throw new Problem(
                    412,
                    IssueType.MULTIPLEMATCHES,
                    "More than " + most + " " + c.type() + " resources match " + query + ", so none was deleted",
                    c.place());
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
