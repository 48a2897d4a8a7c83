package io.github.throughcare.fhir.rest;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import io.github.throughcare.ServerIT;
import io.github.throughcare.ThroughcareApplication;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The other policies, by a second server on the same database. */
class ReferencePolicyIT extends ServerIT {

    private static ConfigurableApplicationContext server(String... settings) {
        return new SpringApplication(ThroughcareApplication.class)
                .run(Stream.concat(
                                Stream.concat(
                                        Stream.of(
                                                "--server.port=0",
                                                "--server.address=127.0.0.1",
                                                "--throughcare.demo=false"),
                                        sameDatabase().entrySet().stream()
                                                .map(e -> "--" + e.getKey() + "=" + e.getValue())),
                                Stream.of(settings))
                        .toArray(String[]::new));
    }

    private static RequestSpecification at(ConfigurableApplicationContext server) {
        return RestAssured.given()
                .baseUri("http://127.0.0.1:" + server.getEnvironment().getProperty("local.server.port") + "/fhir")
                .contentType("application/fhir+json")
                .accept("application/fhir+json");
    }

    private static String condition(String subject) {
        return "{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"" + subject + "\"}}";
    }

    @Test
    void warned_is_done_and_said() {
        String nobody = "Patient/" + UUID.randomUUID();
        try (ConfigurableApplicationContext warning =
                server("--throughcare.storage.references=warn", "--throughcare.validation=warn")) {
            String stored = at(warning)
                    .body(condition(nobody))
                    .post("/Condition")
                    .then()
                    .statusCode(201)
                    .header("Warning", containsString(nobody))
                    .extract()
                    .path("id");
            at(warning)
                    .header("Prefer", "return=OperationOutcome")
                    .body(condition(nobody))
                    .post("/Condition")
                    .then()
                    .statusCode(201)
                    .body("issue.severity", hasItem("warning"));
            at(warning)
                    .body("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":"
                            + condition(nobody) + ",\"request\":{\"method\":\"POST\",\"url\":\"Condition\"}}]}")
                    .post("/")
                    .then()
                    .statusCode(200)
                    .body("entry[0].response.outcome.issue.severity", hasItem("warning"));
            String patient = create("Patient", "{\"resourceType\":\"Patient\"}");
            create("Condition", condition("Patient/" + patient));
            at(warning)
                    .delete("/Patient/" + patient)
                    .then()
                    .statusCode(204)
                    .header("Warning", containsString("Condition/"));
            // under enforce what is wrong already may stay so, and nothing may become so
            fhir().contentType("application/json-patch+json")
                    .body("[{\"op\":\"add\",\"path\":\"/language\",\"value\":\"en\"}]")
                    .patch("/Condition/" + stored)
                    .then()
                    .statusCode(200);
            fhir().contentType("application/json-patch+json")
                    .body("[{\"op\":\"add\",\"path\":\"/encounter\",\"value\":{\"reference\":\"Encounter/"
                            + UUID.randomUUID() + "\"}}]")
                    .patch("/Condition/" + stored)
                    .then()
                    .statusCode(422);
        }
    }

    @Test
    void off_is_silent() {
        try (ConfigurableApplicationContext careless =
                server("--throughcare.storage.references=off", "--throughcare.validation=off")) {
            at(careless)
                    .body(condition("Patient/" + UUID.randomUUID()))
                    .post("/Condition")
                    .then()
                    .statusCode(201)
                    .header("Warning", nullValue());
            String patient = create("Patient", "{\"resourceType\":\"Patient\"}");
            create("Condition", condition("Patient/" + patient));
            at(careless).delete("/Patient/" + patient).then().statusCode(204);
            at(careless)
                    .get("/metadata")
                    .then()
                    .body("rest[0].resource[0].referencePolicy", equalTo(java.util.List.of("literal", "logical")));
        }
    }
}
