package io.github.throughcare.care;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/** Tasks that still wait for somebody, and when they are late. */
public final class OpenTasks {

    /** The statuses of an open Task, as the value of a search. */
    public static final String STATUSES = "draft,requested,received,accepted,ready,in-progress,on-hold";

    private static final Set<TaskStatus> ENDED = EnumSet.of(
            TaskStatus.COMPLETED,
            TaskStatus.CANCELLED,
            TaskStatus.FAILED,
            TaskStatus.REJECTED,
            TaskStatus.ENTEREDINERROR);

    private OpenTasks() {}

    public static boolean isOpen(Task task) {
        return !ENDED.contains(task.getStatus());
    }

    /** Open, and its {@code restriction.period.end} is past; a date is past when its day is over. */
    public static boolean isOverdue(Task task, Instant now, FacilityTime time) {
        return isOpen(task)
                && task.getRestriction().getPeriod().hasEnd()
                && !time.end(task.getRestriction().getPeriod().getEndElement()).isAfter(now);
    }
}
