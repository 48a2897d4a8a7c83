package io.github.throughcare.care.transition;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.github.throughcare.ServerProcess;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Two server processes on one database: what is kept in memory of one hears of the other's writes. */
class TwoServersIT extends ServerIT {

    private final String key = UUID.randomUUID().toString().substring(0, 8);
    private final String ward = "tw-" + key;
    private final String stay = "te-" + key;
    private final String patient = "tp-" + key;
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private static void put(String server, String url, String json) {
        assertThat(fhir().baseUri(server).body(json).put("/" + url).statusCode())
                .as(json)
                .isIn(200, 201);
    }

    private String encounter(String status) {
        return """
                {"resourceType":"Encounter","id":"%s","status":"%s","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},
                 "subject":{"reference":"Patient/%s"},"period":{"start":"%s"},"location":[{"location":{"reference":"Location/%s"}}]}""".formatted(stay, status, patient, now.minus(3, ChronoUnit.DAYS), ward);
    }

    private JsonPath worklist(String server, String more) {
        return fhir().baseUri(server)
                .get("/Encounter/$discharge-worklist?location=Location/" + ward + more)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static void within(int seconds, BooleanSupplier so) {
        long until = System.nanoTime() + seconds * 1_000_000_000L;
        while (!so.getAsBoolean() && System.nanoTime() < until) {
            LockSupport.parkNanos(100_000_000);
        }
        assertThat(so.getAsBoolean()).isTrue();
    }

    private int hospitalVersion() {
        return fhir().get("/RiskAssessment?encounter=Encounter/" + stay)
                .jsonPath()
                .getInt("entry.resource.find{it.method.coding[0].code=='hospital'}.meta.versionId");
    }

    @Test
    void each_hears_within_seconds_what_the_other_has_written() throws IOException, InterruptedException {
        put(base, "Location/" + ward, "{\"resourceType\":\"Location\",\"id\":\"" + ward + "\"}");
        assertThat(worklist(base, "").getInt("total")).isZero();
        try (ServerProcess other = new ServerProcess(sameDatabase())) {
            put(other.base(), "Patient/" + patient, "{\"resourceType\":\"Patient\",\"id\":\"" + patient + "\"}");
            put(other.base(), "Encounter/" + stay, encounter("in-progress"));
            assertThat(worklist(other.base(), "").getInt("total")).isEqualTo(1);
            within(10, () -> worklist(base, "").getInt("total") == 1);

            // whose risk the other has recorded a moment ago: a result that is written here counts
            assertThat(fhir().baseUri(other.base())
                            .body("{\"resourceType\":\"Parameters\"}")
                            .post("/Encounter/" + stay + "/$flag-readmission-risk")
                            .statusCode())
                    .isEqualTo(200);
            put(base, "Observation/to-" + key, """
                    {"resourceType":"Observation","id":"to-%s","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"718-7"}]},
                     "subject":{"reference":"Patient/%s"},"encounter":{"reference":"Encounter/%s"},"effectiveDateTime":"%s",
                     "valueQuantity":{"value":9.1,"unit":"g/dL","system":"http://unitsofmeasure.org","code":"g/dL"}}""".formatted(key, patient, stay, now.minus(1, ChronoUnit.HOURS)));
            within(10, () -> hospitalVersion() == 2);
            within(10, () -> worklist(base, "&risk=uncertain").getInt("total") == 1);

            // what happens while a process is down is there when it is up again
            other.kill();
            put(base, "Encounter/" + stay, encounter("entered-in-error"));
            assertThat(worklist(base, "").getInt("total")).isZero();
            other.start();
            assertThat(worklist(other.base(), "").getInt("total")).isZero();
            put(base, "Encounter/" + stay, encounter("in-progress"));
            within(10, () -> worklist(other.base(), "").getInt("total") == 1);
        }
    }
}
