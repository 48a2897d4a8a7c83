package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Goal.GoalTargetComponent;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskPriority;

/**
 * Open goals of one plan that cannot both be reached: targets of the same measure and unit with no value that would meet both. They
 * are named to the caller, and a Task ({@code resolve-conflict}) asks the case manager to settle it; the programmes decide nothing.
 */
final class GoalConflicts {

    private static final int DAYS = 7;

    private record Conflict(Goal one, Goal other, String measure, String detail) {

        String inWords() {
            return "The goals '" + one.getDescription().getText() + "' and '"
                    + other.getDescription().getText() + "' contradict each other: " + measure + " " + detail;
        }
    }

    private final List<Conflict> conflicts;

    private GoalConflicts(List<Conflict> conflicts) {
        this.conflicts = conflicts;
    }

    static GoalConflicts among(List<Resource> parts) {
        List<Goal> goals = parts.stream()
                .filter(Goal.class::isInstance)
                .map(Goal.class::cast)
                .filter(OpenPart::isOpen)
                .toList();
        List<Conflict> found = new ArrayList<>();
        for (int i = 0; i < goals.size(); i++) {
            for (Goal other : goals.subList(i + 1, goals.size())) {
                Goal one = goals.get(i);
                one.getTarget().stream()
                        .flatMap(t -> other.getTarget().stream().flatMap(o -> conflict(one, t, other, o)))
                        .findFirst()
                        .ifPresent(found::add);
            }
        }
        return new GoalConflicts(found);
    }

    private static Stream<Conflict> conflict(Goal one, GoalTargetComponent t, Goal other, GoalTargetComponent o) {
        boolean sameMeasure = t.getMeasure().getCoding().stream()
                .filter(Coding::hasCode)
                .anyMatch(c -> o.getMeasure().getCoding().stream()
                        .anyMatch(d -> c.getCode().equals(d.getCode())
                                && String.valueOf(c.getSystem()).equals(String.valueOf(d.getSystem()))));
        TargetRange mine = TargetRange.of(t.getDetail()).orElse(null);
        TargetRange theirs = TargetRange.of(o.getDetail()).orElse(null);
        return sameMeasure && mine != null && theirs != null && mine.excludes(theirs)
                ? Stream.of(new Conflict(one, other, text(t.getMeasure()), mine.inWords() + " and " + theirs.inWords()))
                : Stream.empty();
    }

    private static String text(CodeableConcept measure) {
        return measure.hasText()
                ? measure.getText()
                : measure.getCodingFirstRep().getDisplay();
    }

    List<Problem.Issue> issues() {
        return conflicts.stream()
                .map(c -> new Problem.Issue(IssueType.CONFLICT, c.inWords(), "CarePlan.goal"))
                .toList();
    }

    /** A Task for each, always with the same id. */
    List<Task> tasks(PlanRequest request, LivingPlan plan, CareTeam team) {
        return conflicts.stream()
                .map(c -> {
                    String key = "plan|" + PlanTask.CONFLICT + "|"
                            + c.one.getIdElement().getIdPart() + "|"
                            + c.other.getIdElement().getIdPart();
                    Task task =
                            PlanTask.of(request, plan, team, PlanTask.CONFLICT, key, CareTeamDraft.caseManager(), DAYS);
                    task.setPriority(TaskPriority.URGENT).setDescription(c.inWords());
                    for (Goal goal : List.of(c.one, c.other)) {
                        task.addInput()
                                .setType(PlanTask.inputType("Goal"))
                                .setValue(new Reference(PlanChanges.address(goal))
                                        .setDisplay(goal.getDescription().getText()));
                    }
                    return task;
                })
                .filter(task -> !plan.isDropped("Task", LivingPlan.keys(task).get(0)))
                .toList();
    }
}
