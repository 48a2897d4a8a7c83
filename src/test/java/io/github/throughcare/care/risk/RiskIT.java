package io.github.throughcare.care.risk;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code $readmission-risk} and {@code $flag-readmission-risk} over HTTP. Every test has a patient of its own. */
class RiskIT extends ServerIT {

    private static final String JSON = "application/fhir+json";
    private static final String DISCHARGED = "2026-03-15T09:00:00Z";

    private final String key = UUID.randomUUID().toString().substring(0, 8);
    private final String patient = "p-" + key;
    private final String stay = "e-" + key;
    private final List<String> entries = new ArrayList<>();

    @BeforeEach
    void patient_in_a_bed() {
        put("Patient", patient, "");
    }

    private void put(String type, String id, String more) {
        entries.add("""
                {"resource":{"resourceType":"%1$s","id":"%2$s"%3$s},"request":{"method":"PUT","url":"%1$s/%2$s"}}""".formatted(type, id, more));
    }

    private void store() {
        given().contentType(JSON)
                .body("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + String.join(",", entries)
                        + "]}")
                .post(base)
                .then()
                .statusCode(200);
        entries.clear();
    }

    private String subject() {
        return ",\"subject\":{\"reference\":\"Patient/" + patient + "\"}";
    }

    private void encounter(String id, String classCode, String start, String end, String more) {
        put(
                "Encounter",
                id,
                subject()
                        + ",\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\""
                        + classCode + "\"}"
                        + ",\"status\":\"" + (end.isEmpty() ? "in-progress" : "finished") + "\""
                        + ",\"period\":{\"start\":\"" + start + "\"" + (end.isEmpty() ? "" : ",\"end\":\"" + end + "\"")
                        + "}"
                        + more);
    }

    private void condition(String id, String icd) {
        put(
                "Condition",
                id + "-" + key,
                subject()
                        + ",\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10-cm\",\"code\":\"" + icd
                        + "\"}]}"
                        + ",\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-clinical\",\"code\":\"active\"}]}");
    }

    private void lab(String id, String loinc, String value, String unit) {
        put(
                "Observation",
                id + "-" + key,
                subject()
                        + ",\"status\":\"final\",\"encounter\":{\"reference\":\"Encounter/" + stay + "\"}"
                        + ",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"" + loinc + "\"}]}"
                        + ",\"effectiveDateTime\":\"2026-03-12T08:00:00Z\""
                        + ",\"valueQuantity\":{\"value\":" + value + ",\"unit\":\"" + unit
                        + "\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"" + unit + "\"}");
    }

    private static String priority(String code) {
        return ",\"priority\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActPriority\",\"code\":\""
                + code + "\"}]}";
    }

    private static String service(String snomed) {
        return ",\"serviceType\":{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"" + snomed + "\"}]}";
    }

    /** Five days, emergency, heart failure and COPD, two emergency visits, anaemia, low sodium, two admissions: 14 and 7 points. */
    private void highRisk() {
        encounter(stay, "IMP", "2026-03-10T10:00:00Z", DISCHARGED, priority("EM") + service("394802001"));
        encounter("ed1-" + key, "EMER", "2026-01-10T10:00:00Z", "2026-01-10T12:00:00Z", "");
        encounter("ed2-" + key, "EMER", "2026-02-10T10:00:00Z", "2026-02-10T12:00:00Z", "");
        encounter("adm1-" + key, "IMP", "2025-10-10T10:00:00Z", "2025-10-12T12:00:00Z", "");
        encounter("adm2-" + key, "IMP", "2025-07-10T10:00:00Z", "2025-07-12T12:00:00Z", "");
        condition("hf", "I50.22");
        condition("copd", "J44.9");
        lab("hb", "718-7", "112", "g/L");
        lab("na", "2951-2", "133", "mmol/L");
        store();
    }

    private JsonPath risk(String path, String query) {
        return given().get(base + "/" + path + "/$readmission-risk" + query)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static String score(int index) {
        return "parameter[" + index + "].part.";
    }

    @Test
    void a_whole_patient_scores_with_evidence() {
        highRisk();
        JsonPath answer = risk("Encounter/" + stay, "?assumeCompleteUtilization=true");

        assertThat(answer.getString("resourceType")).isEqualTo("Parameters");
        assertThat(answer.getList("parameter.name")).containsExactly("score", "score", "score");
        assertThat(answer.getString(score(0) + "find{it.name=='index'}.valueCode"))
                .isEqualTo("lace");
        assertThat(answer.getInt(score(0) + "find{it.name=='points'}.valueInteger"))
                .isEqualTo(14);
        assertThat(answer.getString(score(0) + "find{it.name=='band'}.valueCode"))
                .isEqualTo("high");
        assertThat(answer.getFloat(score(0) + "find{it.name=='probability'}.valueDecimal"))
                .isEqualTo(0.23f);
        assertThat(answer.getInt(score(1) + "find{it.name=='points'}.valueInteger"))
                .isEqualTo(7);
        assertThat(answer.getString(score(2) + "find{it.name=='index'}.valueCode"))
                .isEqualTo("hospital-simplified");
        assertThat(
                        answer.getList(
                                score(0)
                                        + "findAll{it.name=='component'}[2].part.findAll{it.name=='evidence'}.valueReference.reference"))
                .containsExactly("Condition/copd-" + key, "Condition/hf-" + key);
        assertThat(answer.getString(score(0) + "find{it.name=='assessment'}.resource.resourceType"))
                .isEqualTo("RiskAssessment");
        assertThat(count("RiskAssessment")).isZero();
    }

    @Test
    void the_patient_has_the_same_scores_by_get_and_by_post() {
        highRisk();
        String body = """
                {"resourceType":"Parameters","parameter":[{"name":"assumeCompleteUtilization","valueBoolean":true},
                 {"name":"losPolicy","valueCode":"inclusive"},{"name":"asOf","valueDateTime":"2026-03-20"}]}""";
        JsonPath answer = given().contentType(JSON)
                .body(body)
                .post(base + "/Patient/" + patient + "/$readmission-risk")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(answer.getInt(score(0) + "find{it.name=='component'}.part.find{it.name=='value'}.valueInteger"))
                .isEqualTo(6);
        JsonPath got =
                risk("Patient/" + patient, "?assumeCompleteUtilization=true&losPolicy=inclusive&asOf=2026-03-20");
        assertThat(got.getMap("$")).isEqualTo(answer.getMap("$"));
    }

    @Test
    void what_is_missing_makes_a_range() {
        encounter(stay, "IMP", "2026-03-10T10:00:00Z", DISCHARGED, "");
        store();
        JsonPath answer = risk("Encounter/" + stay, "");
        assertThat(answer.getString(score(0) + "find{it.name=='points'}")).isNull();
        assertThat(answer.getInt(score(0) + "find{it.name=='minPoints'}.valueInteger"))
                .isEqualTo(4);
        assertThat(answer.getInt(score(0) + "find{it.name=='maxPoints'}.valueInteger"))
                .isEqualTo(16);
        assertThat(answer.getString(score(0) + "find{it.name=='band'}.valueCode"))
                .isEqualTo("uncertain");
        assertThat(answer.getBoolean(score(0) + "find{it.name=='complete'}.valueBoolean"))
                .isFalse();
    }

    private int count(String type) {
        return given().get(base + "/" + type + "?encounter=Encounter/" + stay + "&_total=accurate")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getInt("total");
    }

    private JsonPath flag() {
        return given().contentType(JSON)
                .body(
                        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"assumeCompleteUtilization\",\"valueBoolean\":true}]}")
                .post(base + "/Encounter/" + stay + "/$flag-readmission-risk")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    @Test
    void flagging_stores_once_and_repeating_changes_nothing() {
        highRisk();
        JsonPath first = flag();
        assertThat(first.getString("type")).isEqualTo("collection");
        assertThat(first.getList("entry.resource.resourceType"))
                .containsExactly("RiskAssessment", "RiskAssessment", "RiskAssessment", "Flag");
        assertThat(first.getString("entry[3].resource.status")).isEqualTo("active");
        JsonPath second = flag();
        assertThat(second.getList("entry.resource.id")).isEqualTo(first.getList("entry.resource.id"));
        assertThat(second.getList("entry.resource.meta.versionId")).containsOnly("1");
        assertThat(count("RiskAssessment")).isEqualTo(3);
        assertThat(count("Flag")).isEqualTo(1);
    }

    @Test
    void a_lower_risk_closes_the_flag_and_the_earlier_assessment_stays_in_history() {
        highRisk();
        JsonPath first = flag();
        encounter(stay, "IMP", "2026-03-14T10:00:00Z", DISCHARGED, priority("EL") + service("394802001"));
        given().delete(base + "/Condition/hf-" + key).then().statusCode(org.hamcrest.Matchers.oneOf(200, 204));
        given().delete(base + "/Condition/copd-" + key).then().statusCode(org.hamcrest.Matchers.oneOf(200, 204));
        condition("htn", "I10");
        store();
        JsonPath second = flag();
        assertThat(second.getString("entry[3].resource.status")).isEqualTo("inactive");
        assertThat(second.getString("entry[3].resource.period.end")).isNotNull();
        given().get(base + "/RiskAssessment/" + first.getString("entry[0].resource.id") + "/_history/1")
                .then()
                .statusCode(200)
                .body("prediction[0].qualitativeRisk.coding[0].code", org.hamcrest.Matchers.equalTo("high"));
    }

    @Test
    void every_inpatient_of_a_ward_is_assessed() {
        put("Location", "w-" + key, ",\"status\":\"active\"");
        String onWard = ",\"location\":[{\"location\":{\"reference\":\"Location/w-" + key + "\"}}]";
        encounter(stay, "IMP", "2026-03-10T10:00:00Z", "", priority("EM") + onWard);
        condition("dementia", "F03.90");
        encounter("other-" + key, "AMB", "2026-03-10T10:00:00Z", "", onWard);
        store();
        JsonPath counts = given().contentType(JSON)
                .body(
                        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"location\",\"valueReference\":{\"reference\":\"Location/w-"
                                + key + "\"}}]}")
                .post(base + "/Encounter/$flag-readmission-risk")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(counts.getInt("parameter.find{it.name=='assessed'}.valueInteger"))
                .isEqualTo(1);
        assertThat(counts.getInt("parameter.find{it.name=='flagged'}.valueInteger"))
                .isEqualTo(1);
        assertThat(counts.getInt("parameter.find{it.name=='cleared'}.valueInteger"))
                .isZero();
        assertThat(counts.getInt("parameter.find{it.name=='incomplete'}.valueInteger"))
                .isEqualTo(1);
    }

    @Test
    void callers_faults_are_answered_as_such() {
        encounter(stay, "AMB", "2026-03-10T10:00:00Z", DISCHARGED, "");
        store();
        status(422, base + "/Encounter/" + stay + "/$readmission-risk");
        status(422, base + "/Patient/" + patient + "/$readmission-risk");
        status(404, base + "/Encounter/none-" + key + "/$readmission-risk");
        status(404, base + "/Patient/none-" + key + "/$readmission-risk");
        status(400, base + "/Encounter/" + stay + "/$readmission-risk?losPolicy=nights");
        status(400, base + "/Encounter/" + stay + "/$readmission-risk?nonsense=1");
        status(405, base + "/Encounter/" + stay + "/$flag-readmission-risk");
    }

    private static void status(int expected, String url) {
        given().get(url)
                .then()
                .statusCode(expected)
                .body("resourceType", org.hamcrest.Matchers.equalTo("OperationOutcome"));
    }
}
