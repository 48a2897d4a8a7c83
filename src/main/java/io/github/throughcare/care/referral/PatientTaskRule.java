package io.github.throughcare.care.referral;

import io.github.throughcare.care.TaskRule;
import io.github.throughcare.care.referral.ReferralLife.Party;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Problem.Issue;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keeps Tasks for patients (forms, contacts, reading) on every write path: their own state machine, who may set what, what they hold,
 * and that the person's app changes nothing but status, statusReason and output.
 */
@Component
final class PatientTaskRule extends TaskRule {

    PatientTaskRule() {
        super("A Task for a patient");
    }

    @Override
    protected String kind(Task task) {
        return PatientTaskLife.isPatientTask(task) ? "patient" : "";
    }

    @Override
    protected String stays(String kind) {
        return "A Task for a patient stays one: its code, and the person who owns it. Cancel it and make another";
    }

    @Override
    protected Set<TaskStatus> after(TaskStatus from) {
        return PatientTaskLife.after(from);
    }

    @Override
    protected void deleted(Task before, Actor actor) {
        if (!actor.is(before.getRequester())) {
            throw wrongActor("Only the requester deletes a Task for a patient", "Task");
        }
    }

    @Override
    protected void written(@Nullable Task before, Task kept, String kind, Intent intent) {
        if (before == null) {
            begun(kept, intent.actor());
        } else {
            moved(before, kept, intent.actor());
        }
        shape(before, kept);
    }

    private static void begun(Task after, Actor actor) {
        if (after.getStatus() != TaskStatus.READY) {
            throw Problem.rule(
                    "A Task for a patient begins as ready, not as "
                            + after.getStatus().toCode(),
                    "Task.status");
        }
        if (!actor.isSystem() && !actor.is(after.getRequester())) {
            throw wrongActor(actor.reference() + " cannot ask in the name of another", "Task.requester");
        }
    }

    private static void moved(Task before, Task after, Actor actor) {
        TaskStatus from = before.getStatus();
        TaskStatus to = after.getStatus();
        if (actor.isSystem()) {
            return;
        }
        Set<Party> parties = EnumSet.noneOf(Party.class);
        if (actor.is(before.getRequester())) {
            parties.add(Party.REQUESTER);
        }
        if (actor.is(before.getOwner())) {
            parties.add(Party.TARGET);
        }
        if (from != to && parties.stream().noneMatch(PatientTaskLife.setters(to)::contains)) {
            throw wrongActor(
                    "Only " + ReferralLife.namedParties(PatientTaskLife.setters(to)) + " sets it to " + to.toCode()
                            + ", and " + actor.reference() + " is not",
                    "Task.status");
        }
        if (!parties.contains(Party.REQUESTER) && !rest(before).equalsDeep(rest(after))) {
            throw wrongActor(
                    parties.isEmpty()
                            ? "Only the requester and the owner change a Task for a patient"
                            : "The owner changes status, statusReason and output of a Task for a patient, and nothing else",
                    "Task");
        }
        if (parties.isEmpty() && !answer(before).equalsDeep(answer(after))) {
            throw wrongActor("Only the requester and the owner change a Task for a patient", "Task");
        }
    }

    /** Without what the person's app may change, and what the server keeps. */
    private static Task rest(Task task) {
        Task rest = task.copy();
        rest.setId((String) null);
        rest.setMeta(null);
        rest.setText(null);
        rest.setStatus(null);
        rest.setStatusReason(null);
        rest.setOutput(null);
        rest.setLastModifiedElement(null);
        return rest;
    }

    /** What the person's app may change. */
    private static Task answer(Task task) {
        Task answer = new Task();
        answer.setStatus(task.getStatus());
        answer.setStatusReason(task.hasStatusReason() ? task.getStatusReason().copy() : null);
        task.getOutput().forEach(o -> answer.addOutput(o.copy()));
        return answer;
    }

    /** What was wrong before and came so from elsewhere does not stop another change. */
    private static void shape(@Nullable Task before, Task after) {
        if (after.getStatus() == TaskStatus.ENTEREDINERROR) {
            return;
        }
        List<Issue> known = before == null ? List.of() : PatientTaskShape.faults(before);
        List<Issue> faults = PatientTaskShape.faults(after).stream()
                .filter(f -> !known.contains(f))
                .toList();
        if (!faults.isEmpty()) {
            throw new Problem(422, faults);
        }
    }
}
