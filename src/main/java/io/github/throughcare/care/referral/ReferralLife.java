package io.github.throughcare.care.referral;

import static org.hl7.fhir.r4.model.Task.TaskStatus.ACCEPTED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.CANCELLED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.COMPLETED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.DRAFT;
import static org.hl7.fhir.r4.model.Task.TaskStatus.ENTEREDINERROR;
import static org.hl7.fhir.r4.model.Task.TaskStatus.FAILED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.INPROGRESS;
import static org.hl7.fhir.r4.model.Task.TaskStatus.ONHOLD;
import static org.hl7.fhir.r4.model.Task.TaskStatus.REJECTED;
import static org.hl7.fhir.r4.model.Task.TaskStatus.REQUESTED;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * The state machine of a referral Task (SDOHCC-TaskForReferralManagement, Gravity SDOH Clinical Care 3.0.0): TaskStatus without
 * received and ready. Pure.
 */
final class ReferralLife {

    /** A side of the referral. */
    enum Party {
        REQUESTER("the requester"),
        TARGET("the owner");

        final String named;

        Party(String named) {
            this.named = named;
        }
    }

    /** How a referral may begin. */
    static final Set<TaskStatus> BEGIN = EnumSet.of(DRAFT, REQUESTED);

    private ReferralLife() {}

    static Set<TaskStatus> after(TaskStatus from) {
        return switch (from) {
            case DRAFT -> EnumSet.of(REQUESTED, CANCELLED, ENTEREDINERROR);
            case REQUESTED -> EnumSet.of(ACCEPTED, REJECTED, CANCELLED, ENTEREDINERROR);
            case ACCEPTED -> EnumSet.of(INPROGRESS, ONHOLD, COMPLETED, FAILED, CANCELLED, ENTEREDINERROR);
            case INPROGRESS -> EnumSet.of(ONHOLD, COMPLETED, FAILED, CANCELLED, ENTEREDINERROR);
            case ONHOLD -> EnumSet.of(INPROGRESS, COMPLETED, FAILED, CANCELLED, ENTEREDINERROR);
            case REJECTED, CANCELLED, COMPLETED, FAILED -> EnumSet.of(ENTEREDINERROR);
            case ENTEREDINERROR -> EnumSet.noneOf(TaskStatus.class);
            // a referral is never received or ready; one that was imported so is cleared up
            case RECEIVED, READY, NULL -> EnumSet.of(ENTEREDINERROR);
        };
    }

    /** Who may set a status (Gravity, the lists of who may set what). */
    static Set<Party> setters(TaskStatus from, TaskStatus to) {
        return switch (to) {
            case DRAFT, REQUESTED, ENTEREDINERROR -> EnumSet.of(Party.REQUESTER);
            case CANCELLED -> from == DRAFT ? EnumSet.of(Party.REQUESTER) : EnumSet.of(Party.REQUESTER, Party.TARGET);
            default -> EnumSet.of(Party.TARGET);
        };
    }

    /** The status of the ServiceRequest that goes with a status of the Task; empty: it stays as it is. */
    static Optional<ServiceRequestStatus> request(TaskStatus task) {
        return switch (task) {
            case REQUESTED, ACCEPTED, INPROGRESS, REJECTED, FAILED -> Optional.of(ServiceRequestStatus.ACTIVE);
            case ONHOLD -> Optional.of(ServiceRequestStatus.ONHOLD);
            case COMPLETED -> Optional.of(ServiceRequestStatus.COMPLETED);
            case CANCELLED -> Optional.of(ServiceRequestStatus.REVOKED);
            case ENTEREDINERROR -> Optional.of(ServiceRequestStatus.ENTEREDINERROR);
            case DRAFT, RECEIVED, READY, NULL -> Optional.empty();
        };
    }

    static String namedParties(Set<Party> parties) {
        return parties.stream().map(p -> p.named).collect(Collectors.joining(" or "));
    }
}
