package io.github.throughcare.care.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.CareIT;
import io.restassured.path.json.JsonPath;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A child comes into care: the law's dates stand on the case as Tasks. */
class ClockIT extends CareIT {

    private static final String IG = "https://throughcare.github.io/ig";
    private static final LocalDate TODAY = LocalDate.now(ZoneId.of("America/New_York"));

    private String child;
    private String kim;

    @BeforeEach
    void people() {
        child = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
        kim = "Practitioner/" + create("Practitioner", "{\"resourceType\":\"Practitioner\"}");
    }

    @Test
    void the_clocks_of_child_welfare_run_from_the_removal() {
        LocalDate removed = TODAY.minusDays(10);
        String id = create("EpisodeOfCare", episode(null, "active", "child-welfare", event("removal", removed)));
        await(() -> tasks("").getInt("total") == 6);
        assertThat(due("case-plan")).isEqualTo(removed.plusDays(60).toString());
        assertThat(due("reasonable-efforts-finding"))
                .isEqualTo(removed.plusDays(60).toString());
        assertThat(due("status-review")).isEqualTo(removed.plusMonths(6).toString());
        assertThat(due("permanency-hearing")).isEqualTo(removed.plusMonths(12).toString());
        assertThat(due("termination-petition")).isEqualTo(removed.plusMonths(15).toString());
        assertThat(due("caseworker-visit")).isEqualTo(removed.plusMonths(1).toString());

        // a visit was made: the next one stands there
        String visit = tasks("&code=caseworker-visit").getString("entry[0].resource.id");
        complete(visit);
        await(() -> tasks("&code=caseworker-visit&status=requested").getInt("total") == 1);
        assertThat(tasks("&code=caseworker-visit&status=requested")
                        .getString("entry[0].resource.restriction.period.end"))
                .isEqualTo(removed.plusMonths(2).toString());

        // the date was wrong: what is open moves, what is done stays
        LocalDate corrected = TODAY.minusDays(20);
        put(id, episode(id, "active", "child-welfare", event("removal", corrected)));
        await(() -> due("case-plan").equals(corrected.plusDays(60).toString()));
        assertThat(tasks("").getInt("total")).isEqualTo(7);

        put(id, episode(id, "finished", "child-welfare", event("removal", corrected)));
        await(() -> tasks("&status=requested").getInt("total") == 0);
        assertThat(tasks("&status=cancelled").getString("entry[0].resource.statusReason.coding[0].code"))
                .isEqualTo("case-ended");
        assertThat(tasks("&status=completed").getInt("total")).isEqualTo(1);
    }

    @Test
    void without_the_date_no_clock_runs_and_somebody_is_asked() {
        String id = create("EpisodeOfCare", episode(null, "active", "child-welfare", ""));
        await(() -> tasks("&status=requested").getInt("total") > 0);
        assertThat(tasks("").getList("entry.resource.code.coding[0].code.flatten()", String.class))
                .containsOnly("clock-date-missing");
        put(id, episode(id, "active", "child-welfare", event("removal", TODAY)));
        await(() -> tasks("&status=requested").getInt("total") == 6);
        assertThat(tasks("&code=clock-date-missing&status=completed").getInt("total"))
                .isEqualTo(1);
    }

    @Test
    void a_clock_that_nobody_confirmed_does_nothing_until_somebody_does() {
        String kind = "test-" + java.util.UUID.randomUUID();
        String clock = """
                {"resourceType":"ActivityDefinition","id":"%s","url":"http://example.org/%s","status":"%s","kind":"Task","title":"State report",
                 "extension":[{"url":"%s/StructureDefinition/statutory-clock","extension":[{"url":"start","valueCode":"case-start"}]}],
                 "useContext":[{"code":{"system":"http://terminology.hl7.org/CodeSystem/usage-context-type","code":"program"},
                  "valueCodeableConcept":{"coding":[{"system":"%s/CodeSystem/case-type","code":"%s"}]}}],
                 "code":{"text":"Report"},"timingDuration":{"value":30,"unit":"days","system":"http://unitsofmeasure.org","code":"d"}}""";
        fhir().body(clock.formatted(kind, kind, "draft", IG, IG, kind))
                .put("/ActivityDefinition/" + kind)
                .then()
                .statusCode(201);
        create("EpisodeOfCare", episode(null, "active", kind, ""));
        create("EpisodeOfCare", episode(null, "active", "child-welfare", event("removal", TODAY)));
        await(() -> tasks("").getInt("total") > 0);
        assertThat(tasks("").getList("entry.resource.description", String.class))
                .noneMatch(d -> d.contains("State report"));

        fhir().body(clock.formatted(kind, kind, "active", IG, IG, kind))
                .put("/ActivityDefinition/" + kind)
                .then()
                .statusCode(200);
        bean(ClockKeeper.class).keepAll(); // as it runs at night
        List<String> told = tasks("&_count=100").getList("entry.resource.description", String.class);
        assertThat(told).filteredOn(d -> d.contains("State report")).hasSize(1);
        bean(ClockKeeper.class).keepAll();
        assertThat(tasks("&_count=100").getList("entry.resource.description", String.class))
                .hasSameSizeAs(told);
        // what a test confirmed is not to run for others
        fhir().delete("/ActivityDefinition/" + kind).then().statusCode(204);
    }

    private void complete(String task) {
        fhir().contentType("application/json-patch+json")
                .body("[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"completed\"}]")
                .patch("/Task/" + task)
                .then()
                .statusCode(200);
    }

    private void put(String id, String body) {
        fhir().body(body).put("/EpisodeOfCare/" + id).then().statusCode(200);
    }

    private String episode(String id, String status, String type, String events) {
        return """
                {"resourceType":"EpisodeOfCare",%s"status":"%s","patient":{"reference":"%s"},"careManager":{"reference":"%s"},%s
                 "type":[{"coding":[{"system":"%s/CodeSystem/case-type","code":"%s"}]}],"period":{"start":"%s"}}""".formatted(id == null ? "" : "\"id\":\"" + id + "\",", status, child, kim, events, IG, type, TODAY);
    }

    private static String event(String event, LocalDate day) {
        return """
                "extension":[{"url":"%s/StructureDefinition/case-event","extension":[{"url":"event","valueCode":"%s"},{"url":"date","valueDate":"%s"}]}],""".formatted(IG, event, day);
    }

    private JsonPath tasks(String query) {
        return fhir().get("/Task?_total=accurate&patient=" + child + query).jsonPath();
    }

    private String due(String kind) {
        return String.valueOf(
                tasks("&status=requested&code=" + kind).getString("entry[0].resource.restriction.period.end"));
    }
}
