package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.index.Interval;
import io.github.throughcare.fhir.storage.Reader;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Stored;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The versions of one resource, of a type or of all, newest first (R4 http.html 3.1.0.12). */
public final class History {

    private static final String COLUMNS =
            "SELECT v.pk, v.type, coalesce(r.id, g.id), v.ver, v.upd, v.codec, v.body, NULL, v.method";
    private static final String OWNERS = " LEFT JOIN resource r ON r.pk = v.pk LEFT JOIN gone g ON g.pk = v.pk";

    /**
     * Which versions are wanted (R4 http.html 3.1.0.12).
     *
     * @param since made at or after it, microseconds since 1970
     * @param at current at some time in it; the deletion is what is current of a deleted resource
     */
    public record Span(OptionalLong since, @Nullable Interval at) {

        private Sql narrow(Sql from) {
            from.add(" AND v.upd >= ?", since.orElse(0));
            if (at != null) {
                from.add(
                        " AND v.upd < ? AND NOT EXISTS (SELECT 1 FROM version n WHERE n.pk = v.pk AND n.ver = v.ver + 1 AND n.upd <= ?)",
                        at.hi(),
                        at.lo());
            }
            return from;
        }
    }

    private final Store store;
    private final Cursor.Signer signer;

    public History(Store store) {
        this.store = store;
        this.signer = new Cursor.Signer(store.keys().text("history signature"));
    }

    /**
     * A page of the history of one resource.
     *
     * @param span which versions
     * @throws Problem 404 when the resource never was
     */
    public VersionPage of(
            String type,
            String id,
            Span span,
            int count,
            @Nullable String cursor,
            Reader reader,
            Visibility visibility) {
        Stored current =
                reader.read(type, id, visibility).orElseThrow(() -> Problem.unknown(type + "/" + id + " is not known"));
        Sql from = new Sql(" FROM version v" + OWNERS + " WHERE v.pk = ?", current.pk());
        return page(span.narrow(from), type + "/" + id + span, count, cursor, reader, visibility);
    }

    /**
     * A page of the history of a type, or of everything with null, up to the time from which writes are still under way: who goes on
     * from the page's {@code asOf} misses nothing that is committed late.
     */
    public VersionPage of(
            @Nullable String type,
            Span span,
            int count,
            @Nullable String cursor,
            Reader reader,
            Visibility visibility) {
        // nothing that may yet be joined by an earlier one that is committed later
        long settled = store.settled();
        Sql from = span.narrow(new Sql(" FROM version v" + OWNERS + " WHERE v.upd < ?", settled));
        if (type != null) {
            from.add(" AND v.type = ?", store.types().number(type));
        }
        return page(from, String.valueOf(type) + span, count, cursor, reader, visibility)
                .asOf(settled);
    }

    private VersionPage page(
            Sql from, String what, int count, @Nullable String cursor, Reader reader, Visibility visibility) {
        long[] visible = store.visiblePatients(visibility);
        if (visible != null) {
            from.add(
                    " AND (coalesce(r.patient, g.patient) IS NULL OR coalesce(r.patient, g.patient) = ANY(?))",
                    (Object) visible);
        }
        String bound = "history " + what + "#" + visibility.hashCode();
        Cursor after = cursor == null ? null : signer.read(cursor, bound);
        Long total = after != null ? after.total() : total(from, reader);
        Sql sql = new Sql(COLUMNS).add(from);
        if (after != null) {
            sql.add(
                    " AND (v.upd, v.pk, v.ver) < (?, ?, ?)",
                    Long.parseLong(after.keys().get(0)),
                    after.pk(),
                    Integer.parseInt(after.keys().get(1)));
        }
        List<Stored> rows = reader.select(sql.add(" ORDER BY v.upd DESC, v.pk DESC, v.ver DESC LIMIT ?", count + 1));
        if (rows.size() <= count) {
            return new VersionPage(rows, total, null);
        }
        Stored last = rows.get(count - 1);
        List<String> keys = List.of(Long.toString(last.updated()), Integer.toString(last.version()));
        return new VersionPage(rows.subList(0, count), total, signer.write(new Cursor(last.pk(), keys, total), bound));
    }

    private static @Nullable Long total(Sql from, Reader reader) {
        long counted = reader.number(
                new Sql("SELECT count(*) FROM (SELECT 1").add(from).add(" LIMIT ?) x", SearchSettings.CHEAP_TOTAL + 1));
        return counted > SearchSettings.CHEAP_TOTAL ? null : counted;
    }
}
