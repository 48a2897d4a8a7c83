package io.github.throughcare.fhir.storage;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.ResourceChanged;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells {@link ChangeListener}s of committed changes, at least once. One server process delivers at a time (an advisory lock
 * decides), one change after the other; of one resource a later change waits for the earlier. A listener that fails is told again
 * after a growing pause. Not by Hibernate: to make it takes two seconds of CPU, which the first discharge after a start would wait for.
 */
final class Outbox extends BackgroundWork {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final long DELIVERY_LOCK = 0x6f7574626f78L;
    /** Changes that are read together, at most. */
    private static final int TOGETHER = 500;
    /** Deliveries of one transaction end after this: what is due next, and a stop of the server, need not wait for slow listeners. */
    private static final long ENOUGH = TimeUnit.MILLISECONDS.toNanos(250);

    private static final String NEXT = "SELECT o.seq, o.pk, o.ver, o.attempts FROM outbox o WHERE o.due <= ?"
            + " AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.pk = o.pk AND e.seq < o.seq) ORDER BY o.seq LIMIT "
            + TOGETHER;
    /** What is planned while the table is empty serves when it is full, too: a plan that reads all of it for each row would not do. */
    private static final String BY_INDEX = "SET LOCAL enable_seqscan = off";

    private static final String MINE = "SELECT CASE WHEN pg_try_advisory_xact_lock(?) THEN 1 ELSE 0 END";
    private static final String VERSIONS =
            "SELECT v.pk, v.type, coalesce(r.id, g.id), v.ver, v.upd, v.codec, v.body, NULL, v.method FROM version v"
                    + " JOIN unnest(?, ?) AS x(pk, ver) ON x.pk = v.pk AND v.ver IN (x.ver, x.ver - 1)"
                    + " LEFT JOIN resource r ON r.pk = v.pk LEFT JOIN gone g ON g.pk = v.pk ORDER BY v.ver";

    private final Store store;
    private final ModelReader model;
    private final Clock clock;
    private final List<ChangeListener> listeners;

    Outbox(Store store, FhirContext context, Clock clock, List<ChangeListener> listeners) {
        super("outbox");
        this.store = store;
        this.model = new ModelReader(context);
        this.clock = clock;
        this.listeners = listeners;
        store.afterCommit(this::ring);
    }

    /** Without a trace of the stack: usually the database is away. */
    @Override
    void failed(Exception fault) {
        LOG.warn("Changes wait for delivery: {}", fault.toString());
    }

    /** A change that is due. */
    private record Row(long seq, long pk, int ver, int attempts) {}

    @Override
    boolean step() {
        return store.on(c -> {
            c.setAutoCommit(false);
            try {
                int delivered = deliverSome(c);
                c.commit();
                return delivered > 0;
            } catch (RuntimeException | SQLException e) {
                c.rollback();
                throw e;
            } finally {
                c.setAutoCommit(true);
            }
        });
    }

    private int deliverSome(Connection c) throws SQLException {
        if (JdbcReader.number(c, new Sql(MINE, DELIVERY_LOCK)) == 0) {
            return 0;
        }
        JdbcReader.update(c, new Sql(BY_INDEX));
        Instant now = clock.instant();
        List<Row> due = due(c, now);
        if (!due.isEmpty()) {
            Map<Long, List<Stored>> versions = versions(due);
            List<Long> heard = new ArrayList<>();
            long began = System.nanoTime();
            for (Row row : due) {
                if (deliver(c, row, versions.getOrDefault(row.pk, List.of()), now)) {
                    heard.add(row.seq);
                }
                if (System.nanoTime() - began > ENOUGH) {
                    break;
                }
            }
            JdbcReader.update(c, new Sql("DELETE FROM outbox WHERE seq = ANY(?)", (Object)
                    heard.stream().mapToLong(Long::longValue).toArray()));
        }
        return due.size();
    }

    private static List<Row> due(Connection c, Instant now) throws SQLException {
        try (PreparedStatement s = c.prepareStatement(NEXT)) {
            s.setObject(1, now.atOffset(ZoneOffset.UTC));
            List<Row> due = new ArrayList<>();
            try (ResultSet rows = s.executeQuery()) {
                while (rows.next()) {
                    due.add(new Row(rows.getLong(1), rows.getLong(2), rows.getInt(3), rows.getInt(4)));
                }
            }
            return due;
        }
    }

    /** Tells those who want to hear of it; false when it has to be told again. */
    private boolean deliver(Connection c, Row row, List<Stored> versions, Instant known) throws SQLException {
        try {
            Stored now = versions.get(versions.size() - 1);
            List<ChangeListener> wanting = listeners.stream()
                    .filter(l -> l.types().contains(now.type())
                            && (now.json() == null || l.concerns(now.type(), now.requireJson())))
                    .toList();
            if (!wanting.isEmpty()) {
                ResourceChanged change = new ResourceChanged(
                        now.type(),
                        now.id(),
                        now.version(),
                        versions.size() > 1 ? parse(versions.get(0)) : null,
                        parse(now),
                        known);
                wanting.forEach(l -> l.changed(change));
            }
            return true;
        } catch (RuntimeException e) {
            int attempts = row.attempts + 1;
            Instant again = clock.instant().plusSeconds(Math.min(300, 1L << Math.min(attempts, 8)));
            later(c, row, attempts, again);
            LOG.error("A listener failed on change {} (attempt {}), again at {}", row.seq, attempts, again, e);
            return false;
        }
    }

    private static void later(Connection c, Row row, int attempts, Instant again) throws SQLException {
        try (PreparedStatement s = c.prepareStatement("UPDATE outbox SET attempts = ?, due = ? WHERE seq = ?")) {
            s.setInt(1, attempts);
            s.setObject(2, again.atOffset(ZoneOffset.UTC));
            s.setLong(3, row.seq);
            s.executeUpdate();
        }
    }

    /** The version that each change made and the one before it, by the resource's number. */
    private Map<Long, List<Stored>> versions(List<Row> changes) {
        return store
                .select(new Sql(
                        VERSIONS,
                        changes.stream().mapToLong(row -> row.pk).toArray(),
                        changes.stream().mapToLong(row -> row.ver).toArray()))
                .stream()
                .collect(Collectors.groupingBy(Stored::pk));
    }

    private @Nullable Resource parse(Stored stored) {
        return stored.json() == null ? null : model.read(stored.requireJson());
    }

    /** Where nobody listens there is nothing to deliver. */
    @Override
    public void start() {
        if (!listeners.isEmpty()) {
            super.start();
        }
    }
}
