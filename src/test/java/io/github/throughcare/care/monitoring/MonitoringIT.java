package io.github.throughcare.care.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.CareIT;
import io.restassured.path.json.JsonPath;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What would be forgotten: gaps, people nobody reaches, work that is overdue; who might need help; who can give it. */
class MonitoringIT extends CareIT {

    private static final String GRAVITY =
            "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes";

    private String patient;
    private String id;

    @BeforeEach
    void somebody() {
        id = create("Patient", "{\"resourceType\":\"Patient\"}");
        patient = "Patient/" + id;
    }

    @Test
    void a_gap_is_kept_until_it_is_closed() {
        String need = "Condition/" + create("Condition", need("food-insecurity"));
        JsonPath looked = gaps("GET");
        assertThat(looked.getString("entry[0].fullUrl")).startsWith("urn:uuid:");
        assertThat(looked.getList("entry.resource.code.coding.code.flatten()")).containsExactly("need-without-plan");
        assertThat(issues("")).isZero();

        JsonPath kept = gaps("POST");
        String issue = kept.getString("entry[0].resource.id");
        assertThat(kept.getString("entry[0].resource.status")).isEqualTo("preliminary");
        assertThat(kept.getString("entry[0].resource.implicated[0].reference")).isEqualTo(need);
        // once more changes nothing
        assertThat(gaps("POST").getString("entry[0].resource.meta.versionId")).isEqualTo("1");

        create("ServiceRequest", """
                {"resourceType":"ServiceRequest","status":"active","intent":"order","code":{"text":"Meals"},
                 "subject":{"reference":"%s"},"reasonReference":[{"reference":"%s"}]}""".formatted(patient, need));
        gaps("POST");
        JsonPath closed = fhir().get("/DetectedIssue/" + issue).jsonPath();
        assertThat(closed.getString("status")).isEqualTo("final");
        assertThat(closed.getString("mitigation[0].date")).isNotNull();
        assertThat(closed.getString("mitigation[0].action.text")).contains("No longer found");
        assertThat(fhir().get("/Patient/" + id + "/$coordination-gaps?grace=-1").statusCode())
                .isEqualTo(400);
        assertThat(fhir().get("/Patient/nobody/$coordination-gaps").statusCode())
                .isEqualTo(404);
    }

    @Test
    void gaps_are_kept_at_night_and_closed_also_when_the_case_has_ended() {
        String need = create("Condition", need("food-insecurity"));
        bean(NightlyGaps.class).run();
        assertThat(issues("")).isZero(); // nobody's case
        String episode = openCase();
        bean(NightlyGaps.class).run();
        bean(NightlyGaps.class).run();
        assertThat(issues("")).isEqualTo(1);
        String issue = fhir().get("/DetectedIssue?patient=" + id).jsonPath().getString("entry[0].resource.id");
        assertThat(fhir().get("/DetectedIssue/" + issue).header("ETag")).isEqualTo("W/\"1\"");

        fhir().contentType("application/json-patch+json")
                .body("[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"finished\"}]")
                .patch("/EpisodeOfCare/" + episode)
                .then()
                .statusCode(200);
        fhir().contentType("application/json-patch+json")
                .body("[{\"op\":\"replace\",\"path\":\"/clinicalStatus/coding/0/code\",\"value\":\"resolved\"}]")
                .patch("/Condition/" + need)
                .then()
                .statusCode(200);
        bean(NightlyGaps.class).run();
        assertThat(fhir().get("/DetectedIssue/" + issue).jsonPath().getString("status"))
                .isEqualTo("final");
    }

    @Test
    void services_are_matched_to_a_need() {
        String need = "need-" + id;
        service(need, "Full", "no-capacity");
        service(need, "Open", "capacity");
        service("other-" + id, "Other", "capacity");
        JsonPath found = fhir().get("/HealthcareService/$match?patient=" + patient + "&need=" + GRAVITY + "|" + need)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(found.getString("type")).isEqualTo("searchset");
        assertThat(found.getInt("total")).isEqualTo(2);
        assertThat(found.getList("entry.resource.name")).containsExactly("Open", "Full");
        assertThat(found.getFloat("entry[0].search.score")).isGreaterThan(found.getFloat("entry[1].search.score"));
        assertThat(found.getString("entry[0].search.extension[0].url"))
                .isEqualTo("https://throughcare.github.io/ig/StructureDefinition/match-reason");
        assertThat(fhir().get("/HealthcareService/$match?patient=" + patient).statusCode())
                .isEqualTo(400);
        assertThat(fhir().get("/HealthcareService/$match?patient=Patient/nobody&need=x")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void cases_are_found_and_asked_once() {
        String code = "found-" + id;
        create("Condition", need(code));
        String criteria = """
                {"resourceType":"Parameters","parameter":[{"name":"need","valueString":"%s|%s"},
                 {"name":"withoutActiveCase","valueBoolean":true}%s]}""";
        JsonPath group = fhir().body(criteria.formatted(GRAVITY, code, ""))
                .post("/Group/$find-cases")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(group.getString("resourceType")).isEqualTo("Group");
        assertThat(group.getString("id")).isNull();
        assertThat(group.getList("member.entity.reference")).containsExactly(patient);
        assertThat(group.getString("member[0].extension[0].valueCodeableConcept.coding[0].code"))
                .isEqualTo("need");
        String asking = criteria.formatted(GRAVITY, code, ",{\"name\":\"outreach\",\"valueBoolean\":true}");
        for (int i = 0; i < 2; i++) {
            assertThat(fhir().body(asking).post("/Group/$find-cases").jsonPath().getString("id"))
                    .isNotNull();
        }
        assertThat(fhir().get("/Task?code=outreach&_summary=count&patient=" + id)
                        .jsonPath()
                        .getInt("total"))
                .isEqualTo(1);
        openCase();
        assertThat(fhir().body(criteria.formatted(GRAVITY, code, ""))
                        .post("/Group/$find-cases")
                        .jsonPath()
                        .getInt("quantity"))
                .isZero();
        assertThat(fhir().body("{\"resourceType\":\"Parameters\"}")
                        .post("/Group/$find-cases")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void three_failed_attempts_make_one_task_and_a_contact_ends_it() {
        openCase();
        for (int i = 0; i < 4; i++) {
            create("Communication", contact("not-done"));
        }
        await(() -> tasks("unable-to-reach", "requested") == 1);
        create("Communication", contact("completed"));
        await(() -> tasks("unable-to-reach", "cancelled") == 1);
        assertThat(tasks("unable-to-reach", "requested")).isZero();
    }

    @Test
    void the_supervisor_is_told_once_of_what_is_overdue() {
        String episode = openCase();
        String task = create("Task", """
                {"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"%s"},"description":"Call the landlord",
                 "restriction":{"period":{"end":"%s"}}}""".formatted(patient, Instant.now().minusSeconds(60)));
        await(() -> tasks("escalation", "requested") == 1);
        fhir().body(fhir().get("/Task/" + task).jsonPath().<java.util.Map<String, Object>>get("$"))
                .put("/Task/" + task);
        String escalation = fhir().get("/Task?code=escalation&patient=" + id)
                .jsonPath()
                .getString("entry[0].resource.focus.reference");
        assertThat(escalation).isEqualTo("Task/" + task);
        assertThat(tasks("escalation", "requested")).isEqualTo(1);

        JsonPath line = fhir().get("/EpisodeOfCare/" + episode + "/$timeline?count=2")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(line.getInt("total")).isEqualTo(3);
        assertThat(line.getList("entry")).hasSize(2);
        String next = line.getString("link.find { it.relation == 'next' }.url");
        JsonPath rest = fhir().urlEncodingEnabled(false).get(next).jsonPath();
        assertThat(rest.getList("entry")).hasSize(1);
        assertThat(rest.getString("link.find { it.relation == 'next' }")).isNull();
    }

    /** Nobody said by when: the guide does. */
    @Test
    void a_referral_says_by_when_somebody_has_to_be_heard_of() {
        String clinic = "Organization/" + create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"C\"}");
        String pantry = "Organization/" + create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"P\"}");
        String request = create("ServiceRequest", """
                {"resourceType":"ServiceRequest","status":"draft","intent":"order","code":{"text":"Food"},"subject":{"reference":"%s"}}""".formatted(patient));
        LocalDate today = LocalDate.now(ZoneId.of("America/New_York"));
        String body = """
                {"resourceType":"Task","status":"requested","intent":"order","authoredOn":"%s","code":{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code","code":"fulfill"}]},
                 "focus":{"reference":"ServiceRequest/%s"},"for":{"reference":"%s"},"requester":{"reference":"%s"},"owner":{"reference":"%s"}}""".formatted(today, request, patient, clinic, pantry);
        JsonPath made =
                fhir().body(body).post("/Task").then().statusCode(201).extract().jsonPath();
        String task = made.getString("id");
        String due = made.getString("extension.find { it.url.endsWith('/response-due') }.valueDate");
        assertThat(LocalDate.parse(due)).isBetween(today.plusDays(5), today.plusDays(12));
        assertThat(made.getString("restriction")).isNull();
        assertThat(count("Task?response-due=" + due + "&patient=" + id)).isEqualTo(1);

        // the same again is no new version, also without what the server keeps
        assertThat(fhir().body(body.replaceFirst("\\{", "{\"id\":\"" + task + "\","))
                        .put("/Task/" + task)
                        .jsonPath()
                        .getString("meta.versionId"))
                .isEqualTo("1");
        // accepted: now the service has its time; begun: nobody waits any more
        assertThat(move(task, "accepted").getString("extension.find { it.url.endsWith('/response-due') }.valueDate"))
                .isEqualTo(today.plusDays(14).toString());
        assertThat(move(task, "in-progress").getList("extension.url", String.class))
                .noneMatch(u -> u.endsWith("/response-due"));
        assertThat(count("Task?response-due:missing=false&patient=" + id)).isZero();
    }

    private static JsonPath move(String task, String status) {
        return fhir().contentType("application/json-patch+json")
                .body("[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"" + status + "\"}]")
                .patch("/Task/" + task)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private String openCase() {
        String kim = create("Practitioner", "{\"resourceType\":\"Practitioner\"}");
        String agency = create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"Agency\"}");
        return create("EpisodeOfCare", """
                {"resourceType":"EpisodeOfCare","status":"active","patient":{"reference":"%s"},
                 "careManager":{"reference":"Practitioner/%s"},"managingOrganization":{"reference":"Organization/%s"}}""".formatted(patient, kim, agency));
    }

    private String contact(String status) {
        return """
                {"resourceType":"Communication","status":"%s","subject":{"reference":"%s"},"recipient":[{"reference":"%s"}]}""".formatted(status, patient, patient);
    }

    private int tasks(String kind, String status) {
        return fhir().get("/Task?code=" + kind + "&status=" + status + "&_summary=count&patient=" + id)
                .jsonPath()
                .getInt("total");
    }

    private JsonPath gaps(String method) {
        return fhir().body(method.equals("POST") ? "{\"resourceType\":\"Parameters\"}" : "")
                .request(method, "/Patient/" + id + "/$coordination-gaps")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private int issues(String query) {
        return fhir().get("/DetectedIssue?_summary=count&patient=" + id + query)
                .jsonPath()
                .getInt("total");
    }

    private String need(String code) {
        return """
                {"resourceType":"Condition","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
                 "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-category","code":"health-concern"}]},
                  {"coding":[{"system":"%s","code":"%s"}]}],"code":{"text":"Food insecurity"},"subject":{"reference":"%s"}}""".formatted(GRAVITY, code, patient);
    }

    private static void service(String need, String name, String capacity) {
        create("HealthcareService", """
                {"resourceType":"HealthcareService","name":"%s","active":true,
                 "extension":[{"url":"http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/SDOHCC-ExtensionHealthcareServiceCapacityStatus",
                   "valueCodeableConcept":{"coding":[{"system":"%s","code":"%s"}]}}],
                 "category":[{"coding":[{"system":"%s","code":"%s"}]}]}""".formatted(name, GRAVITY, capacity, GRAVITY, need));
    }
}
