package io.github.throughcare.care.transition;

import io.github.throughcare.care.BasedOn;
import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.ResourceChanged;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Task;
import org.springframework.stereotype.Component;

/** Hears of Communications, and brings the contact Tasks that they are based on to what all of them say ({@link ContactAttempts}). */
@Component
final class ContactWatcher implements ChangeListener {

    private final StoredTransition store;
    private final ZoneId zone;
    private final Clock clock;

    ContactWatcher(StoredTransition store, CareSettings settings, Clock clock) {
        this.store = store;
        this.zone = settings.zoneId();
        this.clock = clock;
    }

    @Override
    public Set<String> types() {
        return Set.of("Communication");
    }

    @Override
    public void changed(ResourceChanged change) {
        BasedOn.tasks(change)
                .forEach(id -> store.store(() -> {
                    Task task = store.read(Task.class, id);
                    return task == null || !TaskKind.CONTACT.is(task)
                            ? List.of()
                            : ContactAttempts.outcome(
                                            task, store.communications(id), new TransitionTasks(clock.instant(), zone))
                                    .stream()
                                    .toList();
                }));
    }
}
