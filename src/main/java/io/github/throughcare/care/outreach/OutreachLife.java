package io.github.throughcare.care.outreach;

import static org.hl7.fhir.r4.model.Task.TaskStatus.COMPLETED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.REJECTED;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.TaskItems;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Task;

/**
 * The life of an outreach Task. It ends {@code completed} with how ({@link Outcome}), {@code rejected} when the person refuses,
 * {@code failed} when they cannot be reached, {@code cancelled} when nobody asks any more; all but enrolment with a reason. Pure.
 */
final class OutreachLife {

    static final String KIND = "outreach";
    static final String ASK_AGAIN = "ask-again";
    static final String CODES = Ig.codeSystem("enrolment");
    static final String GRAVITY = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes";

    /** How outreach ended. */
    enum Outcome {
        ENROLLED("enrolled"),
        WAITS("not-enrolled-on-waitlist"),
        REFUSED("not-enrolled");

        final String code;

        Outcome(String code) {
            this.code = code;
        }
    }

    private OutreachLife() {}

    static boolean isOutreach(Task task) {
        return TaskItems.isKind(task, KIND);
    }

    /** How a Task that has ended says it ended: {@code rejected} is a refusal. */
    static Optional<Outcome> outcome(Task task) {
        if (task.getStatus() == REJECTED) {
            return Optional.of(Outcome.REFUSED);
        }
        if (task.getStatus() != COMPLETED) {
            return Optional.empty();
        }
        return Stream.of(CODES, GRAVITY)
                .flatMap(system -> TaskItems.coded(task, "enrolment", system).stream())
                .flatMap(code -> Stream.of(Outcome.values()).filter(o -> o.code.equals(code)))
                .findFirst();
    }

    /** The day before which somebody who refused does not want to be asked again; empty when they did not refuse. */
    static Optional<LocalDate> askAgain(Task task, FacilityTime time) {
        return outcome(task)
                .filter(o -> o == Outcome.REFUSED)
                .flatMap(o -> TaskItems.outputs(task, ASK_AGAIN).stream()
                        .filter(BaseDateTimeType.class::isInstance)
                        .map(BaseDateTimeType.class::cast)
                        .filter(BaseDateTimeType::hasValue)
                        .map(time::dayOf)
                        .max(LocalDate::compareTo));
    }

    /** The latest day of all refusals, if it is still to come. */
    static Optional<LocalDate> quietUntil(List<Task> tasks, FacilityTime time) {
        return tasks.stream()
                .filter(OutreachLife::isOutreach)
                .flatMap(t -> askAgain(t, time).stream())
                .filter(d -> d.isAfter(time.today()))
                .max(LocalDate::compareTo);
    }
}
