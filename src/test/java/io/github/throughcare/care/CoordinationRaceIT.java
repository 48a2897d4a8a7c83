package io.github.throughcare.care;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.Race;
import io.github.throughcare.ServerProcess;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 64 who coordinate at the same moment, on several server processes with one database. */
class CoordinationRaceIT extends CareIT {

    private static final int MANY = 64;
    private static final int CAP = 5;

    private static ServerProcess second;
    private static ServerProcess third;

    private String clinic;
    private String pantry;
    private String patient;

    @BeforeAll
    static void start() throws Exception {
        Map<String, String> settings = new HashMap<>(sameDatabase());
        settings.put("throughcare.coordination.caseload-cap", "" + CAP);
        second = new ServerProcess(settings);
        third = new ServerProcess(settings);
    }

    @AfterAll
    static void stop() {
        second.close();
        third.close();
    }

    @BeforeEach
    void people() {
        clinic = "Organization/" + create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"Clinic\"}");
        pantry = "Organization/" + create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"Pantry\"}");
        patient = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
    }

    /** Servers in turn: the one in this process and two others. */
    private static RequestSpecification any(int n) {
        return fhir().baseUri(List.of(base, second.base(), third.base()).get(n % 3));
    }

    /** The two servers with a cap in turn. */
    private static RequestSpecification capped(int n) {
        return fhir().baseUri(n % 2 == 0 ? second.base() : third.base());
    }

    @Test
    void accepted_or_rejected_but_never_both() throws Exception {
        String request = request();
        String id = referral(request, pantry);
        List<Response> answers = Race.of(
                MANY,
                i -> any(i).header("X-Throughcare-Actor", pantry)
                        .body(task(id, i % 2 == 0 ? "accepted" : "rejected", pantry, request))
                        .put("/Task/" + id));
        String end = read("Task/" + id).getString("status");
        assertThat(end).isIn("accepted", "rejected");
        for (int i = 0; i < MANY; i++) {
            boolean winners = (i % 2 == 0 ? "accepted" : "rejected").equals(end);
            // who says what the winner said already changes nothing
            assertThat(answers.get(i).statusCode())
                    .as(answers.get(i).asString())
                    .isEqualTo(winners ? 200 : 422);
        }
        assertThat(read("Task/" + id).getString("meta.versionId")).isEqualTo("2");
        assertThat(read(request).getString("status")).isEqualTo("active");
    }

    @ParameterizedTest
    @ValueSource(strings = {"accepted", "rejected", "cancelled"})
    void of_many_who_say_what_it_was_before_one_moves_it(String to) throws Exception {
        String request = request();
        String id = referral(request, pantry);
        List<Response> answers = Race.of(
                MANY,
                i -> any(i).header("X-Throughcare-Actor", pantry)
                        .contentType("application/json-patch+json")
                        .body("[{\"op\":\"test\",\"path\":\"/status\",\"value\":\"requested\"},"
                                + "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"" + to + "\"},"
                                + "{\"op\":\"add\",\"path\":\"/statusReason\",\"value\":{\"text\":\"" + i + "\"}}]")
                        .patch("/Task/" + id));
        assertThat(answers.stream().filter(a -> a.statusCode() == 200)).hasSize(1);
        assertThat(answers.stream().filter(a -> a.statusCode() == 422)).hasSize(MANY - 1);
        assertThat(read("Task/" + id).getString("meta.versionId")).isEqualTo("2");
    }

    @Test
    void a_referral_without_an_owner_has_one_claimant() throws Exception {
        String request = request();
        String id = referral(request, null);
        List<String> pantries = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            pantries.add(
                    "Organization/" + create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"P\"}"));
        }
        List<Response> answers = Race.of(
                MANY,
                i -> any(i).header("X-Throughcare-Actor", pantries.get(i))
                        .body(task(id, "accepted", null, request))
                        .put("/Task/" + id));
        List<Response> won = answers.stream().filter(a -> a.statusCode() == 200).toList();
        assertThat(won).hasSize(1);
        assertThat(answers.stream().filter(a -> a.statusCode() == 403)).hasSize(MANY - 1);
        assertThat(read("Task/" + id).getString("owner.reference"))
                .isEqualTo(won.get(0).jsonPath().getString("owner.reference"));
    }

    @Test
    void many_referrals_accepted_at_once_open_one_case() throws Exception {
        List<String> requests = new ArrayList<>();
        List<String> tasks = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            requests.add("ServiceRequest/" + create("ServiceRequest", """
                    {"resourceType":"ServiceRequest","status":"active","intent":"order","subject":{"reference":"%s"},
                     "code":{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/service-kind","code":"case-management"}]}}""".formatted(patient)));
            tasks.add(referral(requests.get(i), pantry));
        }
        List<Response> answers = Race.of(
                16,
                i -> any(i).header("X-Throughcare-Actor", pantry)
                        .body(task(tasks.get(i), "accepted", pantry, requests.get(i)))
                        .put("/Task/" + tasks.get(i)));
        assertThat(answers).allMatch(a -> a.statusCode() == 200);
        JsonPath cases = fhir().get("/EpisodeOfCare?patient=" + patient).jsonPath();
        assertThat(cases.getList("entry")).hasSize(1);
        assertThat(cases.getList("entry[0].resource.referralRequest.reference", String.class))
                .containsExactlyInAnyOrderElementsOf(requests);
    }

    @Test
    void the_cap_holds_whoever_assigns() throws Exception {
        String kim = practitioner();
        String lee = practitioner();
        List<String> cases = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            cases.add(episode(kim));
        }
        List<Response> answers = Race.of(
                MANY, i -> capped(i).body("""
                        {"resourceType":"Parameters","parameter":[{"name":"manager","valueReference":{"reference":"%s"}}]}""".formatted(lee)).post("/EpisodeOfCare/" + cases.get(i) + "/$assign"));
        assertThat(answers.stream().filter(a -> a.statusCode() == 200)).hasSize(CAP);
        assertThat(answers.stream().filter(a -> a.statusCode() == 422)).hasSize(MANY - CAP);
        assertThat(count("EpisodeOfCare?care-manager=" + lee)).isEqualTo(CAP);
        assertThat(count("EpisodeOfCare?care-manager=" + kim)).isEqualTo(MANY - CAP);
    }

    @Test
    void one_case_assigned_by_many_goes_to_one_with_all_its_tasks() throws Exception {
        String kim = practitioner();
        String id = episode(kim);
        for (int i = 0; i < 8; i++) {
            create("Task", """
                    {"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"%s"},"owner":{"reference":"%s"}}""".formatted(patient, kim));
        }
        List<String> managers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            managers.add(practitioner());
        }
        List<Response> answers =
                Race.of(16, i -> any(i).body("""
                        {"resourceType":"Parameters","parameter":[{"name":"manager","valueReference":{"reference":"%s"}}]}""".formatted(managers.get(i))).post("/EpisodeOfCare/" + id + "/$assign"));
        assertThat(answers).allMatch(a -> a.statusCode() == 200 || a.statusCode() == 412);
        assertThat(answers).anyMatch(a -> a.statusCode() == 200);
        String manager = read("EpisodeOfCare/" + id).getString("careManager.reference");
        assertThat(count("Task?patient=" + patient + "&owner=" + manager)).isEqualTo(8);
    }

    @Test
    void the_supervisor_is_told_once_of_each_overdue_task() throws Exception {
        episode(practitioner());
        String due = Instant.now().minusSeconds(60).toString();
        List<String> tasks = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            tasks.add(create("Task", overdue(null, "Call", due)));
        }
        // and while they are told of, the Tasks are written again and again
        Race.of(
                MANY,
                i -> any(i).body(overdue(tasks.get(i % 12), "Call " + i, due)).put("/Task/" + tasks.get(i % 12)));
        await(() -> count("Task?code=escalation&patient=" + patient) >= 12);
        LockSupport.parkNanos(3_000_000_000L);
        for (String task : tasks) {
            assertThat(count("Task?code=escalation&focus=Task/" + task)).isEqualTo(1);
        }
        JsonPath told = fhir().get("/Task?code=escalation&patient=" + patient).jsonPath();
        assertThat(told.getList("entry.resource.meta.versionId", String.class)).containsOnly("1");
    }

    @Test
    void gaps_kept_by_many_at_once_are_kept_once_and_closed_once() throws Exception {
        List<String> services = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            services.add(create("ServiceRequest", service(null, "active")));
        }
        create("Condition", """
                {"resourceType":"Condition","subject":{"reference":"%s"},"code":{"text":"Food"},
                 "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-category","code":"health-concern"}]}]}""".formatted(patient));
        keep();
        JsonPath kept = fhir().get("/DetectedIssue?patient=" + patient).jsonPath();
        assertThat(kept.getList("entry")).hasSize(2);
        assertThat(kept.getList("entry.resource.status", String.class)).containsOnly("preliminary");

        assertThat(fhir().body(service(services.get(0), "completed"))
                        .put("/ServiceRequest/" + services.get(0))
                        .statusCode())
                .isEqualTo(200);
        keep();
        JsonPath closed = fhir().get("/DetectedIssue?patient=" + patient).jsonPath();
        assertThat(closed.getList("entry")).hasSize(2);
        assertThat(closed.getList("entry.resource.findAll { it.status == 'final' }.mitigation.flatten()"))
                .hasSize(1);
    }

    @Test
    void of_many_who_book_one_person_one_gets_the_hour() throws Exception {
        String kim = practitioner();
        String body = """
                {"resourceType":"Appointment","status":"booked","start":"2027-03-01T10:%02d:00Z","end":"2027-03-01T12:00:00Z",
                 "participant":[{"actor":{"reference":"%s"},"status":"accepted"}]}""";
        List<Response> answers =
                Race.of(MANY, i -> any(i).body(body.formatted(i % 60, kim)).post("/Appointment"));
        assertThat(answers.stream().filter(a -> a.statusCode() == 201)).hasSize(1);
        assertThat(answers.stream().filter(a -> a.statusCode() == 422)).hasSize(MANY - 1);
        assertThat(count("Appointment?actor=" + kim)).isEqualTo(1);
    }

    @Test
    void many_who_look_for_cases_ask_each_person_once() throws Exception {
        String code = "race-" + java.util.UUID.randomUUID();
        create("Condition", """
                {"resourceType":"Condition","subject":{"reference":"%s"},"code":{"coding":[{"system":"http://example.org","code":"%s"}]}}""".formatted(patient, code));
        List<Response> answers =
                Race.of(16, i -> any(i).body("""
                        {"resourceType":"Parameters","parameter":[{"name":"condition","valueString":"%s"},{"name":"outreach","valueBoolean":true}]}""".formatted(code)).post("/Group/$find-cases"));
        assertThat(answers).allMatch(a -> a.statusCode() == 200);
        assertThat(count("Task?code=outreach&patient=" + patient)).isEqualTo(1);
    }

    @Test
    void many_enrolments_of_one_person_open_one_case() throws Exception {
        List<String> tasks = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            tasks.add(create("Task", outreach()));
        }
        String enrolled = """
                [{"op":"replace","path":"/status","value":"completed"},{"op":"add","path":"/output","value":[
                 {"type":{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/task-item","code":"enrolment"}]},
                  "valueCodeableConcept":{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/enrolment","code":"enrolled"}]}}]}]""";
        List<Response> answers = Race.of(
                16,
                i -> any(i).contentType("application/json-patch+json")
                        .body(enrolled)
                        .patch("/Task/" + tasks.get(i)));
        assertThat(answers)
                .allSatisfy(a -> assertThat(a.statusCode()).as(a.asString()).isEqualTo(200));
        JsonPath cases = fhir().get("/EpisodeOfCare?patient=" + patient).jsonPath();
        assertThat(cases.getList("entry")).hasSize(1);
        String episode = "EpisodeOfCare/" + cases.getString("entry[0].resource.id");
        for (String task : tasks) {
            assertThat(read("Task/" + task)
                            .getString("output.find { it.type.coding[0].code == 'case' }.valueReference.reference"))
                    .isEqualTo(episode);
        }
    }

    @Test
    void whoever_refuses_while_others_ask_is_not_asked() throws Exception {
        String code = "race-" + java.util.UUID.randomUUID();
        create("Condition", """
                {"resourceType":"Condition","subject":{"reference":"%s"},"code":{"coding":[{"system":"http://example.org","code":"%s"}]}}""".formatted(patient, code));
        String task = create("Task", outreach());
        List<Response> answers = Race.of(
                32,
                i -> i == 0
                        ? any(i).contentType("application/json-patch+json")
                                .body("[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"rejected\"},"
                                        + "{\"op\":\"add\",\"path\":\"/statusReason\",\"value\":{\"text\":\"No\"}}]")
                                .patch("/Task/" + task)
                        : i % 2 == 0
                                ? any(i).body(outreach()).post("/Task")
                                : any(i).body("""
                                        {"resourceType":"Parameters","parameter":[{"name":"condition","valueString":"%s"},{"name":"outreach","valueBoolean":true}]}""".formatted(code)).post("/Group/$find-cases"));
        assertThat(answers.get(0).statusCode()).isEqualTo(200);
        for (int i = 1; i < 32; i++) {
            assertThat(answers.get(i).statusCode())
                    .as(answers.get(i).asString())
                    .isIn(i % 2 == 0 ? List.of(201, 422) : List.of(200));
        }
        // from now on nobody asks: what was posted before the refusal stands, no more comes
        int asked = count("Task?code=outreach&patient=" + patient);
        for (int i = 0; i < 3; i++) {
            assertThat(any(i).body(outreach()).post("/Task").statusCode()).isEqualTo(422);
        }
        assertThat(count("Task?code=outreach&patient=" + patient)).isEqualTo(asked);
    }

    @Test
    void a_contested_denial_gets_one_decision() throws Exception {
        String denied = create("Task", advocacy("denied-service", ",\"focus\":{\"reference\":\"" + request() + "\"}"));
        List<String> appeals = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            appeals.add(create(
                    "Task",
                    advocacy(
                            "appeal",
                            ",\"partOf\":[{\"reference\":\"Task/" + denied
                                    + "\"}],\"restriction\":{\"period\":{\"end\":\"2027-01-15\"}}")));
        }
        String decided = """
                [{"op":"replace","path":"/status","value":"completed"},{"op":"add","path":"/output","value":[
                 {"type":{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/task-item","code":"decision"}]},
                  "valueCodeableConcept":{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/advocacy-decision","code":"granted"}]}}]}]""";
        List<Response> answers = Race.of(
                16,
                i -> any(i).contentType("application/json-patch+json")
                        .body(decided)
                        .patch("/Task/" + appeals.get(i)));
        assertThat(answers)
                .allSatisfy(a -> assertThat(a.statusCode()).as(a.asString()).isEqualTo(200));
        JsonPath then = read("Task/" + denied);
        assertThat(then.getString("status")).isEqualTo("completed");
        assertThat(then.getList("output.findAll { it.type.coding[0].code == 'decision' }"))
                .hasSize(1);
    }

    private String outreach() {
        return """
                {"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"%s"},
                 "code":{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/task-kind","code":"outreach"}]}}""".formatted(patient);
    }

    private String advocacy(String kind, String more) {
        return """
                {"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"%s"},
                 "code":{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/task-kind","code":"%s"}]}%s}""".formatted(patient, kind, more);
    }

    private void keep() throws Exception {
        List<Response> answers = Race.of(
                MANY,
                i -> any(i).body("{\"resourceType\":\"Parameters\"}").post("/" + patient + "/$coordination-gaps"));
        assertThat(answers)
                .allSatisfy(a -> assertThat(a.statusCode()).as(a.asString()).isEqualTo(200));
    }

    private String service(String id, String status) {
        return """
                {"resourceType":"ServiceRequest",%s"status":"%s","intent":"order","subject":{"reference":"%s"},"code":{"text":"Meals"}}""".formatted(id == null ? "" : "\"id\":\"" + id + "\",", status, patient);
    }

    private String overdue(String id, String text, String due) {
        return """
                {"resourceType":"Task",%s"status":"requested","intent":"order","for":{"reference":"%s"},"description":"%s",
                 "restriction":{"period":{"end":"%s"}}}""".formatted(id == null ? "" : "\"id\":\"" + id + "\",", patient, text, due);
    }

    private String episode(String manager) {
        return create("EpisodeOfCare", """
                {"resourceType":"EpisodeOfCare","status":"active","patient":{"reference":"%s"},
                 "careManager":{"reference":"%s"},"managingOrganization":{"reference":"%s"}}""".formatted(patient, manager, clinic));
    }

    private String request() {
        return "ServiceRequest/" + create("ServiceRequest", """
                {"resourceType":"ServiceRequest","status":"draft","intent":"order","code":{"text":"Food"},"subject":{"reference":"%s"}}""".formatted(patient));
    }

    private String referral(String request, String owner) {
        return create("Task", task(null, "requested", owner, request));
    }

    private String task(String id, String status, String owner, String request) {
        return """
                {"resourceType":"Task",%s"status":"%s","intent":"order",%s
                 "code":{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code","code":"fulfill"}]},
                 "focus":{"reference":"%s"},"for":{"reference":"%s"},"requester":{"reference":"%s"},"authoredOn":"2026-11-01"}""".formatted(
                        id == null ? "" : "\"id\":\"" + id + "\",",
                        status,
                        owner == null ? "" : "\"owner\":{\"reference\":\"" + owner + "\"},",
                        request,
                        patient,
                        clinic);
    }

    private static String practitioner() {
        return "Practitioner/" + create("Practitioner", "{\"resourceType\":\"Practitioner\"}");
    }
}
