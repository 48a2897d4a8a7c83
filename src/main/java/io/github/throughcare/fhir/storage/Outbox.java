package io.github.throughcare.fhir.storage;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.ResourceChanged;
import io.github.throughcare.fhir.storage.Entities.OutboxRow;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells {@link ChangeListener}s of committed changes, at least once. One server process delivers at a time (an advisory lock
 * decides), one change after the other; of one resource a later change waits for the earlier. A listener that fails is told again
 * after a growing pause.
 */
final class Outbox extends BackgroundWork {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final long DELIVERY_LOCK = 0x6f7574626f78L;
    private static final String NEXT = "SELECT o.* FROM outbox o WHERE o.due <= :now"
            + " AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.pk = o.pk AND e.seq < o.seq) ORDER BY o.seq LIMIT 50";
    private static final String VERSIONS =
            "SELECT v.pk, v.type, coalesce(r.id, g.id), v.ver, v.upd, v.codec, v.body, NULL, v.method FROM version v"
                    + " JOIN unnest(?, ?) AS x(pk, ver) ON x.pk = v.pk AND v.ver IN (x.ver, x.ver - 1)"
                    + " LEFT JOIN resource r ON r.pk = v.pk LEFT JOIN gone g ON g.pk = v.pk ORDER BY v.ver";

    private final Supplier<SessionFactory> sessions;
    private final Store store;
    private final ModelReader model;
    private final Clock clock;
    private final List<ChangeListener> listeners;

    Outbox(
            Supplier<SessionFactory> sessions,
            Store store,
            FhirContext context,
            Clock clock,
            List<ChangeListener> listeners) {
        super("outbox");
        this.sessions = sessions;
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

    @Override
    boolean step() {
        return sessions.get().fromStatelessTransaction(s -> {
            boolean mine = s.createNativeQuery("SELECT pg_try_advisory_xact_lock(:key)", Boolean.class)
                    .setParameter("key", DELIVERY_LOCK)
                    .getSingleResult();
            if (!mine) {
                return false;
            }
            Instant now = clock.instant();
            List<OutboxRow> due = s.createNativeQuery(NEXT, OutboxRow.class)
                    .setParameter("now", now)
                    .getResultList();
            if (!due.isEmpty()) {
                Map<Long, List<Stored>> versions = versions(due);
                long[] heard = due.stream()
                        .filter(row -> deliver(s, row, versions.getOrDefault(row.pk, List.of()), now))
                        .mapToLong(row -> row.seq)
                        .toArray();
                s.createNativeMutationQuery("DELETE FROM outbox WHERE seq = ANY(:seqs)")
                        .setParameter("seqs", heard)
                        .executeUpdate();
            }
            return !due.isEmpty();
        });
    }

    /** Tells those who want to hear of it; false when it has to be told again. */
    private boolean deliver(StatelessSession session, OutboxRow row, List<Stored> versions, Instant known) {
        try {
            Stored now = versions.get(versions.size() - 1);
            List<ChangeListener> wanting = listeners.stream()
                    .filter(l -> l.types().contains(now.type())
                            && (now.json() == null || l.wants(now.type(), now.requireJson())))
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
            row.attempts++;
            Instant again = clock.instant().plusSeconds(Math.min(300, 1L << Math.min(row.attempts, 8)));
            row.due = again;
            session.update(row);
            LOG.error("A listener failed on change {} (attempt {}), again at {}", row.seq, row.attempts, again, e);
            return false;
        }
    }

    /** The version that each change made and the one before it, by the resource's number. */
    private Map<Long, List<Stored>> versions(List<OutboxRow> changes) {
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
