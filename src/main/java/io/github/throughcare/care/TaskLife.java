package io.github.throughcare.care;

import static org.hl7.fhir.r4.model.Task.TaskStatus.ACCEPTED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.CANCELLED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.COMPLETED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.DRAFT;
import static org.hl7.fhir.r4.model.Task.TaskStatus.ENTEREDINERROR;
import static org.hl7.fhir.r4.model.Task.TaskStatus.FAILED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.INPROGRESS;
import static org.hl7.fhir.r4.model.Task.TaskStatus.ONHOLD;
import static org.hl7.fhir.r4.model.Task.TaskStatus.READY;
import static org.hl7.fhir.r4.model.Task.TaskStatus.RECEIVED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.REJECTED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.REQUESTED;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * The life of a Task of no special kind (R4 Task, state machine): while it is open any open status follows any other, an end is an end
 * but for {@code entered-in-error}. Kinds with a machine of their own (referrals, Tasks for patients) do not ask here. Pure.
 */
public final class TaskLife {

    /** Somebody works on it, or waits for somebody to. */
    public static final Set<TaskStatus> OPEN =
            Collections.unmodifiableSet(EnumSet.of(REQUESTED, RECEIVED, ACCEPTED, READY, INPROGRESS, ONHOLD));

    /** It ended without what it was for. */
    public static final Set<TaskStatus> GIVEN_UP = Collections.unmodifiableSet(EnumSet.of(REJECTED, CANCELLED, FAILED));

    private TaskLife() {}

    /** What may follow; none for what was entered in error. */
    public static Set<TaskStatus> after(TaskStatus from) {
        Set<TaskStatus> all = EnumSet.of(ENTEREDINERROR);
        if (from == DRAFT || OPEN.contains(from)) {
            all.addAll(OPEN);
            all.add(CANCELLED);
        }
        if (OPEN.contains(from)) {
            all.add(COMPLETED);
            all.addAll(GIVEN_UP);
        }
        all.remove(from);
        return all;
    }

    /** Codes for a sentence. */
    public static String named(Set<TaskStatus> states) {
        return states.isEmpty()
                ? "nothing"
                : states.stream().map(TaskStatus::toCode).collect(Collectors.joining(", "));
    }
}
