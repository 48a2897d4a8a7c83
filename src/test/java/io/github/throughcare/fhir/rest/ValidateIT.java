package io.github.throughcare.fhir.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.github.throughcare.ServerIT;
import io.restassured.response.Response;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** {@code $validate}, and profiles that a resource claims, under the default policy. */
class ValidateIT extends ServerIT {

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static String patient(String profile, String more) {
        return "{\"resourceType\":\"Patient\",\"meta\":{\"profile\":[\"" + profile + "\"]}" + more + "}";
    }

    /** A profile that wants a birth date. */
    private static String profile() {
        String url = "http://profiles.example/StructureDefinition/" + id();
        create(
                "StructureDefinition",
                "{\"resourceType\":\"StructureDefinition\",\"url\":\"" + url
                        + "\",\"name\":\"Born\",\"status\":\"active\",\"fhirVersion\":\"4.0.1\",\"kind\":\"resource\",\"abstract\":false,"
                        + "\"type\":\"Patient\",\"baseDefinition\":\"http://hl7.org/fhir/StructureDefinition/Patient\",\"derivation\":\"constraint\","
                        + "\"differential\":{\"element\":[{\"id\":\"Patient\",\"path\":\"Patient\"},{\"id\":\"Patient.birthDate\",\"path\":\"Patient.birthDate\",\"min\":1}]}}");
        return url;
    }

    private static List<String> severities(Response response) {
        response.then().statusCode(200).body("resourceType", equalTo("OperationOutcome"));
        return response.jsonPath().getList("issue.severity");
    }

    private static Response validate(String url, String body) {
        return fhir().urlEncodingEnabled(false).body(body).post(url);
    }

    @Test
    void a_claimed_profile_that_is_stored_is_enforced() {
        String profile = profile();
        fhir().body(patient(profile, ""))
                .post("/Patient")
                .then()
                .statusCode(422)
                .body("issue[0].code", equalTo("business-rule"))
                .body("issue.diagnostics", hasItem(containsString("birthDate")));
        String id = create("Patient", patient(profile, ",\"birthDate\":\"1970-01-01\""));
        fhir().contentType("application/json-patch+json")
                .body("[{\"op\":\"remove\",\"path\":\"/birthDate\"}]")
                .patch("/Patient/" + id)
                .then()
                .statusCode(422);
        fhir().body("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":"
                        + patient(profile, "") + ",\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}]}")
                .post("/")
                .then()
                .statusCode(422)
                .body("issue[0].expression[0]", containsString("Bundle.entry[0].resource"));
    }

    @Test
    void a_profile_that_is_not_here_is_believed() {
        create("Patient", patient("http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient", ""));
        create(
                "Observation",
                "{\"resourceType\":\"Observation\",\"meta\":{\"profile\":[\"http://hl7.org/fhir/StructureDefinition/bp\"]},"
                        + "\"status\":\"final\",\"code\":{\"text\":\"x\"}}");
    }

    @Test
    void validate_says_what_structure_base_and_profile_say_and_stores_nothing() {
        String marker = id();
        String good = "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"http://v\",\"value\":\"" + marker
                + "\"}]}";
        assertThat(severities(validate("/Patient/$validate", good))).doesNotContain("error", "fatal");
        assertThat(severities(validate("/Patient/$validate", "{\"resourceType\":\"Patient\",\"gander\":\"x\"}")))
                .contains("error");
        String invariant = "{\"resourceType\":\"Patient\",\"contact\":[{\"gender\":\"male\"}]}"; // pat-1
        assertThat(severities(validate("/Patient/$validate", invariant))).contains("error");
        String profile = profile();
        assertThat(severities(validate("/Patient/$validate?profile=" + profile, good)))
                .contains("error");
        validate(
                        "/Patient/$validate",
                        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"resource\",\"resource\":" + good
                                + "},{\"name\":\"profile\",\"valueUri\":\"" + profile + "\"}]}")
                .then()
                .statusCode(200)
                .body("issue.findAll { it.severity == 'error' }.diagnostics", hasItem(containsString("birthDate")));
        validate("/Patient/$validate?profile=http://nowhere/x", good)
                .then()
                .statusCode(200)
                .body("issue[0].code", equalTo("not-found"));
        assertThat(severities(validate("/Observation/$validate", good))).contains("error");
        fhir().get("/Patient?_summary=count&identifier=http://v|" + marker)
                .then()
                .body("total", equalTo(0));
    }

    @Test
    void a_mode_tries_the_change_and_takes_it_back() {
        String p = create("Patient", "{\"resourceType\":\"Patient\"}");
        create("Condition", "{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"Patient/" + p + "\"}}");
        fhir().urlEncodingEnabled(false)
                .get("/Patient/" + p + "/$validate?mode=delete")
                .then()
                .statusCode(200)
                .body("issue[0].severity", equalTo("error"))
                .body("issue[0].code", equalTo("conflict"));
        String lone = create("Patient", "{\"resourceType\":\"Patient\"}");
        assertThat(severities(fhir().urlEncodingEnabled(false).get("/Patient/" + lone + "/$validate?mode=delete")))
                .containsOnly("information");
        fhir().get("/Patient/" + lone).then().statusCode(200);
        validate(
                        "/Condition/$validate?mode=create",
                        "{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"Patient/" + id() + "\"}}")
                .then()
                .statusCode(200)
                .body("issue.findAll { it.severity == 'error' }.code", hasItem("business-rule"));
        validate(
                        "/Patient/" + lone + "/$validate?mode=update",
                        "{\"resourceType\":\"Patient\",\"id\":\"" + lone + "\",\"active\":true}")
                .then()
                .statusCode(200)
                .body("issue.severity", not(hasItem("error")));
        fhir().get("/Patient/" + lone).then().header("ETag", "W/\"1\"");
        validate("/Patient/$validate?mode=frobnicate", "{\"resourceType\":\"Patient\"}")
                .then()
                .statusCode(400);
        fhir().urlEncodingEnabled(false).get("/Patient/$validate").then().statusCode(400);
        fhir().urlEncodingEnabled(false)
                .get("/Patient/" + lone + "/$validate")
                .then()
                .statusCode(200);
        fhir().urlEncodingEnabled(false)
                .get("/Patient/" + id() + "/$validate")
                .then()
                .statusCode(404);
    }
}
