package io.github.throughcare.care.outreach;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.CareIT;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody is found, called, and says yes or no. */
class OutreachIT extends CareIT {

    private static final String IG = "https://throughcare.github.io/ig";

    private String ann;
    private String kim;
    private String code;

    @BeforeEach
    void somebodyToFind() {
        ann = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
        kim = "Practitioner/" + create("Practitioner", "{\"resourceType\":\"Practitioner\"}");
        code = "outreach-" + UUID.randomUUID();
        create("Condition", """
                {"resourceType":"Condition","subject":{"reference":"%s"},"code":{"coding":[{"system":"http://example.org","code":"%s"}]}}""".formatted(ann, code));
    }

    @Test
    void found_called_and_enrolled() {
        String task = asked();
        patch(task, "{\"op\":\"add\",\"path\":\"/owner\",\"value\":{\"reference\":\"" + kim + "\"}}", 200);
        call(task, "not-done");
        await(() -> read("Task/" + task).getString("status").equals("in-progress"));
        call(task, "completed");
        await(() -> outputs(task, "attempt").size() == 2);

        // without saying how, it does not end
        Response refused = patch(task, "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"completed\"}", 422);
        assertThat(refused.jsonPath().getString("issue[0].expression[0]")).isEqualTo("Task.output");
        assertThat(fhir().get("/EpisodeOfCare?patient=" + ann + "&_summary=count")
                        .jsonPath()
                        .getInt("total"))
                .isZero();

        Response enrolled = patch(
                task,
                "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"completed\"},"
                        + "{\"op\":\"add\",\"path\":\"/output/-\",\"value\":" + enrolment("enrolled") + "}",
                200);
        JsonPath cases = fhir().get("/EpisodeOfCare?patient=" + ann).jsonPath();
        assertThat(cases.getList("entry")).hasSize(1);
        assertThat(cases.getString("entry[0].resource.status")).isEqualTo("active");
        assertThat(cases.getString("entry[0].resource.careManager.reference")).isEqualTo(kim);
        assertThat(enrolled.jsonPath()
                        .getString("output.find { it.type.coding[0].code == 'case' }.valueReference.reference"))
                .isEqualTo("EpisodeOfCare/" + cases.getString("entry[0].resource.id"));
        // somebody with a case is not looked for any more
        assertThat(find(",{\"name\":\"withoutActiveCase\",\"valueBoolean\":true}")
                        .getInt("quantity"))
                .isZero();
    }

    @Test
    void whoever_refuses_is_not_asked_again() {
        String task = asked();
        patch(task, "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"rejected\"}", 422);
        Response refused = patch(
                task,
                "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"rejected\"},"
                        + "{\"op\":\"add\",\"path\":\"/statusReason\",\"value\":{\"text\":\"Has help enough\"}}",
                200);
        String until = refused.jsonPath().getString("output.find { it.type.coding[0].code == 'ask-again' }.valueDate");
        assertThat(until).isGreaterThan(Instant.now().toString().substring(0, 10));

        JsonPath group = find(",{\"name\":\"outreach\",\"valueBoolean\":true}");
        assertThat(group.getList("member.entity.reference", String.class)).containsExactly(ann);
        assertThat(group.getList("member[0].extension.valueCodeableConcept.text", String.class))
                .anyMatch(t -> t.contains(until));
        assertThat(count("Task?code=outreach&patient=" + ann)).isEqualTo(1);
        // by hand neither
        Response again = fhir().body(outreach("requested")).post("/Task");
        assertThat(again.statusCode()).isEqualTo(422);
        assertThat(again.jsonPath().getString("issue[0].diagnostics")).contains(until);
        // but when the day has come
        patch(
                task,
                "{\"op\":\"test\",\"path\":\"/status\",\"value\":\"rejected\"},{\"op\":\"replace\",\"path\":\"/output/1/valueDate\",\"value\":\"2026-01-01\"}",
                200);
        assertThat(find(",{\"name\":\"outreach\",\"valueBoolean\":true}").getString("id"))
                .isNotNull();
        assertThat(count("Task?code=outreach&status=requested&patient=" + ann)).isEqualTo(1);
    }

    @Test
    void whoever_is_not_reached_three_times_is_let_be() {
        String task = asked();
        for (int i = 0; i < 3; i++) {
            call(task, "not-done");
        }
        await(() -> read("Task/" + task).getString("status").equals("failed"));
        assertThat(read("Task/" + task).getString("statusReason.coding[0].code"))
                .isEqualTo("not-reached");
        assertThat(outputs(task, "attempt")).hasSize(3);
    }

    @Test
    void who_waits_for_a_place_has_a_case_that_waits() {
        String task = asked();
        patch(
                task,
                "{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"completed\"},"
                        + "{\"op\":\"add\",\"path\":\"/output\",\"value\":[" + enrolment("not-enrolled-on-waitlist")
                        + "]}",
                200);
        assertThat(fhir().get("/EpisodeOfCare?patient=" + ann).jsonPath().getString("entry[0].resource.status"))
                .isEqualTo("waitlist");
    }

    private String asked() {
        assertThat(find(",{\"name\":\"outreach\",\"valueBoolean\":true}").getList("member"))
                .hasSize(1);
        return fhir().get("/Task?code=outreach&patient=" + ann).jsonPath().getString("entry[0].resource.id");
    }

    private JsonPath find(String more) {
        return fhir().body("""
                        {"resourceType":"Parameters","parameter":[{"name":"condition","valueString":"http://example.org|%s"}%s]}""".formatted(code, more))
                .post("/Group/$find-cases")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private void call(String task, String status) {
        create("Communication", """
                {"resourceType":"Communication","status":"%s","basedOn":[{"reference":"Task/%s"}],"subject":{"reference":"%s"},
                 "recipient":[{"reference":"%s"}],"statusReason":{"text":"No answer"},"sent":"%s"}""".formatted(status, task, ann, ann, Instant.now()));
    }

    private static String enrolment(String code) {
        return "{\"type\":{\"coding\":[{\"system\":\"" + IG + "/CodeSystem/task-item\",\"code\":\"enrolment\"}]},"
                + "\"valueCodeableConcept\":{\"coding\":[{\"system\":\"" + IG + "/CodeSystem/enrolment\",\"code\":\""
                + code + "\"}]}}";
    }

    private String outreach(String status) {
        return """
                {"resourceType":"Task","status":"%s","intent":"order","for":{"reference":"%s"},
                 "code":{"coding":[{"system":"%s/CodeSystem/task-kind","code":"outreach"}]}}""".formatted(status, ann, IG);
    }

    private static List<Object> outputs(String task, String item) {
        return read("Task/" + task).getList("output.findAll { it.type.coding[0].code == '" + item + "' }");
    }

    private static Response patch(String id, String operations, int status) {
        Response answer = fhir().contentType("application/json-patch+json")
                .body("[" + operations + "]")
                .patch("/Task/" + id);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        return answer;
    }
}
