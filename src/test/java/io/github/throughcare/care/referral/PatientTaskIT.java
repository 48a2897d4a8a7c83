package io.github.throughcare.care.referral;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.Race;
import io.github.throughcare.ServerIT;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A clinic asks a client to fill a form, to call somebody and to read something; the client's app answers. */
class PatientTaskIT extends ServerIT {

    private static final String GRAVITY =
            "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes";
    private static final String SDC = "http://hl7.org/fhir/uv/sdc/CodeSystem/temp";

    private String clinic;
    private String ann;

    @BeforeEach
    void people() {
        clinic = "Organization/" + create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"Clinic\"}");
        ann = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
    }

    @Test
    void a_form_is_asked_for_and_answered() {
        String form = "\"input\":[{\"type\":{\"coding\":[{\"system\":\"" + SDC + "\",\"code\":\"questionnaire\"}]},"
                + "\"valueCanonical\":\"https://throughcare.github.io/ig/Questionnaire/phq-2\"},"
                + "{\"type\":{\"coding\":[{\"system\":\"" + GRAVITY + "\",\"code\":\"questionnaire-category\"}]},"
                + "\"valueCodeableConcept\":{\"text\":\"Mood\"}}],";
        Response without = as(clinic)
                .body(task(null, "ready", SDC, "complete-questionnaire", ""))
                .post("/Task");
        assertThat(without.statusCode()).isEqualTo(422);
        assertThat(without.jsonPath().getList("issue")).hasSize(2);
        String id = as(clinic)
                .body(task(null, "ready", SDC, "complete-questionnaire", form))
                .post("/Task")
                .then()
                .statusCode(201)
                .extract()
                .path("id");

        assertThat(patch(id, ann, "replace", "/status", "\"in-progress\"").statusCode())
                .isEqualTo(200);
        String response = "QuestionnaireResponse/" + create("QuestionnaireResponse", """
                {"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"http://example.org/other","subject":{"reference":"%s"}}""".formatted(ann));
        String output = "[{\"type\":{\"coding\":[{\"system\":\"" + SDC + "\",\"code\":\"questionnaire-response\"}]},"
                + "\"valueReference\":{\"reference\":\"" + response + "\"}}]";
        assertThat(as(ann).contentType("application/json-patch+json")
                        .body("[{\"op\":\"add\",\"path\":\"/output\",\"value\":" + output
                                + "},{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"completed\"}]")
                        .patch("/Task/" + id)
                        .statusCode())
                .isEqualTo(200);
        // it is done
        assertThat(patch(id, ann, "replace", "/status", "\"in-progress\"").statusCode())
                .isEqualTo(422);
        assertThat(patch(id, ann, "replace", "/status", "\"entered-in-error\"").statusCode())
                .isEqualTo(403);
        assertThat(patch(id, clinic, "replace", "/status", "\"entered-in-error\"")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void the_app_changes_its_answer_and_nothing_else_whatever_the_path() {
        String id = information();
        Response patched = patch(id, ann, "replace", "/description", "\"Something else\"");
        assertThat(patched.statusCode()).isEqualTo(403);
        assertThat(patched.jsonPath().getString("issue[0].code")).isEqualTo("forbidden");
        assertThat(as(ann).body("""
                        {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},
                         {"name":"path","valueString":"Task.priority"},{"name":"value","valueCode":"stat"}]}]}""").patch("/Task/" + id).statusCode()).isEqualTo(403);
        String other = task(id, "in-progress", GRAVITY, "general-information", "\"note\":[{\"text\":\"x\"}],");
        assertThat(as(ann).body(other).put("/Task/" + id).statusCode()).isEqualTo(403);
        assertThat(as(ann).body(other).put("/Task?_id=" + id).statusCode()).isEqualTo(403);
        Response whole = as(ann).body("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":"
                        + other + ",\"request\":{\"method\":\"PUT\",\"url\":\"Task/" + id + "\"}}]}")
                .post("/");
        assertThat(whole.statusCode()).isEqualTo(403);
        assertThat(as(ann).delete("/Task/" + id).statusCode()).isEqualTo(403);
        assertThat(read(id).getString("meta.versionId")).isEqualTo("1");

        assertThat(as(ann).body(task(id, "in-progress", GRAVITY, "general-information", ""))
                        .put("/Task/" + id)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void nobody_else_answers() {
        String id = information();
        String bob = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
        assertThat(patch(id, bob, "replace", "/status", "\"completed\"").statusCode())
                .isEqualTo(403);
        // nor does the clinic for her
        assertThat(patch(id, clinic, "replace", "/status", "\"completed\"").statusCode())
                .isEqualTo(403);
        assertThat(patch(id, clinic, "replace", "/status", "\"cancelled\"").statusCode())
                .isEqualTo(200);
    }

    @Test
    void it_begins_as_ready_and_holds_what_its_kind_needs() {
        for (String status : List.of("draft", "requested", "accepted", "completed")) {
            assertThat(as(clinic)
                            .body(task(null, status, GRAVITY, "general-information", ""))
                            .post("/Task")
                            .statusCode())
                    .as(status)
                    .isEqualTo(422);
        }
        Response contact = as(clinic)
                .body(task(null, "ready", GRAVITY, "make-contact", ""))
                .post("/Task");
        assertThat(contact.statusCode()).isEqualTo(422);
        assertThat(contact.jsonPath().getString("issue[0].expression[0]")).isEqualTo("Task.input");
        Response read = as(clinic)
                .body(task(null, "ready", GRAVITY, "review-material", ""))
                .post("/Task");
        assertThat(read.jsonPath().getString("issue[0].expression[0]")).isEqualTo("Task.focus");
    }

    @Test
    void of_64_who_answer_at_once_each_transition_has_one() throws Exception {
        String id = information();
        List<Response> answers = Race.of(
                64,
                i -> as(ann).contentType("application/json-patch+json")
                        .body(
                                "[{\"op\":\"test\",\"path\":\"/status\",\"value\":\"ready\"},{\"op\":\"replace\",\"path\":\"/status\",\"value\":\""
                                        + (i % 2 == 0 ? "completed" : "failed") + "\"}]")
                        .patch("/Task/" + id));
        assertThat(answers.stream().filter(a -> a.statusCode() == 200)).hasSize(1);
        assertThat(answers.stream().filter(a -> a.statusCode() == 422)).hasSize(63);
        assertThat(read(id).getString("meta.versionId")).isEqualTo("2");
    }

    private String information() {
        return as(clinic)
                .body(task(null, "ready", GRAVITY, "general-information", ""))
                .post("/Task")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private Response patch(String id, String actor, String op, String path, String value) {
        return as(actor)
                .contentType("application/json-patch+json")
                .body("[{\"op\":\"" + op + "\",\"path\":\"" + path + "\",\"value\":" + value + "}]")
                .patch("/Task/" + id);
    }

    private static io.restassured.specification.RequestSpecification as(String actor) {
        return fhir().header("X-Throughcare-Actor", actor);
    }

    private static JsonPath read(String id) {
        return fhir().get("/Task/" + id).jsonPath();
    }

    private String task(String id, String status, String system, String code, String more) {
        return """
                {"resourceType":"Task",%s"status":"%s","intent":"order","priority":"routine",%s"description":"Bring your papers",
                 "code":{"coding":[{"system":"%s","code":"%s"}]},
                 "for":{"reference":"%s"},"owner":{"reference":"%s"},"requester":{"reference":"%s"},"authoredOn":"2026-11-01"}""".formatted(id == null ? "" : "\"id\":\"" + id + "\",", status, more, system, code, ann, ann, clinic);
    }
}
