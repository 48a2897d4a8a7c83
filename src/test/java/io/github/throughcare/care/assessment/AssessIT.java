package io.github.throughcare.care.assessment;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.github.throughcare.ServerIT;
import io.github.throughcare.care.Ig;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code $assess} over HTTP, against a real store. */
class AssessIT extends ServerIT {

    private static final String JSON = "application/fhir+json";
    private static final String[] PHQ_9 = {
        "44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8"
    };
    private static final String[] POINTS = {"LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"};

    private String patient;

    @BeforeEach
    void a_patient() {
        patient = given().contentType(JSON)
                .body(Map.of("resourceType", "Patient", "gender", "female"))
                .post(base + "/Patient")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    @Test
    void the_operation_and_its_forms_are_published() {
        given().get(base + "/metadata")
                .then()
                .statusCode(200)
                .body("rest[0].resource.find { it.type == 'Patient' }.operation.name", hasItem("assess"));
        for (String form : List.of("phq-9", "phq-2", "gad-7", "audit-c", "ahc-hrsn", "steadi", "cage", "taps-1")) {
            given().queryParam("url", Ig.questionnaire(form))
                    .get(base + "/Questionnaire")
                    .then()
                    .statusCode(200)
                    .body("entry", hasSize(1))
                    .body("entry[0].resource.status", is("active"));
        }
    }

    @Test
    void a_phq_9_is_scored_stored_and_found_by_search() {
        String total = "entry.resource.find { it.code?.coding?.any { c -> c.code == '44261-6' } }";
        String id = assess(phq9(null, 0, 1, 2, 3, 0, 1, 2, 3, 0))
                .statusCode(200)
                .body("type", is("collection"))
                .body("entry[0].resource.resourceType", is("QuestionnaireResponse"))
                .body("entry.fullUrl", everyItem(startsWith("http")))
                .body("entry.resource.meta.versionId", everyItem(is("1")))
                .body("entry.resource.findAll { it.resourceType == 'Observation' }", hasSize(10))
                .body(total + ".valueQuantity.value", equalTo(12))
                .body(total + ".hasMember", hasSize(9))
                .body(total + ".interpretation.coding.flatten().code", hasItem("moderate"))
                .extract()
                .path("entry[0].resource.id");
        given().queryParam("patient", patient)
                .queryParam("code", "http://loinc.org|44261-6")
                .queryParam("value-quantity", "ge10")
                .get(base + "/Observation")
                .then()
                .statusCode(200)
                .body("total", is(1))
                .body("entry[0].resource.derivedFrom[0].reference", containsString(id));
        given().queryParam("patient", patient)
                .queryParam("category", "health-concern")
                .get(base + "/Condition")
                .then()
                .body("total", is(1));
    }

    @Test
    void the_same_identifier_amends_and_an_alert_that_no_longer_holds_goes() {
        String identifier = UUID.randomUUID().toString();
        List<String> first = assess(phq9(identifier, 0, 0, 0, 0, 0, 0, 0, 0, 2))
                .statusCode(200)
                .body("entry.resource.find { it.resourceType == 'Flag' }.status", is("active"))
                .body("entry.resource.find { it.resourceType == 'Task' }.priority", is("urgent"))
                .extract()
                .path("entry.resource.id");
        List<String> second = assess(phq9(identifier, 0, 0, 0, 0, 0, 0, 0, 0, 1))
                .statusCode(200)
                .body("entry[0].resource.status", is("amended"))
                .body("entry[0].resource.meta.versionId", is("2"))
                .body("entry.resource.findAll { it.resourceType == 'Observation' }.status", everyItem(is("amended")))
                .extract()
                .path("entry.resource.id");
        org.hamcrest.MatcherAssert.assertThat(second, is(first));
        for (String type : List.of("Flag", "Task", "QuestionnaireResponse")) {
            given().queryParam("patient", patient).get(base + "/" + type).then().body("total", is(1));
        }
        assess(phq9(identifier, 0, 0, 0, 0, 0, 0, 0, 0, 0))
                .statusCode(200)
                .body("entry.resource.find { it.resourceType == 'Flag' }.status", is("inactive"))
                .body("entry.resource.find { it.resourceType == 'Task' }.status", is("cancelled"));
    }

    @Test
    void an_incomplete_form_has_no_total() {
        assess(phq9(null, 3, 3, 3))
                .statusCode(200)
                .body(
                        "entry.resource.find { it.code?.coding?.any { c -> c.code == '44261-6' } }.valueQuantity",
                        is(nullValue()))
                .body(
                        "entry.resource.find { it.code?.coding?.any { c -> c.code == '44261-6' } }"
                                + ".dataAbsentReason.coding[0].code",
                        is("unknown"));
    }

    @Test
    void a_refused_response_stores_nothing() {
        Map<String, Object> wrong = phq9(null, 0, 1, 2, 3, 0, 1, 2, 3, 0);
        item(wrong, "/44261-6", Map.of("valueDecimal", 20));
        assess(wrong)
                .statusCode(422)
                .body("resourceType", is("OperationOutcome"))
                .body("issue[0].diagnostics", containsString("20"))
                .body("issue[0].diagnostics", containsString("12"))
                .body("issue[0].expression[0]", containsString("item[9]"));
        Map<String, Object> unknown = phq9(null, 0);
        item(unknown, "/1-1", Map.of("valueString", "?"));
        assess(unknown).statusCode(422).body("issue[0].expression[0]", containsString("item[1]"));
        given().queryParam("patient", patient).get(base + "/Observation").then().body("total", is(0));
        given().queryParam("patient", patient)
                .get(base + "/QuestionnaireResponse")
                .then()
                .body("total", is(0));
    }

    @Test
    void a_social_need_found_twice_is_open_once() {
        assess(ahc("/88122-7", "LA28397-0")).statusCode(200);
        assess(ahc("/88123-5", "LA6729-3")).statusCode(200);
        given().queryParam("patient", patient)
                .queryParam("category", "food-insecurity")
                .get(base + "/Condition")
                .then()
                .body("total", is(1))
                .body("entry[0].resource.evidence", hasSize(2))
                .body("entry[0].resource.category.coding.flatten().code", hasItem("sdoh"));
    }

    @Test
    void an_unknown_patient_is_404() {
        patient = "none-" + UUID.randomUUID();
        assess(phq9(null, 0)).statusCode(404);
    }

    @Test
    void a_form_that_a_user_stores_can_be_assessed_at_once() {
        String url = "http://example.org/Questionnaire/" + UUID.randomUUID();
        given().contentType(JSON)
                .body(
                        Map.of(
                                "resourceType",
                                "Questionnaire",
                                "url",
                                url,
                                "status",
                                "active",
                                "item",
                                List.of(
                                        Map.of("linkId", "a", "type", "integer", "required", true),
                                        Map.of(
                                                "linkId",
                                                "twice",
                                                "type",
                                                "integer",
                                                "readOnly",
                                                true,
                                                "code",
                                                List.of(Map.of("system", "http://example.org", "code", "twice")),
                                                "extension",
                                                List.of(
                                                        Map.of(
                                                                "url",
                                                                "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
                                                                "valueExpression",
                                                                Map.of(
                                                                        "language", "text/fhirpath",
                                                                        "expression",
                                                                                "%resource.item.where(linkId='a').answer.value * 2")))))))
                .post(base + "/Questionnaire")
                .then()
                .statusCode(201);
        Map<String, Object> response = response(url);
        assess(response).statusCode(422).body("issue[0].diagnostics", containsString("required"));
        item(response, "a", Map.of("valueInteger", 21));
        assess(response)
                .statusCode(200)
                .body("entry.resource.find { it.resourceType == 'Observation' }.valueQuantity.value", equalTo(42))
                .body("entry[0].resource.item", hasSize(2))
                .body("entry[0].resource.id", not(nullValue()));
    }

    private ValidatableResponse assess(Map<String, Object> response) {
        return given().contentType(JSON)
                .body(Map.of(
                        "resourceType",
                        "Parameters",
                        "parameter",
                        List.of(Map.of("name", "response", "resource", response))))
                .post(base + "/Patient/" + patient + "/$assess")
                .then();
    }

    private static Map<String, Object> phq9(String identifier, int... points) {
        Map<String, Object> response = response(Ig.questionnaire("phq-9"));
        if (identifier != null) {
            response.put("identifier", Map.of("system", "urn:test", "value", identifier));
        }
        for (int i = 0; i < points.length; i++) {
            choose(response, "/" + PHQ_9[i], POINTS[points[i]]);
        }
        return response;
    }

    private static Map<String, Object> ahc(String linkId, String code) {
        Map<String, Object> response = response(Ig.questionnaire("ahc-hrsn"));
        choose(response, linkId, code);
        return response;
    }

    private static Map<String, Object> response(String questionnaire) {
        Map<String, Object> response = new HashMap<>();
        response.put("resourceType", "QuestionnaireResponse");
        response.put("status", "completed");
        response.put("questionnaire", questionnaire);
        response.put("authored", "2026-11-02T10:30:00-05:00");
        response.put("item", new ArrayList<>());
        return response;
    }

    private static void choose(Map<String, Object> response, String linkId, String code) {
        item(response, linkId, Map.of("valueCoding", Map.of("system", "http://loinc.org", "code", code)));
    }

    @SuppressWarnings("unchecked")
    private static void item(Map<String, Object> response, String linkId, Map<String, Object> answer) {
        ((List<Object>) response.get("item")).add(Map.of("linkId", linkId, "answer", List.of(answer)));
    }
}
