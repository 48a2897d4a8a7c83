package io.github.throughcare.care.monitoring;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.OpenTasks;
import io.github.throughcare.care.referral.Referrals;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/**
 * When somebody must be told that a Task is overdue: the end of its {@code restriction.period}, or of a referral without one the last
 * day for an answer. Pure.
 */
final class Deadline {

    /** What was due longer ago when it was written starts nothing, so that loading history tells nobody of old things. */
    static final Duration HISTORY = Duration.ofDays(30);

    private Deadline() {}

    /** The moment a Task becomes overdue; empty when it never does: it has no due date, has ended, is only a draft, or tells of another. */
    static Optional<Instant> of(Resource resource, FacilityTime time) {
        return resource instanceof Task task
                        && OpenTasks.isOpen(task)
                        && task.getStatus() != Task.TaskStatus.DRAFT
                        && !task.getCode().hasCoding(Ig.TASK_KIND, Escalation.KIND)
                ? due(task).map(time::end)
                : Optional.empty();
    }

    /**
     * The same for a Task that was written; empty also for what was history then. It does not count when one looks: after a long time
     * without any server nothing that was watched is dropped.
     */
    static Optional<Instant> written(Resource resource, FacilityTime time) {
        Instant then = resource.getMeta().hasLastUpdated()
                ? resource.getMeta().getLastUpdated().toInstant()
                : time.now();
        return of(resource, time).filter(due -> !due.isBefore(then.minus(HISTORY)));
    }

    /** The date itself. */
    static Optional<BaseDateTimeType> due(Task task) {
        return task.getRestriction().getPeriod().hasEnd()
                ? Optional.of(task.getRestriction().getPeriod().getEndElement())
                : Optional.of(task).filter(Referrals::isReferral).flatMap(Referrals::responseDue);
    }
}
