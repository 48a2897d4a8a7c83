package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;

import io.github.throughcare.ServerIT;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code $generate-care-plan} and {@code $apply} over HTTP, with the golden patients. */
class CarePlanIT extends ServerIT {

    private static final String PROGRAMME = "https://throughcare.github.io/ig/PlanDefinition/";

    @ParameterizedTest
    @ValueSource(strings = {"heart-failure", "diabetes", "social-needs"})
    void a_plan_is_stored_once_however_often_it_is_made(String programme) throws IOException {
        String patient = golden(programme);

        JsonPath first =
                generate(patient, programme, "").statusCode(200).extract().jsonPath();
        JsonPath second =
                generate(patient, programme, "").statusCode(200).extract().jsonPath();

        assertThat(first.getString("type")).isEqualTo("collection");
        assertThat(first.getString("entry[0].resource.resourceType")).isEqualTo("CarePlan");
        List<String> instantiated = first.getList("entry[0].resource.instantiatesCanonical");
        assertThat(instantiated).containsExactly(PROGRAMME + programme);
        assertThat(second.getList("entry.resource.id")).isEqualTo(first.getList("entry.resource.id"));
        assertThat(second.getList("entry.resource.meta.versionId"))
                .isEqualTo(first.getList("entry.resource.meta.versionId"));
        fhir().get("/CarePlan?patient=" + patient + "&category=assess-plan&status=active")
                .then()
                .statusCode(200)
                .body("total", equalTo(1));
    }

    @Test
    void a_preview_stores_nothing() throws IOException {
        String patient = golden("diabetes");
        generate(patient, "diabetes", ",{\"name\":\"preview\",\"valueBoolean\":true}")
                .statusCode(200)
                .body("entry[0].fullUrl", startsWith("urn:uuid:"));
        fhir().get("/CarePlan?patient=" + patient).then().body("total", equalTo(0));
        fhir().get("/Task?patient=" + patient).then().body("total", equalTo(0));
    }

    @Test
    void without_the_assessment_there_is_no_plan() {
        String patient = "plan-" + UUID.randomUUID();
        fhir().body("{\"resourceType\":\"Patient\",\"id\":\"" + patient + "\"}")
                .put("/Patient/" + patient)
                .then()
                .statusCode(201);
        generate(patient, "heart-failure", "")
                .statusCode(422)
                .body("resourceType", equalTo("OperationOutcome"))
                .body("issue[0].diagnostics", containsString("https://throughcare.github.io/ig/Questionnaire/phq-9"));
    }

    @Test
    void an_unknown_programme_or_patient_is_404() throws IOException {
        generate(golden("diabetes"), "no-such-programme", "").statusCode(404);
        generate("no-such-patient", "diabetes", "").statusCode(404);
    }

    @Test
    void apply_has_the_shape_of_r4() throws IOException {
        String patient = golden("heart-failure");
        fhir().urlEncodingEnabled(false)
                .body("{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"subject\",\"valueString\":\"Patient/"
                        + patient + "\"}]}")
                .post("/PlanDefinition/heart-failure/$apply")
                .then()
                .statusCode(200)
                .body("resourceType", equalTo("CarePlan"))
                .body("activity.size()", equalTo(1))
                .body("contained.resourceType", hasItem("RequestGroup"));
    }

    private static String golden(String programme) throws IOException {
        List<String> locations = fhir().body(Files.readString(Path.of("ig/input/examples/golden", programme + ".json")))
                .post("")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("entry.response.location");
        return locations.stream()
                .map(l -> l.replaceFirst("/_history.*", ""))
                .filter(l -> l.contains("Patient/"))
                .map(l -> l.substring(l.lastIndexOf('/') + 1))
                .findFirst()
                .orElseThrow();
    }

    private static ValidatableResponse generate(String patient, String programme, String more) {
        return fhir().urlEncodingEnabled(false)
                .body("{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"program\",\"valueCanonical\":\""
                        + PROGRAMME + programme + "\"}" + more + "]}")
                .post("/Patient/" + patient + "/$generate-care-plan")
                .then();
    }
}
