package io.github.throughcare.care.monitoring;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.OpenTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/** When somebody must be told that a Task is overdue. Pure. */
final class Deadline {

    /** What was due longer ago starts nothing, so that loading history tells nobody of old things. */
    static final Duration HISTORY = Duration.ofDays(30);

    private Deadline() {}

    /** The moment a Task becomes overdue; empty when it never does: it has no due date, has ended, is only a draft, or tells of another. */
    static Optional<Instant> of(Resource resource, FacilityTime time) {
        if (!(resource instanceof Task task)
                || !OpenTasks.isOpen(task)
                || task.getStatus() == Task.TaskStatus.DRAFT
                || task.getCode().hasCoding(Ig.TASK_KIND, Escalation.KIND)
                || !task.getRestriction().getPeriod().hasEnd()) {
            return Optional.empty();
        }
        Instant due = time.end(task.getRestriction().getPeriod().getEndElement());
        return due.isBefore(time.now().minus(HISTORY)) ? Optional.empty() : Optional.of(due);
    }
}
