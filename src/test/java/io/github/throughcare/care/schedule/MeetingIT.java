package io.github.throughcare.care.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.restassured.response.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A team meets a client. On whatever path it is written: nobody is in two meetings at once. */
class MeetingIT extends ServerIT {

    private String kim;
    private String ann;
    private String bob;

    @BeforeEach
    void people() {
        kim = "Practitioner/" + create("Practitioner", "{\"resourceType\":\"Practitioner\"}");
        ann = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
        bob = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
    }

    @Test
    void created_twice_the_second_is_refused_and_not_stored() {
        create("Appointment", meeting(null, "booked", "10:00", "11:00", kim, ann));
        Response refused =
                fhir().body(meeting(null, "booked", "10:30", "11:30", kim, bob)).post("/Appointment");
        refused(refused);
        assertThat(refused.jsonPath().getString("issue[0].expression[0]"))
                .isEqualTo("Appointment.participant[0].actor");
        assertThat(fhir().get("/Appointment?actor=" + kim + "&_summary=count")
                        .jsonPath()
                        .getInt("total"))
                .isEqualTo(1);
        create("Appointment", meeting(null, "booked", "11:00", "11:30", kim, bob));
        create("Appointment", meeting(null, "proposed", "10:30", "11:30", kim, bob));
    }

    @Test
    void moved_by_put_onto_another_it_is_refused() {
        create("Appointment", meeting(null, "booked", "10:00", "11:00", kim, ann));
        String later = create("Appointment", meeting(null, "booked", "14:00", "15:00", kim, bob));
        refused(fhir().body(meeting(later, "booked", "10:30", "15:00", kim, bob))
                .put("/Appointment/" + later));
        refused(fhir().body(meeting("new-" + later, "booked", "10:30", "15:00", kim, bob))
                .put("/Appointment/new-" + later));
        assertThat(fhir().get("/Appointment/" + later).header("ETag")).isEqualTo("W/\"1\"");
        assertThat(fhir().body(meeting(later, "booked", "15:00", "16:00", kim, bob))
                        .put("/Appointment/" + later)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void patched_onto_another_it_is_refused() {
        create("Appointment", meeting(null, "booked", "10:00", "11:00", kim, ann));
        String asked = create("Appointment", meeting(null, "proposed", "10:00", "11:00", kim, bob));
        refused(fhir().contentType("application/json-patch+json")
                .body("[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"booked\"}]")
                .patch("/Appointment/" + asked));
        refused(fhir().body("""
                        {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},
                         {"name":"path","valueString":"Appointment.status"},{"name":"value","valueCode":"booked"}]}]}""").patch("/Appointment/" + asked));
        assertThat(fhir().get("/Appointment/" + asked).jsonPath().getString("status"))
                .isEqualTo("proposed");
    }

    @Test
    void a_transaction_is_looked_at_as_it_will_stand() {
        // two of one transaction collide with each other
        refused(fhir().body(transaction(
                        post(meeting(null, "booked", "10:00", "11:00", kim, ann)),
                        post(meeting(null, "booked", "10:00", "11:00", kim, bob))))
                .post("/"));
        assertThat(fhir().get("/Appointment?actor=" + kim + "&_summary=count")
                        .jsonPath()
                        .getInt("total"))
                .isZero();
        // one makes room for the other
        String id = create("Appointment", meeting(null, "booked", "10:00", "11:00", kim, ann));
        Response swapped = fhir().body(transaction(
                        post(meeting(null, "booked", "10:00", "11:00", kim, bob)),
                        put(id, meeting(id, "cancelled", "10:00", "11:00", kim, ann))))
                .post("/");
        assertThat(swapped.statusCode()).as(swapped.asString()).isEqualTo(200);
    }

    @Test
    void a_client_is_no_more_in_two_places_than_staff() {
        String lee = "Practitioner/" + create("Practitioner", "{\"resourceType\":\"Practitioner\"}");
        create("Appointment", meeting(null, "booked", "10:00", "11:00", kim, ann));
        Response refused =
                fhir().body(meeting(null, "booked", "10:00", "11:00", lee, ann)).post("/Appointment");
        refused(refused);
        assertThat(refused.jsonPath().getString("issue[0].expression[0]"))
                .isEqualTo("Appointment.participant[1].actor");
        Response meant = fhir().body(
                        meeting(null, "booked", "10:00", "11:00", lee, ann)
                                .replaceFirst(
                                        "\\{",
                                        "{\"extension\":[{\"url\":\"https://throughcare.github.io/ig/StructureDefinition/double-booking-reason\",\"valueString\":\"Both meet her together\"}],"))
                .post("/Appointment");
        assertThat(meant.statusCode()).as(meant.asString()).isEqualTo(201);
    }

    @Test
    void a_slot_is_filled_once() {
        String schedule =
                create("Schedule", "{\"resourceType\":\"Schedule\",\"actor\":[{\"reference\":\"" + kim + "\"}]}");
        String slot = create("Slot", """
                {"resourceType":"Slot","schedule":{"reference":"Schedule/%s"},"status":"free","start":"2027-03-02T10:00:00Z","end":"2027-03-02T11:00:00Z"}""".formatted(schedule));
        String appointment = """
                {"resourceType":"Appointment","status":"booked","start":"2027-03-02T%s:00Z","end":"2027-03-02T%s:00Z","slot":[{"reference":"Slot/%s"}],
                 "participant":[{"actor":{"reference":"%s"},"status":"accepted"}]}""";
        create("Appointment", appointment.formatted("10:00", "10:30", slot, ann));
        Response second =
                fhir().body(appointment.formatted("10:30", "11:00", slot, bob)).post("/Appointment");
        refused(second);
        assertThat(second.jsonPath().getString("issue[0].expression[0]")).isEqualTo("Appointment.slot");
    }

    private static void refused(Response answer) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(422);
        assertThat(answer.jsonPath().getString("issue[0].code")).isEqualTo("business-rule");
    }

    static String meeting(String id, String status, String from, String until, String who, String client) {
        return """
                {"resourceType":"Appointment",%s"status":"%s","start":"2027-03-01T%s:00Z","end":"2027-03-01T%s:00Z",
                 "participant":[{"actor":{"reference":"%s"},"status":"accepted"},{"actor":{"reference":"%s"},"status":"accepted"}]}""".formatted(id == null ? "" : "\"id\":\"" + id + "\",", status, from, until, who, client);
    }

    private static String transaction(String... entries) {
        return "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + String.join(",", entries) + "]}";
    }

    private static String post(String body) {
        return "{\"resource\":" + body + ",\"request\":{\"method\":\"POST\",\"url\":\"Appointment\"}}";
    }

    private static String put(String id, String body) {
        return "{\"resource\":" + body + ",\"request\":{\"method\":\"PUT\",\"url\":\"Appointment/" + id + "\"}}";
    }
}
