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
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * Follows {@code _include} and {@code _revinclude} from a page. A forward include turns the tokens of the source rows back into keys
 * of resources (token XOR seed of the parameter = key of the target); a reverse one turns the keys of the page into tokens.
 */
final class Includes {

    private static final String COLUMNS = "SELECT x.pk, x.type, x.id, x.ver, x.upd, v.codec, v.body";

    private final TypeIndex.Catalog catalog;
    private final Store store;
    private final SearchSettings settings;

    Includes(TypeIndex.Catalog catalog, Store store, SearchSettings settings) {
        this.catalog = catalog;
        this.store = store;
        this.settings = settings;
    }

    List<Stored> of(SearchRequest request, List<Stored> matches, Reader reader, Visibility visibility) {
        Map<Long, Stored> found = new LinkedHashMap<>();
        matches.forEach(m -> found.put(m.pk(), m));
        Collection<Stored> from = matches;
        boolean first = true;
        while (!from.isEmpty()) {
            List<Stored> fresh = new ArrayList<>();
            for (Include i : request.includes()) {
                if (first || i.iterate()) {
                    fresh.addAll(forward(i, from, reader, visibility));
                }
            }
            for (Include i : request.revIncludes()) {
                if (first || i.iterate()) {
                    fresh.addAll(reverse(i, from, reader, visibility));
                }
            }
            from = fresh.stream()
                    .filter(s -> found.putIfAbsent(s.pk(), s) == null)
                    .toList();
            first = false;
            if (found.size() - matches.size() > settings.maxIncluded()) {
                throw new Problem(
                        400,
                        IssueType.TOOCOSTLY,
                        "More than " + settings.maxIncluded()
                                + " resources would be included with this page; ask for fewer matches by _count or include less");
            }
        }
        return found.values().stream().skip(matches.size()).toList();
    }

    private List<Param> params(Include i) {
        return catalog.parameters().of(i.source()).stream()
                .filter(p -> p.kind() == ParamKind.REFERENCE
                        && (i.param().equals("*") || i.param().equals(p.code())))
                .toList();
    }

    private List<Stored> forward(Include i, Collection<Stored> from, Reader reader, Visibility visibility) {
        long[] pks = from.stream()
                .filter(s -> s.type().equals(i.source()))
                .mapToLong(Stored::pk)
                .toArray();
        List<Param> params = params(i);
        if (pks.length == 0 || params.isEmpty()) {
            return List.of();
        }
        TypeIndex index = catalog.of(i.source());
        Sql sql = new Sql(
                "WITH s AS MATERIALIZED (SELECT patient, tokens FROM resource WHERE pk = ANY(?)), k AS MATERIALIZED (",
                (Object) pks);
        sql.add(
                "SELECT DISTINCT h # p.seed AS self FROM s, unnest(s.tokens) h, unnest(?::bigint[]) AS p(seed)",
                (Object) params.stream().mapToLong(p -> index.seed(p.code())).toArray());
        if (params.stream().anyMatch(p -> index.isPatientColumn(p.code()))) {
            sql.add(" UNION SELECT patient FROM s WHERE patient IS NOT NULL");
        }
        sql.add(") " + COLUMNS
                + " FROM k JOIN LATERAL (SELECT * FROM resource q WHERE q.self = k.self OFFSET 0) x ON true");
        return end(sql, i.target(), reader, visibility);
    }

    private List<Stored> reverse(Include i, Collection<Stored> from, Reader reader, Visibility visibility) {
        List<Stored> targets = from.stream()
                .filter(s -> i.target() == null || i.target().equals(s.type()))
                .toList();
        List<Param> params = params(i).stream()
                .filter(p -> targets.stream().anyMatch(t -> p.targets(t.type())))
                .toList();
        if (targets.isEmpty() || params.isEmpty()) {
            return List.of();
        }
        TypeIndex index = catalog.of(i.source());
        boolean column = params.stream().anyMatch(p -> index.isPatientColumn(p.code()));
        long[] selves = selves(targets.stream());
        long[] patients = column ? selves(targets.stream().filter(t -> t.type().equals("Patient"))) : new long[0];
        Sql sql = new Sql(
                "WITH k AS MATERIALIZED (SELECT DISTINCT t.pk FROM unnest(?::bigint[]) AS s(self), unnest(?::bigint[]) AS p(seed),"
                        + " LATERAL (SELECT pk FROM token WHERE h = s.self # p.seed OFFSET 0) t",
                selves,
                params.stream().mapToLong(p -> index.seed(p.code())).toArray());
        if (patients.length > 0) {
            sql.add(
                    " UNION SELECT pk FROM resource WHERE patient = ANY(?) AND type = ?",
                    patients,
                    store.types().number(i.source()));
        }
        sql.add(") " + COLUMNS
                + " FROM k JOIN LATERAL (SELECT * FROM resource q WHERE q.pk = k.pk OFFSET 0) x ON true");
        return end(sql, null, reader, visibility);
    }

    private long[] selves(Stream<Stored> resources) {
        return resources.mapToLong(t -> store.keys().self(t.type(), t.id())).toArray();
    }

    private List<Stored> end(
            Sql sql, @org.jspecify.annotations.Nullable String target, Reader reader, Visibility visibility) {
        sql.add(
                " JOIN LATERAL (SELECT codec, body FROM version w WHERE w.pk = x.pk AND w.ver = x.ver OFFSET 0) v ON true WHERE true");
        if (target != null) {
            sql.add(" AND x.type = ?", store.types().number(target));
        }
        long[] visible = store.visiblePatients(visibility);
        if (visible != null) {
            sql.add(" AND (x.patient IS NULL OR x.patient = ANY(?))", (Object) visible);
        }
        return reader.select(sql.add(" ORDER BY x.pk DESC LIMIT ?", settings.maxIncluded() + 1));
    }
}
