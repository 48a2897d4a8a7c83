package io.github.throughcare.care.monitoring;

import io.github.throughcare.care.DerivedIds;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.OnlyNew;
import io.github.throughcare.care.WriteBack;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.springframework.stereotype.Component;

/**
 * Tells the supervisor of an overdue Task, by a Task of code {@code escalation}: once for each due date, whatever happens to servers
 * meanwhile, for its id derives from the Task and its due date, and it is only ever created. The supervisor is the one the
 * patient's open case names (extension {@code supervisor}), else the case's managing organization, else whoever requested
 * the Task of another. Without any of them there is nobody to tell.
 */
@Component
final class Escalation {

    static final String KIND = "escalation";
    static final String SUPERVISOR = Ig.extension("supervisor");

    private final Resources resources;
    private final FacilityTime time;

    Escalation(Resources resources, FacilityTime time) {
        this.resources = resources;
        this.time = time;
    }

    /** Looks at a Task that was to be done by now; does nothing when it was done or moved. */
    void overdue(String id) {
        Task task = resources.read(Task.class, id, Visibility.everything()).orElse(null);
        if (task == null
                || Deadline.of(task, time)
                        .filter(due -> !due.isAfter(time.now()))
                        .isEmpty()) {
            return;
        }
        supervisor(task).ifPresent(supervisor -> tell(task, supervisor));
    }

    private Optional<Reference> supervisor(Task task) {
        Optional<Reference> byCase = Optional.of(task.getFor())
                .filter(f -> "Patient".equals(f.getReferenceElement().getResourceType()))
                .flatMap(f -> resources
                        .search(
                                EpisodeOfCare.class,
                                "patient=" + f.getReferenceElement().getIdPart()
                                        + "&status=planned,waitlist,active,onhold",
                                Visibility.everything())
                        .stream()
                        .sorted(Comparator.comparing(e -> e.getIdElement().getIdPart()))
                        .flatMap(e -> supervisor(e).stream())
                        .findFirst());
        return byCase.or(() -> Optional.of(task.getRequester())
                .filter(Reference::hasReference)
                .filter(r -> !r.getReference().equals(task.getOwner().getReference())));
    }

    private static Optional<Reference> supervisor(EpisodeOfCare episode) {
        return episode.hasExtension(SUPERVISOR)
                        && episode.getExtensionByUrl(SUPERVISOR).getValue() instanceof Reference named
                ? Optional.of(named)
                : Optional.of(episode.getManagingOrganization()).filter(Reference::hasReference);
    }

    private void tell(Task overdue, Reference supervisor) {
        String due = Deadline.due(overdue).orElseThrow().getValueAsString();
        boolean answer = !overdue.getRestriction().getPeriod().hasEnd();
        Task task = new Task();
        task.setId(DerivedIds.of("escalation", overdue.getIdElement().getIdPart(), due));
        task.setStatus(TaskStatus.REQUESTED).setIntent(TaskIntent.ORDER).setPriority(TaskPriority.URGENT);
        task.setCode(new CodeableConcept(new Coding(Ig.TASK_KIND, KIND, "Escalation")));
        task.setDescription((answer ? "Nothing heard by " : "Overdue since ") + due + ": "
                + (overdue.hasDescription()
                        ? overdue.getDescription()
                        : overdue.getCode().hasText()
                                ? overdue.getCode().getText()
                                : overdue.getCode().getCodingFirstRep().getCode()));
        task.setFocus(new Reference("Task/" + overdue.getIdElement().getIdPart()));
        task.setFor(overdue.getFor().copy());
        task.setOwner(supervisor.copy());
        task.setAuthoredOnElement(time.stamp());
        try {
            resources.commit(
                    WriteBack.transaction(List.of(task)), Visibility.everything(), new OnlyNew("Task", Set.of()));
        } catch (Problem p) {
            if (!OnlyNew.refused(p)) {
                throw p;
            }
        }
    }
}
