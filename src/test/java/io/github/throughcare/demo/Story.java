package io.github.throughcare.demo;

import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The steps of a story over HTTP: somebody comes in, is assessed, gets a plan, and the risk is looked at.
 *
 * @param fhir makes a request that speaks FHIR JSON to the server
 */
record Story(Supplier<RequestSpecification> fhir) {

    /** Stores a demo story and the directory that it refers to. */
    void comesIn(String file) {
        post("", read("00-directory")).statusCode(200);
        post("", read(file)).statusCode(200);
    }

    private static String read(String file) {
        try {
            return new DemoDates(Instant.now(), ZoneId.systemDefault())
                    .fill(Files.readString(Path.of("ig/input/examples/demo", file + ".json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@code $assess} with LOINC answers.
     *
     * @param answers linkId -> LOINC answer code
     */
    JsonPath assess(String patient, String form, Map<String, String> answers) {
        String items = answers.entrySet().stream()
                .map(a -> """
                        {"linkId":"%s","answer":[{"valueCoding":{"system":"http://loinc.org","code":"%s"}}]}""".formatted(a.getKey(), a.getValue()))
                .collect(Collectors.joining(","));
        return post("/Patient/" + patient + "/$assess", """
                        {"resourceType":"Parameters","parameter":[{"name":"response","resource":{
                          "resourceType":"QuestionnaireResponse","status":"completed",
                          "questionnaire":"https://throughcare.github.io/ig/Questionnaire/%s",
                          "subject":{"reference":"Patient/%s"},"authored":"%s","item":[%s]}}]}""".formatted(form, patient, Instant.now(), items))
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    /** {@code $generate-care-plan} with every programme that applies. */
    JsonPath plan(String patient) {
        return post("/Patient/" + patient + "/$generate-care-plan", "{\"resourceType\":\"Parameters\"}")
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    /** {@code $readmission-risk} of the current stay, else the latest. */
    JsonPath risk(String patient) {
        return fhir.get()
                .urlEncodingEnabled(false)
                .get("/Patient/" + patient + "/$readmission-risk?assumeCompleteUtilization=true")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    ValidatableResponse post(String path, String body) {
        return fhir.get().urlEncodingEnabled(false).body(body).post(path).then();
    }
}
