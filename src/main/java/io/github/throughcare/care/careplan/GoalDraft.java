package io.github.throughcare.care.careplan;

import io.github.throughcare.care.Actors;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Goal.GoalLifecycleStatus;
import org.hl7.fhir.r4.model.Goal.GoalTargetComponent;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionGoalComponent;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionGoalTargetComponent;
import org.hl7.fhir.r4.model.Reference;

/** A goal of a programme, dated. {@code expressedBy} is the author, where that is the person or one of theirs; else it is asked for. */
final class GoalDraft {

    private static final Set<String> PERSON = Set.of("Patient", "RelatedPerson");

    private GoalDraft() {}

    static Goal of(PlanRequest request, LivingPlan plan, Programme programme, AppliedProgramme.PlanGoal planGoal) {
        PlanDefinitionGoalComponent definition = planGoal.definition();
        String key = programme.key(planGoal.id());
        Goal goal = new Goal()
                .addIdentifier(PlanIds.identifier(key))
                .setLifecycleStatus(GoalLifecycleStatus.ACTIVE)
                .setAchievementStatus(Achievement.byRule("in-progress"))
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
        Optional.ofNullable(request.author())
                .filter(author -> Actors.isOneOf(author, PERSON))
                .ifPresent(person -> goal.setExpressedBy(person.copy()));
        goal.setAddresses(references(planGoal.addresses()));
        goal.setId("Goal/" + PlanIds.part(plan.id(), "Goal", key));
        return goal;
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
