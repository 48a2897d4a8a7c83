package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A recorded risk follows the record: once per change, with what was assumed, earlier ones in history. */
class RecomputeIT extends ServerIT {

    private final String key = UUID.randomUUID().toString().substring(0, 8);
    private final String stay = "re-" + key;
    private final String patient = "rp-" + key;

    private static void put(String url, String json) {
        assertThat(fhir().body(json).put("/" + url).statusCode()).as(json).isIn(200, 201);
    }

    private static String ago(int days) {
        return OffsetDateTime.now(ZoneOffset.UTC)
                .minusDays(days)
                .format(DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'"));
    }

    private String encounter(String more) {
        return "{\"resourceType\":\"Encounter\",\"id\":\"" + stay
                + "\",\"status\":\"in-progress\",\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/"
                + patient + "\"},\"period\":{\"start\":\"" + ago(4) + "\"}" + more + "}";
    }

    private static final String EMERGENCY =
            ",\"priority\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActPriority\",\"code\":\"EM\"}]}";

    private void condition(String id, String code) {
        put(
                "Condition/" + id + "-" + key,
                "{\"resourceType\":\"Condition\",\"id\":\"" + id + "-" + key
                        + "\",\"subject\":{\"reference\":\"Patient/" + patient
                        + "\"},\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-clinical\",\"code\":\"active\"}]},\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10-cm\",\"code\":\""
                        + code + "\"}]}}");
    }

    private int version(String index) {
        return fhir().get("/RiskAssessment/" + RiskAssessments.id("RiskAssessment", stay, index))
                .jsonPath()
                .getInt("meta.versionId");
    }

    private String lace() {
        return fhir().get("/RiskAssessment/" + RiskAssessments.id("RiskAssessment", stay, "lace"))
                .asString();
    }

    private void await(String index, IntPredicate version) {
        long until = System.nanoTime() + 60_000_000_000L;
        while (!version.test(version(index)) && System.nanoTime() < until) {
            LockSupport.parkNanos(50_000_000);
        }
        assertThat(version.test(version(index)))
                .as("version of " + index + " is " + version(index))
                .isTrue();
    }

    @BeforeEach
    void a_flagged_stay() {
        put("Patient/" + patient, "{\"resourceType\":\"Patient\",\"id\":\"" + patient + "\"}");
        put("Encounter/" + stay, encounter(EMERGENCY));
        condition("a", "I10");
        int status = fhir().body(
                        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"assumeCompleteUtilization\",\"valueBoolean\":true}]}")
                .post("/Encounter/" + stay + "/$flag-readmission-risk")
                .statusCode();
        assertThat(status).isEqualTo(200);
        assertThat(lace()).contains("\"moderate\"");
    }

    @Test
    void a_new_diagnosis_makes_one_new_version_and_opens_the_flag() {
        int before = version("lace");
        condition("b", "F03.90");
        await("lace", v -> v == before + 1);
        assertThat(lace()).contains("\"high\"", "assumeCompleteUtilization");
        assertThat(fhir().get("/RiskAssessment/" + RiskAssessments.id("RiskAssessment", stay, "lace") + "/_history/"
                                + before)
                        .asString())
                .contains("\"moderate\"");
        String flag = "/Flag/" + RiskAssessments.id("Flag", stay, RiskFlag.KIND);
        assertThat(fhir().get(flag).jsonPath().getString("status")).isEqualTo("active");
        assertThat(fhir().delete("/Condition/b-" + key).statusCode()).isIn(200, 204);
        await("lace", v -> v == before + 2);
        assertThat(fhir().get(flag).jsonPath().getString("status")).isEqualTo("inactive");
        assertThat(fhir().get(flag).jsonPath().getString("period.end")).isNotNull();
    }

    @Test
    void a_new_result_counts_and_another_one_does_not() {
        int hospital = version("hospital");
        int lace = version("lace");
        lab("8480-6", "130", "mm[Hg]");
        lab("718-7", "9.1", "g/dL");
        await("hospital", v -> v == hospital + 1);
        put("Encounter/" + stay, encounter(EMERGENCY + ",\"language\":\"en\""));
        lab("2951-2", "130", "mmol/L");
        await("hospital", v -> v == hospital + 2);
        assertThat(version("lace")).isEqualTo(lace);
    }

    private void lab(String code, String value, String unit) {
        create(
                "Observation",
                "{\"resourceType\":\"Observation\",\"status\":\"final\",\"subject\":{\"reference\":\"Patient/" + patient
                        + "\"},\"encounter\":{\"reference\":\"Encounter/" + stay + "\"},\"effectiveDateTime\":\""
                        + ago(1)
                        + "\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"" + code
                        + "\"}]},\"valueQuantity\":{\"value\":" + value + ",\"unit\":\"" + unit
                        + "\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"" + unit + "\"}}");
    }
}
