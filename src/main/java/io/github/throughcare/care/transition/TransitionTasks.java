package io.github.throughcare.care.transition;

import io.github.throughcare.care.Ig;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * The Tasks of transitional care as pure functions: what is stored and what is known of the discharge in, the Tasks that have to
 * change out. What is as it should be is not among them, so that a second delivery of the same news stores nothing. A Task that
 * somebody has finished or refused stays as it is.
 *
 * @param now the time that is written into Tasks
 * @param zone the facility's zone
 */
record TransitionTasks(Instant now, ZoneId zone) {

    /** Statuses in which somebody still has something to do (FHIR R4, Task state machine). */
    static final Set<TaskStatus> OPEN = EnumSet.of(
            TaskStatus.DRAFT,
            TaskStatus.REQUESTED,
            TaskStatus.RECEIVED,
            TaskStatus.ACCEPTED,
            TaskStatus.READY,
            TaskStatus.INPROGRESS,
            TaskStatus.ONHOLD);

    /** The same as a token list of a search. */
    static final String OPEN_TOKENS = "draft,requested,received,accepted,ready,in-progress,on-hold";

    private static final String REASONS = Ig.codeSystem("task-status-reason");

    /** Why open Tasks are called off ({@code CodeSystem/task-status-reason}). */
    enum Reason {
        READMITTED("readmitted", "The patient is in hospital again."),
        WITHDRAWN("discharge-withdrawn", "The discharge was withdrawn."),
        FACILITY("discharged-to-facility", "The patient went to another facility."),
        DIED("patient-died", "The patient died.");

        final String code;
        final String words;

        Reason(String code, String words) {
            this.code = code;
            this.words = words;
        }
    }

    static boolean isOpen(Task task) {
        return OPEN.contains(task.getStatus());
    }

    /**
     * A discharge has happened.
     *
     * @param high a band is high
     * @param stored Tasks of this stay by id
     * @param owner who is to do it, where the patient has a care manager
     */
    List<Task> started(Discharge discharge, boolean high, Map<String, Task> stored, @Nullable Reference owner) {
        List<Task> changed = new ArrayList<>();
        for (TaskKind kind : TaskKind.values()) {
            Task old = stored.get(kind.id(discharge.encounter()));
            if (old == null) {
                changed.add(fresh(kind, discharge, high, owner));
            } else if (has(old, Reason.WITHDRAWN)) {
                changed.add(reopened(old, kind, discharge, high));
            } else {
                addMoved(changed, old, kind, discharge, high);
            }
        }
        return changed;
    }

    /** The discharge was corrected, or the risk is another one: open Tasks get the dates that follow from it. */
    List<Task> corrected(Discharge discharge, boolean high, Map<String, Task> stored) {
        List<Task> changed = new ArrayList<>();
        for (TaskKind kind : TaskKind.values()) {
            Task old = stored.get(kind.id(discharge.encounter()));
            if (old != null) {
                addMoved(changed, old, kind, discharge, high);
            }
        }
        return changed;
    }

    /** Open Tasks among these are called off. */
    List<Task> calledOff(Collection<Task> stored, Reason reason) {
        return stored.stream()
                .filter(TransitionTasks::isOpen)
                .map(old -> {
                    Task task = old.copy();
                    task.setStatus(TaskStatus.CANCELLED);
                    task.setStatusReason(new CodeableConcept()
                            .addCoding(new Coding().setSystem(REASONS).setCode(reason.code))
                            .setText(reason.words));
                    task.setLastModifiedElement(time(now));
                    return task;
                })
                .toList();
    }

    static boolean has(Task task, Reason reason) {
        return task.getStatus() == TaskStatus.CANCELLED
                && task.getStatusReason().getCoding().stream()
                        .anyMatch(c -> REASONS.equals(c.getSystem()) && reason.code.equals(c.getCode()));
    }

    private Task fresh(TaskKind kind, Discharge discharge, boolean high, @Nullable Reference owner) {
        Task task = new Task();
        task.setId(kind.id(discharge.encounter()));
        task.setStatus(TaskStatus.REQUESTED);
        task.setIntent(TaskIntent.ORDER);
        task.setPriority(isUrgent(discharge, high) ? TaskPriority.URGENT : TaskPriority.ROUTINE);
        task.setCode(new CodeableConcept()
                .addCoding(new Coding().setSystem(Ig.TASK_KIND).setCode(kind.code))
                .setText(kind.words));
        task.setDescription(kind.words);
        task.setFor(new Reference("Patient/" + discharge.patient()));
        task.setEncounter(new Reference("Encounter/" + discharge.encounter()));
        task.setAuthoredOnElement(time(now));
        task.setLastModifiedElement(time(now));
        task.getRestriction()
                .getPeriod()
                .setStartElement(day(discharge.date()))
                .setEndElement(day(due(kind, discharge, high)));
        if (kind == TaskKind.RECONCILIATION) {
            task.setFocus(new Reference("List/" + MedicationComparison.id(discharge.encounter())));
        }
        if (owner != null) {
            task.setOwner(owner.copy());
        }
        return task;
    }

    private Task reopened(Task old, TaskKind kind, Discharge discharge, boolean high) {
        Task task = old.copy();
        task.setStatus(TaskStatus.REQUESTED);
        task.setStatusReason(null);
        task.setLastModifiedElement(time(now));
        task.getRestriction()
                .getPeriod()
                .setStartElement(day(discharge.date()))
                .setEndElement(day(due(kind, discharge, high)));
        return task;
    }

    /**
     * Moves an open Task when the day of discharge is another than the one it was made for ({@code restriction.period.start}), or
     * when it is due as the other risk would have it. Another date is somebody's own and stays.
     */
    private void addMoved(List<Task> changed, Task old, TaskKind kind, Discharge discharge, boolean high) {
        String was =
                String.valueOf(old.getRestriction().getPeriod().getEndElement().getValueAsString());
        String from = old.getRestriction().getPeriod().getStartElement().getValueAsString();
        boolean soon = isUrgent(discharge, high);
        boolean otherDay = discharge.recorded() && !discharge.date().toString().equals(from);
        boolean otherRisk = was.equals(kind.due(discharge.date(), !soon).toString());
        LocalDate due = kind.due(discharge.date(), soon);
        if (!isOpen(old) || due.toString().equals(was) && !otherDay || !otherDay && !otherRisk) {
            return;
        }
        Task task = old.copy();
        task.getRestriction().getPeriod().setStartElement(day(discharge.date())).setEndElement(day(due));
        task.setLastModifiedElement(time(now));
        task.addNote()
                .setTimeElement(time(now))
                .setText("Due " + due + " instead of " + was + ": the discharge or its risk was corrected.");
        changed.add(task);
    }

    private static LocalDate due(TaskKind kind, Discharge discharge, boolean high) {
        return kind.due(discharge.date(), isUrgent(discharge, high));
    }

    private static boolean isUrgent(Discharge discharge, boolean high) {
        return high || discharge.destination() == Destination.AGAINST_ADVICE;
    }

    DateTimeType time(Instant instant) {
        DateTimeType time = new DateTimeType(Date.from(instant));
        time.setTimeZone(TimeZone.getTimeZone(zone));
        return time;
    }

    private static DateTimeType day(LocalDate date) {
        return new DateTimeType(date.toString());
    }
}
