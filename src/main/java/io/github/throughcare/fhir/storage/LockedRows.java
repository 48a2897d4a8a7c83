package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.storage.JdbcWriter.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows that a transaction has locked before it writes, as they are, and the keys under which it found none: what was decided on that
 * must still hold when it writes. Not thread-safe.
 */
final class LockedRows {

    private static final String LOCK_LIVE =
            "SELECT pk, self, ver, upd, digest, side, patient, tokens, links FROM resource"
                    + " WHERE self = ANY(?) ORDER BY self FOR ";
    /**
     * The same with the bytes. Where a row was changed while this waited for it, PostgreSQL gives the row as it is now, but looks for
     * its version as of the beginning of the statement: there are no bytes then, never older ones.
     */
    private static final String LOCK_AND_READ =
            "SELECT r.pk, r.self, r.ver, r.upd, r.digest, r.side, r.patient, r.tokens, r.links, r.type, r.id, v.codec, v.body,"
                    + " v.method FROM resource r LEFT JOIN version v ON v.pk = r.pk AND v.ver = r.ver"
                    + " WHERE r.self = ANY(?) ORDER BY r.self FOR NO KEY UPDATE OF r";

    private final Map<Long, Row> rows = new HashMap<>();
    private final Set<Long> absent = new HashSet<>();

    /** Locks those of these that are live and not locked yet. */
    void lock(Connection c, long[] selves) throws SQLException {
        long[] asked = unknown(selves);
        lock(c, asked, rows);
        note(asked);
    }

    /**
     * Locks them, and reads them with the same statement where nothing is known of any yet.
     *
     * @param found takes the current versions of those that are live and visible
     * @return those that are live and locked, but have still to be read
     */
    long[] read(Connection c, long[] selves, JdbcReader reader, long @Nullable [] visible, List<Stored> found)
            throws SQLException {
        if (selves.length == 0 || unknown(selves).length < selves.length) {
            lock(c, selves);
            return LongStream.of(selves).filter(rows::containsKey).toArray();
        }
        LongStream.Builder unread = LongStream.builder();
        try (PreparedStatement s = JdbcReader.prepare(c, new Sql(LOCK_AND_READ, (Object) selves));
                ResultSet r = s.executeQuery()) {
            while (r.next()) {
                Row row = row(r);
                rows.put(r.getLong(2), row);
                byte[] body = r.getBytes(13);
                if (body == null) {
                    unread.add(r.getLong(2));
                } else if (JdbcWriter.isVisible(row.patient(), visible)) {
                    found.add(reader.stored(
                            c, row, r.getShort(10), r.getString(11), r.getShort(12), body, r.getShort(14)));
                }
            }
        }
        note(selves);
        return unread.build().toArray();
    }

    private long[] unknown(long[] selves) {
        return LongStream.of(selves)
                .filter(self -> !rows.containsKey(self) && !absent.contains(self))
                .toArray();
    }

    /** Those of these that were asked for and not found are absent. */
    private void note(long[] asked) {
        LongStream.of(asked).filter(self -> !rows.containsKey(self)).forEach(absent::add);
    }

    /** Those of these that are not locked. */
    long[] others(long[] selves) {
        return LongStream.of(selves).filter(self -> !rows.containsKey(self)).toArray();
    }

    Map<Long, Row> rows() {
        return rows;
    }

    /** @throws SQLException to begin anew: somebody has made what was not there */
    void check(Map<Long, Row> now) throws SQLException {
        if (absent.stream().anyMatch(now::containsKey)) {
            throw new SQLException("A resource was made meanwhile", "40001");
        }
    }

    void clear() {
        rows.clear();
        absent.clear();
    }

    // ---------------------------------------------------------------- statements

    /** Locks live rows as an update does, and adds them. */
    static void lock(Connection c, long[] selves, Map<Long, Row> rows) throws SQLException {
        // an update leaves the key as it is, so that others may refer to the row meanwhile; a deletion does not
        lock(c, LOCK_LIVE + "NO KEY UPDATE", selves, rows);
    }

    static void lockToDelete(Connection c, long[] selves, Map<Long, Row> rows) throws SQLException {
        lock(c, LOCK_LIVE + "UPDATE", selves, rows);
    }

    private static void lock(Connection c, String sql, long[] selves, Map<Long, Row> rows) throws SQLException {
        if (selves.length == 0) {
            return;
        }
        try (PreparedStatement s = JdbcReader.prepare(c, new Sql(sql, (Object) selves));
                ResultSet r = s.executeQuery()) {
            while (r.next()) {
                rows.put(r.getLong(2), row(r));
            }
        }
    }

    private static Row row(ResultSet r) throws SQLException {
        return new Row(
                r.getLong(1),
                r.getInt(3),
                r.getLong(4),
                r.getLong(5),
                r.getLong(6),
                nullable(r, 7),
                longs(r, 8),
                longs(r, 9),
                true);
    }

    private static long[] longs(ResultSet r, int column) throws SQLException {
        Long[] values = (Long[]) r.getArray(column).getArray();
        return Arrays.stream(values).mapToLong(Long::longValue).toArray();
    }

    static @Nullable Long nullable(ResultSet r, int column) throws SQLException {
        long v = r.getLong(column);
        return r.wasNull() ? null : v;
    }
}
