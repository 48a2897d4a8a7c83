package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.CommitListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells {@link CommitListener}s what other server processes on the same database commit: looks every second for versions since the last
 * look, up to where the history is complete ({@link Horizon}), so that a late commit is told late and none is missed. Nothing is
 * kept: what lives in memory begins anew with the process. While no other process is connected it reads nothing; while one is, the
 * process's own changes are told a second time.
 */
final class Neighbours extends BackgroundWork {

    private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);

    /** No other process can have started, written and gone within this. */
    private static final long BLINK = TimeUnit.SECONDS.toNanos(4);

    private static final String NEWS =
            "SELECT DISTINCT 0::bigint, v.type, coalesce(r.id, g.id), 0, 0::bigint, 0, NULL::bytea"
                    + " FROM version v LEFT JOIN resource r ON r.pk = v.pk LEFT JOIN gone g ON g.pk = v.pk"
                    + " WHERE v.type = ANY(?) AND v.upd >= ? AND v.upd < ? AND coalesce(r.id, g.id) IS NOT NULL";

    private final Store store;
    private final List<CommitListener> listeners;
    private boolean accompanied;
    private long read;
    private long looked;

    Neighbours(Store store, List<CommitListener> listeners) {
        super("neighbours");
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

    @Override
    boolean step() {
        look();
        return false;
    }

    /** Without a trace of the stack: usually the database is away. */
    @Override
    void failed(Exception fault) {
        LOG.warn("News of other processes wait: {}", fault.toString());
    }

    /** Before anything is asked: what is kept in memory is read after this, or told. */
    void begin() {
        read = store.settled();
        looked = System.nanoTime();
    }

    @Override
    public void start() {
        begin();
        super.start();
    }

    /** Before the web server. */
    @Override
    public int getPhase() {
        return 0;
    }
}
