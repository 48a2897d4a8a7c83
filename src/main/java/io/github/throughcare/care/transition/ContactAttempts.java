package io.github.throughcare.care.transition;

import io.github.throughcare.care.Ig;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * What the Communications that are {@code basedOn} a contact Task say of it: contact made, or two documented attempts that failed,
 * which suffice (CMS MLN908628), or nothing yet. A pure function of Task and Communications, whatever their order.
 */
final class ContactAttempts {

    /** Business status of a Task that attempts satisfied. */
    static final String SATISFIED = "satisfied-by-attempts";

    static final String MADE = "contact-made";
    private static final String STATUS = Ig.codeSystem("task-business-status");
    private static final int ENOUGH = 2;

    private ContactAttempts() {}

    /**
     * The Task as it should be.
     *
     * @param task a contact Task
     * @param communications all that are based on it, any order
     * @return empty when it is so already. A Task that somebody else closed stays closed; one that was completed here opens again
     *     when its Communications are taken back
     */
    static Optional<Task> outcome(Task task, Collection<Communication> communications, TransitionTasks at) {
        List<Communication> made = communications.stream()
                .filter(c -> c.getStatus() == CommunicationStatus.COMPLETED)
                .sorted(Comparator.comparing(ContactAttempts::id))
                .toList();
        List<Communication> failed = communications.stream()
                .filter(ContactAttempts::hasFailed)
                .sorted(Comparator.comparing(ContactAttempts::id))
                .toList();
        boolean ours = task.getStatus() == TaskStatus.COMPLETED && (is(task, MADE) || is(task, SATISFIED));
        if (!TransitionTasks.isOpen(task) && !ours) {
            return Optional.empty();
        }
        if (!made.isEmpty()) {
            return completed(task, MADE, made, at);
        }
        if (failed.size() >= ENOUGH) {
            return completed(task, SATISFIED, failed, at);
        }
        return ours ? Optional.of(reopened(task, at)) : Optional.empty();
    }

    /** A failed attempt is one that says why it failed. */
    private static boolean hasFailed(Communication communication) {
        return communication.getStatus() == CommunicationStatus.NOTDONE
                && (communication.getStatusReason().hasCoding()
                        || communication.getStatusReason().hasText());
    }

    private static Optional<Task> completed(Task old, String status, List<Communication> shown, TransitionTasks at) {
        List<String> references =
                shown.stream().map(c -> "Communication/" + id(c)).toList();
        List<String> outputs = old.getOutput().stream()
                .map(o -> o.getValue() instanceof Reference r ? r.getReference() : "")
                .toList();
        if (old.getStatus() == TaskStatus.COMPLETED && is(old, status) && outputs.containsAll(references)) {
            return Optional.empty();
        }
        Task task = old.copy();
        task.setStatus(TaskStatus.COMPLETED);
        task.setBusinessStatus(new CodeableConcept()
                .addCoding(new Coding().setSystem(STATUS).setCode(status))
                .setText(status.equals(MADE) ? "Contact was made" : "Satisfied by documented attempts"));
        Instant when = time(shown, at);
        task.getExecutionPeriod().setEndElement(at.time(when));
        task.setLastModifiedElement(at.time(at.now()));
        references.stream()
                .filter(r -> !outputs.contains(r))
                .forEach(r -> task.addOutput()
                        .setType(new CodeableConcept().setText("Contact or attempt"))
                        .setValue(new Reference(r)));
        return Optional.of(task);
    }

    private static Task reopened(Task old, TransitionTasks at) {
        Task task = old.copy();
        task.setStatus(TaskStatus.REQUESTED);
        task.setBusinessStatus(null);
        task.setExecutionPeriod(null);
        task.getOutput()
                .removeIf(o -> o.getValue() instanceof Reference r
                        && String.valueOf(r.getReference()).startsWith("Communication/"));
        task.setLastModifiedElement(at.time(at.now()));
        return task;
    }

    private static Instant time(List<Communication> shown, TransitionTasks at) {
        return shown.stream()
                .map(c -> c.hasSent() ? c.getSent() : c.getReceived())
                .filter(java.util.Objects::nonNull)
                .map(java.util.Date::toInstant)
                .max(Comparator.naturalOrder())
                .orElse(at.now());
    }

    private static boolean is(Task task, String status) {
        return task.getBusinessStatus().getCoding().stream()
                .anyMatch(c -> STATUS.equals(c.getSystem()) && status.equals(c.getCode()));
    }

    private static String id(Communication communication) {
        return communication.getIdElement().getIdPart();
    }
}
