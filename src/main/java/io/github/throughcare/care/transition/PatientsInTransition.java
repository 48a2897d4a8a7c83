package io.github.throughcare.care.transition;

import io.github.throughcare.care.ConcernedPatients;
import io.github.throughcare.care.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.hl7.fhir.r4.model.Task;
import org.springframework.stereotype.Component;

/** Who has, or lately had, Tasks of transitional care. Read after the start; whoever gets some is remembered before they are made. */
@Component
final class PatientsInTransition extends ConcernedPatients {

    /** Tasks that were touched in these days count although they are closed; an older one is not opened again. */
    private static final int LATELY_DAYS = 120;

    private static final List<byte[]> KINDS = Arrays.stream(TaskKind.values())
            .map(k -> ('"' + k.code + '"').getBytes(StandardCharsets.US_ASCII))
            .toList();

    private final StoredTransition store;
    private final Clock clock;

    PatientsInTransition(StoredTransition store, Clock clock) {
        super("Task", Integer.MAX_VALUE, json -> KINDS.stream().anyMatch(k -> JsonBytes.contain(json, k)));
        this.store = store;
        this.clock = clock;
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
                    page -> page.stream()
                            .map(t -> t.getFor().getReferenceElement().getIdPart())
                            .filter(Objects::nonNull)
                            .forEach(this::remember));
        }
        ready();
    }
}
