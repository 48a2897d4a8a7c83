package io.github.throughcare.care.careplan;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * The person's agreement to each goal ({@code Goal.expressedBy}). Where it is missing a Task ({@code plan-agreement}, owner the person)
 * asks for it and names the goals as its inputs; when that Task completes, {@link AgreementListener} records the agreement. A goal
 * is asked about once.
 *
 * @see <a href="http://hl7.org/fhir/us/core/StructureDefinition/us-core-goal">US Core Goal, expressedBy</a>
 */
final class Agreement {

    private static final int DAYS = 14;
    private static final String INPUT = "Goal to agree to";
    private static final String KEY = "plan|" + PlanTask.AGREEMENT + "|";

    private Agreement() {}

    /** The Task with the goals that nobody was asked about yet; empty when there are none. */
    static Optional<Task> ask(PlanRequest request, LivingPlan plan, List<Resource> parts, CareTeam team) {
        List<Task> asked = parts.stream()
                .filter(Task.class::isInstance)
                .map(Task.class::cast)
                .filter(task -> PlanTask.isOf(task, PlanTask.AGREEMENT))
                .toList();
        Set<String> known = new HashSet<>();
        asked.stream()
                .filter(task -> task.getStatus() != TaskStatus.ENTEREDINERROR)
                .flatMap(Agreement::goals)
                .forEach(known::add);
        List<Goal> missing = parts.stream()
                .filter(Goal.class::isInstance)
                .map(Goal.class::cast)
                .filter(goal -> OpenPart.isOpen(goal) && !goal.hasExpressedBy())
                .filter(goal -> !known.contains(PlanChanges.address(goal)))
                .toList();
        String next = KEY + (asked.size() + 1);
        if (missing.isEmpty() || plan.isDropped("Task", next)) {
            return Optional.empty();
        }
        Task task = asked.stream()
                .filter(OpenPart::isOpen)
                .findFirst()
                .map(Task::copy)
                .orElseGet(() -> empty(request, plan, team, next));
        for (Goal goal : missing) {
            task.addInput()
                    .setType(PlanTask.inputType(INPUT))
                    .setValue(new Reference(PlanChanges.address(goal))
                            .setDisplay(goal.getDescription().getText()));
        }
        return Optional.of(task);
    }

    private static Task empty(PlanRequest request, LivingPlan plan, CareTeam team, String key) {
        Task task = PlanTask.of(request, plan, team, PlanTask.AGREEMENT, key, CareTeamDraft.patientRole(), DAYS);
        task.setDescription("Go through the plan together: does the person agree to these goals?");
        if (!task.hasOwner()) {
            task.setOwner(request.patient());
        }
        return task;
    }

    /** The goals that a Task asks about, as {@code Goal/id}. */
    static Stream<String> goals(Task task) {
        return task.getInput().stream()
                .map(Task.ParameterComponent::getValue)
                .filter(Reference.class::isInstance)
                .map(r -> ((Reference) r).getReference())
                .filter(Objects::nonNull)
                .filter(r -> r.startsWith("Goal/"));
    }
}
