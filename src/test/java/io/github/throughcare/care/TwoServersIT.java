package io.github.throughcare.care;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.github.throughcare.Race;
import io.github.throughcare.ServerProcess;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two server processes on one database, asked the same at the same moment: what is one within a server is one across them. */
class TwoServersIT extends CareIT {

    private static final String JSON = "application/fhir+json";
    private static final List<String> PHQ_9 =
            List.of("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8");

    private static ServerProcess other;

    @BeforeAll
    static void another_server() throws Exception {
        other = new ServerProcess(sameDatabase());
    }

    @AfterAll
    static void stop() {
        other.close();
    }

    @Test
    void one_response_sent_sixteen_times_to_both_is_one_set_of_resources() throws Exception {
        String patient = create("Patient", "{\"resourceType\":\"Patient\",\"gender\":\"female\"}");
        String response = phq9(UUID.randomUUID().toString());

        atOnce(16, base -> post(base, "/Patient/" + patient + "/$assess", response));

        count(patient, "QuestionnaireResponse", 1);
        count(patient, "Observation", 10);
        count(patient, "Condition", 1);
        count(patient, "Flag", 1);
        count(patient, "Task?code=suicide-safety-assessment", 1);
        count(patient, "Task?code=reassessment", 1);
    }

    @Test
    void different_responses_open_a_need_and_raise_a_flag_once() throws Exception {
        String patient = create("Patient", "{\"resourceType\":\"Patient\",\"gender\":\"female\"}");

        atOnce(16, base -> post(base, "/Patient/" + patient + "/$assess", phq9(null)));

        count(patient, "QuestionnaireResponse", 16);
        count(patient, "Condition", 1);
        count(patient, "Flag", 1);
        count(patient, "Task?code=reassessment&status=requested", 1);
        count(patient, "Task?code=reassessment&status=completed", 15);
    }

    @Test
    void two_programmes_planned_at_once_by_two_servers_are_one_plan() throws Exception {
        String patient = golden("diabetes");
        List<String> programmes = List.of("diabetes", "social-needs");

        atOnce(
                16,
                (base, n) -> post(
                        base,
                        "/Patient/" + patient + "/$generate-care-plan",
                        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"program\",\"valueCanonical\":\""
                                + Ig.planDefinition(programmes.get(n / 2 % 2)) + "\"}]}"));

        JsonPath plans = fhir().get("/CarePlan?patient=" + patient + "&category=assess-plan")
                .jsonPath();
        assertThat(plans.getInt("total")).isEqualTo(1);
        List<String> instantiated = plans.getList("entry[0].resource.instantiatesCanonical");
        assertThat(instantiated)
                .containsExactlyInAnyOrder(Ig.planDefinition("diabetes"), Ig.planDefinition("social-needs"));
        List<String> held = plans.getList("entry[0].resource.activity.reference.reference");
        List<String> tasks = fhir().get("/Task?patient=" + patient + "&_count=500")
                .jsonPath()
                .getList("entry.resource.id");
        List<String> goals = fhir().get("/Goal?patient=" + patient + "&_count=500")
                .jsonPath()
                .getList("entry.resource.id");
        assertThat(held)
                .as("nothing that was made is left out of the plan")
                .containsAll(tasks.stream().map(id -> "Task/" + id).toList());
        assertThat(plans.<String>getList("entry[0].resource.goal.reference"))
                .containsExactlyInAnyOrderElementsOf(
                        goals.stream().map(id -> "Goal/" + id).toList());
    }

    /** A definition is kept in memory by each server, and a change of it is delivered to the listeners of one. */
    @Test
    void a_definition_changed_at_one_server_counts_at_the_other_within_seconds() {
        String patient = create("Patient", "{\"resourceType\":\"Patient\"}");
        for (String writer : List.of(base, other.base())) {
            String reader = writer.equals(base) ? other.base() : base;
            put(writer, "first wording");
            assertThat(applied(reader, patient)).contains("first wording");
            put(writer, "second wording");
            await(20, () -> applied(reader, patient).contains("second wording"));
        }
    }

    private static void put(String server, String wording) {
        String id = server.equals(base) ? "two-servers-here" : "two-servers-there";
        given().contentType(JSON)
                .body(
                        "{\"resourceType\":\"ActivityDefinition\",\"id\":\"two-servers\",\"url\":\"http://example.org/ActivityDefinition/two-servers\","
                                + "\"status\":\"active\",\"kind\":\"Task\",\"intent\":\"plan\",\"code\":{\"text\":\""
                                + wording + " of "
                                + id + "\"}}")
                .put(server + "/ActivityDefinition/two-servers");
        given().contentType(JSON)
                .body(
                        "{\"resourceType\":\"PlanDefinition\",\"id\":\"two-servers\",\"url\":\"http://example.org/PlanDefinition/two-servers\","
                                + "\"status\":\"draft\",\"action\":[{\"id\":\"a\",\"definitionCanonical\":\"http://example.org/ActivityDefinition/two-servers\"}]}")
                .put(server + "/PlanDefinition/two-servers");
    }

    private static String applied(String server, String patient) {
        return given().urlEncodingEnabled(false)
                .contentType(JSON)
                .body("{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"subject\",\"valueString\":\"Patient/"
                        + patient + "\"}]}")
                .post(server + "/PlanDefinition/two-servers/$apply")
                .asString();
    }

    private interface Request {
        int send(String base, int n);
    }

    private interface SameRequest {
        int send(String base);
    }

    private static void atOnce(int times, SameRequest request) throws Exception {
        atOnce(times, (base, n) -> request.send(base));
    }

    /** Half of them to each server. */
    private static void atOnce(int times, Request request) throws Exception {
        assertThat(Race.of(times, n -> request.send(n % 2 == 0 ? base : other.base(), n)))
                .containsOnly(200);
    }

    private static int post(String base, String path, String body) {
        return given().urlEncodingEnabled(false)
                .contentType(JSON)
                .body(body)
                .post(base + path)
                .statusCode();
    }

    private static void count(String patient, String query, int expected) {
        given().queryParam("patient", patient)
                .get(base + "/" + query)
                .then()
                .statusCode(200)
                .body("total", is(expected));
    }

    /** Severe, with the ninth item positive. */
    private static String phq9(String identifier) {
        StringBuilder items = new StringBuilder();
        for (String item : PHQ_9) {
            items.append(items.isEmpty() ? "" : ",")
                    .append("{\"linkId\":\"/")
                    .append(item)
                    .append(
                            "\",\"answer\":[{\"valueCoding\":{\"system\":\"http://loinc.org\",\"code\":\"LA6571-9\"}}]}");
        }
        return "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"response\",\"resource\":"
                + "{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\",\"questionnaire\":\""
                + Ig.questionnaire("phq-9") + "\","
                + (identifier == null
                        ? ""
                        : "\"identifier\":{\"system\":\"urn:test\",\"value\":\"" + identifier + "\"},")
                + "\"item\":[" + items + "]}}]}";
    }

    private static String golden(String programme) throws IOException {
        List<String> locations = fhir().body(
                        Files.readString(Path.of("ig/input/examples/golden/" + programme + ".json")))
                .post("")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("entry.response.location");
        String patient = locations.stream()
                .map(l -> l.replaceFirst("/_history/.*", ""))
                .filter(l -> l.contains("Patient/"))
                .findFirst()
                .orElseThrow();
        return patient.substring(patient.lastIndexOf('/') + 1);
    }
}
