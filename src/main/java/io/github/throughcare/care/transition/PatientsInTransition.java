package io.github.throughcare.care.transition;

import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.fhir.CommitListener;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.r4.model.Task;
import org.springframework.stereotype.Component;

/**
 * Who has, or lately had, Tasks of transitional care, kept in memory: most of what is written concerns others, and asking the store of
 * each admission, medicine and Flag would make loading slow. Says yes too often, never no too often. Thread-safe.
 */
@Component
final class PatientsInTransition implements CommitListener {

    /** Tasks that were touched in these days count although they are closed; an older one is not opened again. */
    private static final int LATELY_DAYS = 120;

    private static final List<byte[]> KINDS = Arrays.stream(TaskKind.values())
            .map(k -> ('"' + k.code + '"').getBytes(StandardCharsets.US_ASCII))
            .toList();

    private final StoredTransition store;
    private final Clock clock;
    private final Set<String> patients = ConcurrentHashMap.newKeySet();
    private volatile boolean ready;
    private volatile boolean accompanied;

    PatientsInTransition(StoredTransition store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Set<String> types() {
        return Set.of("Task");
    }

    @Override
    public void committed(Collection<String> resources) {
        // only of other processes, and while there are any it says yes to all
    }

    @Override
    public void written(Collection<Written> tasks) {
        for (Written task : tasks) {
            byte[] json = task.json();
            if (json != null && KINDS.stream().anyMatch(k -> JsonBytes.contain(json, k))) {
                patients.addAll(JsonBytes.patients(json));
            }
        }
    }

    /** Another process may start a transition that this one does not know of. */
    @Override
    public void accompanied(boolean others) {
        if (others) {
            accompanied = true;
        }
    }

    /** Reads who is meant, after the start; before it everybody may be. */
    void load() {
        String kinds = "code=" + StoredTransition.encodeEach(TaskKind.TOKENS);
        String since = clock.instant().minus(LATELY_DAYS, ChronoUnit.DAYS).toString();
        for (String which : List.of(
                "&status=" + TransitionTasks.OPEN_TOKENS, "&_lastUpdated=ge" + StoredTransition.encode(since))) {
            store.each(
                    Task.class,
                    kinds + which,
                    page -> page.forEach(t -> {
                        String patient = t.getFor().getReferenceElement().getIdPart();
                        if (patient != null) {
                            remember(patient);
                        }
                    }));
        }
        ready = true;
    }

    /** A transition begins; told before anything is read for it. */
    void remember(String patient) {
        patients.add(patient);
    }

    /** Without a look at the store: no only when it is known to be no. */
    boolean mayBe(String patient) {
        return !ready || accompanied || patients.contains(patient);
    }

    /** Whether nobody is. */
    boolean isNobody() {
        return ready && !accompanied && patients.isEmpty();
    }

    /** Whether stored JSON may be about one of them. */
    boolean mayBeOf(byte[] json) {
        return JsonBytes.mayBeOf(json, this::mayBe);
    }
}
