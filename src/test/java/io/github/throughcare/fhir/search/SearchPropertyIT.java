package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.throughcare.ServerIT;
import io.github.throughcare.fhir.search.RandomWard.Asked;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Random questions about random resources, answered by the server and by {@link NaiveSearch}: the answers must be the same, and a walk
 * over small pages must bring each match once. {@code -Dthroughcare.search.seed=N} repeats or varies a run.
 */
class SearchPropertyIT extends ServerIT {

    private static final long SEED = Long.getLong("throughcare.search.seed", 20261122L);
    private static final int QUERIES = 400;
    private static final List<String> TYPES = List.of(
            "Patient",
            "Observation",
            "Condition",
            "Encounter",
            "Task",
            "RiskAssessment",
            "Location",
            "ActivityDefinition");
    private static final Map<String, List<String>> SORTS = Map.of(
            "Location", List.of("name", "-name"),
            "ActivityDefinition", List.of("url", "-context-quantity"),
            "Patient", List.of("birthdate", "-birthdate", "family", "-name,birthdate", "-death-date"),
            "Observation", List.of("date", "-date", "-value-quantity", "value-date,-date", "value-string"),
            "Condition", List.of("-recorded-date", "onset-date", "-onset-date,onset-age"),
            "Encounter", List.of("date", "-date", "length,-location-period"),
            "Task", List.of("authored-on", "-modified", "period,-_id"),
            "RiskAssessment", List.of("-probability", "probability,_id"));

    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final RandomWard ward = new RandomWard(SEED);
    private final NaiveSearch naive = new NaiveSearch(ward.resources);

    @Test
    void finds_what_reading_every_resource_finds() throws Exception {
        load();
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            String type = TYPES.get(i % TYPES.size());
            List<Asked> criteria = new ArrayList<>();
            do {
                criteria.add(
                        List.of("RiskAssessment", "ActivityDefinition").contains(type) || ward.chance(3)
                                ? simple(type)
                                : ward.ask(type));
            } while (ward.chance(2) && criteria.size() < 4);
            String fault = check(type, criteria);
            if (fault != null) {
                wrong.add("seed " + SEED + ", query " + i + ": " + fault);
            }
        }
        assertThat(wrong).as(String.join("\n", wrong)).isEmpty();
    }

    @Test
    void filters_mean_what_their_tests_mean() throws Exception {
        load();
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < QUERIES / 2; i++) {
            String type = TYPES.get(i % TYPES.size());
            RandomWard.AskedFilter filter = ward.filter(type, 3);
            TreeSet<String> expected = ward.resources.stream()
                    .filter(r -> r.get("resourceType").equals(type))
                    .filter(r -> filter.holds().test(naive, r))
                    .map(r -> (String) r.get("id"))
                    .collect(Collectors.toCollection(TreeSet::new));
            String query = type + "?_filter=" + encode(filter.text()) + "&_tag=" + encode("http://run|" + ward.tag())
                    + "&_count=1000";
            JsonNode all = get(base + "/" + query);
            String fault =
                    compare(filter.text(), expected, ids(all), all.get("total").asInt());
            if (fault != null) {
                wrong.add("seed " + SEED + ", filter " + i + ": " + type + " " + fault);
            }
        }
        assertThat(wrong).as(String.join("\n", wrong)).isEmpty();
    }

    private Asked simple(String type) {
        Asked asked;
        do {
            asked = ward.ask(type);
        } while (asked.name().contains(".") || asked.name().startsWith("_has"));
        return asked;
    }

    private void load() throws Exception {
        List<Map<String, Object>> entries = ward.resources.stream()
                .map(r -> Map.<String, Object>of(
                        "resource",
                        r,
                        "request",
                        Map.of("method", "PUT", "url", r.get("resourceType") + "/" + r.get("id"))))
                .collect(Collectors.toList());
        String bundle =
                json.writeValueAsString(Map.of("resourceType", "Bundle", "type", "transaction", "entry", entries));
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(base))
                        .header("Content-Type", "application/fhir+json")
                        .POST(HttpRequest.BodyPublishers.ofString(bundle))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** What is wrong with the answers to a query, or null. */
    private String check(String type, List<Asked> criteria) throws Exception {
        TreeSet<String> expected = ward.resources.stream()
                .filter(r -> r.get("resourceType").equals(type))
                .filter(r -> criteria.stream().allMatch(c -> naive.matches(r, c.name(), c.value())))
                .map(r -> (String) r.get("id"))
                .collect(Collectors.toCollection(TreeSet::new));
        String query = type + "?"
                + criteria.stream().map(c -> c.name() + "=" + encode(c.value())).collect(Collectors.joining("&"));
        String tagged = query + "&_tag=" + encode("http://run|" + ward.tag());
        JsonNode all = get(base + "/" + tagged + "&_count=1000");
        String fault = compare(tagged, expected, ids(all), all.get("total").asInt());
        if (fault != null) {
            return criteria + " " + fault;
        }
        // without the tag other criteria lead
        List<String> ours = new ArrayList<>(ids(get(base + "/" + query + "&_count=1000")));
        ours.removeIf(id -> !id.startsWith(ward.idPrefix()));
        fault = compare(query, expected, ours, expected.size());
        return fault != null || expected.isEmpty() ? fault : walk(type, tagged, expected);
    }

    private String walk(String type, String tagged, TreeSet<String> expected) throws Exception {
        String sort = ward.pick(List.of("", "_id", "-_id", "_lastUpdated", "-_lastUpdated", "own", "own", "own"));
        String url = base + "/" + tagged + "&_count=3"
                + (sort.isEmpty() ? "" : "&_sort=" + (sort.equals("own") ? ward.pick(SORTS.get(type)) : sort));
        List<String> walked = new ArrayList<>();
        int pages = 0;
        for (String next = url; next != null && pages < 100; pages++) {
            JsonNode page = get(next);
            walked.addAll(ids(page));
            next = null;
            for (JsonNode link : page.get("link")) {
                if (link.get("relation").asString().equals("next")) {
                    next = link.get("url").asString();
                }
            }
        }
        return compare(url + " over " + pages + " pages", expected, walked, expected.size());
    }

    private static String compare(String query, TreeSet<String> expected, List<String> got, int total) {
        if (new TreeSet<>(got).equals(expected) && got.size() == expected.size() && total == expected.size()) {
            return null;
        }
        TreeSet<String> lacking = new TreeSet<>(expected);
        got.forEach(lacking::remove);
        TreeSet<String> excess = new TreeSet<>(got);
        excess.removeAll(expected);
        return query + ": lacks " + lacking + ", has too much " + excess + ", " + got.size() + " entries, total "
                + total + ", expected " + expected.size();
    }

    private JsonNode get(String url) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode())
                .as("seed " + SEED + ": " + url + " " + answer.body())
                .isEqualTo(200);
        JsonNode[] bundle = new JsonNode[1];
        assertThatCode(() -> bundle[0] = json.readTree(answer.body())).doesNotThrowAnyException();
        return bundle[0];
    }

    private static List<String> ids(JsonNode bundle) {
        List<String> found = new ArrayList<>();
        if (bundle.has("entry")) {
            bundle.get("entry")
                    .forEach(e -> found.add(e.get("resource").get("id").asString()));
        }
        return found;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
