package io.github.throughcare.fhir.rest;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.github.throughcare.ServerIT;
import io.restassured.response.Response;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What goes along with a write: labels, provenance, what is answered; and a delete of many. */
class WriteExtrasIT extends ServerIT {

    private static final String PROVENANCE =
            "{\"resourceType\":\"Provenance\",\"recorded\":\"2026-11-22T08:00:00Z\",\"agent\":[{\"who\":{\"display\":\"Zoë\"}}]}";

    private static String key() {
        return UUID.randomUUID().toString();
    }

    private static String patient(String key) {
        return "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"http://extra\",\"value\":\"" + key
                + "\"}]}";
    }

    private static String meta(String labels) {
        return "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"meta\",\"valueMeta\":{" + labels + "}}]}";
    }

    @Test
    void labels_are_sets_that_grow_and_shrink() {
        String id = create("Patient", patient(key()));
        String tag = "\"tag\":[{\"system\":\"http://t\",\"code\":\"a\"}],\"profile\":[\"http://p/1\"]";
        for (int i = 0; i < 2; i++) {
            fhir().urlEncodingEnabled(false)
                    .body(meta(tag))
                    .post("/Patient/" + id + "/$meta-add")
                    .then()
                    .statusCode(200)
                    .body("resourceType", equalTo("Parameters"))
                    .body("parameter[0].name", equalTo("return"))
                    .body("parameter[0].valueMeta.tag", hasSize(1))
                    .body("parameter[0].valueMeta.versionId", equalTo("2"));
        }
        fhir().get("/Patient?_tag=http://t|a&_id=" + id).then().body("total", equalTo(1));
        fhir().urlEncodingEnabled(false)
                .get("/Patient/" + id + "/$meta")
                .then()
                .statusCode(200)
                .body("parameter[0].valueMeta.profile[0]", equalTo("http://p/1"));
        fhir().urlEncodingEnabled(false)
                .body(meta("\"tag\":[{\"system\":\"http://t\",\"code\":\"a\"}]"))
                .post("/Patient/" + id + "/$meta-delete")
                .then()
                .statusCode(200)
                .body("parameter[0].valueMeta.tag", equalTo(null))
                .body("parameter[0].valueMeta.profile", hasSize(1));
        fhir().urlEncodingEnabled(false)
                .get("/Patient/" + id + "/_history/2/$meta")
                .then()
                .statusCode(200)
                .body("parameter[0].valueMeta.tag", hasSize(1));
        fhir().urlEncodingEnabled(false)
                .body(meta(tag))
                .post("/Patient/" + id + "/_history/1/$meta-add")
                .then()
                .statusCode(405);
        fhir().urlEncodingEnabled(false)
                .get("/Patient/" + id + "/$meta-add")
                .then()
                .statusCode(405);
        fhir().urlEncodingEnabled(false)
                .body("{\"resourceType\":\"Parameters\"}")
                .post("/Patient/" + id + "/$meta-add")
                .then()
                .statusCode(400);
        fhir().urlEncodingEnabled(false)
                .get("/Patient/" + key() + "/$meta")
                .then()
                .statusCode(404);
    }

    @Test
    void the_labels_in_use_are_known_for_a_type_and_for_all() {
        String tag = key();
        String profile = "http://example.org/" + tag;
        create(
                "Basic",
                "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"},\"meta\":{\"profile\":[\"" + profile
                        + "|1\"],\"tag\":[{\"system\":\"http://t\",\"code\":\"" + tag
                        + "\",\"display\":\"T\"}],\"security\":[{\"code\":\"" + tag + "\"}]}}");
        String all = "/$meta";
        for (String url : new String[] {all, "/Basic/$meta"}) {
            fhir().urlEncodingEnabled(false)
                    .get(url)
                    .then()
                    .statusCode(200)
                    .body("parameter[0].name", equalTo("return"))
                    .body("parameter[0].valueMeta.profile", hasItem(profile + "|1"))
                    .body("parameter[0].valueMeta.tag.find { it.code == '" + tag + "' }.display", equalTo("T"))
                    .body("parameter[0].valueMeta.tag.code", not(hasItem("never")))
                    .body("parameter[0].valueMeta.security.code", hasItem(tag));
        }
        fhir().urlEncodingEnabled(false)
                .get("/Flag/$meta")
                .then()
                .statusCode(200)
                .body("parameter[0].valueMeta.toString()", not(containsString(tag)));
        fhir().delete("/Basic?_tag=http://t|" + tag).then().statusCode(204);
        fhir().urlEncodingEnabled(false)
                .get(all)
                .then()
                .statusCode(200)
                .body("parameter[0].valueMeta.toString()", not(containsString(tag)));
        fhir().urlEncodingEnabled(false).delete("/Basic/$meta").then().statusCode(405);
    }

    @Test
    void many_are_deleted_in_a_transaction_when_it_is_said_how_many() {
        String tag = key();
        for (int i = 0; i < 3; i++) {
            create(
                    "Basic",
                    "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"},\"identifier\":[{\"value\":\"" + tag
                            + "\"}]}");
        }
        String kept = create("Patient", patient(key()));
        String update = "{\"resource\":"
                + patient(tag).replace("{\"resourceType\"", "{\"id\":\"" + kept + "\",\"resourceType\"")
                + ",\"request\":{\"method\":\"PUT\",\"url\":\"Patient/" + kept + "\"}}";
        transaction(deletion("Basic?identifier=" + tag + "&_count=2"), update)
                .then()
                .statusCode(412)
                .body("issue[0].expression[0]", equalTo("Bundle.entry[0]"));
        fhir().get("/Basic?identifier=" + tag).then().body("total", equalTo(3));
        transaction(deletion("Basic?identifier=" + tag + "&_count=many"), update)
                .then()
                .statusCode(400);
        transaction(
                        deletion("Basic?identifier=" + tag + "-nobody&_count=9"),
                        deletion("Basic?identifier=" + tag + "&_count=9"),
                        update)
                .then()
                .statusCode(200)
                .body("entry.size()", equalTo(3))
                .body("entry[0].response.status", startsWith("200"))
                .body("entry[0].resource.issue[0].diagnostics", equalTo("Deleted 0 of Basic"))
                .body("entry[1].resource.issue[0].diagnostics", equalTo("Deleted 3 of Basic"))
                .body("entry[2].response.etag", equalTo("W/\"2\""));
        fhir().get("/Basic?identifier=" + tag).then().body("total", equalTo(0));
    }

    private static String deletion(String url) {
        return "{\"request\":{\"method\":\"DELETE\",\"url\":\"" + url + "\"}}";
    }

    private static Response transaction(String... entries) {
        return fhir().body("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
                        + String.join(",", entries) + "]}")
                .post(base);
    }

    @Test
    void provenance_in_a_header_is_stored_with_what_it_speaks_of() {
        String id = fhir().header("X-Provenance", PROVENANCE)
                .body(patient(key()))
                .post("/Patient")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        fhir().get("/Provenance?target=Patient/" + id)
                .then()
                .body("total", equalTo(1))
                .body("entry[0].resource.target[0].reference", equalTo("Patient/" + id + "/_history/1"));
        String key = key();
        fhir().header("X-Provenance", PROVENANCE)
                .body("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":" + patient(key)
                        + ",\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}},{\"resource\":"
                        + patient(key()) + ",\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}]}")
                .post("/")
                .then()
                .statusCode(200)
                .body("entry", hasSize(2));
        fhir().get("/Provenance?target.identifier=http://extra|" + key)
                .then()
                .body("total", equalTo(1))
                .body("entry[0].resource.target", hasSize(2));
        fhir().header("X-Provenance", PROVENANCE)
                .delete("/Patient/" + id)
                .then()
                .statusCode(204);
        fhir().get("/Provenance?target=Patient/" + id).then().body("total", equalTo(2));
    }

    @Test
    void provenance_that_is_none_stores_nothing() {
        for (String header : List.of(
                "nonsense",
                "{\"resourceType\":\"Patient\"}",
                "{\"resourceType\":\"Provenance\"}",
                PROVENANCE.replace("{\"display\":\"Zoë\"}", "{\"reference\":\"Practitioner/" + key() + "\"}"))) {
            String key = key();
            int status = fhir().header("X-Provenance", header)
                    .body(patient(key))
                    .post("/Patient")
                    .then()
                    .body("resourceType", equalTo("OperationOutcome"))
                    .extract()
                    .statusCode();
            org.assertj.core.api.Assertions.assertThat(status).isIn(400, 422);
            fhir().get("/Patient?_summary=count&identifier=http://extra|" + key)
                    .then()
                    .body("total", equalTo(0));
        }
    }

    @Test
    void an_outcome_is_given_where_it_is_preferred() {
        String key = key();
        fhir().header("Prefer", "return=OperationOutcome")
                .body(patient(key))
                .post("/Patient")
                .then()
                .statusCode(201)
                .body("resourceType", equalTo("OperationOutcome"))
                .body("issue[0].severity", equalTo("information"));
        fhir().header("Prefer", "return=OperationOutcome")
                .body("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":" + patient(key())
                        + ",\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}]}")
                .post("/")
                .then()
                .statusCode(200)
                .body("entry[0].response.outcome.resourceType", equalTo("OperationOutcome"));
    }

    @Test
    void many_are_deleted_when_it_is_said_how_many() {
        String key = key();
        for (int i = 0; i < 3; i++) {
            create("Patient", patient(key));
        }
        String query = "/Patient?identifier=http://extra|" + key;
        fhir().delete(query).then().statusCode(412);
        fhir().delete(query + "&_count=2").then().statusCode(412).body("issue[0].diagnostics", containsString("none"));
        fhir().get(query).then().body("total", equalTo(3));
        fhir().delete(query + "&_count=many").then().statusCode(400);
        fhir().delete("/Patient?_count=2").then().statusCode(400);
        fhir().delete(query + "&_count=3")
                .then()
                .statusCode(200)
                .body("issue.diagnostics", hasItem(containsString("3")));
        fhir().get(query).then().body("total", equalTo(0));
        fhir().delete(query + "&_count=3").then().statusCode(200);
    }
}
