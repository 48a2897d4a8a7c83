package io.github.throughcare.care;

import io.github.throughcare.fhir.CommitListener;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Patients whom something concerns, kept in memory: most of what is written is about others, and asking the store of each would make
 * loading slow. Learned from the store once, and from what is written from the beginning on, so that nothing falls between the two. Says yes
 * too often, never no too often: yes to all before the store was read, where they are too many, and from the moment on when another
 * process uses the same database, whose changes are heard too late. Thread-safe.
 */
public abstract class ConcernedPatients implements CommitListener {

    private final String type;
    private final int most;
    private final Predicate<byte[]> concerns;
    private final Set<String> patients = ConcurrentHashMap.newKeySet();
    private volatile boolean ready;
    private volatile boolean accompanied;

    /**
     * @param type of the resources that make somebody concerned
     * @param most so many are remembered
     * @param concerns whether stored JSON of that type makes the patients whom it names concerned
     */
    protected ConcernedPatients(String type, int most, Predicate<byte[]> concerns) {
        this.type = type;
        this.most = most;
        this.concerns = concerns;
    }

    @Override
    public final Set<String> types() {
        return Set.of(type);
    }

    @Override
    public final void committed(Collection<String> references) {
        // only of other processes, and since there were any it says yes to all
    }

    @Override
    public final void written(Collection<Written> resources) {
        for (Written one : resources) {
            byte[] json = one.json();
            if (json != null && concerns.test(json)) {
                JsonBytes.patients(json).forEach(this::remember);
            }
        }
    }

    /** For good: what the other one began, this one does not know of when it has gone. */
    @Override
    public final void accompanied(boolean others) {
        if (others) {
            accompanied = true;
        }
    }

    /** Somebody is concerned from now on. */
    public final void remember(String patient) {
        if (!isTooMany()) {
            patients.add(patient);
        }
    }

    /** Who is concerned by what was stored before has been remembered. */
    protected final void ready() {
        ready = true;
    }

    protected final boolean isReady() {
        return ready;
    }

    /** Without a look at the store: no only when it is known to be no. */
    public final boolean mayBe(String patient) {
        return mayBeAnybody() || patients.contains(patient);
    }

    /** Whether stored JSON may be about one of them. */
    public boolean mayBeOf(byte[] json) {
        return mayBeAnybody() || JsonBytes.mayBeOf(json, patients::contains);
    }

    /** Whether nobody is. */
    public final boolean isNobody() {
        return !mayBeAnybody() && patients.isEmpty();
    }

    private boolean mayBeAnybody() {
        return !ready || accompanied || isTooMany();
    }

    private boolean isTooMany() {
        return patients.size() > most;
    }
}
