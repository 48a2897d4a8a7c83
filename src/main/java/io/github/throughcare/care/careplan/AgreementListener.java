package io.github.throughcare.care.careplan;

import io.github.throughcare.care.Actors;
import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.ResourceChanged;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Set;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.springframework.stereotype.Component;

/**
 * When the Task that asks for the person's agreement completes, its goals are the person's own: {@code Goal.expressedBy} becomes the
 * Task's owner, if that is the person or one of theirs, else the person. A goal somebody has expressed stays as it is.
 */
@Component
final class AgreementListener implements ChangeListener {

    private static final Set<String> PERSON = Set.of("Patient", "RelatedPerson");

    private static final byte[] ASKED = ('"' + PlanTask.AGREEMENT + '"').getBytes(StandardCharsets.US_ASCII);

    private final Resources resources;
    private final Clock clock;

    AgreementListener(Resources resources, Clock clock) {
        this.resources = resources;
        this.clock = clock;
    }

    @Override
    public Set<String> types() {
        return Set.of("Task");
    }

    @Override
    public boolean wants(String type, byte[] json) {
        return JsonBytes.contain(json, ASKED);
    }

    @Override
    public void changed(ResourceChanged change) {
        change.after(Task.class)
                .filter(task -> PlanTask.isOf(task, PlanTask.AGREEMENT) && task.getStatus() == TaskStatus.COMPLETED)
                .ifPresent(this::record);
    }

    private void record(Task task) {
        Reference person = Actors.isOneOf(task.getOwner(), PERSON) ? task.getOwner() : task.getFor();
        Agreement.goals(task)
                .flatMap(
                        address -> resources
                                .read(Goal.class, address.substring(address.indexOf('/') + 1), Visibility.everything())
                                .stream())
                .filter(goal -> !goal.hasExpressedBy())
                .forEach(goal -> resources.commit(
                        PlanProvenance.change(
                                goal.setExpressedBy(new Reference(person.getReference())),
                                clock.instant(),
                                person,
                                "Agreed to by the person",
                                PlanChanges.address(task)),
                        Visibility.everything()));
    }
}
