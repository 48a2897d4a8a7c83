package io.github.throughcare.care.outreach;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.CareIT;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A case is opened, given to somebody, worked on, closed, and opened again. */
class CaseIT extends CareIT {

    private String patient;
    private String kim;
    private String lee;
    private String agency;

    @BeforeEach
    void people() {
        patient = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
        kim = "Practitioner/" + create("Practitioner", "{\"resourceType\":\"Practitioner\"}");
        lee = "Practitioner/" + create("Practitioner", "{\"resourceType\":\"Practitioner\"}");
        agency = "Organization/" + create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"Agency\"}");
    }

    @Test
    void a_case_lives_as_a_case_does() {
        assertThat(fhir().body(episode(null, "finished", kim, ""))
                        .post("/EpisodeOfCare")
                        .statusCode())
                .isEqualTo(422);
        assertThat(fhir().body(episode(null, "active", null, ""))
                        .post("/EpisodeOfCare")
                        .statusCode())
                .isEqualTo(422);
        String id = create("EpisodeOfCare", episode(null, "planned", null, ""));
        assertThat(put(id, "finished", kim, "").statusCode()).isEqualTo(422);
        assertThat(put(id, "active", kim, "").statusCode()).isEqualTo(200);
        assertThat(put(id, "finished", kim, "").statusCode()).isEqualTo(200);
        assertThat(put(id, "active", kim, "").statusCode()).isEqualTo(422);
        String reason = """
                "extension":[{"url":"https://throughcare.github.io/ig/StructureDefinition/status-reason","valueCodeableConcept":{"text":"Relapse"}}],""";
        Response reopened = put(id, "active", kim, reason);
        assertThat(reopened.statusCode()).isEqualTo(200);
        assertThat(reopened.jsonPath().getList("statusHistory.status", String.class))
                .containsExactly("planned", "active", "finished", "active");

        // the same again is no new version
        assertThat(put(id, "active", kim, reason).header("ETag")).isEqualTo(reopened.header("ETag"));
    }

    @Test
    void a_case_moves_with_its_open_tasks() {
        String id = create("EpisodeOfCare", episode(null, "active", kim, ""));
        String open = create("Task", task("requested"));
        String done = create("Task", task("completed"));
        Response assigned = assign(id, lee);
        assertThat(assigned.statusCode()).as(assigned.asString()).isEqualTo(200);
        assertThat(assigned.jsonPath().getString("resourceType")).isEqualTo("EpisodeOfCare");
        assertThat(assigned.jsonPath().getString("careManager.reference")).isEqualTo(lee);
        assertThat(owner(open)).isEqualTo(lee);
        assertThat(owner(done)).isEqualTo(kim);

        assertThat(assign(id, "Practitioner/nobody").statusCode()).isEqualTo(422);
        assertThat(assign(id, patient).statusCode()).isEqualTo(422);
        assertThat(assign(id, "https://example.org/fhir/" + kim).statusCode()).isEqualTo(422);
        assertThat(fhir().get("/EpisodeOfCare/$caseload?organization=" + patient)
                        .statusCode())
                .isEqualTo(400);
        assertThat(assign("no-such-case", lee).statusCode()).isEqualTo(404);

        create("EpisodeOfCare", episode(null, "active", lee, """
                "extension":[{"url":"https://throughcare.github.io/ig/StructureDefinition/acuity",
                  "valueCodeableConcept":{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/acuity-level","code":"high"}]}}],"""));
        create("EpisodeOfCare", episode(null, "planned", lee, ""));
        JsonPath load = fhir().get("/EpisodeOfCare/$caseload?organization=" + agency)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(load.getList("parameter")).hasSize(1);
        assertThat(load.getString("parameter[0].name")).isEqualTo("manager");
        assertThat(load.getString("parameter[0].part.find { it.name == 'reference' }.valueReference.reference"))
                .isEqualTo(lee);
        assertThat(load.getInt("parameter[0].part.find { it.name == 'cases' }.valueInteger"))
                .isEqualTo(2);
        assertThat(load.getInt("parameter[0].part.find { it.name == 'load' }.valueDecimal"))
                .isEqualTo(4);
        assertThat(load.getString("parameter[0].part.find { it.name == 'cap' }"))
                .isNull();
        assertThat(load.getInt("parameter[0].part.find { it.name == 'overdue' }.valueInteger"))
                .isEqualTo(1);
    }

    /** A mother and two children live together; she and one child have cases of their own. */
    @Test
    void those_who_live_together_are_found_together() {
        String child = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
        String baby = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
        String home = "Group/" + create("Group", household(patient, child, baby));
        String other = "Group/" + create("Group", household(patient));
        String mothers = create("EpisodeOfCare", episode(null, "active", kim, lives(home)));
        String childs = create(
                "EpisodeOfCare", episode(null, "active", kim, lives(home)).replace(patient, child));
        create("EpisodeOfCare", episode(null, "active", kim, "").replace(patient, baby));

        assertThat(cases("household=" + home)).containsExactlyInAnyOrder(mothers, childs);
        assertThat(cases("household=" + other)).isEmpty();
        // whom somebody lives with, whether they have a case of their own or not
        assertThat(cases("household.member=" + baby)).containsExactlyInAnyOrder(mothers, childs);
        assertThat(cases("household:missing=true&patient=" + baby)).hasSize(1);
        JsonPath whole = read("EpisodeOfCare?_id=" + mothers + "&_include=EpisodeOfCare:household");
        assertThat(whole.getList("entry.resource.id", String.class)).contains(home.substring(6));
        JsonPath homes = read("Group?member=" + child + "&code=household&_revinclude=EpisodeOfCare:household");
        assertThat(homes.getList("entry.resource.id", String.class)).contains(home.substring(6), mothers, childs);

        // a person is no household; nothing changes
        assertThat(put(mothers, "active", kim, lives(patient)).statusCode()).isEqualTo(422);
        assertThat(read("EpisodeOfCare/" + mothers).getString("meta.versionId")).isEqualTo("1");
        // who moves out is found there no more
        assertThat(put(mothers, "active", kim, lives(other)).statusCode()).isEqualTo(200);
        assertThat(cases("household=" + home)).containsExactly(childs);
    }

    private static String household(String... members) {
        return """
                {"resourceType":"Group","type":"person","actual":true,
                 "code":{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/group-kind","code":"household"}]},
                 "member":[%s]}""".formatted(Stream.of(members)
                .map(m -> "{\"entity\":{\"reference\":\"" + m + "\"}}")
                .collect(Collectors.joining(",")));
    }

    private static String lives(String in) {
        return """
                "extension":[{"url":"https://throughcare.github.io/ig/StructureDefinition/household","valueReference":{"reference":"%s"}}],""".formatted(in);
    }

    private static List<String> cases(String query) {
        return read("EpisodeOfCare?" + query).getList("entry.resource.id", String.class);
    }

    @Test
    void minutes_of_a_month_reach_a_threshold() {
        String id = create("EpisodeOfCare", episode(null, "active", kim, ""));
        create("Observation", minutes("2026-10-05", 15));
        create("Observation", minutes("2026-10-20", 10));
        create("Observation", minutes("2026-11-01", 99));
        JsonPath summary = fhir().get("/EpisodeOfCare/" + id + "/$time-summary?month=2026-10")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        String code =
                "parameter.findAll { it.name == 'code' }.find { it.part.find { p -> p.name == 'code' }.valueCode == '%s' }.part.find { it.name == '%s' }.%s";
        assertThat(summary.getBoolean(code.formatted("99490", "reached", "valueBoolean")))
                .isTrue();
        assertThat(summary.getBoolean(code.formatted("99490", "billable", "valueBoolean")))
                .isFalse(); // nobody has consented
        assertThat(summary.getInt(code.formatted("99439", "missing", "valueDecimal")))
                .isEqualTo(15);
        create("Consent", """
                {"resourceType":"Consent","status":"active","scope":{"text":"Care"},"patient":{"reference":"%s"},"dateTime":"2026-10-01",
                 "category":[{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/consent-kind","code":"care-management"}]}]}""".formatted(patient));
        assertThat(fhir().get("/EpisodeOfCare/" + id + "/$time-summary?month=2026-10")
                        .jsonPath()
                        .getBoolean(code.formatted("99490", "billable", "valueBoolean")))
                .isTrue();
        for (String month : List.of("October", "2026-13", "%2B999999999-12")) {
            assertThat(fhir().urlEncodingEnabled(false)
                            .get("/EpisodeOfCare/" + id + "/$time-summary?month=" + month)
                            .statusCode())
                    .as(month)
                    .isEqualTo(400);
        }
    }

    private String minutes(String day, int minutes) {
        return """
                {"resourceType":"Observation","status":"final","effectiveDateTime":"%s","subject":{"reference":"%s"},
                 "code":{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/observation-kind","code":"care-management-time"}]},
                 "valueQuantity":{"value":%d,"unit":"min","system":"http://unitsofmeasure.org","code":"min"}}""".formatted(day, patient, minutes);
    }

    private String task(String status) {
        return """
                {"resourceType":"Task","status":"%s","intent":"order","for":{"reference":"%s"},"owner":{"reference":"%s"},
                 "restriction":{"period":{"end":"2026-01-01"}}}""".formatted(status, patient, kim);
    }

    private static Response assign(String id, String manager) {
        return fhir().body("""
                        {"resourceType":"Parameters","parameter":[{"name":"manager","valueReference":{"reference":"%s"}}]}""".formatted(manager)).post("/EpisodeOfCare/" + id + "/$assign");
    }

    private static String owner(String task) {
        return fhir().get("/Task/" + task).jsonPath().getString("owner.reference");
    }

    private Response put(String id, String status, String manager, String extension) {
        return fhir().body(episode(id, status, manager, extension)).put("/EpisodeOfCare/" + id);
    }

    private String episode(String id, String status, String manager, String extension) {
        return """
                {"resourceType":"EpisodeOfCare",%s%s"status":"%s","patient":{"reference":"%s"},"managingOrganization":{"reference":"%s"}%s}""".formatted(
                        id == null ? "" : "\"id\":\"" + id + "\",",
                        extension,
                        status,
                        patient,
                        agency,
                        manager == null ? "" : ",\"careManager\":{\"reference\":\"" + manager + "\"}");
    }
}
