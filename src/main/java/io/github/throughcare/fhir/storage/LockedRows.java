package io.github.throughcare.fhir.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Rows that a transaction has locked before it writes, as they are, and the keys under which it found none: what was decided on that
 * must still hold when it writes. Not thread-safe.
 */
final class LockedRows {

    private final Map<Long, JdbcWriter.Row> rows = new HashMap<>();
    private final Set<Long> absent = new HashSet<>();

    /** Locks those of these that are live and not locked yet. */
    void lock(Connection c, long[] selves) throws SQLException {
        long[] asked = LongStream.of(selves)
                .filter(self -> !rows.containsKey(self) && !absent.contains(self))
                .toArray();
        JdbcWriter.lock(c, asked, rows);
        LongStream.of(asked).filter(self -> !rows.containsKey(self)).forEach(absent::add);
    }

    /** Those of these that are live. */
    long[] there(long[] selves) {
        return LongStream.of(selves).filter(rows::containsKey).toArray();
    }

    /** Those of these that are not locked. */
    long[] others(long[] selves) {
        return LongStream.of(selves).filter(self -> !rows.containsKey(self)).toArray();
    }

    Map<Long, JdbcWriter.Row> rows() {
        return rows;
    }

    /** @throws SQLException to begin anew: somebody has made what was not there */
    void check(Map<Long, JdbcWriter.Row> now) throws SQLException {
        if (absent.stream().anyMatch(now::containsKey)) {
            throw new SQLException("A resource was made meanwhile", "40001");
        }
    }

    void clear() {
        rows.clear();
        absent.clear();
    }
}
