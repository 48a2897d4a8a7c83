package io.github.throughcare.care.advocacy;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.StatutoryClock;
import io.github.throughcare.care.TaskItems;
import io.github.throughcare.care.TaskLife;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule.Intent;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Optional;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Task;

/**
 * The last day of a Task of advocacy. Its {@code instantiatesCanonical} may name a {@link StatutoryClock}, which runs from the date of
 * the notice; the day that stands in the notice may be earlier, never later. A clock that nobody has confirmed sets no day and allows
 * none to be missing: the notice then has to be read.
 */
final class AdvocacyDeadline {

    private final FacilityTime time;

    AdvocacyDeadline(FacilityTime time) {
        this.time = time;
    }

    /** Sets the last day where the clock gives it. @throws Problem 422 where it is missing or too late */
    void of(Task task, String kind, Intent intent) {
        if (!TaskLife.OPEN.contains(task.getStatus())) {
            return;
        }
        StatutoryClock clock = clock(task, intent).orElse(null);
        boolean dated = task.getRestriction().getPeriod().hasEnd();
        if (clock != null && clock.active()) {
            LocalDate last = clock.due(notice(task, clock));
            if (!dated) {
                task.getRestriction().getPeriod().setEndElement(FacilityTime.day(last));
            } else if (time.end(task.getRestriction().getPeriod().getEndElement())
                    .isAfter(last.plusDays(1).atStartOfDay(time.zone()).toInstant())) {
                throw Problem.rule(
                        "The last day is " + last + " (" + clock.source()
                                + "); name an earlier one, or leave Task.instantiatesCanonical out where the notice grants more time",
                        "Task.restriction.period.end");
            }
        } else if (!dated && AdvocacyLife.DATED.contains(kind)) {
            throw Problem.rule(
                    clock == null
                            ? "A missed day loses the right: give the last day as it stands in the notice, or name in Task.instantiatesCanonical the clock that runs from input task-item|notice-date"
                            : "Nobody has confirmed " + clock.url()
                                    + " (its status is draft), so it sets no day: give the last day as it stands in the notice",
                    "Task.restriction.period.end");
        }
    }

    /** The day from which the clock runs: of its events the first that an input names. */
    private LocalDate notice(Task task, StatutoryClock clock) {
        return clock.starts().stream()
                .flatMap(start -> TaskItems.inputs(task, start).stream())
                .filter(BaseDateTimeType.class::isInstance)
                .map(BaseDateTimeType.class::cast)
                .filter(BaseDateTimeType::hasValue)
                .map(time::dayOf)
                .findFirst()
                .orElseThrow(() -> Problem.rule(
                        clock.title() + " runs from input task-item|" + String.join(" or ", clock.starts())
                                + ", a date",
                        "Task.input"));
    }

    private static Optional<StatutoryClock> clock(Task task, Intent intent) {
        if (!task.hasInstantiatesCanonical()) {
            return Optional.empty();
        }
        String url = task.getInstantiatesCanonical().replaceFirst("\\|.*", "");
        return intent.search(ActivityDefinition.class, "url=" + URLEncoder.encode(url, StandardCharsets.UTF_8)).stream()
                .filter(d -> url.equals(d.getUrl()))
                .flatMap(d -> StatutoryClock.of(d).stream())
                .min(java.util.Comparator.comparing((StatutoryClock c) -> !c.active()));
    }
}
