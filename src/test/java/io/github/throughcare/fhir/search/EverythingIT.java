package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.github.throughcare.ServerIT;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** {@code Patient/[id]/$everything} with its parameters, held against a reading of every resource. */
class EverythingIT extends ServerIT {

    private static final String PATIENT = "every-pat";
    private static final List<String> TIMES = List.of(
            "2024",
            "2025-06",
            "2026-02-28",
            "2026-03-01T04:59:59Z",
            "2026-03-01T05:00:00Z",
            "2026-03-01T23:59:59-05:00",
            "2026-03-15",
            "2026-03",
            "2026-04-01T03:59:59.999Z",
            "2026-04-01",
            "2026-12-31");
    private static final List<String> STATES =
            List.of("active", "on-hold", "completed", "requested", "in-progress", "cancelled");

    private static final Random random = new Random(20261122);
    private static final List<Map<String, Object>> record = new ArrayList<>();

    @BeforeAll
    static void a_record() {
        Map<String, Object> reference = Map.of("reference", "Patient/" + PATIENT);
        record.add(resource("Patient", PATIENT, Map.of("birthDate", "1950-01-01")));
        for (int i = 0; i < 14; i++) {
            Map<String, Object> visit = resource("Encounter", "every-e" + i, Map.of("subject", reference));
            visit.put("status", "finished");
            visit.put("class", Map.of("code", "AMB"));
            visit.put("participant", List.of(Map.of("individual", Map.of("reference", "Practitioner/every-d" + i))));
            put(visit, "period", period());
            Map<String, Object> lab = resource("Observation", "every-o" + i, Map.of("subject", reference));
            lab.put("status", "final");
            lab.put("code", Map.of("text", "x"));
            lab.put("issued", "2026-03-10T00:00:00Z");
            put(lab, "effectiveDateTime", time());
            Map<String, Object> problem = resource("Condition", "every-c" + i, Map.of("subject", reference));
            problem.put("recordedDate", "2026-03-10");
            put(problem, "onsetDateTime", time());
            put(problem, "abatementDateTime", time());
            Map<String, Object> order = resource("MedicationRequest", "every-m" + i, Map.of("subject", reference));
            order.put("status", pick(List.of("active", "on-hold", "completed", "stopped")));
            order.put("intent", "order");
            order.put("medicationCodeableConcept", Map.of("text", "x"));
            put(order, "authoredOn", time());
            Map<String, Object> service = resource("ServiceRequest", "every-s" + i, Map.of("subject", reference));
            service.put("status", pick(List.of("active", "completed", "revoked")));
            service.put("intent", "order");
            put(service, "authoredOn", time());
            put(service, "occurrencePeriod", period());
            Map<String, Object> paper = resource("DocumentReference", "every-r" + i, Map.of("subject", reference));
            paper.put("status", "current");
            paper.put("content", List.of(Map.of("attachment", Map.of("title", "x"))));
            put(paper, "date", i % 2 == 0 ? "2026-03-10T00:00:00Z" : null);
            Object period = period();
            put(paper, "context", period == null ? null : Map.of("period", period));
            Map<String, Object> task = resource("Task", "every-t" + i, Map.of("for", reference));
            task.put("status", pick(STATES.subList(2, 6)));
            task.put("intent", "order");
            put(task, "authoredOn", time());
            put(task, "executionPeriod", period());
            Map<String, Object> goal = resource("Goal", "every-g" + i, Map.of("subject", reference));
            goal.put("lifecycleStatus", "completed");
            goal.put("description", Map.of("text", "x"));
            put(
                    goal,
                    "startDate",
                    pick(Stream.of("2024-05-05", "2026-03-15", "2026-12-31", "").toList()));
            record.addAll(List.of(visit, lab, problem, order, service, paper, task, goal));
        }
        Map<String, Object> allergy =
                resource("AllergyIntolerance", "every-a", Map.of("patient", reference, "recordedDate", "2001-01-01"));
        Map<String, Object> meeting = resource("Appointment", "every-p", Map.of("status", "booked"));
        meeting.put("start", "2025-06-10T10:00:00Z");
        meeting.put("end", "2025-06-10T11:00:00Z");
        meeting.put("participant", List.of(Map.of("actor", reference, "status", "accepted")));
        record.addAll(List.of(allergy, meeting));
        List<Map<String, Object>> all = new ArrayList<>(record);
        for (int i = 0; i < 14; i++) {
            all.add(resource("Practitioner", "every-d" + i, Map.of("active", true)));
        }
        List<Object> entries = new ArrayList<>();
        for (Map<String, Object> r : all) {
            String url = r.get("resourceType") + "/" + r.get("id");
            entries.add(Map.of("resource", r, "request", Map.of("method", "PUT", "url", url)));
        }
        fhir().body(new JsonMapper()
                        .writeValueAsString(Map.of("resourceType", "Bundle", "type", "transaction", "entry", entries)))
                .post("")
                .then()
                .statusCode(200);
    }

    private static Map<String, Object> resource(String type, String id, Map<String, ?> content) {
        Map<String, Object> r = new LinkedHashMap<>();
        r.put("resourceType", type);
        r.put("id", id);
        r.putAll(content);
        return r;
    }

    private static void put(Map<String, Object> r, String name, Object value) {
        if (value != null && !value.equals("")) {
            r.put(name, value);
        }
    }

    private static <T> T pick(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static String time() {
        return random.nextInt(4) == 0 ? null : pick(TIMES);
    }

    private static Object period() {
        int from = random.nextInt(TIMES.size());
        Map<String, Object> p = new LinkedHashMap<>();
        put(p, "start", random.nextInt(4) == 0 ? null : TIMES.get(from));
        put(p, "end", random.nextInt(4) == 0 ? null : TIMES.get(from + random.nextInt(TIMES.size() - from)));
        return p.isEmpty() ? null : p;
    }

    // ---------------------------------------------------------------- the reading

    private static boolean isIn(Map<String, Object> r, String from, String through) {
        return switch ((String) r.get("resourceType")) {
            case "Encounter" -> any(r, from, through, List.of("period"), List.of());
            case "Observation" -> any(r, from, through, List.of("effectiveDateTime"), List.of());
            case "Appointment" -> any(r, from, through, List.of("start"), List.of());
            case "MedicationRequest" -> any(r, from, through, List.of("authoredOn"), List.of("active", "on-hold"));
            case "ServiceRequest" ->
                any(r, from, through, List.of("authoredOn", "occurrencePeriod"), List.of("active", "on-hold"));
            case "Task" ->
                any(r, from, through, List.of("authoredOn", "executionPeriod"), List.of("requested", "in-progress"));
            case "Condition" ->
                (!r.containsKey("onsetDateTime") || NaiveSearch.overlaps(r.get("onsetDateTime"), null, through))
                        && (!r.containsKey("abatementDateTime")
                                || NaiveSearch.overlaps(r.get("abatementDateTime"), from, null));
            case "Goal" -> !r.containsKey("startDate") || NaiveSearch.overlaps(r.get("startDate"), null, through);
            case "DocumentReference" -> {
                Object when = r.containsKey("context") ? ((Map<?, ?>) r.get("context")).get("period") : r.get("date");
                yield when == null || NaiveSearch.overlaps(when, from, through);
            }
            default -> true;
        };
    }

    private static boolean any(
            Map<String, Object> r, String from, String through, List<String> dates, List<String> goingOn) {
        List<Object> there = dates.stream().filter(r::containsKey).map(r::get).toList();
        boolean on = goingOn.contains(String.valueOf(r.get("status")));
        return there.isEmpty() || there.stream().anyMatch(d -> NaiveSearch.overlaps(d, on ? null : from, through));
    }

    private static TreeSet<String> expected(String from, String through) {
        TreeSet<String> found = new TreeSet<>();
        record.stream().filter(r -> isIn(r, from, through)).forEach(r -> {
            found.add((String) r.get("id"));
            if (r.get("resourceType").equals("Encounter")) {
                found.add(((String) r.get("id")).replace("every-e", "every-d"));
            }
        });
        return found;
    }

    private static List<String> walk(String query) {
        List<String> all = new ArrayList<>();
        String next = base + "/Patient/" + PATIENT + "/$everything?" + query;
        while (next != null) {
            JsonPath page = fhir().urlEncodingEnabled(false)
                    .get(next)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            List<String> ids = page.getList("entry.resource.id");
            all.addAll(ids == null ? List.of() : ids);
            next = page.getString("link.find { it.relation == 'next' }.url");
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01, 2026-03-31",
        "2026-03, 2026-03",
        "2026-03-01,",
        ", 2026-02",
        ", 2025-06-10",
        "2025-06-10T10:00:00Z, 2025-06-10T10:00:00Z",
        "2026-03-01T05:00:00Z, 2026-03-01T05:00:00Z",
        "2026-03-31T23:59:59-04:00,",
        "2026-04-01, 2026",
        "2030,",
        ", 1990"
    })
    void a_range_means_care_within_it(String start, String end) {
        String query = (start == null ? "" : "&start=" + start) + (end == null ? "" : "&end=" + end);
        List<String> found = walk("_count=30" + query);
        assertThat(found).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(found)).isEqualTo(expected(start, end));
    }

    @Test
    void a_range_goes_with_types_since_and_post() {
        List<String> some = walk("start=2026-03-15&end=2026-03-15&_type=Observation,Encounter&_type=Goal&_count=2");
        assertThat(new TreeSet<>(some))
                .isEqualTo(expected("2026-03-15", "2026-03-15").stream()
                        .filter(id -> id.matches("every-[oeg]\\d+"))
                        .collect(java.util.stream.Collectors.toCollection(TreeSet::new)));
        assertThat(walk("start=2026-03-15&_since=2999-01-01T00:00:00Z")).isEmpty();
        fhir().body(
                        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"start\",\"valueDate\":\"2030\"},{\"name\":\"_type\",\"valueCode\":\"Patient\"}]}")
                .post("/Patient/" + PATIENT + "/$everything")
                .then()
                .statusCode(200)
                .body("entry.resource.id", equalTo(List.of(PATIENT)))
                .body("link[0].url", containsString("start=2030"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "start=",
                "start=yesterday",
                "start=ge2026",
                "end=2026-13",
                "start=2026-02-30",
                "start=2026-03-02&end=2026-03-01",
                "start=2026&start=2027",
                "_since=2026&_since=2027",
                "_type=",
                "_type=Nonsense",
                "_count=-1"
            })
    void what_cannot_be_meant_is_refused(String query) {
        fhir().urlEncodingEnabled(false)
                .get("/Patient/" + PATIENT + "/$everything?" + query)
                .then()
                .statusCode(400)
                .body("issue[0].diagnostics", not(equalTo("")));
    }

    @Test
    void pages_are_of_one_time_and_one_range() {
        String next = fhir().get("/Patient/" + PATIENT + "/$everything?start=2026&_count=5")
                .jsonPath()
                .getString("link.find { it.relation == 'next' }.url");
        JsonPath first = fhir().get("/Patient/" + PATIENT + "/$everything?start=2026&_count=5")
                .jsonPath();
        assertThat(fhir().urlEncodingEnabled(false)
                        .get(first.getString("link.find { it.relation == 'next' }.url"))
                        .jsonPath()
                        .getString("meta.lastUpdated"))
                .isEqualTo(first.getString("meta.lastUpdated"));
        fhir().urlEncodingEnabled(false)
                .get(next.replace("start=2026", "start=2025"))
                .then()
                .statusCode(400);
    }

    @Test
    void the_self_link_shows_the_largest_page() {
        fhir().get("/Patient/" + PATIENT + "/$everything?_count=5000")
                .then()
                .body("link[0].url", containsString("_count=1000"));
    }
}
