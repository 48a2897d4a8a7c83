package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionGoalComponent;
import org.hl7.fhir.r4.model.RequestGroup;
import org.hl7.fhir.r4.model.RequestGroup.RequestGroupActionComponent;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * What {@code $apply} made of one programme for one patient, by the programme's own names.
 *
 * @param programme the programme
 * @param applied actions that apply, parents before children; also those that make no resource
 * @param goals goals that no action names, or that an applied action names
 * @param addresses the patient's Conditions that the programme addresses
 */
record AppliedProgramme(Programme programme, List<Action> applied, List<PlanGoal> goals, List<Condition> addresses) {

    /**
     * @param definition the action in the PlanDefinition
     * @param resource what it made, null for a mere group of actions
     * @param parent id of the action around it, null at the top
     */
    record Action(
            PlanDefinitionActionComponent definition,
            @Nullable Resource resource,
            @Nullable String parent) {

        String id() {
            return definition.getId();
        }
    }

    /**
     * @param definition the goal in the PlanDefinition
     * @param addresses the patient's Conditions that it addresses
     */
    record PlanGoal(PlanDefinitionGoalComponent definition, List<Condition> addresses) {

        String id() {
            return definition.getId();
        }
    }

    /**
     * Reads the result of {@code $apply}.
     *
     * @param conditions evaluates an expression of the programme to the patient's Conditions
     */
    static AppliedProgramme of(Programme programme, CarePlan result, Function<Expression, List<Condition>> conditions) {
        Map<String, Resource> contained = result.getContained().stream()
                .collect(Collectors.toMap(r -> bare(r.getIdElement().getIdPart()), r -> r, (one, again) -> one));
        Map<String, PlanDefinitionActionComponent> definitions =
                programme.actions().stream().collect(Collectors.toMap(PlanDefinitionActionComponent::getId, a -> a));
        String group = bare(result.getActivityFirstRep().getReference().getReference());
        List<Action> actions = new ArrayList<>();
        if (contained.get(group) instanceof RequestGroup requests) {
            requests.getAction().forEach(action -> collect(programme, action, null, contained, definitions, actions));
        }
        List<PlanGoal> goals = programme.definition().getGoal().stream()
                .filter(goal -> isWanted(goal, programme, actions))
                .map(goal -> new PlanGoal(
                        goal,
                        Programme.addressed(goal.getExtension()).map(conditions).orElse(List.of())))
                .toList();
        List<Condition> addresses = Programme.addressed(programme.definition().getExtension())
                .map(conditions)
                .orElse(List.of());
        return new AppliedProgramme(programme, List.copyOf(actions), goals, addresses);
    }

    private static void collect(
            Programme programme,
            RequestGroupActionComponent action,
            @Nullable String parent,
            Map<String, Resource> contained,
            Map<String, PlanDefinitionActionComponent> definitions,
            List<Action> into) {
        if (!definitions.containsKey(action.getId())) {
            return; // of a programme within the programme
        }
        PlanDefinitionActionComponent definition = definitions.get(action.getId());
        Resource made =
                action.hasResource() ? contained.get(bare(action.getResource().getReference())) : null;
        if (definition.hasDefinition() && made == null) {
            throw new Problem(
                    422,
                    IssueType.PROCESSING,
                    "The action '" + definition.getId() + "' of " + programme.url() + " made nothing of "
                            + definition.getDefinition().primitiveValue() + ": is that definition active?",
                    "PlanDefinition.action.definition");
        }
        into.add(new Action(definition, made, parent));
        action.getAction()
                .forEach(child -> collect(programme, child, definition.getId(), contained, definitions, into));
    }

    private static boolean isWanted(PlanDefinitionGoalComponent goal, Programme programme, List<Action> applied) {
        return programme.actions().stream().noneMatch(a -> names(a, goal))
                || applied.stream().anyMatch(a -> names(a.definition(), goal));
    }

    private static boolean names(PlanDefinitionActionComponent action, PlanDefinitionGoalComponent goal) {
        return action.getGoalId().stream().map(IdType::getIdPart).anyMatch(goal.getId()::equals);
    }

    private static String bare(@Nullable String reference) {
        String text = reference == null ? "" : reference.replace("#", "");
        return text.substring(text.lastIndexOf('/') + 1);
    }
}
