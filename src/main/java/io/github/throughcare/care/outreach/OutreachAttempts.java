package io.github.throughcare.care.outreach;

import io.github.throughcare.care.ContactLog;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.TaskItems;
import io.github.throughcare.care.TaskLife;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * What the Communications {@code basedOn} an outreach Task make of it: each is an output of it, the first puts it in progress, three
 * failed ones since the last contact end it as {@code failed}. Whether the person enrols is for people to say. Pure.
 */
final class OutreachAttempts {

    static final int ENOUGH = 3;

    private OutreachAttempts() {}

    /** @return the Task as it should be; empty when it is so, or has ended */
    static Optional<Task> outcome(Task task, Collection<Communication> all, FacilityTime time) {
        if (!TaskLife.OPEN.contains(task.getStatus())) {
            return Optional.empty();
        }
        List<Communication> attempts = ContactLog.inOrder(all, time);
        int failed = ContactLog.failedSinceContact(attempts).size();
        Task moved = task.copy();
        Set<String> known = TaskItems.outputs(task, "attempt").stream()
                .map(v -> v instanceof Reference r ? r.getReference() : "")
                .collect(Collectors.toSet());
        attempts.stream()
                .map(c -> "Communication/" + c.getIdElement().getIdPart())
                .filter(r -> !known.contains(r))
                .forEach(r -> TaskItems.addOutput(moved, "attempt", new Reference(r)));
        if (!attempts.isEmpty() && task.getStatus() != TaskStatus.INPROGRESS && task.getStatus() != TaskStatus.ONHOLD) {
            moved.setStatus(TaskStatus.INPROGRESS);
        }
        if (failed >= ENOUGH) {
            moved.setStatus(TaskStatus.FAILED);
            moved.setStatusReason(new CodeableConcept(new Coding()
                            .setSystem(Ig.codeSystem("task-status-reason"))
                            .setCode("not-reached"))
                    .setText("Not reached in " + failed + " attempts"));
        }
        return moved.equalsDeep(task) ? Optional.empty() : Optional.of(moved);
    }
}
