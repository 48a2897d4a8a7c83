package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.github.throughcare.ServerIT;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** A plan that lives: progress, goals that follow measurements, agreement, and reviews when circumstances change. */
class PlanProgressIT extends ServerIT {

    private static final String IG = "https://throughcare.github.io/ig/";

    private record Plan(String patient, String id, JsonPath bundle) {

        String goal(String part) {
            return bundle.getString(
                    "entry.resource.find { it.resourceType == 'Goal' && it.identifier[0].value == 'heart-failure|"
                            + part + "' }.id");
        }
    }

    @Test
    void a_goal_follows_its_measurements_with_provenance() throws Exception {
        Plan plan = plan();
        String goal = plan.goal("blood-pressure");

        pressure(plan, 150, 95);
        pressure(plan, 140, 85);
        until("improving", () -> achievement(goal));
        pressure(plan, 128, 78);
        until("achieved", () -> achievement(goal));

        JsonPath progress = progress(plan);
        assertThat(progress.getInt(
                        "parameter.find { it.name == 'goals' }.part.find { it.name == 'achieved' }.valueInteger"))
                .isEqualTo(1);
        String targets =
                "parameter.find { it.name == 'goal' && it.part.find { p -> p.name == 'reference' }.valueReference.reference == 'Goal/"
                        + goal + "' }.part.findAll { it.name == 'target' }";
        List<List<Number>> latest = progress.getList(
                targets
                        + ".part.collect { t -> t.findAll { p -> p.name == 'latest' }.collect { p -> p.valueQuantity.value } }");
        assertThat(latest.stream().flatMap(List::stream).map(Number::intValue)).containsExactly(128, 78);
        fhir().get("/Provenance?target=Goal/" + goal)
                .then()
                .statusCode(200)
                .body("entry.resource.reason.flatten().text.findAll { it.contains('achieved') }.size()", equalTo(1));
    }

    @Test
    void a_persons_own_entry_is_not_written_over() throws Exception {
        Plan plan = plan();
        String goal = plan.goal("blood-pressure");
        pressure(plan, 150, 95);
        until("in-progress", () -> achievement(goal));
        String json = fhir().get("/Goal/" + goal)
                .asString()
                .replace("\"in-progress\",\"display\"", "\"not-attainable\",\"display\"");
        fhir().body(json).put("/Goal/" + goal).then().statusCode(200);

        pressure(plan, 120, 70);
        String other = plan.goal("mood");
        observe(plan, "{\"system\":\"http://loinc.org\",\"code\":\"44261-6\"}", "\"valueInteger\":2");
        until("achieved", () -> achievement(other));

        assertThat(achievement(goal)).isEqualTo("not-attainable");
    }

    @Test
    void agreement_is_recorded_when_its_task_completes() throws Exception {
        Plan plan = plan();
        String path =
                "entry.resource.find { it.resourceType == 'Task' && it.code.coding[0].code == 'plan-agreement' }.id";
        String task = plan.bundle().getString(path);
        assertThat(fhir().get("/Goal/" + plan.goal("mood")).jsonPath().getString("expressedBy.reference"))
                .isNull();

        String json =
                fhir().get("/Task/" + task).asString().replace("\"status\":\"requested\"", "\"status\":\"completed\"");
        fhir().body(json).put("/Task/" + task).then().statusCode(200);

        until(
                "Patient/" + plan.patient(),
                () -> fhir().get("/Goal/" + plan.goal("mood")).jsonPath().getString("expressedBy.reference"));
    }

    @Test
    void changed_circumstances_open_one_review_each() throws Exception {
        Plan plan = plan();
        String subject = "\"subject\":{\"reference\":\"Patient/" + plan.patient() + "\"}";
        create(
                "Condition",
                "{\"resourceType\":\"Condition\",\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-clinical\",\"code\":\"active\"}]},\"code\":{\"text\":\"Gout\"},"
                        + subject + "}");
        create(
                "MedicationRequest",
                "{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":\"order\",\"medicationCodeableConcept\":{\"text\":\"Allopurinol\"},"
                        + subject + "}");
        create(
                "Encounter",
                "{\"resourceType\":\"Encounter\",\"status\":\"in-progress\",\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"IMP\"},"
                        + subject + "}");
        create(
                "Appointment",
                "{\"resourceType\":\"Appointment\",\"status\":\"noshow\",\"description\":\"Eye clinic\",\"participant\":[{\"status\":\"accepted\",\"actor\":{\"reference\":\"Patient/"
                        + plan.patient() + "\"}}]}");
        create(
                "Condition",
                "{\"resourceType\":\"Condition\",\"recordedDate\":\"2019-01-01\",\"code\":{\"text\":\"Old news\"},"
                        + subject + "}");

        until("4", () -> String.valueOf(reviews(plan).size()));
        Thread.sleep(300); // long enough for a fifth, if there were one
        assertThat(reviews(plan))
                .containsExactlyInAnyOrder(
                        "New diagnosis or need: Gout",
                        "New medication: Allopurinol",
                        "Admission to hospital",
                        "Missed appointment: Eye clinic");
    }

    private static List<String> reviews(Plan plan) {
        return fhir().get("/Task?based-on=CarePlan/" + plan.id() + "&code=plan-review")
                .jsonPath()
                .getList("entry.resource.reasonCode.text.findAll { it != null }");
    }

    @Test
    void after_a_review_of_the_plan_the_next_one_is_due() throws Exception {
        Plan plan = plan();
        String due = reviewDue(plan);
        String task = plan.bundle()
                .getString(
                        "entry.resource.find { it.resourceType == 'Task' && it.code.coding[0].code == 'plan-review' }.id");
        String json =
                fhir().get("/Task/" + task).asString().replace("\"status\":\"requested\"", "\"status\":\"completed\"");
        fhir().body(json).put("/Task/" + task).then().statusCode(200);

        until(LocalDate.parse(due).plusMonths(3).toString(), () -> reviewDue(plan));
        fhir().get("/CarePlan/" + plan.id())
                .then()
                .body("meta.versionId", equalTo("2"))
                .body(
                        "activity.size()",
                        equalTo(plan.bundle()
                                        .getList("entry[0].resource.activity")
                                        .size()
                                + 1));
        fhir().get("/CarePlan/" + plan.id() + "/_history").then().body("total", equalTo(2));
        fhir().get("/Provenance?target=CarePlan/" + plan.id())
                .then()
                .body("total", equalTo(2))
                .body("entry.resource.entity.flatten().what.reference", hasItem("Task/" + task));
    }

    private static String reviewDue(Plan plan) {
        return String.valueOf(progress(plan).getString("parameter.find { it.name == 'reviewDue' }.valueDate"));
    }

    @Test
    void progress_of_no_plan_is_404_and_stores_nothing() throws Exception {
        fhir().urlEncodingEnabled(false).get("/CarePlan/none/$progress").then().statusCode(404);
        JsonPath progress = progress(plan());
        assertThat(progress.getString("parameter.find { it.name == 'reviewDue' }.valueDate"))
                .isNotNull();
        assertThat(progress.getInt(
                        "parameter.find { it.name == 'tasks' }.part.find { it.name == 'open' }.valueInteger"))
                .isPositive();
    }

    private static JsonPath progress(Plan plan) {
        return fhir().urlEncodingEnabled(false)
                .get("/CarePlan/" + plan.id() + "/$progress")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static String achievement(String goal) {
        return fhir().get("/Goal/" + goal).jsonPath().getString("achievementStatus.coding[0].code");
    }

    private static void pressure(Plan plan, int systolic, int diastolic) {
        observe(
                plan,
                "{\"system\":\"http://loinc.org\",\"code\":\"85354-9\"}",
                "\"component\":[" + component("8480-6", systolic) + "," + component("8462-4", diastolic) + "]");
    }

    private static String component(String code, int value) {
        return "{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"" + code
                + "\"}]},\"valueQuantity\":{\"value\":" + value
                + ",\"unit\":\"mmHg\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mm[Hg]\"}}";
    }

    private static void observe(Plan plan, String coding, String value) {
        create(
                "Observation",
                "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[" + coding
                        + "]},\"subject\":{\"reference\":\"Patient/" + plan.patient() + "\"},\"effectiveDateTime\":\""
                        + Instant.now().plus(Duration.ofDays(1)) + "\"," + value + "}");
    }

    /** Changes are told some milliseconds after the commit. */
    private static void until(String expected, Callable<String> actual) throws Exception {
        Instant end = Instant.now().plusSeconds(15);
        while (!expected.equals(actual.call()) && Instant.now().isBefore(end)) {
            Thread.sleep(50);
        }
        assertThat(actual.call()).isEqualTo(expected);
    }

    private static Plan plan() throws IOException {
        List<String> locations = fhir().body(Files.readString(Path.of("ig/input/examples/golden/heart-failure.json")))
                .post("")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("entry.response.location");
        String patient = locations.stream()
                .filter(l -> l.contains("Patient/"))
                .findFirst()
                .orElseThrow()
                .replaceFirst("/_history.*", "")
                .replaceFirst(".*/", "");
        JsonPath bundle = fhir().urlEncodingEnabled(false)
                .body("{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"program\",\"valueCanonical\":\"" + IG
                        + "PlanDefinition/heart-failure\"}]}")
                .post("/Patient/" + patient + "/$generate-care-plan")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        return new Plan(patient, bundle.getString("entry[0].resource.id"), bundle);
    }
}
