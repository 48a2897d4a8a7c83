package io.github.throughcare.care.advocacy;

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

import io.github.throughcare.care.TaskItems;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/** Tasks of advocacy: which there are, and which Task.status follows which (R4 Task, state machine, without a way back from an end). Pure. */
final class AdvocacyLife {

    static final String DENIED = "denied-service";
    static final String GRIEVANCE = "grievance";
    static final String APPEAL = "appeal";
    static final String HEARING = "fair-hearing";
    static final String APPLICATION = "benefit-application";
    static final String CHOICE = "provider-choice";
    static final String RIGHTS = "rights-notice";

    /** Those that end with a decision. */
    static final Set<String> DECIDED = Set.of(DENIED, GRIEVANCE, APPEAL, HEARING, APPLICATION);

    /** Those that a missed date would lose. */
    static final Set<String> DATED = Set.of(APPEAL, HEARING);

    /** Those by which somebody stands up against a denial. */
    static final Set<String> AGAINST = Set.of(GRIEVANCE, APPEAL, HEARING);

    static final Set<TaskStatus> OPEN = EnumSet.of(REQUESTED, RECEIVED, ACCEPTED, READY, INPROGRESS, ONHOLD);
    static final Set<TaskStatus> GIVEN_UP = EnumSet.of(CANCELLED, FAILED, REJECTED);

    private AdvocacyLife() {}

    /** The kind of a Task of advocacy, else an empty text. */
    static String kind(Task task) {
        for (String kind : DECIDED) {
            if (TaskItems.isKind(task, kind)) {
                return kind;
            }
        }
        return TaskItems.isKind(task, CHOICE) ? CHOICE : TaskItems.isKind(task, RIGHTS) ? RIGHTS : "";
    }

    static Set<TaskStatus> after(TaskStatus from) {
        if (from == DRAFT) {
            Set<TaskStatus> all = EnumSet.copyOf(OPEN);
            all.add(CANCELLED);
            all.add(ENTEREDINERROR);
            return all;
        }
        if (OPEN.contains(from)) {
            Set<TaskStatus> all = EnumSet.copyOf(OPEN);
            all.remove(from);
            all.add(COMPLETED);
            all.addAll(GIVEN_UP);
            all.add(ENTEREDINERROR);
            return all;
        }
        return from == ENTEREDINERROR ? EnumSet.noneOf(TaskStatus.class) : EnumSet.of(ENTEREDINERROR);
    }

    /** Codes for a sentence. */
    static String named(Set<TaskStatus> states) {
        return states.isEmpty()
                ? "nothing"
                : states.stream().map(TaskStatus::toCode).collect(Collectors.joining(", "));
    }
}
