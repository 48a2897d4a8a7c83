package io.github.throughcare.care.risk;

import io.github.throughcare.fhir.CommitListener;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    private final Resources resources;
    private final Object changes = new Object();
    private Set<String> changed = new HashSet<>();
    private boolean listening;
    private final Set<String> patients = ConcurrentHashMap.newKeySet();
    private volatile boolean ready;
    private volatile boolean accompanied;

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

    @Override
    public void accompanied(boolean others) {
        accompanied = others;
    }

    synchronized boolean contains(String patient) {
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
                add(resources.search(
                        RiskAssessment.class,
                        "_id="
                                + String.join(
                                        ",",
                                        new ArrayList<>(news.subList(from, Math.min(from + TOGETHER, news.size())))),
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
