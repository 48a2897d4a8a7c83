package io.github.throughcare.care.careplan;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.hl7.fhir.r4.model.Timing;
import org.hl7.fhir.r4.model.Timing.TimingRepeatComponent;
import org.jspecify.annotations.Nullable;

/**
 * What comes after one turn of something that repeats, such as a weekly call or the review of the plan. Pure. A turn is due one period
 * after the date of the one before, or after today where that date has passed already: missed turns are not made up for. It ends
 * with the bounds or the count of the timing (R4 Timing.repeat), so that contact that tapers passes on to the next, rarer one.
 */
final class NextTurn {

    /**
     * @param turn which one it is
     * @param start its first day
     * @param due its last
     */
    record Dated(Turn turn, LocalDate start, LocalDate due) {}

    private NextTurn() {}

    /**
     * @param done a turn that took place or failed
     * @param timings when an action takes place, by {@code programme|action}; only what repeats
     * @param begun the first day of an action's first turn
     * @return the next one; empty when none of its actions goes on
     */
    static Optional<Task> after(
            Task done,
            String planId,
            Map<String, Timing> timings,
            Function<String, LocalDate> begun,
            LocalDate today,
            Instant now) {
        List<Dated> next = LivingPlan.keys(done).stream()
                .map(Turn::of)
                .flatMap(turn -> dated(turn, timings.get(turn.action()), OpenPart.due(done), begun, today).stream())
                .sorted(Comparator.comparing(Dated::due))
                .toList();
        return next.isEmpty() ? Optional.empty() : Optional.of(task(done, planId, next, now));
    }

    private static Optional<Dated> dated(
            Turn turn,
            @Nullable Timing timing,
            Optional<LocalDate> due,
            Function<String, LocalDate> begun,
            LocalDate today) {
        if (timing == null || isLast(turn, timing.getRepeat())) {
            return Optional.empty();
        }
        LocalDate from = due.orElse(today);
        LocalDate next = TimeLimit.end(timing, from).orElse(from);
        if (!next.isAfter(today)) {
            from = today;
            next = TimeLimit.end(timing, from).orElse(from);
        }
        boolean over = timing.getRepeat().hasBounds()
                && TimeLimit.whole(timing, begun.apply(turn.action()))
                        .filter(from::isBefore)
                        .isEmpty();
        return over || !next.isAfter(from) ? Optional.empty() : Optional.of(new Dated(turn.next(), from, next));
    }

    private static boolean isLast(Turn turn, TimingRepeatComponent repeat) {
        int most = Math.max(repeat.getCount(), repeat.getCountMax());
        return most > 0 && turn.number() >= most;
    }

    /** The same work, not done yet: what the turn before came to, and the visit it was planned in, stay with that one. */
    private static Task task(Task done, String planId, List<Dated> next, Instant now) {
        Dated first = next.get(0);
        Task task = done.copy();
        task.setMeta(new Meta());
        task.setText(null);
        task.setStatus(TaskStatus.REQUESTED);
        task.setStatusReason(null);
        task.setBusinessStatus(null);
        task.setEncounter(null);
        task.setExecutionPeriod(null);
        task.setOutput(List.of());
        task.setNote(List.of());
        task.setRelevantHistory(List.of());
        task.setAuthoredOn(Date.from(now));
        task.setLastModified(Date.from(now));
        List<Identifier> identifiers =
                next.stream().map(d -> PlanIds.identifier(d.turn().key())).toList();
        task.setIdentifier(identifiers);
        Period period = new Period();
        period.setStartElement(PlanRequest.day(first.start()));
        period.setEndElement(PlanRequest.day(first.due()));
        task.getRestriction().setPeriod(period);
        task.setId("Task/" + PlanIds.part(planId, "Task", first.turn().key()));
        return task;
    }
}
