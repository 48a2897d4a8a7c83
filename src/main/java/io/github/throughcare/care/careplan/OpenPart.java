package io.github.throughcare.care.careplan;

import java.time.LocalDate;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Goal.GoalLifecycleStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/** Which goals and activities still go on, and until when. */
final class OpenPart {

    private static final Set<TaskStatus> TASK_ENDED = EnumSet.of(
            TaskStatus.COMPLETED,
            TaskStatus.CANCELLED,
            TaskStatus.REJECTED,
            TaskStatus.FAILED,
            TaskStatus.ENTEREDINERROR);
    private static final Set<ServiceRequestStatus> SERVICE_OPEN =
            EnumSet.of(ServiceRequestStatus.DRAFT, ServiceRequestStatus.ACTIVE, ServiceRequestStatus.ONHOLD);
    private static final Set<GoalLifecycleStatus> GOAL_ENDED = EnumSet.of(
            GoalLifecycleStatus.COMPLETED,
            GoalLifecycleStatus.CANCELLED,
            GoalLifecycleStatus.REJECTED,
            GoalLifecycleStatus.ENTEREDINERROR);

    private OpenPart() {}

    static boolean isOpen(Resource part) {
        if (part instanceof Task task) {
            return !TASK_ENDED.contains(task.getStatus());
        }
        if (part instanceof ServiceRequest service) {
            return SERVICE_OPEN.contains(service.getStatus());
        }
        return part instanceof Goal goal && !GOAL_ENDED.contains(goal.getLifecycleStatus());
    }

    /** The last day of an activity, where it has one. */
    static Optional<LocalDate> due(Resource part) {
        if (part instanceof Task task) {
            return end(task.getRestriction().getPeriod());
        }
        return part instanceof ServiceRequest service && service.getOccurrence() instanceof Period period
                ? end(period)
                : Optional.empty();
    }

    private static Optional<LocalDate> end(Period period) {
        DateTimeType end = period.getEndElement();
        return end.hasValue() ? Optional.of(TimeLimit.date(end)) : Optional.empty();
    }
}
