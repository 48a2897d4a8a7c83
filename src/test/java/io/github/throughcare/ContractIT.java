package io.github.throughcare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stranger who reads only the contract would try: hostile, careless and unusual requests. */
class ContractIT extends ServerIT {

    private static final String IMP =
            "\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"IMP\"}";

    private static String patient() {
        return create("Patient", "{\"resourceType\":\"Patient\"}");
    }

    private static String stay(String patient) {
        return create(
                "Encounter",
                "{\"resourceType\":\"Encounter\",\"status\":\"in-progress\"," + IMP
                        + ",\"subject\":{\"reference\":\"Patient/" + patient
                        + "\"},\"period\":{\"start\":\"2026-11-01T08:00:00Z\"}}");
    }

    private static String phq2(String patient, String encounter) {
        return "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"response\",\"resource\":{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\","
                + "\"questionnaire\":\"https://throughcare.github.io/ig/Questionnaire/phq-2\",\"subject\":{\"reference\":\"Patient/"
                + patient + "\"}}},{\"name\":\"encounter\",\"valueReference\":{\"reference\":\"Encounter/" + encounter
                + "\"}}]}";
    }

    @Test
    void an_identical_put_may_have_its_members_in_another_order() {
        String id = "order-" + UUID.randomUUID();
        fhir().body("{\"resourceType\":\"Patient\",\"id\":\"" + id
                        + "\",\"active\":true,\"name\":[{\"family\":\"A\",\"given\":[\"B\"]}]}")
                .put("/Patient/" + id)
                .then()
                .statusCode(201);
        fhir().body("{\"name\":[{\"given\":[\"B\"],  \"family\":\"A\"}],\"active\":true,\"id\":\"" + id
                        + "\",\"resourceType\":\"Patient\"}")
                .put("/Patient/" + id)
                .then()
                .statusCode(200)
                .header("ETag", "W/\"1\"");
        fhir().body("{\"resourceType\":\"Patient\",\"id\":\"" + id
                        + "\",\"active\":true,\"name\":[{\"family\":\"B\",\"given\":[\"A\"]}]}")
                .put("/Patient/" + id)
                .then()
                .statusCode(200)
                .header("ETag", "W/\"2\"");
    }

    @Test
    void other_digits_of_a_number_make_a_version() {
        String id = "digits-" + UUID.randomUUID();
        String body = "{\"resourceType\":\"Observation\",\"id\":\"" + id
                + "\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"valueQuantity\":{\"value\":%s}}";
        fhir().body(body.formatted("1.5")).put("/Observation/" + id).then().statusCode(201);
        fhir().body(body.formatted("1.50"))
                .put("/Observation/" + id)
                .then()
                .statusCode(200)
                .header("ETag", "W/\"2\"");
        fhir().body(body.formatted("1.50"))
                .put("/Observation/" + id)
                .then()
                .statusCode(200)
                .header("ETag", "W/\"2\"");
    }

    @Test
    void a_search_whose_criteria_come_in_no_form_is_refused_rather_than_run_without_them() {
        fhir().body("{\"family\":\"Nobody\"}")
                .post("/Patient/_search")
                .then()
                .statusCode(415)
                .body("resourceType", equalTo("OperationOutcome"));
        RestAssured.given()
                .contentType("Application/X-WWW-Form-URLencoded")
                .formParam("family", "Nobody-" + UUID.randomUUID())
                .post(base + "/Patient/_search")
                .then()
                .statusCode(200)
                .body("total", equalTo(0));
        RestAssured.given()
                .post(base + "/Patient/_search?_id=nobody")
                .then()
                .statusCode(200)
                .body("total", equalTo(0));
    }

    @Test
    void a_chain_has_up_to_five_links() {
        String link = "part-of.";
        fhir().get("/Observation?encounter." + link.repeat(4) + "status=finished")
                .then()
                .statusCode(200);
        fhir().get("/Observation?encounter." + link.repeat(5) + "status=finished")
                .then()
                .statusCode(400)
                .body("issue[0].code", equalTo("too-costly"));
    }

    @Test
    void no_total_is_given_when_none_is_wanted() {
        fhir().get("/Questionnaire?_total=none").then().statusCode(200).body("total", nullValue());
        fhir().get("/Questionnaire?_total=none&_count=1").then().statusCode(200).body("total", nullValue());
    }

    @Test
    void everything_can_be_asked_for_by_post() {
        String patient = patient();
        create(
                "Observation",
                "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/"
                        + patient + "\"}}");
        fhir().body("")
                .post("/Patient/" + patient + "/$everything")
                .then()
                .statusCode(200)
                .body("entry", hasSize(2));
        fhir().body(
                        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"_type\",\"valueCode\":\"Observation\"}]}")
                .post("/Patient/" + patient + "/$everything")
                .then()
                .statusCode(200)
                .body("entry", hasSize(1))
                .body("entry[0].resource.resourceType", equalTo("Observation"));
        fhir().body("{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"foo\",\"valueString\":\"x\"}]}")
                .post("/Patient/" + patient + "/$everything")
                .then()
                .statusCode(400);
        fhir().body("{\"resourceType\":\"Patient\"}")
                .post("/Patient/" + patient + "/$everything")
                .then()
                .statusCode(400);
    }

    @Test
    void a_parameter_of_an_operation_without_a_value_is_refused() {
        String stay = stay(patient());
        fhir().get("/Encounter/" + stay + "/$readmission-risk?asOf=").then().statusCode(400);
        fhir().get("/Encounter/$discharge-worklist?location=").then().statusCode(400);
    }

    @Test
    void an_empty_actor_is_not_the_system() {
        fhir().header("X-Throughcare-Actor", " ")
                .body("{\"resourceType\":\"Patient\"}")
                .post("/Patient")
                .then()
                .statusCode(400);
    }

    @Test
    void an_assessment_in_another_patients_encounter_is_refused() {
        String patient = patient();
        String other = stay(patient());
        fhir().body(phq2(patient, other))
                .post("/Patient/" + patient + "/$assess")
                .then()
                .statusCode(422)
                .body("issue[0].diagnostics", containsString("not of Patient/" + patient));
        fhir().get("/QuestionnaireResponse?patient=" + patient).then().body("total", equalTo(0));
        fhir().body(phq2(patient, stay(patient)))
                .post("/Patient/" + patient + "/$assess")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody-knows-it", "other"})
    void a_plan_in_an_encounter_that_is_not_the_patients_is_refused(String encounter) {
        String patient = patient();
        String id = encounter.equals("other") ? stay(patient()) : encounter;
        fhir().body(
                        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"preview\",\"valueBoolean\":true},{\"name\":\"encounter\",\"valueReference\":{\"reference\":\"Encounter/"
                                + id + "\"}}]}")
                .post("/Patient/" + patient + "/$generate-care-plan")
                .then()
                .statusCode(422)
                .body("issue[0].diagnostics", containsString("Encounter/" + id));
    }

    @Test
    void a_risk_band_that_is_none_is_refused_rather_than_found_in_nobody() {
        fhir().get("/Encounter/$discharge-worklist?risk=High")
                .then()
                .statusCode(400)
                .body("issue[0].diagnostics", containsString("high"));
        fhir().body("{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"risk\",\"valueCode\":\"huge\"}]}")
                .post("/Group/$find-cases")
                .then()
                .statusCode(400);
        fhir().get("/Encounter/$discharge-worklist?risk=unlikely").then().statusCode(200);
    }

    @Test
    void people_without_a_name_do_not_stop_the_worklist_pages() {
        create("Practitioner", "{\"resourceType\":\"Practitioner\"}");
        create("Practitioner", "{\"resourceType\":\"Practitioner\",\"name\":[{\"prefix\":[\"Dr\"]}]}");
        create("Location", "{\"resourceType\":\"Location\"}");
        Response page = RestAssured.given().get(base.substring(0, base.length() - "/fhir".length()) + "/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.asString()).contains("Discharge worklist");
    }

    @Test
    void the_searches_that_us_core_adds_to_r4_are_there() {
        String patient = patient();
        String of = "\",\"subject\":{\"reference\":\"Patient/" + patient + "\"}";
        create(
                "CareTeam",
                "{\"resourceType\":\"CareTeam\",\"status\":\"active" + of
                        + ",\"participant\":[{\"role\":[{\"coding\":[{\"system\":\"http://r\",\"code\":\"cook\"}]}]}]}");
        create(
                "Encounter",
                "{\"resourceType\":\"Encounter\",\"status\":\"finished" + of + "," + IMP
                        + ",\"period\":{\"end\":\"2020-01-01\"},\"hospitalization\":{\"dischargeDisposition\":{\"coding\":[{\"code\":\"home\"}]}}}");
        create(
                "Goal",
                "{\"resourceType\":\"Goal\",\"lifecycleStatus\":\"active" + of
                        + ",\"description\":{\"coding\":[{\"code\":\"walk\"}]}}");
        create(
                "Condition",
                "{\"resourceType\":\"Condition\",\"id\":\"x" + of
                        + ",\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/condition-assertedDate\",\"valueDateTime\":\"2026-03-01\"}]}");
        for (String search : new String[] {
            "CareTeam?role=cook&patient=",
            "Encounter?discharge-disposition=home&patient=",
            "Goal?description=walk&patient=",
            "Condition?asserted-date=ge2026-03-01&asserted-date=lt2026-03-02&patient="
        }) {
            fhir().get("/" + search + patient).then().statusCode(200).body("total", equalTo(1));
        }
    }
}
