package io.github.throughcare.care.transition;

import io.github.throughcare.care.Ig;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * Nights that a patient spent in hospital while a discharge barrier was open: from the day the barrier was found until the day before it was
 * removed, or the patient left. A night counts once, however many barriers there were. A pure function.
 *
 * @param nights all such nights
 * @param barriers each barrier with its own nights
 */
record AvoidableDays(int nights, List<Barrier> barriers) {

    static final String BARRIER = "discharge-barrier";

    /**
     * One barrier.
     *
     * @param reason coded reason, or its text; empty when none is told
     */
    record Barrier(String task, String reason, int nights, boolean open) {}

    static boolean isBarrier(Task task) {
        return task.getStatus() != TaskStatus.ENTEREDINERROR
                && task.getCode().getCoding().stream()
                        .anyMatch(c -> Ig.TASK_KIND.equals(c.getSystem()) && BARRIER.equals(c.getCode()));
    }

    /**
     * Counts.
     *
     * @param tasks the stay's Tasks; those that are no barriers are left aside
     * @param admitted day of admission, null when it is not known
     * @param left day of discharge, null while the stay goes on
     */
    static AvoidableDays of(
            Collection<Task> tasks,
            @Nullable LocalDate admitted,
            @Nullable LocalDate left,
            LocalDate today,
            ZoneId zone) {
        LocalDate end = left == null || left.isAfter(today) ? today : left;
        Set<LocalDate> all = new HashSet<>();
        List<Barrier> barriers = new ArrayList<>();
        tasks.stream()
                .filter(AvoidableDays::isBarrier)
                .sorted(java.util.Comparator.comparing(t -> t.getIdElement().getIdPart()))
                .forEach(task -> {
                    LocalDate found = first(
                            day(task.getExecutionPeriod().getStartElement(), zone),
                            day(task.getAuthoredOnElement(), zone));
                    LocalDate from = found == null || admitted != null && found.isBefore(admitted) ? admitted : found;
                    boolean open = TransitionTasks.isOpen(task);
                    LocalDate removed = open
                            ? null
                            : first(
                                    day(task.getExecutionPeriod().getEndElement(), zone),
                                    day(task.getLastModifiedElement(), zone));
                    LocalDate until = removed == null || removed.isAfter(end) ? end : removed;
                    Set<LocalDate> nights = from == null || !from.isBefore(until)
                            ? Set.of()
                            : from.datesUntil(until).collect(Collectors.toSet());
                    all.addAll(nights);
                    barriers.add(new Barrier(task.getIdElement().getIdPart(), reason(task), nights.size(), open));
                });
        return new AvoidableDays(all.size(), barriers);
    }

    private static String reason(Task task) {
        return task.getReasonCode().getCoding().stream()
                .filter(c -> c.hasCode())
                .map(c -> c.getCode())
                .findFirst()
                .orElseGet(() ->
                        task.getReasonCode().hasText() ? task.getReasonCode().getText() : "");
    }

    private static @Nullable LocalDate first(@Nullable LocalDate one, @Nullable LocalDate other) {
        return one != null ? one : other;
    }

    static @Nullable LocalDate day(@Nullable DateTimeType time, ZoneId zone) {
        java.time.Instant from = Discharge.from(time, zone);
        return from == null ? null : from.atZone(zone).toLocalDate();
    }
}
