package io.github.throughcare.care.outreach;

import io.github.throughcare.care.DerivedIds;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.StatutoryClock;
import io.github.throughcare.care.TaskItems;
import io.github.throughcare.care.TaskLife;
import io.github.throughcare.care.TaskRule;
import io.github.throughcare.care.outreach.OutreachLife.Outcome;
import io.github.throughcare.fhir.Problem;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Optional;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keeps outreach Tasks on every write path: they end with how they ended, a refusal has a reason and a day before which the person
 * is not asked again, and enrolment opens the case in the same transaction. Asking somebody who refused, before that day, is 422.
 */
@Component
final class OutreachRule extends TaskRule {

    private final FacilityTime time;
    private final CoordinationSettings settings;

    OutreachRule(FacilityTime time, CoordinationSettings settings) {
        super("Outreach");
        this.time = time;
        this.settings = settings;
    }

    @Override
    protected String kind(Task task) {
        return OutreachLife.isOutreach(task) ? OutreachLife.KIND : "";
    }

    @Override
    protected String stays(String kind) {
        return "An outreach Task stays one; end it and make another";
    }

    @Override
    protected void written(@Nullable Task before, Task kept, String kind, Intent intent) {
        if (before != null && before.getStatus() == kept.getStatus()) {
            return;
        }
        if ((before == null || before.getStatus() == TaskStatus.DRAFT) && TaskLife.OPEN.contains(kept.getStatus())) {
            notRefused(kept, intent);
        }
        ended(kept);
        OutreachLife.outcome(kept).ifPresent(outcome -> {
            if (outcome == Outcome.REFUSED) {
                patient(kept).ifPresent(p -> intent.current(Patient.class, p)); // whoever asks at this moment waits
                refused(kept);
            } else {
                enrolled(kept, outcome, intent);
            }
        });
    }

    /** Looked at with the patient held: a refusal at the same moment is seen. */
    private void notRefused(Task task, Intent intent) {
        patient(task).ifPresent(patient -> {
            intent.current(Patient.class, patient);
            OutreachLife.quietUntil(
                            intent.search(
                                    Task.class,
                                    "patient=" + patient + "&code=" + OutreachLife.KIND + "&status=rejected,completed"),
                            time)
                    .ifPresent(until -> {
                        throw Problem.rule(
                                "The person refused and is not to be asked again before " + until
                                        + "; if they ask themselves, open the case",
                                "Task.for");
                    });
        });
    }

    private static void ended(Task after) {
        TaskStatus to = after.getStatus();
        if (to == TaskStatus.COMPLETED && OutreachLife.outcome(after).isEmpty()) {
            throw Problem.rule(
                    "Outreach is completed with how it ended: an output of type task-item|enrolment with a code of "
                            + OutreachLife.CODES + " (enrolled, not-enrolled, not-enrolled-on-waitlist)",
                    "Task.output");
        }
        boolean reason = to == TaskStatus.REJECTED
                || to == TaskStatus.FAILED
                || to == TaskStatus.CANCELLED
                || OutreachLife.outcome(after).filter(o -> o == Outcome.REFUSED).isPresent();
        if (reason
                && !after.getStatusReason().hasCoding()
                && !after.getStatusReason().hasText()) {
            throw Problem.rule(
                    "Outreach that ends without enrolment says why in Task.statusReason", "Task.statusReason");
        }
    }

    private void refused(Task kept) {
        if (TaskItems.outputs(kept, "enrolment").isEmpty()) {
            TaskItems.addOutput(kept, "enrolment", code(Outcome.REFUSED));
        }
        if (OutreachLife.askAgain(kept, time).isEmpty()) {
            LocalDate day = time.today().plusDays(settings.askAgainDays());
            TaskItems.addOutput(kept, OutreachLife.ASK_AGAIN, new DateType(day.toString()));
        }
    }

    private static CodeableConcept code(Outcome outcome) {
        return new CodeableConcept(new Coding().setSystem(OutreachLife.CODES).setCode(outcome.code));
    }

    /** The person's open case, or a new one; the Task says which. */
    private void enrolled(Task kept, Outcome outcome, Intent intent) {
        String patient =
                patient(kept).orElseThrow(() -> Problem.rule("Task.for names the Patient who enrols", "Task.for"));
        if (!TaskItems.outputs(kept, "case").isEmpty()) {
            return;
        }
        EpisodeOfCare episode = CaseOpening.existing(patient, intent).stream()
                .filter(e -> CaseLife.OPEN.contains(e.getStatus()))
                .min(Comparator.comparing(e -> e.getIdElement().getIdPart()))
                .orElse(null);
        if (episode == null) {
            episode = CaseOpening.opened(
                    DerivedIds.of("EpisodeOfCare", "Task/" + kept.getIdElement().getIdPart()),
                    kept.getFor(),
                    kept.getOwner(),
                    CaseOpening.organization(kept.getOwner(), intent),
                    outcome == Outcome.WAITS,
                    time);
            episode.addType(type(kept));
            intent.put(episode);
        }
        TaskItems.addOutput(
                kept,
                "case",
                new Reference("EpisodeOfCare/" + episode.getIdElement().getIdPart()));
    }

    private static CodeableConcept type(Task task) {
        for (Type value : TaskItems.inputs(task, "case-type")) {
            if (value instanceof CodeableConcept concept
                    && concept.getCoding().stream().anyMatch(c -> StatutoryClock.CASE_TYPE.equals(c.getSystem()))) {
                return concept.copy();
            }
        }
        return new CodeableConcept(new Coding(StatutoryClock.CASE_TYPE, "medical", "Medical case management"));
    }

    private static Optional<String> patient(Task task) {
        return Optional.of(task.getFor().getReferenceElement())
                .filter(p -> "Patient".equals(p.getResourceType()))
                .map(p -> p.getIdPart());
    }
}
