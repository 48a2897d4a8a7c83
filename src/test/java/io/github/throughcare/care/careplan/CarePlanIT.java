package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.github.throughcare.ServerIT;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code $generate-care-plan} and {@code $apply} over HTTP, with the golden patients. */
class CarePlanIT extends ServerIT {

    private static final String PROGRAMME = "https://throughcare.github.io/ig/PlanDefinition/";

    static List<String> programmes() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("ig/input/examples/golden"))) {
            return files.map(f -> f.getFileName().toString().replace(".json", ""))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("programmes")
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
        List<String> urls = first.getList("entry.fullUrl");
        assertThat(urls).allMatch(url -> url.startsWith(base + "/"));
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

    /** Only the subject is asked for; what is absent plays no part, and nothing is stored. */
    @Test
    void apply_needs_the_subject_and_nothing_else() throws IOException {
        String patient = golden("heart-failure");
        JsonPath plain = apply("/PlanDefinition/heart-failure/$apply", subject(patient))
                .statusCode(200)
                .body("resourceType", equalTo("CarePlan"))
                .body("subject.reference", equalTo("Patient/" + patient))
                .body("instantiatesCanonical[0]", startsWith(PROGRAMME + "heart-failure"))
                .body("activity.size()", equalTo(1))
                .body("activity[0].reference.reference", startsWith("#"))
                .extract()
                .jsonPath();
        assertThat(plain.getString("encounter")).isNull();
        assertThat(plain.getString("author")).isNull();
        assertThat(plain.getString("language")).isNull();
        String group = plain.getString("activity[0].reference.reference").substring(1);
        List<String> contained = plain.getList("contained.findAll { it.resourceType == 'RequestGroup' }.id");
        assertThat(contained).contains(group);
        fhir().get("/CarePlan?patient=" + patient).then().body("total", equalTo(0));

        apply(
                        "/PlanDefinition/$apply",
                        "{\"resourceType\":\"Parameters\",\"parameter\":["
                                + "{\"name\":\"url\",\"valueUri\":\"" + PROGRAMME + "heart-failure\"},"
                                + "{\"name\":\"subject\",\"valueString\":\"" + patient + "\"},"
                                + "{\"name\":\"userLanguage\",\"valueCodeableConcept\":{\"coding\":[{\"system\":\"urn:ietf:bcp:47\",\"code\":\"es\"}]}},"
                                + "{\"name\":\"encounter\",\"valueString\":\"Encounter/" + encounter(patient) + "\"}]}")
                .statusCode(200)
                .body("resourceType", equalTo("CarePlan"))
                .body("language", equalTo("es"))
                .body("encounter.reference", startsWith("Encounter/"));
    }

    @Test
    void apply_without_a_subject_or_a_definition_says_so() throws IOException {
        String nobody = "{\"resourceType\":\"Parameters\"}";
        apply("/PlanDefinition/heart-failure/$apply", nobody)
                .statusCode(400)
                .body("issue[0].diagnostics", containsString("subject"));
        apply("/PlanDefinition/$apply", subject(golden("anxiety"))).statusCode(400);
        apply("/PlanDefinition/no-such-plan/$apply", subject(golden("anxiety"))).statusCode(404);
        apply("/PlanDefinition/heart-failure/$apply", subject("no-such-patient"))
                .statusCode(404);
        apply("/ActivityDefinition/therapy/$apply", nobody).statusCode(400);
    }

    /** What another system keeps is not written to; see docs/decisions/2611-one-living-plan.md. */
    @Test
    void a_plan_of_another_system_is_left_alone_and_named() throws IOException {
        String patient = golden("copd");
        String foreign = create(
                "CarePlan",
                "{\"resourceType\":\"CarePlan\",\"status\":\"active\",\"intent\":\"order\",\"title\":\"Plan of the hospital\",\"subject\":{\"reference\":\"Patient/"
                        + patient
                        + "\"},\"category\":[{\"coding\":[{\"system\":\"http://hl7.org/fhir/us/core/CodeSystem/careplan-category\",\"code\":\"assess-plan\"}]}]}");

        generate(patient, "copd", "")
                .statusCode(200)
                .body("entry[0].resource.supportingInfo.reference", hasItem("CarePlan/" + foreign))
                .body(
                        "entry.resource.findAll { it.resourceType == 'OperationOutcome' }.issue.diagnostics.flatten()",
                        hasItem(containsString("Plan of the hospital")));
        generate(patient, "copd", "").statusCode(200);

        fhir().get("/CarePlan/" + foreign)
                .then()
                .body("meta.versionId", equalTo("1"))
                .body("activity", nullValue());
        fhir().get("/CarePlan?patient=" + patient + "&status=active").then().body("total", equalTo(2));
    }

    private static ValidatableResponse apply(String path, String body) {
        return fhir().urlEncodingEnabled(false).body(body).post(path).then();
    }

    @Test
    void a_programme_may_be_named_with_its_version() throws IOException {
        String patient = golden("copd");
        generate(patient, "copd|1.0.0", "").statusCode(200);
        generate(patient, "copd|9.9.9", "").statusCode(404);
    }

    @Test
    void an_inapplicable_programme_is_422_with_the_conditions_that_failed() throws IOException {
        generate(golden("heart-failure"), "copd", "")
                .statusCode(422)
                .body("issue.diagnostics", hasItem(containsString("Open chronic obstructive pulmonary disease")));
    }

    @Test
    void start_encounter_and_author_are_in_the_plan() throws IOException {
        String patient = golden("diabetes");
        String more = ",{\"name\":\"start\",\"valueDate\":\"2027-01-01\"},"
                + "{\"name\":\"author\",\"valueReference\":{\"reference\":\"Patient/" + patient + "\"}},"
                + "{\"name\":\"encounter\",\"valueReference\":{\"reference\":\"Encounter/" + encounter(patient)
                + "\"}}";
        JsonPath plan =
                generate(patient, "diabetes", more).statusCode(200).extract().jsonPath();

        assertThat(plan.getString("entry[0].resource.period.start")).isEqualTo("2027-01-01");
        assertThat(plan.getString("entry[0].resource.author.reference")).isEqualTo("Patient/" + patient);
        assertThat(plan.getString("entry[0].resource.encounter.reference")).startsWith("Encounter/");
        List<String> expressed =
                plan.getList("entry.resource.findAll { it.resourceType == 'Goal' }.expressedBy.reference");
        assertThat(expressed).isNotEmpty().containsOnly("Patient/" + patient);
    }

    private static String encounter(String patient) {
        return create(
                "Encounter",
                "{\"resourceType\":\"Encounter\",\"status\":\"planned\",\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"AMB\"},\"subject\":{\"reference\":\"Patient/"
                        + patient + "\"}}");
    }

    @Test
    void thirty_two_at_once_make_one_living_plan() throws Exception {
        String patient = golden("depression");
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            Callable<Integer> call =
                    () -> generate(patient, "depression", "").extract().statusCode();
            List<Future<Integer>> answers = threads.invokeAll(Collections.nCopies(32, call));
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(200);
            }
        } finally {
            threads.shutdown();
        }
        JsonPath plans = fhir().get("/CarePlan?patient=" + patient).jsonPath();
        assertThat(plans.getInt("total")).isEqualTo(1);
        assertThat(plans.getString("entry[0].resource.meta.versionId")).isEqualTo("1");
        fhir().get("/Provenance?target=CarePlan/" + plans.getString("entry[0].resource.id"))
                .then()
                .body("total", equalTo(1));
    }

    @Test
    void r5_apply_gives_a_bundle_with_the_request_group_first() throws IOException {
        String patient = golden("anxiety");
        fhir().urlEncodingEnabled(false)
                .body(subject(patient))
                .post("/PlanDefinition/anxiety/$r5.apply")
                .then()
                .statusCode(200)
                .body("resourceType", equalTo("Bundle"))
                .body("entry[0].resource.resourceType", equalTo("RequestGroup"))
                .body("entry.resource.resourceType", hasItem("ServiceRequest"));
    }

    @Test
    void apply_of_an_activity_makes_the_resource_of_its_kind() throws IOException {
        String patient = golden("anxiety");
        fhir().urlEncodingEnabled(false)
                .body(subject(patient))
                .post("/ActivityDefinition/therapy/$apply")
                .then()
                .statusCode(200)
                .body("resourceType", equalTo("ServiceRequest"))
                .body("code.coding[0].code", equalTo("therapy"))
                .body("subject.reference", equalTo("Patient/" + patient));
        fhir().urlEncodingEnabled(false)
                .body(subject("nobody"))
                .post("/ActivityDefinition/therapy/$apply")
                .then()
                .statusCode(404);
    }

    private static String subject(String patient) {
        return "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"subject\",\"valueString\":\"Patient/"
                + patient + "\"}]}";
    }

    /** A new programme is files, no Java: PlanDefinition, Library and ActivityDefinition put over REST, applied at once. */
    @Test
    void a_programme_put_at_run_time_is_applied_like_any_other() throws IOException {
        String patient = golden("copd");
        generate(patient, "singing", "").statusCode(404);
        String cql = """
                library Singing version '1.0.0'
                using FHIR version '4.0.1'
                include FHIRHelpers version '4.0.1'
                include Problems version '1.0.0' called Problems
                context Patient
                define "May Sing":
                  Problems."Has COPD"
                """;
        put("Library/Singing", """
                {"resourceType":"Library","id":"Singing","url":"https://throughcare.github.io/ig/Library/Singing","version":"1.0.0","name":"Singing","status":"active",
                 "type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/library-type","code":"logic-library"}]},
                 "content":[{"contentType":"text/cql","data":"%s"}]}""".formatted(Base64.getEncoder().encodeToString(cql.getBytes(StandardCharsets.UTF_8))));
        put("ActivityDefinition/choir", """
                {"resourceType":"ActivityDefinition","id":"choir","url":"https://throughcare.github.io/ig/ActivityDefinition/choir","version":"1.0.0","status":"active",
                 "kind":"ServiceRequest","intent":"order","code":{"text":"Choir for people short of breath"}}""");
        put("PlanDefinition/singing", """
                {"resourceType":"PlanDefinition","id":"singing","url":"https://throughcare.github.io/ig/PlanDefinition/singing","version":"1.0.0","title":"Singing for breath","status":"active",
                 "type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/plan-definition-type","code":"clinical-protocol"}]},
                 "library":["https://throughcare.github.io/ig/Library/Singing|1.0.0"],
                 "action":[{"id":"choir","title":"Choir","condition":[{"kind":"applicability","expression":{"language":"text/cql-identifier","expression":"May Sing"}},
                   {"kind":"applicability","expression":{"language":"text/fhirpath","expression":"%patient.birthDate < @2000-01-01"}},
                   {"kind":"applicability","expression":{"language":"text/cql-expression","expression":"Singing.\\"May Sing\\" and AgeInYears() > 18"}}],
                   "timingDuration":{"value":14,"unit":"d","system":"http://unitsofmeasure.org","code":"d"},
                   "definitionCanonical":"https://throughcare.github.io/ig/ActivityDefinition/choir|1.0.0"}]}""");
        try {
            generate(patient, "singing", "")
                    .statusCode(200)
                    .body(
                            "entry.resource.findAll { it.resourceType == 'ServiceRequest' }.code.text",
                            equalTo(List.of("Choir for people short of breath")));
            generate(golden("diabetes"), "singing", "").statusCode(422);
        } finally {
            fhir().delete("/PlanDefinition/singing").then().statusCode(204);
        }
        long end = System.nanoTime() + 10_000_000_000L;
        while (generate(patient, "singing", "").extract().statusCode() != 404) {
            assertThat(System.nanoTime()).isLessThan(end); // a deletion is heard of some milliseconds later
        }
    }

    private static void put(String path, String json) {
        fhir().body(json).put("/" + path).then().statusCode(org.hamcrest.Matchers.anyOf(equalTo(200), equalTo(201)));
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
