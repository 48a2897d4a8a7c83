package io.github.throughcare.care.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Date;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.Appointment.AppointmentStatus;
import org.hl7.fhir.r4.model.Appointment.ParticipantRequired;
import org.hl7.fhir.r4.model.Appointment.ParticipationStatus;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TakenTimeTest {

    @ParameterizedTest
    @CsvSource({
        "booked, accepted, true",
        "booked, needs-action, true",
        "booked, tentative, true",
        "booked, declined, false",
        "arrived, accepted, true",
        "checked-in, accepted, true",
        "pending, accepted, true",
        "pending, needs-action, false",
        "pending, tentative, false",
        "proposed, accepted, false",
        "waitlist, accepted, false",
        "cancelled, accepted, false",
        "noshow, accepted, false",
        "fulfilled, accepted, false",
        "entered-in-error, accepted, false",
    })
    void who_is_taken(String status, String participant, boolean taken) {
        Appointment a = meeting("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z");
        a.setStatus(AppointmentStatus.fromCode(status));
        a.getParticipantFirstRep().setStatus(ParticipationStatus.fromCode(participant));
        assertThat(TakenTime.of(a)).hasSize(taken ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({
        "Practitioner/1, true",
        "PractitionerRole/1, true",
        "Patient/1, true",
        "RelatedPerson/1, true",
        "Device/1, true",
        "Location/1, true",
        "HealthcareService/1, false",
        "https://elsewhere.example/fhir/Practitioner/1, true",
    })
    void whose_time(String actor, boolean taken) {
        Appointment a = meeting("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z");
        a.getParticipantFirstRep().setActor(new Reference(actor));
        assertThat(TakenTime.of(a)).hasSize(taken ? 1 : 0);
    }

    @Test
    void who_is_only_informed_is_free() {
        Appointment a = meeting("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z");
        a.getParticipantFirstRep().setRequired(ParticipantRequired.INFORMATIONONLY);
        assertThat(TakenTime.of(a)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10:00, 11:00, true",
        "10:30, 10:45, true",
        "09:30, 10:01, true",
        "10:59, 12:00, true",
        "09:00, 12:00, true",
        "11:00, 12:00, false",
        "09:00, 10:00, false",
        "10:30, 10:30, true",
        "11:00, 11:00, false",
    })
    void what_collides_with_ten_to_eleven(String from, String until, boolean collides) {
        TakenTime known = one(meeting("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z"));
        TakenTime wanted = one(meeting("2026-12-01T" + from + ":00Z", "2026-12-01T" + until + ":00Z"));
        assertThat(wanted.overlaps(known)).isEqualTo(collides);
        assertThat(known.overlaps(wanted)).isEqualTo(collides);
    }

    @Test
    void minutes_stand_for_an_end() {
        Appointment a = meeting("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z");
        a.setEnd(null).setMinutesDuration(90);
        assertThat(one(a).until()).isEqualTo(Instant.parse("2026-12-01T11:30:00Z"));
    }

    @Test
    void without_a_start_nothing_is_taken() {
        assertThat(TakenTime.of(
                        meeting("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z").setStart(null)))
                .isEmpty();
    }

    static Appointment meeting(String from, String until) {
        Appointment a = new Appointment().setStatus(AppointmentStatus.BOOKED);
        a.setStart(Date.from(Instant.parse(from))).setEnd(Date.from(Instant.parse(until)));
        a.addParticipant().setActor(new Reference("Practitioner/kim")).setStatus(ParticipationStatus.ACCEPTED);
        return a;
    }

    private static TakenTime one(Appointment a) {
        return TakenTime.of(a).get(0);
    }
}
