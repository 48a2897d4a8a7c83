package io.github.throughcare.care;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;

/**
 * Contacts and attempts in the order in which they happened: {@code completed} is a contact made, {@code not-done} an attempt that
 * failed; other Communications are neither. Pure.
 */
public final class ContactLog {

    private ContactLog() {}

    /** Contacts and attempts, oldest first. */
    public static List<Communication> inOrder(Collection<Communication> all, FacilityTime time) {
        return all.stream()
                .filter(c ->
                        c.getStatus() == CommunicationStatus.COMPLETED || c.getStatus() == CommunicationStatus.NOTDONE)
                .sorted(Comparator.<Communication, Instant>comparing(c -> when(c, time))
                        .thenComparing(c -> c.getIdElement().getIdPart()))
                .toList();
    }

    /** The attempts that failed since the last contact, of a log in order. */
    public static List<Communication> failedSinceContact(List<Communication> log) {
        int from = log.size();
        while (from > 0 && log.get(from - 1).getStatus() == CommunicationStatus.NOTDONE) {
            from--;
        }
        return log.subList(from, log.size());
    }

    private static Instant when(Communication c, FacilityTime time) {
        return c.hasSent()
                ? time.start(c.getSentElement())
                : c.hasReceived()
                        ? time.start(c.getReceivedElement())
                        : c.getMeta().hasLastUpdated()
                                ? c.getMeta().getLastUpdated().toInstant()
                                : Instant.EPOCH;
    }
}
