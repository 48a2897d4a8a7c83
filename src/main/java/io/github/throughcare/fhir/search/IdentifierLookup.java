package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds resources by {@code identifier=system|value} or {@code identifier=value}, many at once and in one statement: what a Bundle asks. */
public final class IdentifierLookup {

    /**
     * One question; the answer is the same as that of the search {@code type?identifier=system|value}.
     *
     * @param system null: any; empty: none
     */
    public record Wanted(String type, @Nullable String system, String value) {

        /** The plain case: one identifier, and nothing that a search would read otherwise. */
        public static Optional<Wanted> of(String type, Map<String, List<String>> query, SearchParameters parameters) {
            List<String> values = query.getOrDefault("identifier", List.of());
            if (query.size() != 1
                    || values.size() != 1
                    || parameters.find(type, "identifier").isEmpty()) {
                return Optional.empty();
            }
            String value = values.get(0);
            int bar = value.indexOf('|');
            boolean plain = bar < value.length() - 1
                    && !value.isBlank()
                    && value.indexOf('|', bar + 1) < 0
                    && value.chars().noneMatch(c -> c == ',' || c == '\\' || c == '$');
            return plain
                    ? Optional.of(new Wanted(type, bar < 0 ? null : value.substring(0, bar), value.substring(bar + 1)))
                    : Optional.empty();
        }

        private long key(Keys keys) {
            return (system == null ? keys.code(value) : keys.systemCode(system, value)) ^ keys.seed(type, "identifier");
        }
    }

    private final Store store;

    public IdentifierLookup(Store store) {
        this.store = store;
    }

    /** The ids of the matches of each, at most two of each, in the order of the questions. */
    public List<List<String>> ids(List<Wanted> wanted, Caller caller) {
        List<List<String>> found = lists(wanted);
        if (!wanted.isEmpty()) {
            Sql sql = new Sql("SELECT k.n || ' ' || x.id").add(matches(wanted, "r.id", caller));
            for (String line : caller.reader().lines(sql)) {
                int space = line.indexOf(' ');
                found.get(Integer.parseInt(line.substring(0, space)) - 1).add(line.substring(space + 1));
            }
        }
        return found;
    }

    /** The matches themselves, likewise. */
    public List<List<Stored>> resources(List<Wanted> wanted, Caller caller) {
        List<List<Stored>> found = lists(wanted);
        if (!wanted.isEmpty()) {
            Sql sql = new Sql("SELECT x.pk, x.type, x.id, x.ver, x.upd, v.codec, v.body, k.n::text")
                    .add(matches(wanted, "r.pk, r.type, r.id, r.ver, r.upd", caller))
                    .add(" JOIN version v ON v.pk = x.pk AND v.ver = x.ver");
            for (Stored s : caller.reader().select(sql)) {
                found.get(Integer.parseInt(String.valueOf(s.sortKey())) - 1).add(s);
            }
        }
        return found;
    }

    private static <T> List<List<T>> lists(List<Wanted> wanted) {
        List<List<T>> found = new ArrayList<>();
        wanted.forEach(w -> found.add(new ArrayList<>(1)));
        return found;
    }

    private Sql matches(List<Wanted> wanted, String columns, Caller caller) {
        Searches.checkIndex(store, wanted.stream().map(Wanted::type).toList());
        Keys keys = store.keys();
        long[] h = wanted.stream().mapToLong(w -> w.key(keys)).toArray();
        Sql sql = new Sql(
                " FROM unnest(?::bigint[]) WITH ORDINALITY AS k(h, n) CROSS JOIN LATERAL (SELECT " + columns
                        + " FROM token t JOIN resource r ON r.pk = t.pk WHERE t.h = k.h",
                (Object) h);
        long[] visible = store.visiblePatients(caller.visibility());
        if (visible != null) {
            sql.add(" AND (r.patient IS NULL OR r.patient = ANY(?))", (Object) visible);
        }
        return sql.add(" LIMIT 2) x");
    }
}
