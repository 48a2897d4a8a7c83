package io.github.throughcare.fhir.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.github.throughcare.ServerIT;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Referential integrity under the default policy, enforce. */
class ReferencesIT extends ServerIT {

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static String patient() {
        return create("Patient", "{\"resourceType\":\"Patient\"}");
    }

    private static String condition(String subject) {
        return "{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"" + subject + "\"}}";
    }

    private static String bundle(String... entries) {
        return "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + String.join(",", entries) + "]}";
    }

    private static String post(String fullUrl, String type, String resource) {
        return "{\"fullUrl\":\"" + fullUrl + "\",\"resource\":" + resource
                + ",\"request\":{\"method\":\"POST\",\"url\":\"" + type + "\"}}";
    }

    private static String put(String url, String resource) {
        return "{\"resource\":" + resource + ",\"request\":{\"method\":\"PUT\",\"url\":\"" + url + "\"}}";
    }

    private static String delete(String url) {
        return "{\"request\":{\"method\":\"DELETE\",\"url\":\"" + url + "\"}}";
    }

    @Test
    void a_reference_to_nothing_is_refused_and_its_place_named() {
        String nobody = "Patient/" + id();
        fhir().body("{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"Patient/" + patient()
                        + "\"},\"evidence\":[{\"detail\":[{\"display\":\"x\"},{\"reference\":\"" + nobody + "\"}]}]}")
                .post("/Condition")
                .then()
                .statusCode(422)
                .body("issue[0].code", equalTo("business-rule"))
                .body("issue[0].expression[0]", equalTo("Condition.evidence[0].detail[1].reference"))
                .body("issue[0].diagnostics", containsString(nobody));
        String own = "wrong-" + id();
        fhir().body(condition(nobody).replace("{\"resourceType\"", "{\"id\":\"" + own + "\",\"resourceType\""))
                .put("/Condition/" + own)
                .then()
                .statusCode(422);
        fhir().get("/Condition/" + own).then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://elsewhere.example/Patient/1", "urn:uuid:0d6f5a3e-0000-4000-8000-00000000000f"})
    void what_is_elsewhere_is_nobodys_business_here(String reference) {
        create("Condition", condition(reference));
    }

    @Test
    void a_contained_resource_is_no_reference_but_may_hold_one() {
        String p = patient();
        create(
                "Condition",
                "{\"resourceType\":\"Condition\",\"contained\":[{\"resourceType\":\"Practitioner\",\"id\":\"c\"}],\"subject\":{\"reference\":\"Patient/"
                        + p + "\"},\"recorder\":{\"reference\":\"#c\"}}");
        fhir().body(
                        "{\"resourceType\":\"Condition\",\"contained\":[{\"resourceType\":\"PractitionerRole\",\"id\":\"c\",\"practitioner\":{\"reference\":\"Practitioner/"
                                + id() + "\"}}],\"subject\":{\"reference\":\"Patient/" + p
                                + "\"},\"recorder\":{\"reference\":\"#c\"}}")
                .post("/Condition")
                .then()
                .statusCode(422)
                .body("issue[0].expression[0]", equalTo("Condition.contained[0].practitioner.reference"));
    }

    @Test
    void an_absolute_reference_below_this_server_and_one_with_a_version_count_too() {
        String p = patient();
        create("Condition", condition(base + "/Patient/" + p));
        create("Condition", condition("Patient/" + p + "/_history/1"));
        fhir().body(condition(base + "/Patient/" + id()))
                .post("/Condition")
                .then()
                .statusCode(422);
        fhir().body(condition("Patient/" + id() + "/_history/1"))
                .post("/Condition")
                .then()
                .statusCode(422);
    }

    @Test
    void entries_of_a_bundle_refer_to_each_other_whatever_their_order() {
        String a = id();
        String b = id();
        fhir().body(bundle(
                        put(
                                "Patient/" + a,
                                "{\"resourceType\":\"Patient\",\"id\":\"" + a
                                        + "\",\"link\":[{\"other\":{\"reference\":\"Patient/" + b
                                        + "\"},\"type\":\"seealso\"}]}"),
                        put(
                                "Patient/" + b,
                                "{\"resourceType\":\"Patient\",\"id\":\"" + b
                                        + "\",\"link\":[{\"other\":{\"reference\":\"Patient/" + a
                                        + "\"},\"type\":\"seealso\"}]}")))
                .post("/")
                .then()
                .statusCode(200);
        fhir().body(bundle(
                        post("urn:uuid:0d6f5a3e-0000-4000-8000-000000000001", "Condition", condition("Patient/" + a)),
                        post(
                                "urn:uuid:0d6f5a3e-0000-4000-8000-000000000002",
                                "Condition",
                                condition("Patient/" + id()))))
                .post("/")
                .then()
                .statusCode(422)
                .body(
                        "issue[0].expression[0]",
                        equalTo("Bundle.entry[1].resource.ofType(Condition).subject.reference"));
    }

    @Test
    void more_than_one_statement_still_knows_the_whole_bundle() {
        String p = id();
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            entries.add(post(
                    "urn:uuid:0d6f5a3e-0000-4000-8000-" + String.format("%012d", i),
                    "Condition",
                    condition("Patient/" + p)));
        }
        entries.add(put("Patient/" + p, "{\"resourceType\":\"Patient\",\"id\":\"" + p + "\"}"));
        fhir().body(bundle(entries.toArray(String[]::new))).post("/").then().statusCode(200);
        fhir().get("/Condition?_summary=count&patient=" + p).then().body("total", equalTo(1500));
    }

    @Test
    void what_is_referred_to_is_not_deleted() {
        String p = patient();
        String c = create("Condition", condition("Patient/" + p));
        fhir().delete("/Patient/" + p)
                .then()
                .statusCode(409)
                .body("issue[0].code", equalTo("conflict"))
                .body("issue[0].diagnostics", containsString("Condition/" + c));
        fhir().get("/Patient/" + p).then().statusCode(200);
        fhir().body(bundle(delete("Patient/" + p))).post("/").then().statusCode(409);
        fhir().body(bundle(delete("Patient/" + p), delete("Condition/" + c)))
                .post("/")
                .then()
                .statusCode(200);
        fhir().get("/Patient/" + p).then().statusCode(410);
        fhir().body(condition("Patient/" + p)).post("/Condition").then().statusCode(422);
    }

    @Test
    void a_reference_that_no_search_parameter_knows_counts() {
        String p = patient();
        String other = create("Organization", "{\"resourceType\":\"Organization\"}");
        create(
                "Basic",
                "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"},\"extension\":[{\"url\":\"http://e/r\",\"valueReference\":{\"reference\":\"Organization/"
                        + other + "\"}}],\"subject\":{\"reference\":\"Patient/" + p + "\"}}");
        fhir().delete("/Organization/" + other)
                .then()
                .statusCode(409)
                .body("issue[0].diagnostics", containsString("Basic/"));
        fhir().delete("/Patient/" + p).then().statusCode(409);
    }

    @Test
    void a_reference_that_is_given_up_no_longer_holds() {
        String first = patient();
        String second = patient();
        String c = create("Condition", condition("Patient/" + first));
        fhir().body(bundle(
                        delete("Patient/" + first),
                        put(
                                "Condition/" + c,
                                condition("Patient/" + second)
                                        .replace("{\"resourceType\"", "{\"id\":\"" + c + "\",\"resourceType\""))))
                .post("/")
                .then()
                .statusCode(200);
        fhir().body(bundle(
                        delete("Patient/" + second),
                        put(
                                "Condition/" + c,
                                condition("Patient/" + second)
                                        .replace(
                                                "{\"resourceType\"",
                                                "{\"id\":\"" + c + "\",\"language\":\"en\",\"resourceType\""))))
                .post("/")
                .then()
                .statusCode(422);
        fhir().get("/Patient/" + second).then().statusCode(200);
    }

    @Test
    void itself_is_there() {
        String p = id();
        fhir().body("{\"resourceType\":\"Patient\",\"id\":\"" + p + "\",\"link\":[{\"other\":{\"reference\":\"Patient/"
                        + p + "\"},\"type\":\"seealso\"}]}")
                .put("/Patient/" + p)
                .then()
                .statusCode(201);
        fhir().delete("/Patient/" + p).then().statusCode(204);
    }

    @Test
    void of_a_deletion_and_a_reference_at_the_same_time_one_is_refused() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 25; round++) {
                String p = patient();
                Future<Response> gone = pool.submit(() -> fhir().delete("/Patient/" + p));
                List<Future<Response>> added = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    added.add(pool.submit(
                            () -> fhir().body(condition("Patient/" + p)).post("/Condition")));
                }
                int deleted = gone.get().statusCode();
                List<Integer> created = new ArrayList<>();
                for (Future<Response> f : added) {
                    created.add(f.get().statusCode());
                }
                if (deleted == 204) {
                    assertThat(created).containsOnly(422);
                } else {
                    assertThat(deleted).isEqualTo(409);
                    assertThat(created).contains(201);
                }
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void writers_that_refer_to_one_resource_and_one_who_changes_it_do_not_stop_each_other() throws Exception {
        String p = patient();
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                String body = i % 4 == 0
                        ? "{\"resourceType\":\"Patient\",\"id\":\"" + p + "\",\"language\":\"l" + i + "\"}"
                        : condition("Patient/" + p);
                all.add(pool.submit(() -> body.startsWith("{\"resourceType\":\"Patient")
                        ? fhir().body(body).put("/Patient/" + p).statusCode()
                        : fhir().body(body).post("/Condition").statusCode()));
            }
            List<Integer> got = new ArrayList<>();
            for (Future<Integer> f : all) {
                got.add(f.get());
            }
            assertThat(got).containsOnly(200, 201);
        } finally {
            pool.shutdown();
        }
        fhir().get("/Patient/" + p + "/_history?_count=200").then().body("total", equalTo(31));
        fhir().get("/Condition?patient=" + p + "&_summary=count").then().body("total", equalTo(90));
        fhir().get("/Patient/" + p + "/_history").then().body("entry.resource.resourceType", hasItem("Patient"));
    }
}
