package io.github.throughcare.care.careplan;

import io.github.throughcare.care.Ig;
import java.util.Optional;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;

/** Tasks that the plan itself asks for: agreement, revocation, conflicts. Their identifiers begin with {@code plan|}. */
final class PlanTask {

    static final String AGREEMENT = "plan-agreement";
    static final String REVOCATION = "propose-revocation";
    static final String CONFLICT = "resolve-conflict";

    private PlanTask() {}

    /**
     * An open Task on the plan.
     *
     * @param kind code of {@code {ig}/CodeSystem/task-kind}
     * @param key what makes it the same Task from run to run
     * @param role code of {@code {ig}/CodeSystem/team-role}: who does it
     * @param days until when, from today
     */
    static Task of(
            PlanRequest request,
            LivingPlan plan,
            @Nullable CareTeam team,
            String kind,
            String key,
            CodeableConcept role,
            int days) {
        Task task = new Task()
                .setStatus(TaskStatus.REQUESTED)
                .setIntent(TaskIntent.PLAN)
                .setPriority(TaskPriority.ROUTINE)
                .setCode(kind(kind))
                .setFor(request.patient())
                .addIdentifier(PlanIds.identifier(key))
                .addBasedOn(new Reference("CarePlan/" + plan.id()))
                .addPerformerType(role)
                .setAuthoredOn(request.nowAsDate())
                .setLastModified(request.nowAsDate());
        task.setFocus(new Reference("CarePlan/" + plan.id()));
        task.getRestriction().getPeriod().setStartElement(PlanRequest.day(request.today()));
        task.getRestriction()
                .getPeriod()
                .setEndElement(PlanRequest.day(request.today().plusDays(days)));
        Optional.ofNullable(request.author()).ifPresent(author -> task.setRequester(author.copy()));
        Optional.ofNullable(team).flatMap(t -> CareTeamDraft.holder(t, role)).ifPresent(task::setOwner);
        task.setId("Task/" + PlanIds.part(plan.id(), "Task", key));
        return task;
    }

    static CodeableConcept kind(String code) {
        String display = switch (code) {
            case AGREEMENT -> "Ask the person to agree to the plan";
            case REVOCATION -> "Decide on what no longer applies";
            case CONFLICT -> "Resolve a conflict in the plan";
            default -> "Plan review";
        };
        CodeableConcept concept = new CodeableConcept().setText(display);
        concept.addCoding().setSystem(Ig.TASK_KIND).setCode(code).setDisplay(display);
        return concept;
    }

    static boolean isOf(Task task, String kind) {
        return task.getCode().getCoding().stream()
                .anyMatch(c -> Ig.TASK_KIND.equals(c.getSystem()) && kind.equals(c.getCode()));
    }

    static CodeableConcept inputType(String text) {
        return new CodeableConcept().setText(text);
    }
}
