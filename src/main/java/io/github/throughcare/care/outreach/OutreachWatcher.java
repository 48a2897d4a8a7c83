package io.github.throughcare.care.outreach;

import io.github.throughcare.care.BasedOn;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.WriteBack;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.ResourceChanged;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Task;
import org.springframework.stereotype.Component;

/** Hears of Communications, and brings the outreach Tasks they are based on to what all of them say ({@link OutreachAttempts}). */
@Component
final class OutreachWatcher implements ChangeListener {

    private final Resources resources;
    private final FacilityTime time;

    OutreachWatcher(Resources resources, FacilityTime time) {
        this.resources = resources;
        this.time = time;
    }

    @Override
    public Set<String> types() {
        return Set.of("Communication");
    }

    @Override
    public void changed(ResourceChanged change) {
        BasedOn.tasks(change).forEach(this::look);
    }

    /** Whoever writes the Task meanwhile makes this fail; it is told again then. */
    private void look(String id) {
        Visibility all = Visibility.everything();
        resources
                .read(Task.class, id, all)
                .filter(OutreachLife::isOutreach)
                .flatMap(task -> OutreachAttempts.outcome(
                        task, resources.search(Communication.class, "based-on=Task/" + id, all), time))
                .ifPresent(task -> resources.store(WriteBack.transaction(List.of(task)), all));
    }
}
