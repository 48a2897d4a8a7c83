package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.storage.Reader;
import io.github.throughcare.fhir.storage.Sql;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many rows a token key has, from PostgreSQL's own statistics of {@code token.h}: the dense ones with their share, all others are
 * rare; and, in the same way, how many rows a type has. Read again every half minute, by whichever search comes then.
 */
final class Frequencies {

    private static final long REFRESH_NANOS = Duration.ofSeconds(30).toNanos();
    /** What a key that is not among the dense ones is taken for. */
    static final long RARE = 100;
    /** Rows of a rare key, on average of many, with room to spare. */
    private static final long AVERAGE = 10;

    private static final Sql QUERY = new Sql(
            "SELECT s.tablename || ' ' || x.v || ' ' || (x.f * c.reltuples)::bigint FROM pg_class c, pg_stats s,"
                    + " unnest(s.most_common_vals::text::bigint[], s.most_common_freqs) AS x(v, f)"
                    + " WHERE c.oid = s.tablename::regclass AND s.schemaname = current_schema()"
                    + " AND (s.tablename = 'token' AND s.attname = 'h' OR s.tablename = 'resource' AND s.attname = 'type')");

    private final AtomicLong readAt = new AtomicLong(System.nanoTime() - REFRESH_NANOS);
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile Known known = new Known(Map.of(), Map.of());

    /** Rows of each dense key, and of each type. */
    private record Known(Map<Long, Long> keys, Map<Long, Long> types) {}

    /**
     * An estimate of the rows of these keys together.
     *
     * @param reader what the search itself reads through: another connection could be waited for while locks are held
     */
    long of(long[] keys, Reader reader) {
        refresh(reader);
        Map<Long, Long> dense = known.keys;
        long sum = 0;
        long rare = 0;
        for (long key : keys) {
            Long known = dense.get(key);
            if (known == null) {
                rare++;
            } else {
                sum += known;
            }
        }
        return sum + rare(rare);
    }

    /** Each of a few may be as frequent as the rarest dense one; of many the average counts, as when many stays are asked for. */
    static long rare(long keys) {
        return Math.min(keys, 10) * RARE + Math.max(0, keys - 10) * AVERAGE;
    }

    /** An estimate of the rows of a type. */
    long ofType(int type, Reader reader) {
        refresh(reader);
        return known.types.getOrDefault((long) type, RARE);
    }

    private void refresh(Reader reader) {
        if (System.nanoTime() - readAt.get() < REFRESH_NANOS || !reading.compareAndSet(false, true)) {
            return;
        }
        try {
            Map<Long, Long> keys = new HashMap<>();
            Map<Long, Long> types = new HashMap<>();
            for (String line : reader.lines(QUERY)) {
                String[] parts = line.split(" ");
                (parts[0].equals("token") ? keys : types).put(Long.valueOf(parts[1]), Long.valueOf(parts[2]));
            }
            known = new Known(Map.copyOf(keys), Map.copyOf(types));
            readAt.set(System.nanoTime());
        } finally {
            reading.set(false);
        }
    }
}
