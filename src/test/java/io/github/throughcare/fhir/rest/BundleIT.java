package io.github.throughcare.fhir.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import io.github.throughcare.ServerIT;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Batch and transaction (R4 http.html 3.1.0.11). */
class BundleIT extends ServerIT {

    private static String bundle(String type, String... entries) {
        return "{\"resourceType\":\"Bundle\",\"type\":\"" + type + "\",\"entry\":[" + String.join(",", entries) + "]}";
    }

    private static String entry(String fullUrl, String resource, String request) {
        return "{" + (fullUrl == null ? "" : "\"fullUrl\":\"" + fullUrl + "\",")
                + (resource == null ? "" : "\"resource\":" + resource + ",") + "\"request\":" + request + "}";
    }

    private static String post(String type) {
        return "{\"method\":\"POST\",\"url\":\"" + type + "\"}";
    }

    private static String patient(String identifier) {
        return "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"http://bundle\",\"value\":\"" + identifier
                + "\"}]}";
    }

    private static String condition(String subject) {
        return "{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"" + subject + "\"}}";
    }

    @Test
    void links_between_entries_become_references_also_in_a_circle() {
        String p = "urn:uuid:" + UUID.randomUUID();
        String e = "urn:uuid:" + UUID.randomUUID();
        String c = "urn:uuid:" + UUID.randomUUID();
        var response = fhir().body(bundle(
                        "transaction",
                        entry(
                                c,
                                "{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"" + p
                                        + "\"},\"encounter\":{\"reference\":\"" + e + "\"}}",
                                post("Condition")),
                        entry(
                                e,
                                "{\"resourceType\":\"Encounter\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"subject\":{\"reference\":\""
                                        + p + "\"},\"diagnosis\":[{\"condition\":{\"reference\":\"" + c + "\"}}]}",
                                post("Encounter")),
                        entry(p, patient(p), post("Patient"))))
                .post("/")
                .then()
                .statusCode(200)
                .body("type", equalTo("transaction-response"))
                .body("entry", hasSize(3))
                .body("entry[0].response.status", startsWith("201"))
                .body("entry[0].response.location", startsWith("Condition/"))
                .extract();
        String condition =
                response.path("entry[0].response.location").toString().split("/_history")[0];
        String encounter =
                response.path("entry[1].response.location").toString().split("/_history")[0];
        String patient = response.path("entry[2].response.location").toString().split("/_history")[0];
        fhir().get("/" + condition)
                .then()
                .body("subject.reference", equalTo(patient))
                .body("encounter.reference", equalTo(encounter));
        fhir().get("/" + encounter).then().body("diagnosis[0].condition.reference", equalTo(condition));
    }

    @Test
    void a_conditional_reference_finds_its_one_resource_or_the_whole_is_refused() {
        String key = UUID.randomUUID().toString();
        String id = create("Patient", patient(key));
        String good = entry(null, condition("Patient?identifier=http://bundle|" + key), post("Condition"));
        String location = fhir().body(bundle("transaction", good))
                .post("/")
                .then()
                .statusCode(200)
                .extract()
                .path("entry[0].response.location");
        fhir().get("/" + location.split("/_history")[0]).then().body("subject.reference", equalTo("Patient/" + id));
        String other = UUID.randomUUID().toString();
        fhir().body(bundle(
                        "transaction",
                        entry(null, patient(other), post("Patient")),
                        entry(null, condition("Patient?identifier=http://bundle|none-" + key), post("Condition"))))
                .post("/")
                .then()
                .statusCode(412)
                .body("issue[0].expression[0]", equalTo("Bundle.entry[1]"));
        fhir().get("/Patient?identifier=" + other).then().body("total", equalTo(0));
    }

    @Test
    void a_transaction_is_all_or_nothing() {
        String key = UUID.randomUUID().toString();
        fhir().body(bundle(
                        "transaction",
                        entry(null, patient(key), post("Patient")),
                        entry(null, "{\"resourceType\":\"Patient\",\"birthDate\":\"soon\"}", post("Patient"))))
                .post("/")
                .then()
                .statusCode(400)
                .body("issue[0].expression[0]", startsWith("Bundle.entry[1]"));
        fhir().body(bundle(
                        "transaction",
                        entry(null, patient(key), post("Patient")),
                        entry(null, patient(key), "{\"method\":\"PUT\",\"url\":\"Patient/x\"}")))
                .post("/")
                .then()
                .statusCode(400);
        fhir().get("/Patient?identifier=" + key).then().body("total", equalTo(0));
    }

    @Test
    void if_none_exist_creates_once_and_links_to_what_was_there() {
        String key = UUID.randomUUID().toString();
        String p = "urn:uuid:" + UUID.randomUUID();
        String conditional =
                "{\"method\":\"POST\",\"url\":\"Patient\",\"ifNoneExist\":\"identifier=http://bundle|" + key + "\"}";
        String both = bundle(
                "transaction", entry(p, patient(key), conditional), entry(null, condition(p), post("Condition")));
        String first = fhir().body(both)
                .post("/")
                .then()
                .statusCode(200)
                .body("entry[0].response.status", startsWith("201"))
                .extract()
                .path("entry[0].response.location");
        var second = fhir().body(both)
                .post("/")
                .then()
                .statusCode(200)
                .body("entry[0].response.status", startsWith("200"))
                .body("entry[0].response.location", equalTo(first))
                .extract();
        fhir().get("/" + second.path("entry[1].response.location").toString().split("/_history")[0])
                .then()
                .body("subject.reference", equalTo(first.split("/_history")[0]));
    }

    @Test
    void many_who_create_the_same_at_once_make_one() throws Exception {
        String key = UUID.randomUUID().toString();
        List<Integer> codes = atOnce(
                24,
                i -> fhir().header(
                                "If-None-Exist", i % 2 == 0 ? "identifier=http://bundle|" + key : "identifier=" + key)
                        .body(patient(key))
                        .post("/Patient")
                        .statusCode());
        assertThat(codes.stream().filter(c -> c == 201)).hasSize(1);
        assertThat(codes.stream().filter(c -> c == 200)).hasSize(23);
        fhir().get("/Patient?identifier=" + key).then().body("total", equalTo(1));
    }

    @Test
    void many_updates_at_once_make_contiguous_versions() throws Exception {
        String id = "bundle-" + UUID.randomUUID();
        List<Integer> codes = atOnce(
                16,
                i -> fhir().body("{\"resourceType\":\"Patient\",\"id\":\"" + id + "\",\"name\":[{\"family\":\"N" + i
                                + "\"}]}")
                        .put("/Patient/" + id)
                        .statusCode());
        assertThat(codes.stream().filter(c -> c == 201)).hasSize(1);
        assertThat(codes.stream().filter(c -> c == 200)).hasSize(15);
        List<String> versions = fhir().get("/Patient/" + id + "/_history?_count=100")
                .jsonPath()
                .getList("entry.resource.meta.versionId");
        assertThat(versions)
                .isEqualTo(IntStream.rangeClosed(1, 16)
                        .mapToObj(i -> Integer.toString(17 - i))
                        .toList());
        List<Integer> matched = atOnce(
                16,
                i -> fhir().header("If-Match", "W/\"16\"")
                        .body("{\"resourceType\":\"Patient\",\"id\":\"" + id + "\",\"name\":[{\"family\":\"M" + i
                                + "\"}]}")
                        .put("/Patient/" + id)
                        .statusCode());
        assertThat(matched.stream().filter(c -> c == 200)).hasSize(1);
        assertThat(matched.stream().filter(c -> c == 412)).hasSize(15);
    }

    private interface Numbered {
        int call(int i);
    }

    private static List<Integer> atOnce(int threads, Numbered call) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Integer>> calls = IntStream.range(0, threads)
                    .<Callable<Integer>>mapToObj(i -> () -> call.call(i))
                    .toList();
            return pool.invokeAll(calls).stream()
                    .map(f -> {
                        try {
                            return f.get();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .collect(Collectors.toList());
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void two_entries_for_one_resource_are_refused() {
        String id = "bundle-" + UUID.randomUUID();
        String put = entry(
                null,
                "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}",
                "{\"method\":\"PUT\",\"url\":\"Patient/" + id + "\"}");
        fhir().body(bundle("transaction", put, put))
                .post("/")
                .then()
                .statusCode(400)
                .body("issue[0].diagnostics", containsString("once"));
        String url = "urn:uuid:" + UUID.randomUUID();
        fhir().body(bundle(
                        "transaction",
                        entry(url, patient("a"), post("Patient")),
                        entry(url, patient("b"), post("Patient"))))
                .post("/")
                .then()
                .statusCode(400);
    }

    @Test
    void a_transaction_deletes_updates_and_reads_too() {
        String gone = create("Patient", patient(UUID.randomUUID().toString()));
        String kept = create("Patient", patient(UUID.randomUUID().toString()));
        fhir().body(bundle(
                        "transaction",
                        entry(null, null, "{\"method\":\"GET\",\"url\":\"Patient/" + kept + "\"}"),
                        entry(
                                null,
                                "{\"resourceType\":\"Patient\",\"id\":\"" + kept + "\",\"gender\":\"female\"}",
                                "{\"method\":\"PUT\",\"url\":\"Patient/" + kept + "\",\"ifMatch\":\"W/\\\"1\\\"\"}"),
                        entry(null, null, "{\"method\":\"DELETE\",\"url\":\"Patient/" + gone + "\"}")))
                .post("/")
                .then()
                .statusCode(200)
                .body("entry[0].resource.gender", equalTo("female"))
                .body("entry[1].response.etag", equalTo("W/\"2\""))
                .body("entry[2].response.status", startsWith("204"));
        fhir().get("/Patient/" + gone).then().statusCode(410);
    }

    @Test
    void the_entries_of_a_batch_are_independent() {
        String key = UUID.randomUUID().toString();
        fhir().body(bundle(
                        "batch",
                        entry(null, patient(key), post("Patient")),
                        entry(null, "{\"resourceType\":\"Patient\",\"birthDate\":\"soon\"}", post("Patient")),
                        entry(null, null, "{\"method\":\"GET\",\"url\":\"Patient?identifier=" + key + "\"}"),
                        entry(null, null, "{\"method\":\"GET\",\"url\":\"Patient/none\"}"),
                        "{}"))
                .post("/")
                .then()
                .statusCode(200)
                .body("type", equalTo("batch-response"))
                .body("entry", hasSize(5))
                .body("entry[0].response.status", startsWith("201"))
                .body("entry[1].response.status", startsWith("400"))
                .body("entry[1].response.outcome.resourceType", equalTo("OperationOutcome"))
                .body("entry[2].resource.total", equalTo(1))
                .body("entry[3].response.status", startsWith("404"))
                .body("entry[4].response.status", startsWith("400"));
    }

    @Test
    void what_is_no_bundle_fails_whole() {
        for (String body : Arrays.asList(
                "{\"resourceType\":\"Patient\"}",
                "{\"resourceType\":\"Bundle\"}",
                bundle("collection"),
                "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":{}}",
                "nonsense")) {
            fhir().body(body).post("/").then().statusCode(400).body("resourceType", equalTo("OperationOutcome"));
        }
        fhir().body(bundle("transaction")).post("/").then().statusCode(200);
    }

    @Test
    void a_large_transaction_is_stored_whole() {
        String key = UUID.randomUUID().toString();
        String[] entries = IntStream.range(0, 2500)
                .mapToObj(i -> entry("urn:uuid:" + UUID.randomUUID(), patient(key + "-" + i), post("Patient")))
                .toArray(String[]::new);
        fhir().body(bundle("transaction", entries))
                .post("/")
                .then()
                .statusCode(200)
                .body("entry", hasSize(2500));
        fhir().get("/Patient?identifier=" + key + "-2499").then().body("total", equalTo(1));
    }
}
