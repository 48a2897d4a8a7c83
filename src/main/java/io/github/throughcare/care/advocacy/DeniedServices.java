package io.github.throughcare.care.advocacy;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.TaskItems;
import io.github.throughcare.care.TaskLife;
import io.github.throughcare.fhir.WriteRule.Intent;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/** Tasks of kind {@code denied-service}: how the server opens one, what stands against one, and how a decision ends it. */
final class DeniedServices {

    /** Days in which one decides on an appeal when nobody says until when there is time: ours, no law's. */
    static final int DAYS_TO_CHOOSE = 7;

    private DeniedServices() {}

    /**
     * A new one.
     *
     * @param focus what was denied, or the answer that denied it
     * @param owner who decides with the person; may be empty
     */
    static Task begun(
            String id, String description, Reference focus, Reference patient, Reference owner, FacilityTime time) {
        Task denied = new Task();
        denied.setId(id);
        denied.setStatus(TaskStatus.REQUESTED).setIntent(TaskIntent.ORDER).setPriority(TaskPriority.URGENT);
        denied.setCode(new CodeableConcept(new Coding(Ig.TASK_KIND, AdvocacyLife.DENIED, "Denied service")));
        denied.setDescription(description);
        denied.setFocus(focus);
        denied.setFor(patient.copy());
        if (owner.hasReference()) {
            denied.setOwner(owner.copy());
        }
        denied.setAuthoredOnElement(time.stamp());
        return denied;
    }

    static void until(Task denied, LocalDate day) {
        denied.getRestriction().getPeriod().setEndElement(FacilityTime.day(day));
    }

    /** Grievances, appeals and hearings that are part of it and not over yet, as they will stand. */
    static List<Task> against(Task denied, Intent intent) {
        String own = "Task/" + denied.getIdElement().getIdPart();
        return all("part-of=" + own, intent).stream()
                .filter(t -> t.getPartOf().stream().anyMatch(p -> own.equals(p.getReference())))
                .filter(t -> AdvocacyLife.AGAINST.contains(AdvocacyLife.kind(t)))
                .filter(t -> TaskLife.OPEN.contains(t.getStatus()))
                .toList();
    }

    /** What a search finds, and what the transaction writes, also when it is new. */
    static List<Task> all(String query, Intent intent) {
        Map<String, Task> all = new LinkedHashMap<>();
        intent.search(Task.class, query).forEach(t -> all.put(t.getIdElement().getIdPart(), t));
        intent.written(Task.class).forEach(t -> all.put(t.getIdElement().getIdPart(), t));
        return List.copyOf(all.values());
    }

    /** Says what was decided, without ending the Task. */
    static void businessStatus(Task task, String decision, String by) {
        task.setBusinessStatus(new CodeableConcept(coding(decision)).setText(by + ": " + decision));
    }

    /** Ends it with the decision and where that stands. */
    static void decided(Task task, String decision, Reference by) {
        task.setStatus(TaskStatus.COMPLETED);
        TaskItems.addOutput(task, "decision", new CodeableConcept(coding(decision)));
        TaskItems.addOutput(task, "decided-by", by);
    }

    private static Coding coding(String decision) {
        return new Coding().setSystem(AdvocacyPapers.DECISION).setCode(decision);
    }
}
