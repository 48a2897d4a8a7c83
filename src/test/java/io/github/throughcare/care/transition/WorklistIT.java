package io.github.throughcare.care.transition;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Encounter/$discharge-worklist} over HTTP; every test has a ward of its own. */
class WorklistIT extends ServerIT {

    private static final String EXPECTED =
            "http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate";

    private final String key = UUID.randomUUID().toString().substring(0, 8);
    private final String ward = "wl-" + key;

    @BeforeEach
    void a_ward() {
        put("Location/" + ward, "{\"resourceType\":\"Location\",\"id\":\"" + ward + "\",\"status\":\"active\"}");
    }

    private static void put(String url, String json) {
        assertThat(fhir().body(json).put("/" + url).statusCode()).as(json).isIn(200, 201);
    }

    /** A patient in a bed of the ward; all ids end in the key. */
    private String stay(String name, String expected, String more) {
        String id = name + "-" + key;
        put("Patient/p" + id, "{\"resourceType\":\"Patient\",\"id\":\"p" + id + "\"}");
        put("Encounter/" + id, encounter(id, "in-progress", expected, more));
        return id;
    }

    private String encounter(String id, String status, String expected, String more) {
        return "{\"resourceType\":\"Encounter\",\"id\":\"" + id + "\",\"status\":\"" + status
                + "\",\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p"
                + id
                + "\"},\"period\":{\"start\":\"2026-11-01T08:00:00Z\"},\"location\":[{\"location\":{\"reference\":\"Location/"
                + ward + "\"}}]"
                + (expected.isEmpty()
                        ? ""
                        : ",\"extension\":[{\"url\":\"" + EXPECTED + "\",\"valueDateTime\":\"" + expected + "\"}]")
                + more + "}";
    }

    private static String task(String patient, String encounter, String due, String status) {
        return create(
                "Task",
                "{\"resourceType\":\"Task\",\"status\":\"" + status
                        + "\",\"intent\":\"order\",\"code\":{\"coding\":[{\"system\":\"https://throughcare.github.io/ig/CodeSystem/task-kind\",\"code\":\"discharge-barrier\"}]},\"for\":{\"reference\":\"Patient/"
                        + patient + "\"}"
                        + (encounter.isEmpty() ? "" : ",\"encounter\":{\"reference\":\"Encounter/" + encounter + "\"}")
                        + ",\"restriction\":{\"period\":{\"end\":\"" + due + "\"}}}");
    }

    private static String risk(String encounter, String band, int points) {
        return create(
                "RiskAssessment",
                "{\"resourceType\":\"RiskAssessment\",\"status\":\"final\",\"method\":{\"coding\":[{\"system\":\"https://throughcare.github.io/ig/CodeSystem/lace-index\",\"code\":\"lace\"}]},\"subject\":{\"reference\":\"Patient/p"
                        + encounter + "\"},\"encounter\":{\"reference\":\"Encounter/" + encounter
                        + "\"},\"prediction\":[{\"extension\":[{\"url\":\"https://throughcare.github.io/ig/StructureDefinition/risk-score\",\"extension\":[{\"url\":\"minPoints\",\"valueInteger\":"
                        + points + "},{\"url\":\"maxPoints\",\"valueInteger\":" + points
                        + "}]}],\"qualitativeRisk\":{\"coding\":[{\"system\":\"https://throughcare.github.io/ig/CodeSystem/score-band\",\"code\":\""
                        + band + "\"}]}}]}");
    }

    private JsonPath worklist(String more) {
        return fhir().get("/Encounter/$discharge-worklist?location=Location/" + ward + more)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static List<String> matches(JsonPath bundle) {
        return bundle.getList("entry.findAll{it.search.mode=='match'}.resource.id");
    }

    @Test
    void work_orders_the_list_and_each_row_is_complete() {
        String late = stay("e", "", "");
        String later = stay("d", "2026-11-02", "");
        String soon = stay("c", "2027-01-01", "");
        String high = stay("b", "2027-01-05", "");
        String low = stay("a", "2027-01-05T10:00:00Z", "");
        String none = stay("f", "", "");
        String overdue = task("p" + late, late, "2026-11-03", "requested");
        task("p" + later, "", "2026-11-05", "in-progress");
        task("p" + soon, soon, "2026-11-03", "completed");
        task("p" + soon, soon, "2030-11-03", "requested");
        risk(high, "high", 12);
        risk(low, "low", 2);
        put(
                "Flag/fl-" + key,
                "{\"resourceType\":\"Flag\",\"id\":\"fl-" + key
                        + "\",\"status\":\"active\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p"
                        + high + "\"},\"encounter\":{\"reference\":\"Encounter/" + high + "\"}}");
        put(
                "Flag/fi-" + key,
                "{\"resourceType\":\"Flag\",\"id\":\"fi-" + key
                        + "\",\"status\":\"inactive\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p"
                        + high + "\"}}");

        JsonPath list = worklist("");
        assertThat(matches(list)).containsExactly(late, later, soon, high, low, none);
        assertThat(list.getInt("total")).isEqualTo(6);
        assertThat(list.getString("type")).isEqualTo("searchset");
        assertThat(list.getList("entry.findAll{it.resource.resourceType=='Patient'}"))
                .hasSize(6);
        assertThat(list.getList("entry.findAll{it.resource.resourceType=='RiskAssessment'}"))
                .hasSize(2);
        assertThat(list.getList("entry.findAll{it.resource.resourceType=='Flag'}.resource.id"))
                .containsExactly("fl-" + key);
        assertThat(list.getList("entry.findAll{it.resource.resourceType=='Task'}"))
                .hasSize(3);
        assertThat(list.getString("entry[0].fullUrl")).isEqualTo(base + "/Encounter/" + late);

        // what is done, moved or over is seen in the next answer
        String done = fhir().get("/Task/" + overdue).asString().replace("\"requested\"", "\"completed\"");
        put("Task/" + overdue, done);
        assertThat(matches(worklist(""))).containsExactly(later, soon, high, low, late, none);
        put(
                "Encounter/" + later,
                encounter(later, "finished", "", "")
                        .replace("08:00:00Z\"", "08:00:00Z\",\"end\":\"2026-11-20T10:00:00Z\""));
        assertThat(matches(worklist(""))).containsExactly(soon, high, low, late, none);
        String moderate = risk(none, "moderate", 8);
        assertThat(matches(worklist(""))).containsExactly(soon, high, low, none, late);
        assertThat(fhir().delete("/RiskAssessment/" + moderate).statusCode()).isIn(200, 204);
        assertThat(matches(worklist(""))).containsExactly(soon, high, low, late, none);
        put("Encounter/" + soon, encounter(soon, "entered-in-error", "2027-01-01", ""));
        assertThat(worklist("").getInt("total")).isEqualTo(4);
    }

    @Test
    void a_record_that_says_too_much_does_not_cost_the_house_its_list() {
        String twice = ",\"extension\":[{\"url\":\"" + EXPECTED + "\",\"valueDateTime\":\"2027-01-02\"},{\"url\":\""
                + EXPECTED + "\",\"valueDateTime\":\"2027-01-01\"}]";
        String odd = stay("odd", "", twice);
        String plain = stay("plain", "2027-01-03", "");
        risk(odd, "high", 12);
        create(
                "RiskAssessment",
                "{\"resourceType\":\"RiskAssessment\",\"status\":\"final\",\"method\":{\"coding\":[{\"code\":\"lace\"}]},\"subject\":{\"reference\":\"Patient/p"
                        + odd + "\"},\"encounter\":{\"reference\":\"Encounter/" + odd
                        + "\"},\"prediction\":[{\"extension\":[{\"url\":\"https://throughcare.github.io/ig/StructureDefinition/risk-score\",\"extension\":[{\"url\":\"minPoints\",\"valueString\":\"many\"}]}]}]}");
        assertThat(matches(worklist(""))).containsExactly(odd, plain);
    }

    @Test
    void filters_narrow_and_pages_follow_by_their_links() {
        String planner = "Practitioner/pl-" + key;
        put(planner, "{\"resourceType\":\"Practitioner\",\"id\":\"pl-" + key + "\"}");
        String mine = ",\"participant\":[{\"individual\":{\"reference\":\"" + planner + "\"}}]";
        List<String> all = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            all.add(stay("s" + i, "2027-02-0" + i, i % 2 == 0 ? mine : ""));
        }
        risk(all.get(2), "high", 14);
        assertThat(matches(worklist("&planner=" + planner))).containsExactly(all.get(1), all.get(3));
        assertThat(matches(worklist("&unassigned=true"))).containsExactly(all.get(0), all.get(2), all.get(4));
        assertThat(matches(worklist("&risk=high"))).containsExactly(all.get(2));
        assertThat(matches(worklist("&expected=ge2027-02-02&expected=lt2027-02-04")))
                .containsExactly(all.get(1), all.get(2));
        assertThat(matches(worklist("&risk=high&unassigned=true&expected=2027-02-03")))
                .containsExactly(all.get(2));
        assertThat(worklist("&risk=moderate").getInt("total")).isZero();
        assertThat(worklist("&_count=0").getInt("total")).isEqualTo(5);

        List<String> got = new ArrayList<>();
        JsonPath page = worklist("&_count=2");
        while (true) {
            got.addAll(matches(page));
            assertThat(page.getInt("total")).isEqualTo(5);
            String next = page.getString("link.find{it.relation=='next'}.url");
            if (next == null) {
                break;
            }
            assertThat(next).startsWith(base + "/Encounter/$discharge-worklist?");
            page = fhir().urlEncodingEnabled(false)
                    .get(java.net.URI.create(next))
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
        }
        assertThat(got).isEqualTo(all);
    }

    @Test
    void a_bed_is_part_of_its_ward_and_a_ward_left_is_no_place() {
        put(
                "Location/bed-" + key,
                "{\"resourceType\":\"Location\",\"id\":\"bed-" + key + "\",\"partOf\":{\"reference\":\"Location/" + ward
                        + "\"}}");
        String id = "t-" + key;
        put("Patient/p" + id, "{\"resourceType\":\"Patient\",\"id\":\"p" + id + "\"}");
        put(
                "Encounter/" + id,
                encounter(id, "in-progress", "", "")
                        .replace("Location/" + ward + "\"}", "Location/bed-" + key + "\"}"));
        assertThat(matches(worklist(""))).containsExactly(id);
        put(
                "Encounter/" + id,
                encounter(id, "in-progress", "", "")
                        .replace(
                                "\"location\":{\"reference\"", "\"status\":\"completed\",\"location\":{\"reference\""));
        assertThat(worklist("").getInt("total")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "expected=tomorrow",
                "location=",
                "planner=a%20b",
                "_count=-1",
                "_count=x",
                "unassigned=maybe",
                "_cursor=x",
                "ward=1",
                "location=Patient/1"
            })
    void what_means_nothing_is_refused(String query) {
        fhir().urlEncodingEnabled(false)
                .get("/Encounter/$discharge-worklist?" + query)
                .then()
                .statusCode(400)
                .body("resourceType", org.hamcrest.Matchers.equalTo("OperationOutcome"));
    }
}
