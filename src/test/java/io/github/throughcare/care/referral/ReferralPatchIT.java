package io.github.throughcare.care.referral;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules of a referral hold for every form of PATCH, alone and in a transaction. */
class ReferralPatchIT extends ServerIT {

    /** How a status is patched. */
    enum Form {
        JSON_PATCH,
        FHIRPATH_PATCH,
        XML_PATCH,
        CONDITIONAL,
        TRANSACTION_JSON,
        TRANSACTION_FHIRPATH
    }

    private String clinic;
    private String pantry;
    private String patient;
    private String request;

    @BeforeEach
    void people() {
        clinic = "Organization/" + create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"Clinic\"}");
        pantry = "Organization/" + create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"Pantry\"}");
        patient = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
        request = "ServiceRequest/" + create("ServiceRequest", """
                {"resourceType":"ServiceRequest","status":"draft","intent":"order","code":{"text":"Food"},"subject":{"reference":"%s"}}""".formatted(patient));
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void the_loop_is_kept(Form form) {
        String id = referral();
        // not a move that there is, whoever asks; nothing changes
        Response illegal = patch(form, id, "completed", pantry);
        assertThat(illegal.statusCode()).as(illegal.asString()).isEqualTo(422);
        assertThat(illegal.jsonPath().getString("issue[0].code")).isEqualTo("business-rule");
        assertThat(patch(form, id, "received", pantry).statusCode()).isEqualTo(422);
        assertThat(patch(form, id, "ready", "").statusCode()).isEqualTo(422);
        // a move that there is, by the wrong one
        assertThat(patch(form, id, "accepted", clinic).statusCode()).isEqualTo(403);
        assertThat(read("Task/" + id).getString("meta.versionId")).isEqualTo("1");
        assertThat(read(request).getString("status")).isEqualTo("active");

        assertThat(patch(form, id, "accepted", pantry).statusCode()).isEqualTo(200);
        assertThat(read("Task/" + id).getList("extension.url", String.class))
                .anyMatch(u -> u.endsWith("/time-to-accept"));
        assertThat(patch(form, id, "on-hold", pantry).statusCode()).isEqualTo(200);
        assertThat(read(request).getString("status")).isEqualTo("on-hold");
        assertThat(patch(form, id, "in-progress", pantry).statusCode()).isEqualTo(200);
        assertThat(patch(form, id, "completed", pantry).statusCode()).isEqualTo(200);
        assertThat(read(request).getString("status")).isEqualTo("completed");
        assertThat(patch(form, id, "cancelled", clinic).statusCode()).isEqualTo(422);
        assertThat(patch(form, id, "entered-in-error", pantry).statusCode()).isEqualTo(403);
        assertThat(patch(form, id, "entered-in-error", clinic).statusCode()).isEqualTo(200);
        assertThat(read(request).getString("status")).isEqualTo("entered-in-error");
    }

    @Test
    void what_was_agreed_is_not_patched_away() {
        String id = referral();
        assertThat(json(id, pantry, "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"accepted\"}]")
                        .statusCode())
                .isEqualTo(200);
        String other = "ServiceRequest/" + create("ServiceRequest", """
                {"resourceType":"ServiceRequest","status":"draft","intent":"order","code":{"text":"Other"},"subject":{"reference":"%s"}}""".formatted(patient));
        assertThat(json(id, clinic, "[{\"op\":\"replace\",\"path\":\"/focus/reference\",\"value\":\"" + other + "\"}]")
                        .statusCode())
                .isEqualTo(422);
        assertThat(json(id, clinic, "[{\"op\":\"replace\",\"path\":\"/owner/reference\",\"value\":\"" + clinic + "\"}]")
                        .statusCode())
                .isEqualTo(422);
        assertThat(json(
                                id,
                                clinic,
                                "[{\"op\":\"replace\",\"path\":\"/requester/reference\",\"value\":\"" + pantry + "\"}]")
                        .statusCode())
                .isEqualTo(422);
        assertThat(json(id, clinic, "[{\"op\":\"replace\",\"path\":\"/code/coding/0/code\",\"value\":\"approve\"}]")
                        .statusCode())
                .isEqualTo(422);
        // what the server measured is the server's
        assertThat(json(id, pantry, "[{\"op\":\"remove\",\"path\":\"/extension\"}]")
                        .statusCode())
                .isEqualTo(200);
        assertThat(read("Task/" + id).getList("extension.url", String.class))
                .anyMatch(u -> u.endsWith("/time-to-accept"));
    }

    @Test
    void whoever_patches_an_open_referral_to_accepted_owns_it() {
        Response made =
                fhir().header("X-Throughcare-Actor", clinic).body(task(null)).post("/Task");
        assertThat(made.statusCode()).as(made.asString()).isEqualTo(201);
        String id = made.jsonPath().getString("id");
        assertThat(patch(Form.FHIRPATH_PATCH, id, "accepted", pantry).statusCode())
                .isEqualTo(200);
        assertThat(read("Task/" + id).getString("owner.reference")).isEqualTo(pantry);
    }

    private String referral() {
        Response made =
                fhir().header("X-Throughcare-Actor", clinic).body(task(pantry)).post("/Task");
        assertThat(made.statusCode()).as(made.asString()).isEqualTo(201);
        return made.jsonPath().getString("id");
    }

    private static Response patch(Form form, String id, String status, String actor) {
        String json = "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"" + status + "\"}]";
        String fhirPath = """
                {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},
                 {"name":"path","valueString":"Task.status"},{"name":"value","valueCode":"%s"}]}]}""".formatted(status);
        return switch (form) {
            case JSON_PATCH -> json(id, actor, json);
            case FHIRPATH_PATCH -> as(actor).body(fhirPath).patch("/Task/" + id);
            case XML_PATCH ->
                as(actor)
                        .contentType("application/xml-patch+xml")
                        .body("<diff xmlns:f=\"http://hl7.org/fhir\"><replace sel=\"f:Task/f:status/@value\">" + status
                                + "</replace></diff>")
                        .patch("/Task/" + id);
            case CONDITIONAL ->
                as(actor).contentType("application/json-patch+json").body(json).patch("/Task?_id=" + id);
            case TRANSACTION_JSON ->
                transaction(
                        "{\"resourceType\":\"Binary\",\"contentType\":\"application/json-patch+json\",\"data\":\""
                                + Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)) + "\"}",
                        id,
                        actor);
            case TRANSACTION_FHIRPATH -> transaction(fhirPath, id, actor);
        };
    }

    private static Response json(String id, String actor, String operations) {
        return as(actor)
                .contentType("application/json-patch+json")
                .body(operations)
                .patch("/Task/" + id);
    }

    private static Response transaction(String resource, String id, String actor) {
        return as(actor)
                .body("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":" + resource
                        + ",\"request\":{\"method\":\"PATCH\",\"url\":\"Task/" + id + "\"}}]}")
                .post("/");
    }

    private static RequestSpecification as(String actor) {
        return actor.isEmpty() ? fhir() : fhir().header("X-Throughcare-Actor", actor);
    }

    private String task(String owner) {
        return """
                {"resourceType":"Task","status":"requested","intent":"order",%s
                 "code":{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code","code":"fulfill"}]},
                 "focus":{"reference":"%s"},"for":{"reference":"%s"},"requester":{"reference":"%s"},"authoredOn":"2026-11-01"}""".formatted(
                        owner == null ? "" : "\"owner\":{\"reference\":\"" + owner + "\"},", request, patient, clinic);
    }

    private static JsonPath read(String local) {
        return fhir().get("/" + local).jsonPath();
    }
}
