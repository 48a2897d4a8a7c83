package io.github.throughcare.care.referral;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.Race;
import io.github.throughcare.ServerIT;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A clinic refers a patient to a food pantry, and hears what came of it. */
class ReferralIT extends ServerIT {

    private String clinic;
    private String pantry;
    private String patient;
    private String request;

    @BeforeEach
    void aReferralToMake() {
        clinic = "Organization/" + create("Organization", organization("Clinic"));
        pantry = "Organization/" + create("Organization", organization("Pantry"));
        patient = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
        request = "ServiceRequest/" + create("ServiceRequest", """
                {"resourceType":"ServiceRequest","status":"draft","intent":"order","authoredOn":"2026-11-01",
                 "code":{"text":"Food"},"subject":{"reference":"%s"},"requester":{"reference":"%s"}}""".formatted(patient, clinic));
    }

    @Test
    void the_loop_closes() {
        String helper = "PractitionerRole/" + create("PractitionerRole", """
                {"resourceType":"PractitionerRole","organization":{"reference":"%s"}}""".formatted(pantry));
        String id = referral("requested", pantry);
        assertThat(status(request)).isEqualTo("active");

        // only the owner accepts; nothing changes when another tries
        assertThat(move(id, "accepted", pantry, clinic).statusCode()).isEqualTo(403);
        Response illegal = move(id, "completed", pantry, helper);
        assertThat(illegal.statusCode()).isEqualTo(422);
        assertThat(illegal.jsonPath().getString("issue[0].code")).isEqualTo("business-rule");
        assertThat(illegal.jsonPath().getString("issue[0].diagnostics")).contains("accepted", "rejected", "cancelled");
        assertThat(illegal.jsonPath().getString("issue[0].expression[0]")).isEqualTo("Task.status");
        assertThat(fhir().get("/Task/" + id).jsonPath().getString("meta.versionId"))
                .isEqualTo("1");

        assertThat(move(id, "accepted", pantry, helper).statusCode()).isEqualTo(200);
        assertThat(move(id, "in-progress", pantry, helper).statusCode()).isEqualTo(200);
        assertThat(move(id, "on-hold", pantry, helper).statusCode()).isEqualTo(200);
        assertThat(status(request)).isEqualTo("on-hold");
        Response done = move(id, "completed", pantry, helper);
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.jsonPath().getList("extension.url", String.class))
                .anyMatch(u -> u.endsWith("/time-to-accept"))
                .anyMatch(u -> u.endsWith("/time-to-service"));
        assertThat(status(request)).isEqualTo("completed");
        assertThat(move(id, "entered-in-error", pantry, helper).statusCode()).isEqualTo(403);
        assertThat(move(id, "entered-in-error", pantry, clinic).statusCode()).isEqualTo(200);
        assertThat(status(request)).isEqualTo("entered-in-error");
    }

    @Test
    void a_transaction_is_refused_whole() {
        String id = referral("requested", pantry);
        Response refused = fhir().header("X-Throughcare-Actor", pantry)
                .body("""
                        {"resourceType":"Bundle","type":"transaction","entry":[
                          {"resource":{"resourceType":"Basic","code":{"text":"x"},"subject":{"reference":"%s"}},"request":{"method":"POST","url":"Basic"}},
                          {"resource":%s,"request":{"method":"PUT","url":"Task/%s"}}]}""".formatted(patient, task(id, "in-progress", pantry), id))
                .post("/");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.jsonPath().getString("issue[0].expression[0]")).isEqualTo("Bundle.entry[1].resource.status");
        assertThat(fhir().get("/Basic?subject=" + patient + "&_summary=count")
                        .jsonPath()
                        .getInt("total"))
                .isZero();
    }

    @Test
    void a_conditional_update_keeps_the_rule_too() {
        String id = referral("requested", pantry);
        Response refused = fhir().header("X-Throughcare-Actor", pantry)
                .body(task(id, "completed", pantry))
                .put("/Task?focus=" + request);
        assertThat(refused.statusCode()).isEqualTo(422);
    }

    @Test
    void nobody_but_the_requester_makes_it_go_away() {
        String id = referral("requested", pantry);
        String first = fhir().get("/Task/" + id + "/_history/1").asString();
        String transaction = """
                {"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Task/%s"}}]}""".formatted(id);
        for (String other : List.of(pantry, patient)) {
            assertThat(fhir().header("X-Throughcare-Actor", other)
                            .delete("/Task/" + id)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(fhir().header("X-Throughcare-Actor", other)
                            .delete("/Task?focus=" + request)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(fhir().header("X-Throughcare-Actor", other)
                            .body(transaction)
                            .post("/")
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(move(id, "accepted", pantry, pantry).statusCode()).isEqualTo(200);
        // what it was is no way back, for nobody
        assertThat(fhir().body(first).put("/Task/" + id).statusCode()).isEqualTo(422);
        assertThat(fhir().get("/Task/" + id).jsonPath().getString("meta.versionId"))
                .isEqualTo("2");
        assertThat(fhir().header("X-Throughcare-Actor", clinic)
                        .delete("/Task/" + id)
                        .statusCode())
                .isEqualTo(204);
        // begun anew under the same id it begins as referrals do
        assertThat(move(id, "accepted", pantry, pantry).statusCode()).isEqualTo(422);
        assertThat(move(id, "requested", pantry, pantry).statusCode()).isEqualTo(403);
    }

    @Test
    void received_and_ready_are_no_states_of_a_referral() {
        for (String state : List.of("received", "ready", "accepted", "completed")) {
            assertThat(fhir().body(task(null, state, pantry)).post("/Task").statusCode())
                    .isEqualTo(422);
        }
    }

    @Test
    void an_actor_must_be_known() {
        for (String actor : List.of("nonsense", "Organization/no-such", "Observation/1", "Organization/")) {
            Response refused = fhir().header("X-Throughcare-Actor", actor)
                    .body(task(null, "requested", pantry))
                    .post("/Task");
            assertThat(refused.statusCode()).as(actor).isEqualTo(400);
        }
    }

    @Test
    void of_64_who_claim_at_once_one_wins() throws Exception {
        String id = referral("requested", null);
        List<String> pantries = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            pantries.add("Organization/" + create("Organization", organization("Pantry " + i)));
        }
        List<Response> answers = Race.of(64, i -> move(id, "accepted", null, pantries.get(i)));
        assertThat(answers.stream().filter(a -> a.statusCode() == 200)).hasSize(1);
        assertThat(answers.stream().filter(a -> a.statusCode() == 403)).hasSize(63);
        assertThat(fhir().get("/Task/" + id).jsonPath().getString("meta.versionId"))
                .isEqualTo("2");
    }

    @Test
    void of_64_different_moves_at_once_one_wins() throws Exception {
        String id = referral("requested", pantry);
        List<String> moves = List.of("accepted", "rejected", "cancelled");
        List<Response> answers = Race.of(
                64,
                i -> fhir().body(task(id, moves.get(i % 3), pantry)
                                .replaceFirst("\\{", "{\"description\":\"" + i + "\","))
                        .put("/Task/" + id));
        long transitions = fhir()
                .get("/Task/" + id + "/_history?_count=1000")
                .jsonPath()
                .getList("entry.resource.status", String.class)
                .stream()
                .distinct()
                .count();
        // accepted and then cancelled is legal; rejected and cancelled are ends
        assertThat(transitions).isBetween(2L, 3L);
        assertThat(answers).allMatch(a -> a.statusCode() == 200 || a.statusCode() == 422);
        String end = fhir().get("/Task/" + id).jsonPath().getString("status");
        assertThat(status(request)).isEqualTo(end.equals("cancelled") ? "revoked" : "active");
    }

    @Test
    void two_referrals_cancelled_at_once_revoke_the_request() throws Exception {
        String one = referral("requested", pantry);
        String other = referral("requested", pantry);
        Race.of(2, i -> move(i == 0 ? one : other, "cancelled", pantry, clinic));
        assertThat(status(request)).isEqualTo("revoked");
    }

    @Test
    void acceptance_opens_the_case_in_one_step() {
        String kim = "Practitioner/" + create("Practitioner", "{\"resourceType\":\"Practitioner\"}");
        request = "ServiceRequest/" + create("ServiceRequest", """
                {"resourceType":"ServiceRequest","status":"active","intent":"order","authoredOn":"2026-11-01",
                 "code":{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/service-kind","code":"case-management"}]},
                 "subject":{"reference":"%s"}}""".formatted(patient));
        String id = referral("requested", kim);
        assertThat(move(id, "accepted", kim, kim).statusCode()).isEqualTo(200);
        var cases = fhir().get("/EpisodeOfCare?patient=" + patient).jsonPath();
        assertThat(cases.getList("entry")).hasSize(1);
        assertThat(cases.getString("entry[0].resource.status")).isEqualTo("active");
        assertThat(cases.getString("entry[0].resource.careManager.reference")).isEqualTo(kim);
        assertThat(cases.getString("entry[0].resource.referralRequest[0].reference"))
                .isEqualTo(request);
    }

    private String referral(String status, String owner) {
        Response made = fhir().header("X-Throughcare-Actor", clinic)
                .body(task(null, status, owner))
                .post("/Task");
        assertThat(made.statusCode()).as(made.asString()).isEqualTo(201);
        return made.jsonPath().getString("id");
    }

    private Response move(String id, String status, String owner, String actor) {
        return fhir().header("X-Throughcare-Actor", actor)
                .body(task(id, status, owner))
                .put("/Task/" + id);
    }

    private String task(String id, String status, String owner) {
        return """
                {"resourceType":"Task",%s"status":"%s","intent":"order",%s
                 "code":{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code","code":"fulfill"}]},
                 "focus":{"reference":"%s"},"for":{"reference":"%s"},"requester":{"reference":"%s"},"authoredOn":"2026-11-01"}""".formatted(
                        id == null ? "" : "\"id\":\"" + id + "\",",
                        status,
                        owner == null ? "" : "\"owner\":{\"reference\":\"" + owner + "\"},",
                        request,
                        patient,
                        clinic);
    }

    private static String status(String local) {
        return fhir().get("/" + local).jsonPath().getString("status");
    }

    private static String organization(String name) {
        return "{\"resourceType\":\"Organization\",\"name\":\"" + name + "\"}";
    }
}
