package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.storage.Sql;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/**
 * What is part of a resource, and what it is part of, to any depth (R4 search.html 3.1.1.4.14): each round is one statement, and what
 * was found before is not looked at again, so a circle comes to an end.
 */
final class Hierarchies {

    /** The search parameter by which the resources of a type form a hierarchy. */
    private static final Map<String, String> PARTS =
            Map.of("Encounter", "part-of", "Location", "partof", "Organization", "partof", "Task", "part-of");

    private final Keys keys;
    private final Function<Caller, long @Nullable []> visible;
    private final Consumer<String> ready;
    private final int most;

    /**
     * @param visible keys of the patients that a caller may see; null: all
     * @param ready throws while the index of a type cannot be searched
     * @param most resources of a hierarchy; more are refused
     */
    Hierarchies(Keys keys, Function<Caller, long @Nullable []> visible, Consumer<String> ready, int most) {
        this.keys = keys;
        this.visible = visible;
        this.ready = ready;
        this.most = most;
    }

    static boolean has(String type) {
        return PARTS.containsKey(type);
    }

    static Set<String> types() {
        return new java.util.TreeSet<>(PARTS.keySet());
    }

    /**
     * These resources of a type, and all below or above them.
     *
     * @throws Problem 400 {@code too-costly} when there are more than can be asked for at once
     */
    long[] closure(String type, long[] selves, boolean below, Caller caller) {
        ready.accept(type);
        long seed = keys.seed(type, String.valueOf(PARTS.get(type)));
        Set<Long> found = new LinkedHashSet<>();
        long[] next = selves;
        while (next.length > 0) {
            Arrays.stream(next).forEach(found::add);
            if (found.size() > most) {
                throw new Problem(
                        400,
                        IssueType.TOOCOSTLY,
                        "The hierarchy of " + type + " has more than " + most
                                + " resources there; ask for a part of it");
            }
            next = Arrays.stream(caller.reader().numbers(below ? below(next, seed, caller) : above(next, seed, caller)))
                    .filter(self -> !found.contains(self))
                    .distinct()
                    .toArray();
        }
        return found.stream().mapToLong(self -> self).toArray();
    }

    private Sql below(long[] selves, long seed, Caller caller) {
        long[] parents = Arrays.stream(selves).map(self -> self ^ seed).toArray();
        Sql sql = new Sql(
                "SELECT r.self FROM token t JOIN resource r ON r.pk = t.pk WHERE t.h = ANY(?)", (Object) parents);
        return narrowed(sql, caller);
    }

    private Sql above(long[] selves, long seed, Caller caller) {
        Sql sql = new Sql(
                "SELECT l.self FROM resource r, unnest(r.links) AS l(self) WHERE r.self = ANY(?) AND (l.self # ?) = ANY(r.tokens)",
                selves,
                seed);
        return narrowed(sql, caller);
    }

    private Sql narrowed(Sql sql, Caller caller) {
        long @Nullable [] patients = visible.apply(caller);
        if (patients != null) {
            sql.add(" AND (r.patient IS NULL OR r.patient = ANY(?))", (Object) patients);
        }
        return sql.add(" LIMIT ?", most + 1);
    }
}
