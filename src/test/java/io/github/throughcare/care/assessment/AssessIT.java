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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
        for (String form : List.of(
                "phq-9",
                "phq-2",
                "gad-7",
                "audit-c",
                "ahc-hrsn",
                "steadi",
                "cage",
                "taps-1",
                "acuity",
                "caregiver-strain",
                "activities-of-daily-living",
                "ahc-hrsn-supplemental",
                "child-and-family-safety",
                "disability-support-and-funding",
                "discharge-readiness",
                "education-housing-career",
                "functional-baseline",
                "legal-and-reentry",
                "strengths-and-goals")) {
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
        for (String type : List.of("Flag", "Task?priority=urgent", "Task?code=reassessment", "QuestionnaireResponse")) {
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

    @Test
    void one_response_sent_by_many_threads_at_once_is_one_set_of_resources() throws Exception {
        String identifier = UUID.randomUUID().toString();
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            List<Future<Integer>> answers = threads.invokeAll(IntStream.range(0, 32)
                    .<Callable<Integer>>mapToObj(i -> () -> assess(phq9(identifier, 2, 2, 2, 2, 2, 2, 2, 2, i % 2 + 1))
                            .extract()
                            .statusCode())
                    .toList());
            for (Future<Integer> answer : answers) {
                org.hamcrest.MatcherAssert.assertThat(answer.get(), is(200));
            }
        } finally {
            threads.shutdown();
        }
        Map<String, Integer> expected = Map.of(
                "QuestionnaireResponse", 1,
                "Observation", 10,
                "Condition", 1,
                "Flag", 1,
                "Task?code=suicide-safety-assessment", 1,
                "Task?code=reassessment", 1);
        expected.forEach((type, count) -> given().queryParam("patient", patient)
                .get(base + "/" + type)
                .then()
                .body("total", is(count)));
    }

    @Test
    void different_responses_at_once_open_a_need_and_raise_a_flag_once() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            for (Future<Integer> answer : threads.invokeAll(java.util.Collections.nCopies(16, (Callable<Integer>) () ->
                    assess(phq9(null, 3, 3, 3, 3, 3, 3, 3, 3, 3)).extract().statusCode()))) {
                org.hamcrest.MatcherAssert.assertThat(answer.get(), is(200));
            }
        } finally {
            threads.shutdown();
        }
        Map<String, Integer> expected = Map.of(
                "QuestionnaireResponse", 16,
                "Condition", 1,
                "Flag", 1,
                "Task?code=reassessment&status=requested", 1,
                "Task?code=reassessment&status=completed", 15);
        expected.forEach((type, count) -> given().queryParam("patient", patient)
                .get(base + "/" + type)
                .then()
                .body("total", is(count)));
    }

    @Test
    void the_next_response_completes_the_task_to_assess_again() {
        assess(phq9(null, 0, 0, 0, 0, 0, 0, 0, 0, 0))
                .statusCode(200)
                .body("entry.findAll { it.resource.resourceType == 'Task' }", hasSize(0));
        String due = given().queryParam("patient", patient)
                .queryParam("code", Ig.TASK_KIND + "|reassessment")
                .get(base + "/Task")
                .then()
                .body("total", is(1))
                .body("entry[0].resource.status", is("requested"))
                .extract()
                .path("entry[0].resource.restriction.period.end");
        org.hamcrest.MatcherAssert.assertThat(due, is("2027-11-02"));
        Map<String, Object> next = phq9(null, 1, 0, 0, 0, 0, 0, 0, 0, 0);
        next.put("authored", "2027-10-01T09:00:00-04:00");
        assess(next).statusCode(200);
        given().queryParam("patient", patient)
                .queryParam("code", "reassessment")
                .queryParam("status", "requested")
                .get(base + "/Task")
                .then()
                .body("total", is(1))
                .body("entry[0].resource.restriction.period.end", is("2028-10-01"));
        given().queryParam("patient", patient)
                .queryParam("code", "http://loinc.org|44261-6")
                .queryParam("_sort", "date")
                .get(base + "/Observation")
                .then()
                .body("entry.resource.valueQuantity.value", is(List.of(0, 1)));
    }

    @Test
    void an_instrument_that_may_not_be_shipped_works_when_its_owner_stores_it() {
        String url = "http://example.org/Questionnaire/" + UUID.randomUUID();
        fhir().body(licensedForm(url)).post("/Questionnaire").then().statusCode(201);
        Map<String, Object> response = response(url);
        for (String item : List.of("q1", "q2", "q3")) {
            item(response, item, Map.of("valueCoding", Map.of("system", url + "/answers", "code", "often")));
        }
        response.put(
                "identifier",
                Map.of("system", "urn:test", "value", UUID.randomUUID().toString()));
        assess(response)
                .statusCode(200)
                .body("entry.resource.find { it.valueQuantity != null }.valueQuantity.value", equalTo(6))
                .body(
                        "entry.resource.find { it.valueQuantity != null }.interpretation.coding.flatten().code",
                        is(List.of("high", "POS")))
                .body("entry.resource.find { it.resourceType == 'Condition' }.code.text", is("A need of its own"))
                .body("entry.resource.find { it.resourceType == 'Flag' }.status", is("active"))
                .body("entry.resource.find { it.resourceType == 'Task' }.priority", is("stat"));
        given().queryParam("patient", patient)
                .queryParam("code", "reassessment")
                .get(base + "/Task")
                .then()
                .body("total", is(1))
                .body("entry[0].resource.restriction.period.end", is("2026-11-16"));
        Map<String, Object> gap = response(url);
        item(gap, "q1", Map.of("valueCoding", Map.of("system", url + "/answers", "code", "never")));
        assess(gap)
                .statusCode(200)
                .body(
                        "entry.resource.find { it.dataAbsentReason != null }.dataAbsentReason.coding[0].code",
                        is("unknown"));
        Map<String, Object> other = response(url);
        item(other, "q1", Map.of("valueCoding", Map.of("system", url + "/answers", "code", "always")));
        assess(other).statusCode(422).body("issue[0].diagnostics", containsString("often"));
    }

    /** Three questions of 0 to 2, a total with two bands, a need, an alert, an interval: all data. */
    private static String licensedForm(String url) {
        String ig = Ig.BASE + "/StructureDefinition/";
        String option =
                "{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/ordinalValue\",\"valueDecimal\":%d}],"
                        + "\"valueCoding\":{\"system\":\"" + url + "/answers\",\"code\":\"%s\"}}";
        String options = String.join(
                ",", option.formatted(0, "never"), option.formatted(1, "sometimes"), option.formatted(2, "often"));
        String items = IntStream.rangeClosed(1, 3)
                .mapToObj(i -> "{\"linkId\":\"q" + i + "\",\"type\":\"choice\",\"code\":[{\"system\":\"" + url
                        + "/items\",\"code\":\"q" + i + "\"}],\"answerOption\":[" + options + "]}")
                .collect(Collectors.joining(","));
        String total = "%resource.item.where(linkId = 'total').answer.value >= 4";
        return """
                {"resourceType":"Questionnaire","url":"URL","version":"1","title":"A licensed form","status":"active",
                 "extension":[
                  {"url":"IGassessment-need","extension":[
                   {"url":"condition","valueExpression":{"language":"text/fhirpath","expression":"TOTAL"}},
                   {"url":"code","valueCodeableConcept":{"coding":[{"system":"URL/needs","code":"n"}],"text":"A need of its own"}},
                   {"url":"evidence","valueString":"total"}]},
                  {"url":"IGassessment-alert","extension":[
                   {"url":"condition","valueExpression":{"language":"text/fhirpath","expression":"TOTAL"}},
                   {"url":"flag","valueCodeableConcept":{"coding":[{"system":"URL/flags","code":"f"}]}},
                   {"url":"task","valueCodeableConcept":{"coding":[{"system":"URL/tasks","code":"t","display":"Act"}]}},
                   {"url":"priority","valueCode":"stat"}]},
                  {"url":"IGreassessment","extension":[{"url":"every","valueDuration":{"value":2,"code":"wk",
                   "system":"http://unitsofmeasure.org","unit":"weeks"}}]}],
                 "item":[ITEMS,{"linkId":"total","type":"decimal","readOnly":true,
                  "code":[{"system":"URL/items","code":"total"}],
                  "extension":[
                   {"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
                    "valueExpression":{"language":"text/fhirpath","expression":"%resource.item.answer.value.ordinal().sum()"}},
                   {"url":"IGscore-band","extension":[{"url":"code","valueCoding":{"system":"URL/bands","code":"low"}},
                    {"url":"high","valueDecimal":3},{"url":"interpretation","valueCode":"NEG"}]},
                   {"url":"IGscore-band","extension":[{"url":"code","valueCoding":{"system":"URL/bands","code":"high"}},
                    {"url":"low","valueDecimal":4},{"url":"interpretation","valueCode":"POS"}]}]}]}
                """.replace("URL", url).replace("IG", ig).replace("TOTAL", total).replace("ITEMS", items);
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
