package io.github.throughcare.fhir.storage;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;

/**
 * Tells up to which lastUpdated the history is complete. A version gets its time before it is committed, so one with an earlier time
 * may appear after one with a later time; a client that goes on from the latest time it has seen would miss it. Whoever reads "all
 * since then" therefore reads no further than the oldest write that is still under way.
 *
 * <p>Writes of this process note themselves here before they take their time. Those of other processes are seen by their
 * database transactions. Clocks of several hosts must agree within {@value #SKEW_MILLIS} ms.
 */
final class Horizon {

    static final long SKEW_MILLIS = 200;

    /** A reader waits this long for writes under way; then it reads up to where they began. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

    /** How long another process may take from its clock to its first statement. */
    private static final long FOREIGN_START = TimeUnit.MILLISECONDS.toNanos(50);

    /** How many connections other processes have, and the earliest begin of a write among them (microseconds since 1970). */
    static final String FOREIGN = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name LIKE 'throughcare%' AND application_name <> current_setting('application_name')";

    private static final String FOREIGN_WRITE =
            "SELECT coalesce(min((extract(epoch FROM xact_start) * 1000000)::bigint), ?) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND backend_xid IS NOT NULL"
                    + " AND application_name LIKE 'throughcare%' AND application_name <> current_setting('application_name')";

    /** The same asked once: what is between another process's clock and its first statement is allowed for. */
    private static final String FOREIGN_NOW =
            "SELECT CASE WHEN count(*) = 0 THEN ? ELSE least(?, coalesce(min((extract(epoch FROM xact_start) * 1000000)::bigint)"
                    + " FILTER (WHERE backend_xid IS NOT NULL), ?)) - ? END FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND application_name LIKE 'throughcare%' AND application_name <> current_setting('application_name')";

    private final Map<Object, Long> under = new ConcurrentHashMap<>();
    private final Clock clock;

    Horizon(Clock clock) {
        this.clock = clock;
    }

    /** A write begins; it takes its time only after this. */
    void begin(Object write) {
        under.putIfAbsent(write, now());
    }

    /** It is committed or never will be. */
    void end(Object write) {
        under.remove(write);
    }

    /**
     * Everything with a lastUpdated before this is committed or never will be. Waits a moment for what is under way.
     *
     * @param ask runs a query with one number
     */
    long settled(ToLongFunction<Sql> ask) {
        long until = System.nanoTime() + PATIENCE;
        long limit = now() + 1000; // whoever takes its time from here on takes this one or a later
        while (now() < limit) {
            LockSupport.parkNanos(100_000);
        }
        long own = earliest(limit);
        while (own < limit && System.nanoTime() < until) {
            LockSupport.parkNanos(1_000_000);
            own = earliest(limit);
        }
        if (ask.applyAsLong(new Sql(FOREIGN)) == 0) {
            return own;
        }
        LockSupport.parkNanos(FOREIGN_START);
        long foreign = foreign(ask, limit);
        while (foreign < limit && System.nanoTime() < until) {
            LockSupport.parkNanos(5_000_000);
            foreign = foreign(ask, limit);
        }
        return Math.min(own, foreign);
    }

    /** As {@link #settled}, but without waiting: where the oldest write under way began. */
    long settledAlready(ToLongFunction<Sql> ask) {
        long own = earliest(now());
        long margin = TimeUnit.NANOSECONDS.toMicros(FOREIGN_START) + SKEW_MILLIS * 1000;
        return ask.applyAsLong(new Sql(FOREIGN_NOW, own, own, own, margin));
    }

    private long earliest(long limit) {
        long earliest = limit;
        for (long begun : under.values()) {
            earliest = Math.min(earliest, begun);
        }
        return earliest;
    }

    private static long foreign(ToLongFunction<Sql> ask, long limit) {
        return Math.min(
                limit, ask.applyAsLong(new Sql(FOREIGN_WRITE, limit + SKEW_MILLIS * 1000)) - SKEW_MILLIS * 1000);
    }

    /** Whole milliseconds, as microseconds since 1970: what lastUpdated is made of. */
    long now() {
        return ChronoUnit.MILLIS.between(Instant.EPOCH, clock.instant()) * 1000;
    }
}
