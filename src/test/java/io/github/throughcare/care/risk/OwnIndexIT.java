package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A hospital loads a point table of its own; and asks how well an index works. */
class OwnIndexIT extends ServerIT {

    private static final String INDEX = """
            {"resourceType":"CodeSystem","id":"own-%1$s","url":"https://hospital.example/CodeSystem/own-%1$s","version":"3","name":"Own","status":"active",
             "purpose":"Tried on our own data only.","content":"complete",
             "useContext":[{"code":{"system":"http://terminology.hl7.org/CodeSystem/usage-context-type","code":"task"},
               "valueCodeableConcept":{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/index-kind","code":"readmission-index"}]}}],
             "concept":[{"code":"own-%1$s","display":"Our index","definition":"Readmission within 30 days","concept":[
               {"code":"age","property":[{"code":"expression","valueString":"iif(%%patient.birthDate <= @1950-01-01, 80, 40)"}],"concept":[
                 {"code":"a0","property":[{"code":"from","valueDecimal":0},{"code":"points","valueInteger":0}]},
                 {"code":"a65","property":[{"code":"from","valueDecimal":65},{"code":"points","valueInteger":3}]}]},
               {"code":"albumin","property":[{"code":"expression","valueString":"%%observations.where(code.coding.code='1751-7').last().value.value"}],"concept":[
                 {"code":"b0","property":[{"code":"from","valueDecimal":0},{"code":"points","valueInteger":4}]},
                 {"code":"b35","property":[{"code":"from","valueDecimal":3.5},{"code":"points","valueInteger":0}]}]},
               {"code":"acuity","concept":[
                 {"code":"c0","property":[{"code":"from","valueDecimal":0},{"code":"points","valueInteger":0}]},
                 {"code":"c1","property":[{"code":"from","valueDecimal":1},{"code":"points","valueInteger":2}]}]},
               {"code":"band","concept":[
                 {"code":"d0","property":[{"code":"from","valueDecimal":0},{"code":"band","valueCode":"low"}]},
                 {"code":"d5","property":[{"code":"from","valueDecimal":5},{"code":"band","valueCode":"high"}]}]}]}]}""";

    private final String key = UUID.randomUUID().toString().substring(0, 8);

    private static void put(String url, String json) {
        assertThat(fhir().body(json).put("/" + url).statusCode()).as(json).isIn(200, 201);
    }

    private void encounter(String id, String patient, String start, String end, String priority) {
        put(
                "Encounter/" + id,
                "{\"resourceType\":\"Encounter\",\"id\":\"" + id + "\",\"status\":\""
                        + (end.isEmpty() ? "in-progress" : "finished")
                        + "\",\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/"
                        + patient + "\"},\"period\":{\"start\":\"" + start + "\""
                        + (end.isEmpty() ? "" : ",\"end\":\"" + end + "\"")
                        + "},\"priority\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActPriority\",\"code\":\""
                        + priority + "\"}]}}");
    }

    private JsonPath own(String stay) {
        JsonPath answer =
                fhir().get("/Encounter/" + stay + "/$readmission-risk").jsonPath();
        return answer.getList("parameter").size() < 4 ? null : answer;
    }

    @Test
    void a_point_table_with_fhirpath_is_scored_beside_the_published_ones() {
        String patient = "op-" + key;
        String stay = "oe-" + key;
        put(
                "Patient/" + patient,
                "{\"resourceType\":\"Patient\",\"id\":\"" + patient + "\",\"birthDate\":\"1940-05-05\"}");
        encounter(stay, patient, "2026-11-10T10:00:00Z", "", "EM");
        put("CodeSystem/own-" + key, INDEX.formatted(key));
        try {
            long until = System.nanoTime() + 60_000_000_000L;
            JsonPath answer = own(stay);
            while (answer == null && System.nanoTime() < until) {
                LockSupport.parkNanos(200_000_000);
                answer = own(stay);
            }
            assertThat(answer).as("the own index is scored").isNotNull();
            assertThat(answer.getString("parameter[3].part.find{it.name=='index'}.valueCode"))
                    .isEqualTo("own-" + key);
            // 3 for age, 2 for the emergency, 0 to 4 for an albumin that nobody measured
            assertThat(answer.getInt("parameter[3].part.find{it.name=='minPoints'}.valueInteger"))
                    .isEqualTo(5);
            assertThat(answer.getInt("parameter[3].part.find{it.name=='maxPoints'}.valueInteger"))
                    .isEqualTo(9);
            assertThat(answer.getString("parameter[3].part.find{it.name=='band'}.valueCode"))
                    .isEqualTo("high");
            create(
                    "Observation",
                    "{\"resourceType\":\"Observation\",\"status\":\"final\",\"subject\":{\"reference\":\"Patient/"
                            + patient
                            + "\"},\"effectiveDateTime\":\"2026-11-12T08:00:00Z\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"1751-7\"}]},\"valueQuantity\":{\"value\":2.9,\"unit\":\"g/dL\"}}");
            assertThat(own(stay).getInt("parameter[3].part.find{it.name=='points'}.valueInteger"))
                    .isEqualTo(9);
            // as of the day before it was measured it is unknown
            assertThat(fhir().get("/Encounter/" + stay + "/$readmission-risk?asOf=2026-11-11")
                            .jsonPath()
                            .getBoolean("parameter[3].part.find{it.name=='complete'}.valueBoolean"))
                    .isFalse();
            List<String> stored = fhir().body("{\"resourceType\":\"Parameters\"}")
                    .post("/Encounter/" + stay + "/$flag-readmission-risk")
                    .jsonPath()
                    .getList("entry.resource.resourceType");
            assertThat(stored)
                    .containsExactly("RiskAssessment", "RiskAssessment", "RiskAssessment", "RiskAssessment", "Flag");
        } finally {
            fhir().delete("/CodeSystem/own-" + key);
            LockSupport.parkNanos(2_500_000_000L);
        }
    }

    @Test
    void calibration_counts_what_came_back() {
        // a month of the past that no other test uses
        for (int i = 0; i < 4; i++) {
            String patient = "cp" + i + "-" + key;
            put("Patient/" + patient, "{\"resourceType\":\"Patient\",\"id\":\"" + patient + "\"}");
            String stay = "ce" + i + "-" + key;
            encounter(
                    stay,
                    patient,
                    "2019-02-01T10:00:00Z",
                    "2019-02-0" + (3 + i) + "T10:00:00Z",
                    i % 2 == 0 ? "EM" : "EL");
            put(
                    "Condition/cc" + i + "-" + key,
                    "{\"resourceType\":\"Condition\",\"id\":\"cc" + i + "-" + key
                            + "\",\"subject\":{\"reference\":\"Patient/" + patient
                            + "\"},\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10-cm\",\"code\":\"I10\"}]}}");
            assertThat(fhir().body(
                                    "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"assumeCompleteUtilization\",\"valueBoolean\":true}]}")
                            .post("/Encounter/" + stay + "/$flag-readmission-risk")
                            .statusCode())
                    .isEqualTo(200);
        }
        encounter("cr0-" + key, "cp0-" + key, "2019-02-20T10:00:00Z", "2019-02-21T10:00:00Z", "EM");
        encounter("cr1-" + key, "cp1-" + key, "2019-02-20T10:00:00Z", "2019-02-21T10:00:00Z", "EL");
        JsonPath answer = fhir().get("/Encounter/$readmission-calibration?start=2019-02-01&end=2019-02-10")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(answer.getInt("parameter.find{it.name=='discharges'}.valueInteger"))
                .isEqualTo(3);
        assertThat(answer.getInt("parameter.find{it.name=='readmissions'}.valueInteger"))
                .isEqualTo(1);
        assertThat(answer.getInt("parameter.find{it.name=='planned'}.valueInteger"))
                .isEqualTo(1);
        // 2 days and an emergency came back (5 points); 4 days and an emergency (7), 5 days elective (4) did not
        String lace =
                "parameter.findAll{it.name=='index'}.find{it.part.find{p -> p.name=='code'}.valueCode=='lace'}.part.";
        assertThat(answer.getList(lace + "findAll{it.name=='score'}")).hasSize(3);
        assertThat(answer.getDouble(lace + "find{it.name=='cStatistic'}.valueDecimal"))
                .isEqualTo(0.5);
        fhir().get("/Encounter/$readmission-calibration?start=2019-02-01")
                .then()
                .statusCode(400);
        fhir().get("/Encounter/$readmission-calibration?start=2019-02-10&end=2019-02-01")
                .then()
                .statusCode(400);
    }
}
