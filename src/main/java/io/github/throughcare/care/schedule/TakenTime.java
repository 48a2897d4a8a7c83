package io.github.throughcare.care.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.Appointment.AppointmentParticipantComponent;
import org.hl7.fhir.r4.model.Appointment.AppointmentStatus;
import org.hl7.fhir.r4.model.Appointment.ParticipantRequired;
import org.hl7.fhir.r4.model.Appointment.ParticipationStatus;

/**
 * A stretch {@code [from, until)} of somebody's time that an Appointment takes. One that is booked, or where people have arrived, takes
 * the time of everybody who has not declined and is not merely informed; one that is pending takes the time of those who have
 * accepted. Others (proposed, on a waitlist, cancelled, missed, fulfilled) take none. Pure.
 *
 * @param actor {@code Type/id}
 * @param participant index in {@code Appointment.participant}
 */
record TakenTime(String actor, int participant, Instant from, Instant until) {

    /** No meeting lasts longer: what begins earlier than this before another one is not looked at. */
    static final Duration LONGEST = Duration.ofDays(31);

    /** Statuses of Appointments that take time, as the value of a search. */
    static final String STATUSES = "booked,arrived,checked-in,pending";

    private static final Set<AppointmentStatus> FIRM =
            EnumSet.of(AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED, AppointmentStatus.CHECKEDIN);
    private static final Set<String> KINDS =
            Set.of("Practitioner", "PractitionerRole", "Patient", "RelatedPerson", "Device", "Location");

    /** Whose time it takes; nobody's when it does not say when it begins. */
    static List<TakenTime> of(Appointment appointment) {
        List<TakenTime> taken = new ArrayList<>();
        if (!takesTime(appointment) || !appointment.hasStart()) {
            return taken;
        }
        Instant from = appointment.getStart().toInstant();
        Instant until = end(appointment, from);
        for (int i = 0; i < appointment.getParticipant().size(); i++) {
            AppointmentParticipantComponent participant =
                    appointment.getParticipant().get(i);
            var actor = participant.getActor().getReferenceElement();
            if (takes(appointment, participant) && KINDS.contains(String.valueOf(actor.getResourceType()))) {
                taken.add(new TakenTime(actor.toUnqualifiedVersionless().getValue(), i, from, until));
            }
        }
        return taken;
    }

    static boolean takesTime(Appointment appointment) {
        return FIRM.contains(appointment.getStatus()) || appointment.getStatus() == AppointmentStatus.PENDING;
    }

    private static boolean takes(Appointment appointment, AppointmentParticipantComponent participant) {
        if (participant.getRequired() == ParticipantRequired.INFORMATIONONLY) {
            return false;
        }
        return FIRM.contains(appointment.getStatus())
                ? participant.getStatus() != ParticipationStatus.DECLINED
                : participant.getStatus() == ParticipationStatus.ACCEPTED;
    }

    /** Without an end it lasts as many minutes as it says, else but a moment. */
    private static Instant end(Appointment appointment, Instant from) {
        if (appointment.hasEnd()) {
            return appointment.getEnd().toInstant();
        }
        return appointment.hasMinutesDuration()
                ? from.plus(Duration.ofMinutes(Math.max(0, appointment.getMinutesDuration())))
                : from;
    }

    /** What one follows on at once does not collide with it. */
    boolean overlaps(TakenTime other) {
        return from.isBefore(other.last()) && other.from.isBefore(last());
    }

    /** A moment takes that moment. */
    private Instant last() {
        return until.isAfter(from) ? until : from.plusMillis(1);
    }

    /** Does it lie within the other, of the same actor? */
    boolean within(TakenTime other) {
        return actor.equals(other.actor) && !from.isBefore(other.from) && !until.isAfter(other.until);
    }
}
