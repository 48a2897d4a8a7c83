package io.github.throughcare.care;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * One case from the referral in to the reason why it closed, in the order in which it happens: John's doctor refers him, the agency
 * accepts and a case is there, needs are referred on through a platform, nobody reaches him for a while, a plan is kept free of
 * gaps, the case changes hands, ends and is opened again.
 */
class CoordinationStoryIT extends CareIT {

    private static final String IG = "https://throughcare.github.io/ig";

    private final String clinic = organization("Clinic");
    private final String platform = organization("Platform");
    private final String pantry = organization("Pantry");
    private final String kim =
            made("Practitioner", "{\"resourceType\":\"Practitioner\",\"name\":[{\"family\":\"Kim\"}]}");
    private final String lee =
            made("Practitioner", "{\"resourceType\":\"Practitioner\",\"name\":[{\"family\":\"Lee\"}]}");
    private final String john = made("Patient", "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"John\"}]}");

    @Test
    void from_the_referral_in_to_the_reason_why_it_closed() {
        // 1. the doctor refers John for case management
        String wanted = service("case-management", "");
        String referral = refer(clinic, kim, wanted, "");

        // 2. Kim accepts: the case is open in the same step, with the referral and its manager
        move(referral, "accepted", kim, 200);
        JsonPath found = read("EpisodeOfCare?patient=" + john);
        assertThat(found.getList("entry")).hasSize(1);
        String episode = found.getString("entry[0].resource.id");
        assertThat(found.getString("entry[0].resource.status")).isEqualTo("active");
        assertThat(found.getString("entry[0].resource.careManager.reference")).isEqualTo(kim);
        assertThat(found.getString("entry[0].resource.referralRequest[0].reference"))
                .isEqualTo(wanted);
        // not accepted twice
        move(referral, "accepted", clinic, 200);
        assertThat(read("Task/" + referral).getString("meta.versionId")).isEqualTo("2");

        // 3. a first talk, from which a need comes; nothing answers it yet
        contact("completed");
        String need = made("Condition", """
                {"resourceType":"Condition","subject":{"reference":"%s"},"code":{"text":"Food insecurity"},
                 "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
                 "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-category","code":"health-concern"}]}]}""".formatted(john));
        assertThat(gaps()).containsExactly("need-without-plan");

        // 4. it is referred on by a platform, which relays it to the pantry; the request follows the platform's Task
        // alone
        String food = service("food-assistance", ",\"reasonReference\":[{\"reference\":\"" + need + "\"}]");
        String outer = refer(kim, platform, food, "");
        refused(
                as(pantry)
                        .body(task(
                                platform,
                                pantry,
                                food,
                                "requested",
                                ",\"partOf\":[{\"reference\":\"Task/" + outer + "\"}]"))
                        .post("/Task"),
                403);
        move(outer, "accepted", platform, 200);
        String inner = refer(platform, pantry, food, ",\"partOf\":[{\"reference\":\"Task/" + outer + "\"}]");
        move(inner, "accepted", pantry, 200);
        move(inner, "in-progress", pantry, 200);
        move(inner, "completed", pantry, 200);
        assertThat(read(food).getString("status")).isEqualTo("active");
        assertThat(gaps()).containsExactly("referral-without-outcome");
        String procedure = made("Procedure", """
                {"resourceType":"Procedure","status":"completed","subject":{"reference":"%s"},"code":{"text":"Food given"},"basedOn":[{"reference":"%s"}]}""".formatted(john, food));
        for (String done : List.of(inner, outer)) {
            String by = done.equals(inner) ? pantry : platform;
            patch(
                    done,
                    by,
                    "{\"op\":\"add\",\"path\":\"/output\",\"value\":[{\"type\":{\"text\":\"Resulting activity\"},\"valueReference\":{\"reference\":\""
                            + procedure + "\"}}]}");
        }
        move(outer, "completed", platform, 200);
        assertThat(read(food).getString("status")).isEqualTo("completed");
        assertThat(read("Task/" + outer).getList("extension.url", String.class))
                .anyMatch(u -> u.endsWith("/time-to-service"));
        assertThat(gaps()).isEmpty();
        assertThat(read("DetectedIssue?patient=" + john).getList("entry.resource.status", String.class))
                .containsExactly("final", "final");

        // 5. nobody reaches John: three attempts, one Task for Kim; then he picks up
        for (int i = 0; i < 4; i++) {
            contact("not-done");
        }
        await(() -> count("Task?code=unable-to-reach&status=requested&owner=" + kim + "&patient=" + john) == 1);
        contact("completed");
        await(() -> count("Task?code=unable-to-reach&status=cancelled&patient=" + john) == 1);

        // 6. the team meets with him; nobody is in two places
        meeting("booked", kim, 201);
        refused(fhir().body(meeting(kim)).post("/Appointment"), 422);

        // 7. something is overdue: the agency is told, once
        String late = create("Task", """
                {"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"%s"},"owner":{"reference":"%s"},"description":"Call the landlord",
                 "restriction":{"period":{"end":"%s"}}}""".formatted(john, kim, Instant.now().minusSeconds(60)));
        supervisor(episode);
        patch(late, "", "{\"op\":\"replace\",\"path\":\"/description\",\"value\":\"Call the landlord today\"}");
        await(() -> count("Task?code=escalation&focus=Task/" + late) == 1);

        // 8. the case changes hands, with the open work and not with what is done
        Response assigned = fhir().body("""
                        {"resourceType":"Parameters","parameter":[{"name":"manager","valueReference":{"reference":"%s"}}]}""".formatted(lee)).post("/EpisodeOfCare/" + episode + "/$assign");
        assertThat(assigned.statusCode()).as(assigned.asString()).isEqualTo(200);
        assertThat(read("Task/" + late).getString("owner.reference")).isEqualTo(lee);
        assertThat(count("Task?code=unable-to-reach&owner=" + kim)).isEqualTo(1);

        // 9. one call gives the whole story in order, page by page
        int total = read("EpisodeOfCare/" + episode + "/$timeline").getInt("total");
        int seen = 0;
        String next = base + "/EpisodeOfCare/" + episode + "/$timeline?count=5";
        String last = "9999";
        while (next != null) {
            JsonPath page = fhir().urlEncodingEnabled(false).get(next).jsonPath();
            for (String moment : page.getList("entry.search.extension.valueDateTime.flatten()", String.class)) {
                assertThat(java.time.OffsetDateTime.parse(moment).toInstant().toString())
                        .isLessThanOrEqualTo(last);
                last = java.time.OffsetDateTime.parse(moment).toInstant().toString();
                seen++;
            }
            next = page.getString("link.find { it.relation == 'next' }.url");
        }
        assertThat(seen).isEqualTo(total);

        // 10. it ends with a reason, and is opened again with another; the history tells both
        JsonPath ended = close(episode, "finished", "Goals reached", 200);
        assertThat(ended.getString("status")).isEqualTo("finished");
        close(episode, "onhold", "A pause", 422);
        close(episode, "active", "Goals reached", 422);
        JsonPath again = close(episode, "active", "Relapse", 200);
        assertThat(again.getList("statusHistory.status", String.class)).containsExactly("active", "finished", "active");
        assertThat(again.getString("statusHistory[1].extension[0].valueCodeableConcept.text"))
                .isEqualTo("Goals reached");
        assertThat(again.getString("statusHistory[2].extension[0].valueCodeableConcept.text"))
                .isEqualTo("Relapse");
    }

    private JsonPath close(String episode, String status, String reason, int expected) {
        String current =
                read("EpisodeOfCare/" + episode).getString("extension.find { it.url.endsWith('status-reason') }");
        Response answer = fhir().contentType("application/json-patch+json")
                .body("""
                        [{"op":"replace","path":"/status","value":"%s"},{"op":"add","path":"/extension","value":[{"url":"%s/StructureDefinition/status-reason","valueCodeableConcept":{"text":"%s"}}]}]""".formatted(status, IG, reason))
                .patch("/EpisodeOfCare/" + episode);
        assertThat(answer.statusCode()).as(current + " " + answer.asString()).isEqualTo(expected);
        return answer.jsonPath();
    }

    private void supervisor(String episode) {
        Response answer = fhir().contentType("application/json-patch+json")
                .body("""
                        [{"op":"add","path":"/managingOrganization","value":{"reference":"%s"}}]""".formatted(platform))
                .patch("/EpisodeOfCare/" + episode);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    }

    private List<String> gaps() {
        return fhir().body("{\"resourceType\":\"Parameters\"}")
                .post("/" + john + "/$coordination-gaps")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("entry.resource.code.coding[0].code.flatten()", String.class);
    }

    private void contact(String status) {
        create("Communication", """
                {"resourceType":"Communication","status":"%s","subject":{"reference":"%s"},"recipient":[{"reference":"%s"}],"sent":"%s"}""".formatted(status, john, john, Instant.now()));
    }

    private void meeting(String status, String with, int expected) {
        assertThat(fhir().body(meeting(with)).post("/Appointment").statusCode())
                .as(status)
                .isEqualTo(expected);
    }

    private String meeting(String with) {
        return """
                {"resourceType":"Appointment","status":"booked","start":"2027-04-01T10:00:00Z","end":"2027-04-01T11:00:00Z",
                 "participant":[{"actor":{"reference":"%s"},"status":"accepted"},{"actor":{"reference":"%s"},"status":"accepted"}]}""".formatted(with, john);
    }

    private String service(String code, String more) {
        return made("ServiceRequest", """
                {"resourceType":"ServiceRequest","status":"draft","intent":"order","authoredOn":"2026-11-20","subject":{"reference":"%s"},
                 "code":{"coding":[{"system":"%s/CodeSystem/service-kind","code":"%s"}]}%s}""".formatted(john, IG, code, more));
    }

    private String refer(String from, String to, String request, String more) {
        Response made =
                as(from).body(task(from, to, request, "requested", more)).post("/Task");
        assertThat(made.statusCode()).as(made.asString()).isEqualTo(201);
        return made.jsonPath().getString("id");
    }

    private String task(String from, String to, String request, String status, String more) {
        return """
                {"resourceType":"Task","status":"%s","intent":"order","authoredOn":"2026-11-20",
                 "code":{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code","code":"fulfill"}]},
                 "focus":{"reference":"%s"},"for":{"reference":"%s"},"requester":{"reference":"%s"},"owner":{"reference":"%s"}%s}""".formatted(status, request, john, from, to, more);
    }

    private static void move(String task, String status, String actor, int expected) {
        Response answer = as(actor)
                .contentType("application/json-patch+json")
                .body("[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"" + status + "\"}]")
                .patch("/Task/" + task);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(expected);
    }

    private static void patch(String task, String actor, String operations) {
        Response answer = as(actor)
                .contentType("application/json-patch+json")
                .body("[" + operations + "]")
                .patch("/Task/" + task);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    }

    private static void refused(Response answer, int status) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
    }

    private static RequestSpecification as(String actor) {
        return actor.isEmpty() ? fhir() : fhir().header("X-Throughcare-Actor", actor);
    }

    private static String organization(String name) {
        return made("Organization", "{\"resourceType\":\"Organization\",\"name\":\"" + name + "\"}");
    }

    private static String made(String type, String json) {
        return type + "/" + create(type, json);
    }
}
