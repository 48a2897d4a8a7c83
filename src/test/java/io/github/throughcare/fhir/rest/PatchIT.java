package io.github.throughcare.fhir.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.github.throughcare.ServerIT;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** PATCH (R4 http.html 3.1.0.6): in three languages, on an instance, by a condition, in Bundles, and by many at once. */
class PatchIT extends ServerIT {

    private static Response patch(String url, String json) {
        return fhir().contentType("application/json-patch+json").body(json).patch(url);
    }

    private static String identifier() {
        return UUID.randomUUID().toString();
    }

    private static String patient(String identifier) {
        return create(
                "Patient",
                "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"http://patch\",\"value\":\"" + identifier
                        + "\"}],\"name\":[{\"family\":\"Patch\"}],\"extension\":[{\"url\":\"http://e/x\",\"valueDecimal\":1.50}]}");
    }

    private static String binary(String patch) {
        return "{\"resourceType\":\"Binary\",\"contentType\":\"application/json-patch+json\",\"data\":\""
                + Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)) + "\"}";
    }

    private static final String FEMALE = "[{\"op\":\"add\",\"path\":\"/gender\",\"value\":\"female\"}]";

    @Test
    void a_json_patch_makes_a_version_and_keeps_the_text_of_numbers() {
        String id = patient(identifier());
        patch("/Patient/" + id, FEMALE)
                .then()
                .statusCode(200)
                .header("ETag", "W/\"2\"")
                .body("gender", equalTo("female"));
        assertThat(fhir().get("/Patient/" + id).asString()).contains("1.50");
        fhir().get("/Patient/" + id + "/_history")
                .then()
                .body("entry[0].request.method", equalTo("PATCH"))
                .body("entry[0].response.status", equalTo("200 OK"));
        patch("/Patient/" + id, FEMALE).then().statusCode(200).header("ETag", "W/\"2\"");
        fhir().get("/Patient/" + id + "/_history").then().body("total", equalTo(2));
    }

    @Test
    void a_test_that_fails_stores_nothing() {
        String id = patient(identifier());
        patch(
                        "/Patient/" + id,
                        "[{\"op\":\"add\",\"path\":\"/gender\",\"value\":\"female\"},{\"op\":\"test\",\"path\":\"/active\",\"value\":true}]")
                .then()
                .statusCode(422)
                .body("resourceType", equalTo("OperationOutcome"))
                .body("issue[0].diagnostics", containsString("[1]"));
        fhir().get("/Patient/" + id).then().header("ETag", "W/\"1\"").body("gender", equalTo(null));
    }

    @Test
    void the_result_is_checked_like_any_body() {
        String id = patient(identifier());
        patch("/Patient/" + id, "[{\"op\":\"add\",\"path\":\"/gander\",\"value\":\"female\"}]")
                .then()
                .statusCode(422)
                .body("issue[0].expression[0]", equalTo("Patient.gander"));
        patch("/Patient/" + id, "[{\"op\":\"replace\",\"path\":\"/meta\",\"value\":\"nonsense\"}]")
                .then()
                .statusCode(422);
        patch("/Patient/" + id, "[{\"op\":\"replace\",\"path\":\"/meta/versionId\",\"value\":\"77\"}]")
                .then()
                .statusCode(200)
                .header("ETag", "W/\"1\"");
    }

    @Test
    void if_match_holds() {
        String id = patient(identifier());
        patch("/Patient/" + id, FEMALE).then().statusCode(200);
        fhir().contentType("application/json-patch+json")
                .header("If-Match", "W/\"1\"")
                .body("[{\"op\":\"remove\",\"path\":\"/gender\"}]")
                .patch("/Patient/" + id)
                .then()
                .statusCode(412);
        fhir().contentType("application/json-patch+json")
                .header("If-Match", "W/\"2\"")
                .body("[{\"op\":\"remove\",\"path\":\"/gender\"}]")
                .patch("/Patient/" + id)
                .then()
                .statusCode(200)
                .header("ETag", "W/\"3\"");
    }

    @Test
    void what_is_not_there_cannot_be_patched() {
        patch("/Patient/" + identifier(), FEMALE).then().statusCode(404);
        String id = patient(identifier());
        fhir().delete("/Patient/" + id).then().statusCode(204);
        patch("/Patient/" + id, FEMALE).then().statusCode(410);
    }

    @Test
    void a_condition_names_one() {
        String identifier = identifier();
        patch("/Patient?identifier=http://patch|" + identifier, FEMALE).then().statusCode(404);
        patient(identifier);
        patch("/Patient?identifier=http://patch|" + identifier, FEMALE)
                .then()
                .statusCode(200)
                .body("gender", equalTo("female"));
        patient(identifier);
        patch("/Patient?identifier=http://patch|" + identifier, FEMALE).then().statusCode(412);
        patch("/Patient", FEMALE).then().statusCode(400);
    }

    @Test
    void fhirpath_and_xml_patch_too() {
        String id = patient(identifier());
        fhir().body(
                        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"operation\",\"part\":["
                                + "{\"name\":\"type\",\"valueCode\":\"add\"},{\"name\":\"path\",\"valueString\":\"Patient\"},"
                                + "{\"name\":\"name\",\"valueString\":\"birthDate\"},{\"name\":\"value\",\"valueDate\":\"1970-05-06\"}]}]}")
                .patch("/Patient/" + id)
                .then()
                .statusCode(200)
                .body("birthDate", equalTo("1970-05-06"));
        fhir().contentType("application/fhir+xml")
                .body(
                        "<Parameters xmlns=\"http://hl7.org/fhir\"><parameter><name value=\"operation\"/><part><name value=\"type\"/>"
                                + "<valueCode value=\"delete\"/></part><part><name value=\"path\"/><valueString value=\"Patient.birthDate\"/></part>"
                                + "</parameter></Parameters>")
                .patch("/Patient/" + id)
                .then()
                .statusCode(200)
                .body("birthDate", equalTo(null));
        fhir().contentType("application/xml-patch+xml")
                .body(
                        "<diff xmlns:f=\"http://hl7.org/fhir\"><replace sel=\"f:Patient/f:name/f:family/@value\">New</replace></diff>")
                .patch("/Patient/" + id)
                .then()
                .statusCode(200)
                .body("name[0].family", equalTo("New"));
        assertThat(fhir().get("/Patient/" + id).asString()).contains("1.50");
    }

    @Test
    void a_patch_of_another_kind_is_refused() {
        String id = patient(identifier());
        fhir().contentType("application/merge-patch+json")
                .body("{\"gender\":\"male\"}")
                .patch("/Patient/" + id)
                .then()
                .statusCode(415)
                .body("resourceType", equalTo("OperationOutcome"));
        fhir().body("{\"resourceType\":\"Patient\"}")
                .patch("/Patient/" + id)
                .then()
                .statusCode(415);
    }

    @Test
    void patches_stand_in_transactions_and_batches() {
        String id = patient(identifier());
        String second = identifier();
        patient(second);
        String entries = "{\"resource\":" + binary(FEMALE) + ",\"request\":{\"method\":\"PATCH\",\"url\":\"Patient/"
                + id
                + "\"}},{\"resource\":" + binary(FEMALE)
                + ",\"request\":{\"method\":\"PATCH\",\"url\":\"Patient?identifier=http://patch|" + second + "\"}}";
        fhir().body("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + entries + "]}")
                .post("/")
                .then()
                .statusCode(200)
                .body("entry.response.status", equalTo(List.of("200 OK", "200 OK")))
                .body("entry[1].response.etag", equalTo("W/\"2\""));
        String failing = "{\"resource\":" + binary("[{\"op\":\"remove\",\"path\":\"/photo\"}]")
                + ",\"request\":{\"method\":\"PATCH\",\"url\":\"Patient/" + id + "\"}}";
        String good = "{\"resource\":"
                + binary("[{\"op\":\"add\",\"path\":\"/active\",\"value\":true}]")
                        .replace("\n", "")
                + ",\"request\":{\"method\":\"PATCH\",\"url\":\"Patient?identifier=http://patch|" + second + "\"}}";
        fhir().body("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + good + "," + failing + "]}")
                .post("/")
                .then()
                .statusCode(422);
        fhir().get("/Patient?identifier=http://patch|" + second).then().body("entry[0].resource.active", equalTo(null));
        fhir().body("{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" + good + "," + failing + "]}")
                .post("/")
                .then()
                .statusCode(200)
                .body("entry.response.status", equalTo(List.of("200 OK", "422 Unprocessable Content")));
        fhir().get("/Patient?identifier=http://patch|" + second).then().body("entry[0].resource.active", equalTo(true));
    }

    @Test
    void links_to_other_entries_may_stand_in_a_patch() {
        String id = patient(identifier());
        fhir().body(
                        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"fullUrl\":\"urn:uuid:0d6f5a3e-1111-4000-8000-000000000001\","
                                + "\"resource\":{\"resourceType\":\"Organization\",\"name\":\"Patch\"},\"request\":{\"method\":\"POST\",\"url\":\"Organization\"}},"
                                + "{\"resource\":"
                                + binary(
                                        "[{\"op\":\"add\",\"path\":\"/managingOrganization\",\"value\":{\"reference\":\"urn:uuid:0d6f5a3e-1111-4000-8000-000000000001\"}}]")
                                + ",\"request\":{\"method\":\"PATCH\",\"url\":\"Patient/" + id + "\"}}]}")
                .post("/")
                .then()
                .statusCode(200);
        fhir().get("/Patient/" + id).then().body("managingOrganization.reference", containsString("Organization/"));
    }

    @Test
    void sixty_four_patches_at_once_are_sixty_four_elements() throws Exception {
        String id = patient(identifier());
        ExecutorService pool = Executors.newFixedThreadPool(64);
        try {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                String patch =
                        "[{\"op\":\"add\",\"path\":\"/identifier/-\",\"value\":{\"system\":\"http://n\",\"value\":\""
                                + i + "\"}}]";
                all.add(pool.submit(() -> patch("/Patient/" + id, patch).statusCode()));
            }
            for (Future<Integer> one : all) {
                assertThat(one.get()).isEqualTo(200);
            }
        } finally {
            pool.shutdown();
        }
        Response now = fhir().get("/Patient/" + id);
        now.then().header("ETag", "W/\"65\"").body("identifier", hasSize(65));
        assertThat(new HashSet<>(now.jsonPath().getList("identifier.value"))).hasSize(65);
    }
}
