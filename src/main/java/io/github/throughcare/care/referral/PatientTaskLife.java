package io.github.throughcare.care.referral;

import static org.hl7.fhir.r4.model.Task.TaskStatus.CANCELLED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.COMPLETED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.ENTEREDINERROR;
import static org.hl7.fhir.r4.model.Task.TaskStatus.FAILED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.INPROGRESS;
import static org.hl7.fhir.r4.model.Task.TaskStatus.ONHOLD;
import static org.hl7.fhir.r4.model.Task.TaskStatus.READY;

import io.github.throughcare.care.referral.ReferralLife.Party;
import java.util.EnumSet;
import java.util.Set;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * The state machine of a Task for a patient (SDOHCC-TaskForPatient, Gravity SDOH Clinical Care 3.0.0): asked to be done, no word about
 * accepting. {@link Party#TARGET} is the person's app. Pure.
 */
final class PatientTaskLife {

    static final String GRAVITY = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes";
    static final String SDC = "http://hl7.org/fhir/uv/sdc/CodeSystem/temp";
    static final String FORM = "complete-questionnaire";

    private static final Set<String> OWNERS = Set.of("Patient", "RelatedPerson");

    private PatientTaskLife() {}

    /**
     * A form to fill, information, a contact to make, something to read. A form may also be asked of staff; that is no Task for a
     * patient.
     */
    static boolean isPatientTask(Task task) {
        return task.getCode().hasCoding(GRAVITY, "general-information")
                || task.getCode().hasCoding(GRAVITY, "make-contact")
                || task.getCode().hasCoding(GRAVITY, "review-material")
                || isForm(task) && ownedByPerson(task);
    }

    static boolean isForm(Task task) {
        return task.getCode().hasCoding(SDC, FORM) || task.getCode().hasCoding(GRAVITY, FORM);
    }

    static boolean ownedByPerson(Task task) {
        return OWNERS.contains(
                String.valueOf(task.getOwner().getReferenceElement().getResourceType()));
    }

    static Set<TaskStatus> after(TaskStatus from) {
        return switch (from) {
            case READY -> EnumSet.of(INPROGRESS, ONHOLD, COMPLETED, CANCELLED, FAILED, ENTEREDINERROR);
            case INPROGRESS -> EnumSet.of(ONHOLD, COMPLETED, CANCELLED, FAILED, ENTEREDINERROR);
            case ONHOLD -> EnumSet.of(INPROGRESS, COMPLETED, CANCELLED, FAILED, ENTEREDINERROR);
            case COMPLETED, CANCELLED, FAILED -> EnumSet.of(ENTEREDINERROR);
            case ENTEREDINERROR -> EnumSet.noneOf(TaskStatus.class);
            // none of these is a state of a Task for a patient; one that was imported so is made ready or cleared up
            case DRAFT, REQUESTED, RECEIVED, ACCEPTED, REJECTED, NULL -> EnumSet.of(READY, CANCELLED, ENTEREDINERROR);
        };
    }

    static Set<Party> setters(TaskStatus to) {
        return switch (to) {
            case READY, ENTEREDINERROR -> EnumSet.of(Party.REQUESTER);
            case CANCELLED -> EnumSet.of(Party.REQUESTER, Party.TARGET);
            default -> EnumSet.of(Party.TARGET);
        };
    }
}
