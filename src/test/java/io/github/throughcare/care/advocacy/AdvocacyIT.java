package io.github.throughcare.care.advocacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.CareIT;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An insurer says no. The case manager contests it with the client, by the last day, with the papers, until there is a decision. */
class AdvocacyIT extends CareIT {

    private static final String IG = "https://throughcare.github.io/ig";

    private String ann;
    private String kim;
    private String request;
    private String notice;

    @BeforeEach
    void aServiceIsDenied() {
        ann = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
        kim = "Practitioner/" + create("Practitioner", "{\"resourceType\":\"Practitioner\"}");
        request = "ServiceRequest/" + create("ServiceRequest", """
                {"resourceType":"ServiceRequest","status":"active","intent":"order","code":{"text":"Home health"},"subject":{"reference":"%s"}}""".formatted(ann));
        notice = document("Notice of denial");
    }

    @Test
    void a_denied_service_is_tracked_to_its_decision() {
        String denied = create(
                "Task",
                task(
                        "denied-service",
                        "requested",
                        ",\"focus\":{\"reference\":\"" + request + "\"}" + ",\"input\":["
                                + reference("document", notice) + "]"));

        // an appeal has a last day: without one, or after it, nothing is stored
        Response undated =
                fhir().body(task("appeal", "requested", partOf(denied))).post("/Task");
        refused(undated, "Task.restriction.period.end");
        String clock = ",\"instantiatesCanonical\":\"" + IG + "/ActivityDefinition/clock-appeal-commercial\"";
        String dated = partOf(denied) + clock + ",\"input\":[" + date("notice-date", "2026-11-02") + ","
                + reference("document", notice) + "]";
        refused(
                fhir().body(task(
                                "appeal",
                                "requested",
                                dated + ",\"restriction\":{\"period\":{\"end\":\"2027-06-01\"}}"))
                        .post("/Task"),
                "Task.restriction.period.end");
        assertThat(count("Task?part-of=Task/" + denied)).isZero();

        Response filed = fhir().body(task("appeal", "requested", dated)).post("/Task");
        assertThat(filed.statusCode()).as(filed.asString()).isEqualTo(201);
        String appeal = filed.jsonPath().getString("id");
        assertThat(filed.jsonPath().getString("restriction.period.end")).isEqualTo("2027-05-01");
        assertThat(count("Task?due=2027-05-01&patient=" + ann)).isEqualTo(1);
        assertThat(count("Task?due=lt2027-05-02&patient=" + ann)).isEqualTo(1);
        assertThat(count("Task?due=lt2027-05-01&patient=" + ann)).isZero();
        assertThat(read("Task/" + denied).getString("status")).isEqualTo("in-progress");

        // it cannot be let rest while it is contested, nor ended without a decision
        refused(
                patch(
                        denied,
                        "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"completed\"},{\"op\":\"add\",\"path\":\"/output\",\"value\":["
                                + decision("not-pursued") + "]}"),
                "Task.status");
        refused(patch(appeal, "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"completed\"}"), "Task.output");
        refused(
                patch(appeal, "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"cancelled\"}"),
                "Task.statusReason");
        refused(
                patch(appeal, "{\"op\":\"replace\",\"path\":\"/restriction/period/end\",\"value\":\"2027-05-02\"}"),
                "Task.restriction.period.end");
        assertThat(read("Task/" + appeal).getString("meta.versionId")).isEqualTo("1");

        String letter = document("Decision");
        Response granted = patch(
                appeal,
                "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"completed\"},{\"op\":\"add\",\"path\":\"/output\",\"value\":["
                        + decision("granted") + "," + reference("document", letter) + "]}");
        assertThat(granted.statusCode()).as(granted.asString()).isEqualTo(200);
        JsonPath then = read("Task/" + denied);
        assertThat(then.getString("status")).isEqualTo("completed");
        assertThat(then.getString(
                        "output.find { it.type.coding[0].code == 'decision' }.valueCodeableConcept.coding[0].code"))
                .isEqualTo("granted");
        assertThat(then.getString("output.find { it.type.coding[0].code == 'decided-by' }.valueReference.reference"))
                .isEqualTo("Task/" + appeal);
        // the papers go with it
        assertThat(fhir().get("/Task/" + appeal)
                        .jsonPath()
                        .getString("output.find { it.type.coding[0].code == 'document' }.valueReference.reference"))
                .isEqualTo(letter);
    }

    @Test
    void a_lost_appeal_leaves_the_denial_open_for_the_next_step() {
        String denied =
                create("Task", task("denied-service", "requested", ",\"focus\":{\"reference\":\"" + request + "\"}"));
        String due = ",\"restriction\":{\"period\":{\"end\":\"2027-01-15\"}}";
        String appeal = create("Task", task("appeal", "requested", partOf(denied) + due));
        assertThat(patch(
                                appeal,
                                "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"completed\"},{\"op\":\"add\",\"path\":\"/output\",\"value\":["
                                        + decision("denied") + "]}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(read("Task/" + denied).getString("status")).isEqualTo("in-progress");
        assertThat(read("Task/" + denied).getString("businessStatus.coding[0].code"))
                .isEqualTo("denied");
        create("Task", task("fair-hearing", "requested", partOf(denied) + due));
    }

    @Test
    void a_clock_that_nobody_confirmed_sets_no_day() {
        String clock = ",\"instantiatesCanonical\":\"" + IG
                + "/ActivityDefinition/clock-appeal-medicaid-managed-care\",\"input\":["
                + date("notice-date", "2026-11-02") + "]";
        Response refused = fhir().body(task("appeal", "requested", clock)).post("/Task");
        refused(refused, "Task.restriction.period.end");
        assertThat(refused.jsonPath().getString("issue[0].diagnostics")).contains("draft");
    }

    @Test
    void a_transaction_files_denial_and_appeal_together_and_is_refused_whole() {
        String bundle = """
                {"resourceType":"Bundle","type":"transaction","entry":[
                 {"fullUrl":"urn:uuid:8a3f3a0e-0f5b-4c57-9d24-0a4a6a6b1f01","resource":%s,"request":{"method":"POST","url":"Task"}},
                 {"resource":%s,"request":{"method":"POST","url":"Task"}}]}""";
        String denied = task("denied-service", "requested", ",\"focus\":{\"reference\":\"" + request + "\"}");
        String part = ",\"partOf\":[{\"reference\":\"urn:uuid:8a3f3a0e-0f5b-4c57-9d24-0a4a6a6b1f01\"}]";
        Response refused = fhir().body(bundle.formatted(denied, task("appeal", "requested", part)))
                .post("/");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.jsonPath().getString("issue[0].expression[0]"))
                .isEqualTo("Bundle.entry[1].resource.restriction.period.end");
        assertThat(count("Task?patient=" + ann)).isZero();
        Response filed = fhir().body(bundle.formatted(
                        denied,
                        task("appeal", "requested", part + ",\"restriction\":{\"period\":{\"end\":\"2027-01-15\"}}")))
                .post("/");
        assertThat(filed.statusCode()).as(filed.asString()).isEqualTo(200);
        assertThat(fhir().get("/Task?code=denied-service&patient=" + ann)
                        .jsonPath()
                        .getString("entry[0].resource.status"))
                .isEqualTo("in-progress");
    }

    @Test
    void a_denied_application_asks_for_the_next_decision() {
        String application = create(
                "Task",
                task("benefit-application", "requested", ",\"input\":[" + date("filed-on", "2026-11-02") + "]"));
        assertThat(patch(
                                application,
                                "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"completed\"},{\"op\":\"add\",\"path\":\"/output\",\"value\":["
                                        + decision("denied") + "," + date("appeal-until", "2027-01-20") + "]}")
                        .statusCode())
                .isEqualTo(200);
        JsonPath next = fhir().get("/Task?code=denied-service&patient=" + ann).jsonPath();
        assertThat(next.getList("entry")).hasSize(1);
        assertThat(next.getString("entry[0].resource.restriction.period.end")).isEqualTo("2027-01-20");
        assertThat(next.getString("entry[0].resource.focus.reference")).isEqualTo("Task/" + application);
    }

    @Test
    void rights_and_choice_are_on_record() {
        String one = "Organization/"
                + create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"Home care one\"}");
        String other = "Organization/"
                + create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"Home care two\"}");
        String choice = create(
                "Task",
                task(
                        "provider-choice",
                        "requested",
                        ",\"input\":[" + date("list-given", "2026-11-20") + "," + reference("option", one) + ","
                                + reference("option", other) + "]"));
        refused(patch(choice, "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"completed\"}"), "Task.output");
        assertThat(patch(
                                choice,
                                "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"completed\"},{\"op\":\"add\",\"path\":\"/output\",\"value\":["
                                        + reference("choice", other) + "," + reference("chosen-by", ann) + "]}")
                        .statusCode())
                .isEqualTo(200);
        String rights = create("Task", task("rights-notice", "requested", ""));
        refused(patch(rights, "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"completed\"}"), "Task");
        assertThat(patch(
                                rights,
                                "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"completed\"},{\"op\":\"add\",\"path\":\"/output\",\"value\":["
                                        + date("given-on", "2026-11-20") + "," + reference("given-to", ann) + "]}")
                        .statusCode())
                .isEqualTo(200);
    }

    private static void refused(Response answer, String expression) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(422);
        assertThat(answer.jsonPath().getString("issue[0].code")).isEqualTo("business-rule");
        assertThat(answer.jsonPath().getString("issue[0].expression[0]")).isEqualTo(expression);
    }

    private static Response patch(String id, String operations) {
        return fhir().contentType("application/json-patch+json")
                .body("[" + operations + "]")
                .patch("/Task/" + id);
    }

    private String document(String title) {
        return "DocumentReference/" + create("DocumentReference", """
                {"resourceType":"DocumentReference","status":"current","subject":{"reference":"%s"},"description":"%s",
                 "content":[{"attachment":{"contentType":"text/plain","data":"bm8="}}]}""".formatted(ann, title));
    }

    private String task(String kind, String status, String more) {
        return """
                {"resourceType":"Task","status":"%s","intent":"order","for":{"reference":"%s"},"owner":{"reference":"%s"},
                 "code":{"coding":[{"system":"%s/CodeSystem/task-kind","code":"%s"}]}%s}""".formatted(status, ann, kim, IG, kind, more);
    }

    private static String partOf(String task) {
        return ",\"partOf\":[{\"reference\":\"Task/" + task + "\"}]";
    }

    private static String item(String code, String value) {
        return "{\"type\":{\"coding\":[{\"system\":\"" + IG + "/CodeSystem/task-item\",\"code\":\"" + code + "\"}]},"
                + value + "}";
    }

    private static String reference(String code, String to) {
        return item(code, "\"valueReference\":{\"reference\":\"" + to + "\"}");
    }

    private static String date(String code, String day) {
        return item(code, "\"valueDate\":\"" + day + "\"");
    }

    private static String decision(String code) {
        return item(
                "decision",
                "\"valueCodeableConcept\":{\"coding\":[{\"system\":\"" + IG
                        + "/CodeSystem/advocacy-decision\",\"code\":\"" + code + "\"}]}");
    }
}
