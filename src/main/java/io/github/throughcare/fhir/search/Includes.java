package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.ParamKind;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.search.SearchRequest.Include;
import io.github.throughcare.fhir.storage.Reader;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Stored;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * Follows {@code _include} and {@code _revinclude} from a page, all of them in one statement, and one more for each round of
 * {@code :iterate}. Forward: of what a row links to, that whose key XOR the seed of the parameter is among the row's tokens. Reverse:
 * the keys of the page XOR the seed are the tokens to look for (docs/storage.md, keys).
 */
final class Includes {

    /** Rounds of {@code :iterate}: how deep a hierarchy is followed. */
    static final int ROUNDS = 100;

    private final TypeIndex.Catalog catalog;
    private final Store store;
    private final SearchSettings settings;

    Includes(TypeIndex.Catalog catalog, Store store, SearchSettings settings) {
        this.catalog = catalog;
        this.store = store;
        this.settings = settings;
    }

    List<Stored> of(SearchRequest request, List<Stored> matches, Reader reader, Visibility visibility) {
        if (request.includes().isEmpty() && request.revIncludes().isEmpty()) {
            return List.of();
        }
        Map<Long, Stored> found = new LinkedHashMap<>();
        matches.forEach(m -> found.put(m.pk(), m));
        List<Include> forward = request.includes();
        List<Include> reverse = request.revIncludes();
        Collection<Stored> from = matches;
        for (int round = 0; !from.isEmpty(); round++) {
            if (round > ROUNDS) {
                throw tooMany("References more than " + ROUNDS + " levels deep would be followed by :iterate");
            }
            int room = settings.maxIncluded() - (found.size() - matches.size());
            Sql sql = statement(forward, reverse, from, found.keySet(), room, visibility);
            List<Stored> fresh = sql == null ? List.of() : reader.select(sql);
            if (fresh.size() > room) {
                throw tooMany("More than " + settings.maxIncluded() + " resources would be included with this page");
            }
            fresh.forEach(s -> found.put(s.pk(), s));
            from = fresh;
            forward = forward.stream().filter(Include::iterate).toList();
            reverse = reverse.stream().filter(Include::iterate).toList();
        }
        return found.values().stream().skip(matches.size()).toList();
    }

    private static Problem tooMany(String what) {
        return new Problem(400, IssueType.TOOCOSTLY, what + "; ask for fewer matches by _count, or include less");
    }

    @org.jspecify.annotations.Nullable
    private Sql statement(
            List<Include> forward,
            List<Include> reverse,
            Collection<Stored> from,
            Collection<Long> known,
            int room,
            Visibility visibility) {
        Sql k = new Sql();
        forward(k, forward, from);
        reverse(k, reverse, from);
        if (k.text().isEmpty()) {
            return null;
        }
        Sql sql = new Sql(
                        "WITH s AS MATERIALIZED (SELECT type, patient, tokens, links FROM resource WHERE pk = ANY(?)), k AS MATERIALIZED (",
                        (Object) from.stream().mapToLong(Stored::pk).toArray())
                .add(k)
                .add(
                        ") SELECT x.pk, x.type, x.id, x.ver, x.upd, v.codec, v.body FROM (SELECT DISTINCT pk FROM k WHERE pk NOT IN (SELECT unnest(?))) k"
                                + " JOIN LATERAL (SELECT * FROM resource q WHERE q.pk = k.pk OFFSET 0) x ON true"
                                + " JOIN LATERAL (SELECT codec, body FROM version w WHERE w.pk = x.pk AND w.ver = x.ver OFFSET 0) v ON true",
                        (Object) known.stream().mapToLong(Long::longValue).toArray());
        long[] visible = store.visiblePatients(visibility);
        if (visible != null) {
            sql.add(" WHERE (x.patient IS NULL OR x.patient = ANY(?))", (Object) visible);
        }
        return sql.add(" ORDER BY x.pk DESC LIMIT ?", room + 1);
    }

    private List<Param> params(Include i) {
        return catalog.parameters().of(i.source()).stream()
                .filter(p -> p.kind() == ParamKind.REFERENCE
                        && (i.param().equals("*") || i.param().equals(p.code())))
                .toList();
    }

    // ---------------------------------------------------------------- forward

    /** Rows (type of the source, seed of the parameter, type of the target or 0) and the same for patient columns, seed aside. */
    private void forward(Sql k, List<Include> includes, Collection<Stored> from) {
        LongStream.Builder links = LongStream.builder();
        LongStream.Builder columns = LongStream.builder();
        for (Include i : includes) {
            if (from.stream().noneMatch(s -> s.type().equals(i.source()))) {
                continue;
            }
            TypeIndex index = catalog.of(i.source());
            int type = store.types().number(i.source());
            int target = i.target() == null ? 0 : store.types().number(i.target());
            for (Param p : params(i)) {
                links.add(type).add(index.seed(p.code())).add(target);
                if (index.isPatientColumn(p.code())) {
                    columns.add(type).add(0).add(target);
                }
            }
        }
        long[] byLink = links.build().toArray();
        if (byLink.length > 0) {
            k.add(
                    "SELECT q.pk FROM s JOIN unnest(?::bigint[], ?::bigint[], ?::bigint[]) AS p(type, seed, target) ON p.type = s.type,"
                            + " unnest(s.links) AS l(self), LATERAL (SELECT pk, type FROM resource q WHERE q.self = l.self"
                            + " AND (l.self # p.seed) = ANY(s.tokens) OFFSET 0) q WHERE p.target = 0 OR q.type = p.target",
                    every(byLink, 0),
                    every(byLink, 1),
                    every(byLink, 2));
        }
        long[] byColumn = columns.build().toArray();
        if (byColumn.length > 0) {
            k.add(
                    " UNION ALL SELECT q.pk FROM s JOIN unnest(?::bigint[], ?::bigint[]) AS p(type, target) ON p.type = s.type,"
                            + " LATERAL (SELECT pk, type FROM resource q WHERE q.self = s.patient OFFSET 0) q WHERE p.target = 0 OR q.type = p.target",
                    every(byColumn, 0),
                    every(byColumn, 2));
        }
    }

    /** Every third number, beginning there. */
    private static long[] every(long[] triples, int start) {
        long[] found = new long[triples.length / 3];
        for (int i = 0; i < found.length; i++) {
            found[i] = triples[3 * i + start];
        }
        return found;
    }

    // ---------------------------------------------------------------- reverse

    private void reverse(Sql k, List<Include> includes, Collection<Stored> from) {
        LongStream.Builder keys = LongStream.builder();
        Map<String, TreeSet<Integer>> sources = new LinkedHashMap<>();
        for (Include i : includes) {
            TypeIndex index = catalog.of(i.source());
            for (Param p : params(i)) {
                for (Stored s : from) {
                    if (p.targets(s.type()) && (i.target() == null || i.target().equals(s.type()))) {
                        keys.add(store.keys().self(s.type(), s.id()) ^ index.seed(p.code()));
                        if (s.type().equals("Patient") && index.isPatientColumn(p.code())) {
                            sources.computeIfAbsent("Patient", t -> new TreeSet<>())
                                    .add(store.types().number(i.source()));
                        }
                    }
                }
            }
        }
        long[] tokens = keys.build().toArray();
        if (tokens.length > 0) {
            k.add(
                    (k.text().isEmpty() ? "" : " UNION ALL ") + "SELECT t.pk FROM unnest(?::bigint[]) AS h(h),"
                            + " LATERAL (SELECT pk FROM token WHERE token.h = h.h OFFSET 0) t",
                    (Object) tokens);
        }
        sources.values()
                .forEach(types -> k.add(
                        " UNION ALL SELECT pk FROM resource WHERE patient = ANY(?) AND type = ANY(?::bigint[])",
                        from.stream()
                                .filter(s -> s.type().equals("Patient"))
                                .mapToLong(s -> store.keys().self(s.type(), s.id()))
                                .toArray(),
                        types.stream().mapToLong(Integer::longValue).toArray()));
    }
}
