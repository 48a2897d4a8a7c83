package io.github.throughcare.care.transition;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.ResourceChanged;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Reference;
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
        Set<String> tasks = new TreeSet<>();
        Stream.of(change.before(Communication.class), change.after(Communication.class))
                .flatMap(c -> c.stream())
                .flatMap(c -> c.getBasedOn().stream())
                .map(Reference::getReferenceElement)
                .filter(r -> "Task".equals(r.getResourceType()))
                .forEach(r -> tasks.add(r.getIdPart()));
        tasks.forEach(id -> store.store(() -> {
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
