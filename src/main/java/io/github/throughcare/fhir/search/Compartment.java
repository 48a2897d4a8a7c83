package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.index.Interval;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.storage.Reader;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything of one Patient: the compartment (R4 compartmentdefinition-patient.html), then what its members refer to outside of any
 * patient's compartment, one level out. Each resource once over all pages; a patient of any size is walked to the end.
 */
public final class Compartment {

    private static final String MEMBERS =
            "(SELECT pk FROM resource WHERE patient = ? UNION SELECT pk FROM token WHERE h = ?)";

    private final Store store;
    private final Cursor.Signer signer;
    private final CareDates dates;

    public Compartment(Store store, TypeIndex.Catalog catalog) {
        this.store = store;
        this.dates = new CareDates(catalog, store.types());
        this.signer = new Cursor.Signer(store.keys().text("compartment signature"));
    }

    /**
     * What of the record is wanted.
     *
     * @param types only these; empty: all
     * @param since only what was updated at or after it, microseconds since 1970
     * @param care only members that tell of care in this stretch of time, and what they refer to; null: all
     */
    public record Wanted(
            Set<String> types, OptionalLong since, @Nullable Interval care) {}

    /** One page. Who goes on from its {@code asOf}, the same on all pages, misses nothing that is committed late. */
    public VersionPage everything(
            String patientId, Wanted wanted, int count, @Nullable String cursor, Reader reader, Visibility visibility) {
        Searches.checkIndex(store, store.types().all());
        long self = store.keys().self("Patient", patientId);
        String bound = "everything " + patientId + new TreeSet<>(wanted.types) + wanted.since + wanted.care + "#"
                + visibility.hashCode();
        Cursor after = cursor == null
                ? new Cursor(0, List.of("members", Long.toString(store.settledAlready())), null)
                : signer.read(cursor, bound);
        String asOf = after.keys().get(1);
        boolean outside = after.keys().get(0).equals("outside");
        List<Stored> rows = new ArrayList<>();
        if (!outside) {
            rows.addAll(reader.select(members(self, wanted, after.pk(), count + 1, visibility)));
        }
        int members = rows.size();
        if (members <= count) {
            rows.addAll(
                    reader.select(outside(self, wanted, outside ? after.pk() : 0, count + 1 - members, visibility)));
        }
        if (rows.size() <= count) {
            return new VersionPage(rows, null, null, Long.valueOf(asOf));
        }
        Stored last = rows.get(count - 1);
        Cursor next = new Cursor(last.pk(), List.of(count > members ? "outside" : "members", asOf), null);
        return new VersionPage(rows.subList(0, count), null, signer.write(next, bound), Long.valueOf(asOf));
    }

    private Sql members(long self, Wanted wanted, long after, int limit, Visibility visibility) {
        Sql sql = new Sql(
                "WITH m AS MATERIALIZED " + MEMBERS + ", x AS MATERIALIZED (SELECT r.* FROM m JOIN LATERAL"
                        + " (SELECT pk, type, id, ver, upd FROM resource q WHERE q.pk = m.pk",
                self,
                store.keys().compartment(self));
        care(sql, wanted);
        narrow(sql, wanted, visibility);
        return end(sql.add(" OFFSET 0) r ON true WHERE m.pk > ? ORDER BY m.pk LIMIT ?)", after, limit));
    }

    private Sql outside(long self, Wanted wanted, long after, int limit, Visibility visibility) {
        Sql sql = new Sql(
                "WITH m AS MATERIALIZED " + MEMBERS + ", l AS MATERIALIZED (SELECT DISTINCT l FROM m JOIN LATERAL"
                        + " (SELECT links FROM resource q WHERE q.pk = m.pk",
                self,
                store.keys().compartment(self));
        care(sql, wanted);
        sql.add(
                " OFFSET 0) q ON true, unnest(q.links) l), x AS MATERIALIZED (SELECT r.* FROM l JOIN LATERAL (SELECT pk, type, id, ver, upd FROM resource q"
                        + " WHERE q.self = l.l AND q.patient IS NULL AND NOT ? = ANY(q.tokens)",
                store.keys().compartment(self));
        narrow(sql, wanted, visibility);
        return end(sql.add(" OFFSET 0) r ON true WHERE r.pk > ? ORDER BY r.pk LIMIT ?)", after, limit));
    }

    private void care(Sql sql, Wanted wanted) {
        if (wanted.care != null) {
            sql.add(" AND ").add(dates.within(wanted.care));
        }
    }

    private void narrow(Sql sql, Wanted wanted, Visibility visibility) {
        if (!wanted.types.isEmpty()) {
            sql.add(" AND q.type = ANY(?::bigint[])", (Object) wanted.types.stream()
                    .mapToLong(t -> store.types().number(t))
                    .toArray());
        }
        if (wanted.since.isPresent()) {
            sql.add(" AND q.upd >= ?", wanted.since.getAsLong());
        }
        long[] visible = store.visiblePatients(visibility);
        if (visible != null) {
            sql.add(" AND (q.patient IS NULL OR q.patient = ANY(?))", (Object) visible);
        }
    }

    private static Sql end(Sql sql) {
        return sql.add(
                " SELECT x.pk, x.type, x.id, x.ver, x.upd, v.codec, v.body FROM x JOIN version v ON v.pk = x.pk AND v.ver = x.ver ORDER BY x.pk");
    }
}
