package io.github.throughcare.care.risk;

import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.fhir.CommitListener;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.springframework.stereotype.Component;

/**
 * Whose risk has been recorded, kept in memory: most changes concern somebody else, and asking the store of each would make loading slow.
 * Read when first asked for, and brought up to date by what is committed. Says yes too often (an assessment may have been deleted, or be
 * old), never no too often: while another process writes to the same database it says yes to all. Thread-safe.
 */
@Component
final class AssessedPatients implements CommitListener {

    private static final int TOGETHER = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Resources resources;
    private final Object changes = new Object();
    private Set<String> changed = new HashSet<>();
    private volatile boolean listening;
    private final Set<String> patients = ConcurrentHashMap.newKeySet();
    private volatile boolean ready;
    private volatile boolean accompanied;
    /** Whose risk is being reckoned at the moment, and how many times. */
    private final Map<String, Integer> inWork = new ConcurrentHashMap<>();

    AssessedPatients(Resources resources) {
        this.resources = resources;
    }

    @Override
    public Set<String> types() {
        return Set.of("RiskAssessment");
    }

    @Override
    public void committed(Collection<String> references) {
        synchronized (changes) {
            if (listening) {
                references.forEach(r -> changed.add(r.substring(r.indexOf('/') + 1)));
            }
        }
    }

    /** The assessment itself says whose it is. */
    @Override
    public void written(Collection<Written> assessments) {
        List<String> unread = new ArrayList<>();
        for (Written one : assessments) {
            byte[] json = one.json();
            if (json == null) {
                unread.add(one.reference());
            } else if (listening) {
                patients.addAll(JsonBytes.patients(json));
            }
        }
        committed(unread);
    }

    @Override
    public void accompanied(boolean others) {
        accompanied = others;
    }

    /**
     * Their risk is reckoned from now on: what changes meanwhile is news, and is told when the result is stored. To be called before the
     * record is read.
     */
    void begin(Collection<String> some) {
        some.forEach(p -> inWork.merge(p, 1, Integer::sum));
    }

    /** Their risk is stored, or will not be. */
    void end(Collection<String> some) {
        synchronized (inWork) {
            some.forEach(p -> inWork.computeIfPresent(p, (k, n) -> n == 1 ? null : n - 1));
            inWork.notifyAll();
        }
    }

    /** @throws IllegalStateException when it takes very long: to be told again later */
    private void await(String patient) {
        synchronized (inWork) {
            long until = System.nanoTime() + PATIENCE.toNanos();
            while (inWork.containsKey(patient)) {
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0) {
                    throw new IllegalStateException("The risk of Patient/" + patient + " is still being reckoned");
                }
                try {
                    inWork.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("stopped", e);
                }
            }
        }
    }

    /** Waits while the patient's risk is being reckoned. */
    boolean contains(String patient) {
        await(patient);
        return isContained(patient);
    }

    private synchronized boolean isContained(String patient) {
        List<String> news;
        boolean first;
        synchronized (changes) {
            first = !listening;
            listening = true;
            news = List.copyOf(changed);
            changed = new HashSet<>();
        }
        try {
            if (first) {
                resources.each(RiskAssessment.class, "", Visibility.everything(), this::add);
            }
            for (int from = 0; from < news.size(); from += TOGETHER) {
                add(resources.read(
                        RiskAssessment.class,
                        news.subList(from, Math.min(from + TOGETHER, news.size())),
                        Visibility.everything()));
            }
        } catch (RuntimeException e) {
            ready = false;
            synchronized (changes) {
                listening = false;
            }
            throw e;
        }
        ready = true;
        return accompanied || patients.contains(patient);
    }

    /** Without a look at the store: no only when it is known to be no. */
    boolean mayContain(String patient) {
        if (inWork.containsKey(patient)) {
            return true;
        }
        synchronized (changes) {
            if (accompanied || !ready || !listening || !changed.isEmpty()) {
                return true;
            }
        }
        return patients.contains(patient);
    }

    private void add(List<RiskAssessment> assessments) {
        patients.addAll(assessments.stream()
                .map(r -> String.valueOf(r.getSubject().getReferenceElement().getIdPart()))
                .collect(Collectors.toSet()));
    }
}
