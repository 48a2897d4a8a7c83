package io.github.throughcare.care.careplan;

import java.time.LocalDate;
import java.util.List;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Goal.GoalLifecycleStatus;
import org.hl7.fhir.r4.model.Goal.GoalTargetComponent;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionGoalComponent;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionGoalTargetComponent;
import org.hl7.fhir.r4.model.Reference;

/** A goal of a programme, dated. Whether the person agrees to it ({@code expressedBy}) is not ours to say. */
final class GoalDraft {

    private static final String ACHIEVEMENT = "http://terminology.hl7.org/CodeSystem/goal-achievement";

    private GoalDraft() {}

    static Goal of(PlanRequest request, LivingPlan plan, Programme programme, AppliedProgramme.PlanGoal planGoal) {
        PlanDefinitionGoalComponent definition = planGoal.definition();
        String key = programme.key(planGoal.id());
        Goal goal = new Goal()
                .addIdentifier(PlanIds.identifier(key))
                .setLifecycleStatus(GoalLifecycleStatus.ACTIVE)
                .setAchievementStatus(inProgress())
                .setDescription(definition.getDescription().copy())
                .setSubject(request.patient())
                .setStart(new DateType(request.start().toString()));
        if (definition.hasCategory()) {
            goal.addCategory(definition.getCategory().copy());
        }
        if (definition.hasPriority()) {
            goal.setPriority(definition.getPriority().copy());
        }
        definition.getTarget().forEach(target -> goal.addTarget(target(target, request.start())));
        goal.setAddresses(references(planGoal.addresses()));
        goal.setId("Goal/" + PlanIds.part(plan.id(), "Goal", key));
        return goal;
    }

    private static CodeableConcept inProgress() {
        CodeableConcept status = new CodeableConcept();
        status.addCoding().setSystem(ACHIEVEMENT).setCode("in-progress").setDisplay("In Progress");
        return status;
    }

    private static GoalTargetComponent target(PlanDefinitionGoalTargetComponent definition, LocalDate start) {
        GoalTargetComponent target = new GoalTargetComponent();
        if (definition.hasMeasure()) {
            target.setMeasure(definition.getMeasure().copy());
        }
        if (definition.hasDetail()) {
            target.setDetail(definition.getDetail().copy());
        }
        TimeLimit.end(definition.getDue(), start).ifPresent(due -> target.setDue(new DateType(due.toString())));
        return target;
    }

    /** References to Conditions, each once. */
    static List<Reference> references(List<Condition> conditions) {
        return conditions.stream()
                .map(c -> "Condition/" + c.getIdElement().getIdPart())
                .distinct()
                .map(Reference::new)
                .toList();
    }
}
