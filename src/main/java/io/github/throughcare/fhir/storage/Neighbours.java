package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.CommitListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Tells {@link CommitListener}s what other server processes on the same database commit: looks every second for versions since the last
 * look, up to where the history is complete ({@link Horizon}), so that a late commit is told late and none is missed. Nothing is
 * kept: what lives in memory begins anew with the process. While no other process is connected it reads nothing; while one is, the
 * process's own changes are told a second time.
 */
final class Neighbours implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);
    private static final long PERIOD = TimeUnit.SECONDS.toMillis(1);

    /** No other process can have started, written and gone within this. */
    private static final long BLINK = TimeUnit.SECONDS.toNanos(4);

    private static final String NEWS =
            "SELECT DISTINCT 0::bigint, v.type, coalesce(r.id, g.id), 0, 0::bigint, 0, NULL::bytea"
                    + " FROM version v LEFT JOIN resource r ON r.pk = v.pk LEFT JOIN gone g ON g.pk = v.pk"
                    + " WHERE v.type = ANY(?) AND v.upd >= ? AND v.upd < ? AND coalesce(r.id, g.id) IS NOT NULL";

    private final Store store;
    private final List<CommitListener> listeners;
    private volatile @Nullable Thread worker;

    private boolean accompanied;
    private long read;
    private long looked;

    Neighbours(Store store, List<CommitListener> listeners) {
        this.store = store;
        this.listeners = listeners;
    }

    /** One look. What fails is looked for again the next time. */
    void look() {
        long now = System.nanoTime();
        boolean before = accompanied;
        boolean others = store.number(new Sql(Horizon.FOREIGN)) > 0;
        if (others != before) {
            accompanied = others;
            listeners.forEach(l -> l.accompanied(others));
        }
        long until = store.settled();
        if (others || before || now - looked > BLINK) {
            tell(read, until);
        }
        read = until;
        looked = now;
    }

    private void tell(long from, long until) {
        long[] types = listeners.stream()
                .flatMap(l -> l.types().stream())
                .distinct()
                .mapToLong(store.types()::number)
                .toArray();
        List<Stored> news = store.select(new Sql(NEWS, types, from, until));
        for (CommitListener listener : listeners) {
            Set<String> wanted = listener.types();
            List<String> changed = new ArrayList<>();
            for (Stored one : news) {
                if (wanted.contains(one.type())) {
                    changed.add(one.type() + "/" + one.id());
                }
            }
            if (!changed.isEmpty()) {
                listener.committed(changed);
            }
        }
    }

    private void work() {
        while (worker == Thread.currentThread()) {
            try {
                Thread.sleep(PERIOD);
                look();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.warn("News of other processes wait: {}", e.toString());
            }
        }
    }

    /** Before anything is asked: what is kept in memory is read after this, or told. */
    void begin() {
        read = store.settled();
        looked = System.nanoTime();
    }

    @Override
    public void start() {
        begin();
        Thread thread = new Thread(this::work, "neighbours");
        thread.setDaemon(true);
        worker = thread;
        thread.start();
    }

    @Override
    public void stop() {
        Thread thread = worker;
        worker = null;
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return worker != null;
    }

    /** Before the web server. */
    @Override
    public int getPhase() {
        return 0;
    }
}
