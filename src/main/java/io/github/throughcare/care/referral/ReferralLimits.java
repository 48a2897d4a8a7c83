package io.github.throughcare.care.referral;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.StatutoryClock;
import io.github.throughcare.fhir.WriteRule.Intent;
import java.time.Duration;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * By when somebody has to hear of a referral whose requester names no end ({@code Task.restriction.period.end}): a last day for the
 * answer while it is requested, for the service to begin while it is accepted. How long that is are {@link StatutoryClock}s of the
 * guide, one for each and one more where it is urgent; retiring one switches it off. The day stands in the Task as the extension
 * {@code response-due}, which is the server's: counted from when the move came here, for nobody could answer before, and kept until
 * the next.
 */
final class ReferralLimits {

    static final String ANSWER = Ig.BASE + "/ActivityDefinition/clock-referral-answer";
    static final String SERVICE = Ig.BASE + "/ActivityDefinition/clock-referral-service";

    private static final String SOONER = "-urgent";
    private static final Duration HISTORY = Duration.ofDays(30);
    private static final Set<TaskPriority> URGENT =
            EnumSet.of(TaskPriority.URGENT, TaskPriority.ASAP, TaskPriority.STAT);

    private final FacilityTime time;

    ReferralLimits(FacilityTime time) {
        this.time = time;
    }

    /**
     * @param before the version before, whatever kind of Task it was; null when it is new
     * @param task as it will be stored
     */
    void of(@Nullable Task before, Task task, Intent intent) {
        Optional<Extension> known = before == null
                ? Optional.empty()
                : Optional.ofNullable(before.getExtensionByUrl(Referrals.RESPONSE_DUE));
        task.getExtension().removeIf(e -> Referrals.RESPONSE_DUE.equals(e.getUrl()));
        String clock = task.getStatus() == TaskStatus.REQUESTED
                ? ANSWER
                : task.getStatus() == TaskStatus.ACCEPTED ? SERVICE : null;
        if (clock == null || ends(task)) {
            return;
        }
        boolean waited = before != null && before.getStatus() == task.getStatus() && !ends(before);
        if (waited) {
            known.ifPresent(e -> task.addExtension(e.copy()));
            return;
        }
        if (isHistory(before, task)) {
            return;
        }
        last(clock, task, intent)
                .ifPresent(day -> task.addExtension(Referrals.RESPONSE_DUE, new DateType(day.toString())));
    }

    private static boolean ends(Task task) {
        return task.getRestriction().getPeriod().hasEnd();
    }

    private Optional<LocalDate> last(String clock, Task task, Intent intent) {
        List<StatutoryClock> clocks =
                intent.search(ActivityDefinition.class, "url=" + clock + "," + clock + SOONER).stream()
                        .flatMap(d -> StatutoryClock.of(d).stream())
                        .filter(StatutoryClock::active)
                        .toList();
        Optional<StatutoryClock> urgent = URGENT.contains(task.getPriority())
                ? clocks.stream().filter(c -> c.url().equals(clock + SOONER)).findFirst()
                : Optional.empty();
        return urgent.or(
                        () -> clocks.stream().filter(c -> c.url().equals(clock)).findFirst())
                .map(c -> c.due(time.today()));
    }

    /** One that was written long ago and is new here was loaded: history starts nothing. */
    private boolean isHistory(@Nullable Task before, Task task) {
        return before == null
                && task.hasAuthoredOn()
                && time.end(task.getAuthoredOnElement()).isBefore(time.now().minus(HISTORY));
    }
}
