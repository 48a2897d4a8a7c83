package io.github.throughcare.care.careplan;

import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Goal.GoalLifecycleStatus;

/**
 * How far a goal is.
 *
 * @param status its achievementStatus: a person's entry, else what the measurements say now
 */
record GoalProgress(Goal goal, List<TargetReading> readings, String status, boolean isOverdue) {

    private static final Set<GoalLifecycleStatus> LEFT =
            EnumSet.of(GoalLifecycleStatus.CANCELLED, GoalLifecycleStatus.REJECTED, GoalLifecycleStatus.ENTEREDINERROR);

    /** Goals that were given up are none of the plan's any more. */
    static boolean counts(Goal goal) {
        return !LEFT.contains(goal.getLifecycleStatus());
    }

    static GoalProgress of(Goal goal, List<TargetReading> readings, LocalDate today) {
        String stored = Achievement.code(goal);
        String status = Achievement.isPersonsEntry(goal) || !OpenPart.isOpen(goal)
                ? stored
                : Achievement.of(readings, today).orElse(stored);
        boolean achieved = isAchieved(goal, status);
        boolean over =
                !achieved && GoalDates.due(goal).map(due -> due.isBefore(today)).orElse(false);
        return new GoalProgress(goal, readings, status, over);
    }

    boolean isAchieved() {
        return isAchieved(goal, status);
    }

    private static boolean isAchieved(Goal goal, String status) {
        return goal.getLifecycleStatus() == GoalLifecycleStatus.COMPLETED && status.isEmpty()
                || Achievement.isReached(status);
    }
}
