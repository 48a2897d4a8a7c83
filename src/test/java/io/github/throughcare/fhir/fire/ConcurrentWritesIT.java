package io.github.throughcare.fhir.fire;

import static io.github.throughcare.fhir.fire.Clients.all;
import static io.github.throughcare.fhir.fire.Clients.atOnce;
import static io.github.throughcare.fhir.fire.Clients.count;
import static io.github.throughcare.fhir.fire.Clients.get;
import static io.github.throughcare.fhir.fire.Clients.number;
import static io.github.throughcare.fhir.fire.Clients.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.github.throughcare.ServerProcess;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** 64 clients at the same moment, on two server processes with one database. */
class ConcurrentWritesIT extends ServerIT {

    private static final int CLIENTS = 64;
    private static final String SYSTEM = "http://example.org/fire";

    private static ServerProcess second;

    @BeforeAll
    static void start() throws Exception {
        second = new ServerProcess(sameDatabase());
    }

    @AfterAll
    static void stop() {
        second.close();
    }

    /** The two servers in turn. */
    private static String server(int number) {
        return number % 2 == 0 ? base : second.base();
    }

    @Test
    void of_many_conditional_creates_one_creates() throws Exception {
        String value = UUID.randomUUID().toString();
        List<HttpResponse<String>> answers = atOnce(
                CLIENTS,
                i -> send(
                        "POST",
                        server(i) + "/Patient",
                        patient(value, i),
                        "If-None-Exist",
                        "identifier=" + SYSTEM + "|" + value));
        one(answers, "/Patient?identifier=" + value);
    }

    @Test
    void of_many_conditional_creates_with_overlapping_criteria_one_creates() throws Exception {
        String value = UUID.randomUUID().toString();
        List<String> criteria = List.of(
                "identifier=" + SYSTEM + "|" + value,
                "identifier=" + value,
                "identifier=" + SYSTEM + "|" + value + "&active=true",
                "identifier=nobody," + value);
        List<HttpResponse<String>> answers = atOnce(
                CLIENTS,
                i -> send("POST", server(i) + "/Patient", patient(value, i), "If-None-Exist", criteria.get(i / 2 % 4)));
        one(answers, "/Patient?identifier=" + value);
    }

    @Test
    void of_many_transactions_with_the_same_condition_one_creates() throws Exception {
        String value = UUID.randomUUID().toString();
        String bundle = "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
                + "{\"fullUrl\":\"urn:uuid:" + UUID.randomUUID() + "\",\"resource\":" + patient(value, 0)
                + ",\"request\":{\"method\":\"POST\",\"url\":\"Patient\",\"ifNoneExist\":\"identifier=" + SYSTEM + "|"
                + value + "\"}},"
                + "{\"resource\":{\"resourceType\":\"Organization\",\"name\":\"" + value
                + "\",\"identifier\":[{\"value\":\"" + value + "\"}]},"
                + "\"request\":{\"method\":\"POST\",\"url\":\"Organization\",\"ifNoneExist\":\"identifier=" + value
                + "\"}}]}";
        List<HttpResponse<String>> answers = atOnce(CLIENTS, i -> send("POST", server(i), bundle));
        assertThat(count(answers, 200)).as(statuses(answers)).isEqualTo(CLIENTS);
        assertThat(answers.stream()
                        .filter(a -> a.body().contains("\"201 Created\""))
                        .count())
                .isEqualTo(1);
        assertThat(number(get(base + "/Patient?identifier=" + value).body(), "total"))
                .isEqualTo(1);
        assertThat(number(get(base + "/Organization?identifier=" + value).body(), "total"))
                .isEqualTo(1);
    }

    @Test
    void of_single_creates_and_transactions_with_overlapping_criteria_one_creates() throws Exception {
        String value = UUID.randomUUID().toString();
        List<String> criteria = List.of(
                "identifier=" + SYSTEM + "|" + value,
                "identifier=" + value,
                "identifier=nobody," + value + "&active=true");
        List<HttpResponse<String>> answers = atOnce(CLIENTS, i -> {
            String condition = criteria.get(i / 4 % 3);
            return i % 4 < 2
                    ? send("POST", server(i) + "/Patient", patient(value, i), "If-None-Exist", condition)
                    : send(
                            "POST",
                            server(i),
                            "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":"
                                    + patient(value, i)
                                    + ",\"request\":{\"method\":\"POST\",\"url\":\"Patient\",\"ifNoneExist\":\""
                                    + condition
                                    + "\"}}]}");
        });
        assertThat(count(answers, 200) + count(answers, 201))
                .as(statuses(answers))
                .isEqualTo(CLIENTS);
        assertThat(count(answers, 201)
                        + answers.stream()
                                .filter(a -> a.body().contains("\"201 Created\""))
                                .count())
                .isEqualTo(1);
        assertThat(number(get(base + "/Patient?identifier=" + value).body(), "total"))
                .isEqualTo(1);
    }

    /** More conditions than are locked one by one. */
    @Test
    void of_large_transactions_with_the_same_conditions_one_creates() throws Exception {
        String run = UUID.randomUUID().toString();
        String bundle = IntStream.range(0, 600)
                .mapToObj(i -> "{\"resource\":{\"resourceType\":\"Basic\",\"meta\":{\"tag\":[{\"code\":\"" + run
                        + "\"}]},\"code\":{\"text\":\"fire\"},\"identifier\":[{\"value\":\"" + run + "-" + i
                        + "\"}]},\"request\":{\"method\":\"POST\",\"url\":\"Basic\",\"ifNoneExist\":\"identifier=" + run
                        + "-"
                        + i + "\"}}")
                .collect(Collectors.joining(
                        ",", "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[", "]}"));
        List<HttpResponse<String>> answers = atOnce(12, i -> {
            String one = run + "-" + i * 50;
            return i < 4
                    ? send("POST", server(i), bundle)
                    : send(
                            "POST",
                            server(i) + "/Basic",
                            "{\"resourceType\":\"Basic\",\"meta\":{\"tag\":[{\"code\":\"" + run
                                    + "\"}]},\"code\":{\"text\":\"fire\"},\"identifier\":[{\"value\":\"" + one
                                    + "\"}]}",
                            "If-None-Exist",
                            "identifier=" + one);
        });
        assertThat(count(answers, 200) + count(answers, 201))
                .as(statuses(answers))
                .isEqualTo(12);
        assertThat(number(
                        get(base + "/Basic?_tag=" + run + "&_total=accurate&_count=0")
                                .body(),
                        "total"))
                .isEqualTo(600);
    }

    @Test
    void many_patches_that_each_add_an_element_are_all_kept() throws Exception {
        String id = create("Patient", patient(UUID.randomUUID().toString(), 0));
        List<HttpResponse<String>> answers = atOnce(
                CLIENTS,
                i -> send(
                        "PATCH",
                        server(i) + "/Patient/" + id,
                        "[{\"op\":\"add\",\"path\":\"/name/-\",\"value\":{\"family\":\"Patched" + i + "\"}}]",
                        "Content-Type",
                        "application/json-patch+json"));
        assertThat(count(answers, 200)).as(statuses(answers)).isEqualTo(CLIENTS);
        assertThat(all(get(base + "/Patient/" + id).body(), "\"family\":\"(Patched\\d+)\""))
                .doesNotHaveDuplicates()
                .hasSize(CLIENTS);
        contiguous(id, CLIENTS + 1);
    }

    @Test
    void of_many_puts_with_the_same_if_match_one_wins() throws Exception {
        String id = create("Patient", patient(UUID.randomUUID().toString(), 0));
        List<HttpResponse<String>> answers =
                atOnce(CLIENTS, i -> send("PUT", server(i) + "/Patient/" + id, withId(id, i), "If-Match", "W/\"1\""));
        assertThat(count(answers, 200)).as(statuses(answers)).isEqualTo(1);
        assertThat(count(answers, 412)).as(statuses(answers)).isEqualTo(CLIENTS - 1);
        assertThat(number(get(base + "/Patient/" + id).body(), "versionId")).isEqualTo(2);
    }

    @Test
    void many_puts_make_contiguous_versions_with_growing_times() throws Exception {
        String id = create("Patient", patient(UUID.randomUUID().toString(), 0));
        List<HttpResponse<String>> answers =
                atOnce(CLIENTS, i -> send("PUT", server(i) + "/Patient/" + id, withId(id, i)));
        assertThat(count(answers, 200)).as(statuses(answers)).isEqualTo(CLIENTS);
        contiguous(id, CLIENTS + 1);
    }

    @Test
    void many_puts_on_an_id_that_nobody_has_create_it_once() throws Exception {
        String id = "fire-" + UUID.randomUUID();
        List<HttpResponse<String>> answers =
                atOnce(CLIENTS, i -> send("PUT", server(i) + "/Patient/" + id, withId(id, i)));
        assertThat(count(answers, 201)).as(statuses(answers)).isEqualTo(1);
        assertThat(count(answers, 200)).as(statuses(answers)).isEqualTo(CLIENTS - 1);
        contiguous(id, CLIENTS);
    }

    /** Transactions that want the same resources in different orders, among them new ones. */
    @Test
    void crossing_transactions_never_fail_the_server() throws Exception {
        List<String> ids = IntStream.range(0, 6)
                .mapToObj(i -> "cross-" + i + "-" + UUID.randomUUID())
                .toList();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Clients.SOAK > 0 ? 60 : 4);
        ConcurrentLinkedQueue<HttpResponse<String>> answers = new ConcurrentLinkedQueue<>();
        atOnce(16, client -> {
            HttpResponse<String> last = null;
            for (int n = 0; System.nanoTime() < until; n++) {
                List<String> some = new java.util.ArrayList<>(ids);
                some.add("cross-new-" + client % 4 + "-" + n);
                java.util.Collections.shuffle(some, ThreadLocalRandom.current());
                String tag = client + "-" + n;
                last = send(
                        "POST",
                        server(client),
                        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
                                + some.subList(0, 4).stream()
                                        .map(id -> "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"" + id
                                                + "\",\"name\":[{\"family\":\"" + tag
                                                + "\"}]},\"request\":{\"method\":\"PUT\",\"url\":\"Patient/" + id
                                                + "\"}}")
                                        .collect(Collectors.joining(","))
                                + "]}");
                answers.add(last);
            }
            return last;
        });
        assertThat(answers).extracting(HttpResponse::statusCode).isSubsetOf(200, 409, 503);
        assertThat(answers.stream().filter(a -> a.statusCode() == 200)).hasSizeGreaterThan(answers.size() / 2);
        assertThat(answers.stream().filter(a -> a.statusCode() == 503))
                .allSatisfy(
                        a -> assertThat(a.headers().firstValue("Retry-After")).isPresent());
        for (String id : ids) {
            HttpResponse<String> current = get(base + "/Patient/" + id);
            if (current.statusCode() == 200) {
                contiguous(id, number(current.body(), "versionId"));
            }
        }
    }

    private static void one(List<HttpResponse<String>> answers, String search) throws Exception {
        assertThat(count(answers, 201)).as(statuses(answers)).isEqualTo(1);
        assertThat(count(answers, 200)).as(statuses(answers)).isEqualTo(CLIENTS - 1);
        assertThat(number(get(base + search).body(), "total")).isEqualTo(1);
    }

    /** Versions 1 to n, each later than the one before. */
    private static void contiguous(String id, int n) throws Exception {
        List<Integer> versions = new java.util.ArrayList<>();
        List<String> times = new java.util.ArrayList<>();
        String url = base + "/Patient/" + id + "/_history?_count=1000";
        while (url != null) {
            String page = get(url).body();
            all(page, "\"meta\":\\{\"versionId\":\"(\\d+)\"").forEach(v -> versions.add(Integer.valueOf(v)));
            times.addAll(all(page, "\"versionId\":\"\\d+\",\"lastUpdated\":\"([^\"]+)\""));
            url = all(page, "\"relation\":\"next\",\"url\":\"([^\"]+)\"").stream()
                    .findFirst()
                    .orElse(null);
        }
        java.util.Collections.reverse(versions);
        java.util.Collections.reverse(times);
        assertThat(versions)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, n).boxed().toList());
        assertThat(times).isSorted().doesNotHaveDuplicates();
    }

    private static String statuses(List<HttpResponse<String>> answers) {
        Map<Integer, Long> by = answers.stream()
                .collect(Collectors.groupingBy(HttpResponse::statusCode, TreeMap::new, Collectors.counting()));
        return by + " e.g. " + answers.get(answers.size() - 1).body();
    }

    private static String patient(String value, int i) {
        return "{\"resourceType\":\"Patient\",\"active\":true,\"identifier\":[{\"system\":\"" + SYSTEM
                + "\",\"value\":\"" + value + "\"}],\"name\":[{\"family\":\"Client" + i + "\"}]}";
    }

    private static String withId(String id, int i) {
        return "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\",\"name\":[{\"family\":\"Client" + i + "\"}]}";
    }
}
