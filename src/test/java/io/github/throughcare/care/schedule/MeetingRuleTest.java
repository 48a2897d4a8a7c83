package io.github.throughcare.care.schedule;

import static io.github.throughcare.care.schedule.TakenTimeTest.meeting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.throughcare.care.FakeIntent;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule.Actor;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.Appointment.AppointmentStatus;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Slot;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MeetingRuleTest {

    private static final String TEN = "2026-12-01T10:00:00Z";
    private static final String ELEVEN = "2026-12-01T11:00:00Z";
    private static final String NOON = "2026-12-01T12:00:00Z";

    @Test
    void whoever_is_taken_is_not_booked_again() {
        assertThatThrownBy(() -> write(null, id("new", meeting(TEN, ELEVEN)), id("old", meeting(TEN, ELEVEN))))
                .isInstanceOfSatisfying(Problem.class, p -> {
                    assertThat(p.status()).isEqualTo(422);
                    assertThat(p.issues().get(0).expression()).isEqualTo("Appointment.participant[0].actor");
                    assertThat(p.getMessage()).contains("Practitioner/kim", "Appointment/old");
                });
    }

    @Test
    void what_follows_on_is_no_conflict() {
        free(null, id("new", meeting(ELEVEN, NOON)), id("old", meeting(TEN, ELEVEN)));
    }

    @Test
    void what_was_called_off_takes_no_time() {
        free(
                null,
                id("new", meeting(TEN, ELEVEN)),
                id("old", meeting(TEN, ELEVEN).setStatus(AppointmentStatus.CANCELLED)));
    }

    @Test
    void a_role_takes_the_time_of_its_practitioner() {
        PractitionerRole role = new PractitionerRole().setPractitioner(new Reference("Practitioner/kim"));
        role.setId("PractitionerRole/nurse");
        Appointment byRole = id("new", meeting(TEN, ELEVEN));
        byRole.getParticipantFirstRep().setActor(new Reference("PractitionerRole/nurse"));
        assertThatThrownBy(() -> write(null, byRole, role, id("old", meeting(TEN, ELEVEN))))
                .isInstanceOf(Problem.class);
        assertThatThrownBy(() -> write(null, id("other", meeting(TEN, ELEVEN)), role, byRole))
                .isInstanceOf(Problem.class);
    }

    @Test
    void a_room_is_taken_and_a_hospital_is_not() {
        for (String kind : new String[] {"ro", "si"}) {
            Location place = new Location();
            place.setId("Location/place");
            place.setPhysicalType(new CodeableConcept(new Coding().setCode(kind)));
            Appointment one = id("new", meeting(TEN, ELEVEN));
            one.getParticipantFirstRep().setActor(new Reference("Location/place"));
            Appointment other = one.copy();
            other.setId("Appointment/old");
            if (kind.equals("ro")) {
                assertThatThrownBy(() -> write(null, one, place, other)).isInstanceOf(Problem.class);
            } else {
                free(null, one, place, other);
            }
        }
    }

    @Test
    void an_old_conflict_does_not_stop_a_comment_and_stops_a_longer_meeting() {
        Appointment before = id("one", meeting(TEN, ELEVEN));
        Appointment other = id("other", meeting(TEN, NOON));
        free(before, before.copy().setComment("Bring the form"), other);
        Appointment longer = before.copy();
        longer.setEnd(meeting(TEN, NOON).getEnd());
        assertThatThrownBy(() -> write(before, longer, other)).isInstanceOf(Problem.class);
    }

    @Test
    void whoever_means_it_says_why() {
        Appointment meant = id("new", meeting(TEN, ELEVEN));
        meant.addExtension(MeetingRule.REASON, new StringType("Group session"));
        free(null, meant, id("old", meeting(TEN, ELEVEN)));
        Appointment empty = id("new", meeting(TEN, ELEVEN));
        empty.addExtension().setUrl(MeetingRule.REASON);
        assertThatThrownBy(() -> write(null, empty, id("old", meeting(TEN, ELEVEN))))
                .isInstanceOf(Problem.class);
    }

    @Test
    void a_slot_is_filled_once_unless_it_may_be_overbooked() {
        for (boolean overbooked : new boolean[] {false, true}) {
            Slot slot = new Slot().setOverbooked(overbooked);
            slot.setId("Slot/nine");
            Appointment wanted = id("new", meeting(TEN, ELEVEN)).addSlot(new Reference("Slot/nine"));
            Appointment other = id("old", meeting(ELEVEN, NOON)).addSlot(new Reference("Slot/nine"));
            Appointment elsewhere = id("there", meeting(ELEVEN, NOON)).addSlot(new Reference("Slot/ten"));
            free(null, wanted, slot, elsewhere);
            free(null, wanted, slot, other.copy().setStatus(AppointmentStatus.CANCELLED));
            if (overbooked) {
                free(null, wanted, slot, other);
            } else {
                assertThatThrownBy(() -> write(null, wanted, slot, other)).isInstanceOf(Problem.class);
                free(wanted, wanted.copy().setComment("x"), slot, other);
            }
        }
    }

    @Test
    void it_ends_after_it_begins() {
        assertThatThrownBy(() -> write(null, id("new", meeting(ELEVEN, TEN)))).isInstanceOf(Problem.class);
    }

    private static Appointment id(String id, Appointment a) {
        a.setId("Appointment/" + id);
        return a;
    }

    private static void free(@Nullable Appointment before, Appointment after, Resource... stored) {
        assertThatCode(() -> write(before, after, stored)).doesNotThrowAnyException();
    }

    private static void write(@Nullable Appointment before, Appointment after, Resource... stored) {
        new MeetingRule().check(new FakeIntent(before, after, Actor.SYSTEM, stored));
    }
}
