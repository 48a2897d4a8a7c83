package io.github.throughcare.care.advocacy;

import io.github.throughcare.care.DerivedIds;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.TaskItems;
import io.github.throughcare.care.TaskLife;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule.Intent;
import java.time.LocalDate;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * What a move of one Task of advocacy does to others: an appeal puts the denied service it is part of in progress, and when it is
 * granted ends it; a denied application becomes a denied service, so that somebody decides with the person whether to appeal.
 */
final class AdvocacyConsequences {

    private final FacilityTime time;

    AdvocacyConsequences(FacilityTime time) {
        this.time = time;
    }

    void of(@Nullable Task before, Task task, String kind, Intent intent) {
        if (AdvocacyLife.AGAINST.contains(kind)) {
            task.getPartOf().stream()
                    .map(Reference::getReferenceElement)
                    .filter(p -> "Task".equals(p.getResourceType()))
                    .flatMap(p -> intent.current(Task.class, p.getIdPart()).stream())
                    .filter(p -> AdvocacyLife.kind(p).equals(AdvocacyLife.DENIED))
                    .forEach(denied -> against(before, task, denied, intent));
        }
        if (kind.equals(AdvocacyLife.DENIED) && ends(task)) {
            open(task, intent);
        }
        String decision = AdvocacyPapers.decision(task);
        if (kind.equals(AdvocacyLife.APPLICATION)
                && task.getStatus() == TaskStatus.COMPLETED
                && (decision.equals("denied") || decision.equals("partly-granted"))) {
            deniedApplication(task, intent);
        }
    }

    private static boolean ends(Task task) {
        return task.getStatus() == TaskStatus.COMPLETED || TaskLife.GIVEN_UP.contains(task.getStatus());
    }

    private static void against(@Nullable Task before, Task task, Task denied, Intent intent) {
        String name = "Task/" + denied.getIdElement().getIdPart();
        if (!String.valueOf(denied.getFor().getReference()).equals(task.getFor().getReference())) {
            throw Problem.rule(name + " is about somebody else", "Task.partOf");
        }
        if (!TaskLife.OPEN.contains(denied.getStatus())) {
            if (before == null && TaskLife.OPEN.contains(task.getStatus())) {
                throw Problem.rule(
                        name + " is " + denied.getStatus().toCode()
                                + "; an appeal is part of a denied service that is open",
                        "Task.partOf");
            }
            return;
        }
        Task moved = denied.copy();
        String decision = task.getStatus() == TaskStatus.COMPLETED ? AdvocacyPapers.decision(task) : "";
        if (TaskLife.OPEN.contains(task.getStatus()) && moved.getStatus() != TaskStatus.INPROGRESS) {
            moved.setStatus(TaskStatus.INPROGRESS);
        }
        if (!decision.isEmpty()) {
            DeniedServices.businessStatus(moved, decision, AdvocacyLife.kind(task));
            if (decision.equals("granted")) {
                DeniedServices.decided(
                        moved,
                        decision,
                        new Reference("Task/" + task.getIdElement().getIdPart()));
            }
        }
        if (!moved.equalsDeep(denied)) {
            intent.put(moved);
        }
    }

    /** A denied service does not end while an appeal against it is open. */
    private static void open(Task denied, Intent intent) {
        DeniedServices.against(denied, intent).stream().findFirst().ifPresent(t -> {
            throw Problem.rule(
                    "Task/" + t.getIdElement().getIdPart() + " against it is still "
                            + t.getStatus().toCode() + "; end that first",
                    "Task.status");
        });
    }

    private void deniedApplication(Task application, Intent intent) {
        String own = "Task/" + application.getIdElement().getIdPart();
        String id = DerivedIds.of(AdvocacyLife.DENIED, own);
        if (intent.current(Task.class, id).isPresent()) {
            return;
        }
        Task denied = DeniedServices.begun(
                id,
                "Decide with the person whether to appeal"
                        + (application.hasDescription() ? ": " + application.getDescription() : ""),
                new Reference(own),
                application.getFor(),
                application.getOwner(),
                time);
        TaskItems.inputs(application, "notice-date").forEach(d -> TaskItems.addInput(denied, "notice-date", d.copy()));
        TaskItems.outputs(application, "document").forEach(d -> TaskItems.addInput(denied, "document", d.copy()));
        LocalDate until = TaskItems.outputs(application, "appeal-until").stream()
                .filter(BaseDateTimeType.class::isInstance)
                .map(BaseDateTimeType.class::cast)
                .filter(BaseDateTimeType::hasValue)
                .map(time::dayOf)
                .min(LocalDate::compareTo)
                .orElse(time.today().plusDays(DeniedServices.DAYS_TO_CHOOSE));
        DeniedServices.until(denied, until);
        intent.put(denied);
    }
}
