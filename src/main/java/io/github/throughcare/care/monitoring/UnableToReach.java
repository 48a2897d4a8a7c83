package io.github.throughcare.care.monitoring;

import io.github.throughcare.care.DerivedIds;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.OnlyNew;
import io.github.throughcare.care.OpenTasks;
import io.github.throughcare.care.Tokens;
import io.github.throughcare.care.WriteBack;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.ResourceChanged;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.springframework.stereotype.Component;

/**
 * Three failed attempts to reach somebody with an open case make a Task for the care manager; a contact ends it. The id of the Task
 * derives from the first failed attempt, so that a fourth makes no second one.
 */
@Component
final class UnableToReach implements ChangeListener {

    private static final String KIND = "unable-to-reach";

    private final Resources resources;
    private final FacilityTime time;

    UnableToReach(Resources resources, FacilityTime time) {
        this.resources = resources;
        this.time = time;
    }

    @Override
    public Set<String> types() {
        return Set.of("Communication");
    }

    @Override
    public void changed(ResourceChanged change) {
        Communication now = change.after(Communication.class).orElse(null);
        if (now == null
                || !ContactRule.isAttempt(now)
                || !"Patient".equals(now.getSubject().getReferenceElement().getResourceType())) {
            return;
        }
        String patient = now.getSubject().getReferenceElement().getIdPart();
        resources
                .search(
                        EpisodeOfCare.class,
                        "patient=" + patient + "&status=planned,waitlist,active,onhold",
                        Visibility.everything())
                .stream()
                .min(Comparator.comparing((EpisodeOfCare e) -> e.getStatus() != EpisodeOfCareStatus.ACTIVE)
                        .thenComparing(e -> !e.getCareManager().hasReference())
                        .thenComparing(e -> e.getIdElement().getIdPart()))
                .ifPresent(episode -> look(patient, episode));
    }

    private void look(String patient, EpisodeOfCare episode) {
        List<Communication> failed = ContactRule.failedSinceContact(
                resources.search(Communication.class, "patient=" + patient, Visibility.everything()), time);
        List<Task> changed = new ArrayList<>();
        if (failed.size() >= ContactRule.ATTEMPTS) {
            Task task = task(patient, episode, failed);
            if (resources
                    .read(Task.class, task.getIdElement().getIdPart(), Visibility.everything())
                    .isEmpty()) {
                changed.add(task);
            }
        } else if (failed.isEmpty()) {
            resources
                    .search(
                            Task.class,
                            "patient=" + patient + "&code=" + Tokens.of(Ig.TASK_KIND, KIND) + "&status="
                                    + OpenTasks.STATUSES,
                            Visibility.everything())
                    .forEach(t -> changed.add(t.setStatus(TaskStatus.CANCELLED)
                            .setStatusReason(new CodeableConcept().setText("The person was reached"))));
        }
        if (!changed.isEmpty()) {
            commit(changed);
        }
    }

    /** Another server process may have made the Task at this moment: it is there once. */
    private void commit(List<Task> changed) {
        Set<String> read = changed.stream()
                .filter(t -> t.getMeta().hasVersionId())
                .map(t -> t.getIdElement().getIdPart())
                .collect(Collectors.toSet());
        try {
            resources.commit(WriteBack.transaction(changed), Visibility.everything(), new OnlyNew("Task", read));
        } catch (Problem p) {
            if (!OnlyNew.refused(p)) {
                throw p;
            }
        }
    }

    private Task task(String patient, EpisodeOfCare episode, List<Communication> failed) {
        Task task = new Task();
        task.setId(DerivedIds.of(KIND, patient, failed.get(0).getIdElement().getIdPart()));
        task.setStatus(TaskStatus.REQUESTED).setIntent(TaskIntent.ORDER);
        task.setCode(new CodeableConcept(new Coding(Ig.TASK_KIND, KIND, "Unable to reach")));
        task.setDescription("Attempts to reach the person have failed; decide how to go on");
        task.setFocus(new Reference("EpisodeOfCare/" + episode.getIdElement().getIdPart()));
        task.setFor(new Reference("Patient/" + patient));
        if (episode.getCareManager().hasReference()) {
            task.setOwner(episode.getCareManager().copy());
        }
        task.setAuthoredOnElement(time.stamp());
        task.getRestriction()
                .getPeriod()
                .setEndElement(FacilityTime.day(time.today().plusDays(3)));
        failed.forEach(c -> task.addInput()
                .setType(new CodeableConcept().setText("Failed attempt"))
                .setValue(new Reference("Communication/" + c.getIdElement().getIdPart())));
        return task;
    }
}
