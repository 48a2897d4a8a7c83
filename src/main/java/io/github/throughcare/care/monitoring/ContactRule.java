package io.github.throughcare.care.monitoring;

import io.github.throughcare.care.ContactLog;
import io.github.throughcare.care.FacilityTime;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;
import org.hl7.fhir.r4.model.Reference;

/**
 * The contact log of a person: Communications that went to the person or somebody close, with their outcome: {@code completed} is a
 * contact made, {@code not-done} a failed attempt. Three failed attempts since the last contact: the person cannot be reached.
 * Pure.
 */
final class ContactRule {

    static final int ATTEMPTS = 3;

    private static final Set<String> CLOSE = Set.of("Patient", "RelatedPerson");

    private ContactRule() {}

    /**
     * The failed attempts since the last contact, oldest first.
     *
     * @param log all Communications about the person, in any order
     */
    static List<Communication> failedSinceContact(List<Communication> log, FacilityTime time) {
        return ContactLog.failedSinceContact(
                ContactLog.inOrder(log.stream().filter(ContactRule::isAttempt).toList(), time));
    }

    /** Was somebody to be reached by it? One without a recipient is about its subject. */
    static boolean isAttempt(Communication c) {
        boolean outcome =
                c.getStatus() == CommunicationStatus.COMPLETED || c.getStatus() == CommunicationStatus.NOTDONE;
        return outcome
                && (!c.hasRecipient()
                        || c.getRecipient().stream()
                                .map(Reference::getReferenceElement)
                                .anyMatch(r -> CLOSE.contains(String.valueOf(r.getResourceType()))));
    }
}
