package io.github.throughcare.fhir.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.github.throughcare.ServerIT;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Create, read, vread, update, delete, history, forms of an answer (R4 http.html). */
class CrudIT extends ServerIT {

    private static final String PATIENT =
            "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Crud\",\"given\":[\"Ann\"]}],\"birthDate\":\"1970-05-01\"}";

    private static String patient(String id, String family) {
        return "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\",\"name\":[{\"family\":\"" + family + "\"}]}";
    }

    private static String newId() {
        return "crud-" + UUID.randomUUID();
    }

    @Test
    void a_created_resource_has_a_location_a_version_and_can_be_read() {
        String location = fhir().body(PATIENT)
                .post("/Patient")
                .then()
                .statusCode(201)
                .header("ETag", "W/\"1\"")
                .header("Last-Modified", notNullValue())
                .body("meta.versionId", equalTo("1"))
                .body("name[0].family", equalTo("Crud"))
                .extract()
                .header("Location");
        assertThat(location).startsWith(base + "/Patient/").endsWith("/_history/1");
        fhir().get(location).then().statusCode(200).body("birthDate", equalTo("1970-05-01"));
        fhir().get(location.replace("/_history/1", ""))
                .then()
                .statusCode(200)
                .header("Content-Location", equalTo(location));
    }

    @Test
    void a_client_may_give_the_id_by_put() {
        String id = newId();
        fhir().body(patient(id, "One")).put("/Patient/" + id).then().statusCode(201);
        fhir().body(patient(id, "Two"))
                .put("/Patient/" + id)
                .then()
                .statusCode(200)
                .header("ETag", "W/\"2\"");
        fhir().get("/Patient/" + id + "/_history/1").then().statusCode(200).body("name[0].family", equalTo("One"));
    }

    @Test
    void an_identical_put_makes_no_version() {
        String id = newId();
        fhir().body(patient(id, "Same")).put("/Patient/" + id);
        fhir().body(patient(id, "Same"))
                .put("/Patient/" + id)
                .then()
                .statusCode(200)
                .header("ETag", "W/\"1\"");
        fhir().get("/Patient/" + id + "/_history").then().body("total", equalTo(1));
    }

    @Test
    void if_match_lets_only_the_current_version_through() {
        String id = newId();
        fhir().body(patient(id, "One")).put("/Patient/" + id);
        fhir().header("If-Match", "W/\"7\"")
                .body(patient(id, "Two"))
                .put("/Patient/" + id)
                .then()
                .statusCode(412);
        fhir().header("If-Match", "W/\"1\"")
                .body(patient(id, "Two"))
                .put("/Patient/" + id)
                .then()
                .statusCode(200);
        fhir().header("If-Match", "W/\"1\"").delete("/Patient/" + id).then().statusCode(412);
        fhir().get("/Patient/" + id).then().body("name[0].family", equalTo("Two"));
    }

    @Test
    void if_none_match_and_if_modified_since_spare_the_body() {
        String id = newId();
        fhir().body(patient(id, "One")).put("/Patient/" + id);
        fhir().header("If-None-Match", "W/\"1\"")
                .get("/Patient/" + id)
                .then()
                .statusCode(304)
                .body(equalTo(""));
        fhir().header("If-None-Match", "W/\"2\"").get("/Patient/" + id).then().statusCode(200);
        String modified = fhir().get("/Patient/" + id).header("Last-Modified");
        fhir().header("If-Modified-Since", modified)
                .get("/Patient/" + id)
                .then()
                .statusCode(304);
        fhir().header("If-Modified-Since", "Sun, 22 Nov 2020 08:00:00 GMT")
                .get("/Patient/" + id)
                .then()
                .statusCode(200);
    }

    @Test
    void a_deleted_resource_is_gone_not_missing_and_may_come_back() {
        String id = newId();
        fhir().body(patient(id, "One")).put("/Patient/" + id);
        fhir().delete("/Patient/" + id).then().statusCode(204).header("ETag", "W/\"2\"");
        fhir().get("/Patient/" + id).then().statusCode(410).body("issue[0].code", equalTo("deleted"));
        fhir().get("/Patient/" + id + "/_history/1").then().statusCode(200);
        fhir().get("/Patient/" + id + "/_history/2").then().statusCode(410);
        fhir().get("/Patient?_id=" + id).then().body("total", equalTo(0));
        fhir().delete("/Patient/" + id).then().statusCode(204);
        fhir().get("/Patient/never-" + id).then().statusCode(404).body("issue[0].code", equalTo("not-found"));
        fhir().body(patient(id, "Back"))
                .put("/Patient/" + id)
                .then()
                .statusCode(201)
                .header("ETag", "W/\"3\"");
        fhir().get("/Patient/" + id + "/_history")
                .then()
                .body("total", equalTo(3))
                .body("entry.request.method", equalTo(java.util.List.of("PUT", "DELETE", "PUT")));
    }

    @Test
    void history_is_paged_and_starts_at_since() {
        String id = newId();
        for (int i = 0; i < 5; i++) {
            fhir().body(patient(id, "V" + i)).put("/Patient/" + id);
        }
        var page = fhir().get("/Patient/" + id + "/_history?_count=2")
                .then()
                .statusCode(200)
                .body("type", equalTo("history"))
                .body("entry", hasSize(2))
                .body("entry[0].resource.meta.versionId", equalTo("5"))
                .extract();
        String next = page.path("link.find { it.relation == 'next' }.url");
        fhir().get(java.net.URI.create(next))
                .then()
                .body("entry[0].resource.meta.versionId", equalTo("3"))
                .body("total", equalTo(5));
        String third = fhir().get("/Patient/" + id + "/_history/3").jsonPath().getString("meta.lastUpdated");
        fhir().get("/Patient/" + id + "/_history?_since=" + third).then().body("entry", hasSize(3));
        fhir().get("/Patient/" + id + "/_history?_at=" + third)
                .then()
                .body("entry.resource.meta.versionId", equalTo(java.util.List.of("3")));
        fhir().get("/Patient/" + id + "/_history?_at=" + third.substring(0, 4))
                .then()
                .body("entry", hasSize(5));
        fhir().get("/Patient/" + id + "/_history?_at=1999").then().body("total", equalTo(0));
        fhir().get("/Patient/" + id + "/_history?_at=yesterday").then().statusCode(400);
        fhir().get("/Patient/_history?_count=3").then().statusCode(200).body("entry", hasSize(3));
        fhir().get("/_history?_count=3").then().statusCode(200).body("entry", hasSize(3));
        fhir().get("/Patient/" + id + "/_history?_cursor=" + "AAAAAAAAAAAAAAAAAAAA")
                .then()
                .statusCode(400);
        fhir().get("/Patient/" + newId() + "/_history").then().statusCode(404);
    }

    @Test
    void prefer_chooses_what_a_write_answers() {
        String id = newId();
        fhir().header("Prefer", "return=minimal")
                .body(patient(id, "A"))
                .put("/Patient/" + id)
                .then()
                .statusCode(201)
                .body(equalTo(""));
        fhir().header("Prefer", "return=OperationOutcome")
                .body(patient(id, "B"))
                .put("/Patient/" + id)
                .then()
                .statusCode(200)
                .body("resourceType", equalTo("OperationOutcome"));
        fhir().header("Prefer", "return=representation")
                .body(patient(id, "C"))
                .put("/Patient/" + id)
                .then()
                .body("name[0].family", equalTo("C"));
    }

    @Test
    void decimals_come_back_as_they_were_written() {
        String id = create(
                "Observation",
                "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"valueQuantity\":{\"value\":72.500}}");
        assertThat(fhir().get("/Observation/" + id).asString()).contains("\"value\":72.500");
    }

    @Test
    void xml_goes_in_and_out() {
        String xml =
                "<Patient xmlns=\"http://hl7.org/fhir\"><name><family value=\"Xmas\"/></name><birthDate value=\"1980\"/></Patient>";
        String location = fhir().contentType("application/fhir+xml")
                .accept("application/fhir+xml")
                .body(xml)
                .post("/Patient")
                .then()
                .statusCode(201)
                .contentType("application/fhir+xml")
                .body(containsString("<family value=\"Xmas\"/>"))
                .extract()
                .header("Location");
        fhir().get(location).then().body("name[0].family", equalTo("Xmas"));
        fhir().get(location + "?_format=xml")
                .then()
                .contentType("application/fhir+xml")
                .body(containsString("<birthDate value=\"1980\"/>"));
        fhir().accept("text/html,application/xhtml+xml,application/xml;q=0.9")
                .get(location)
                .then()
                .contentType("application/fhir+json");
        fhir().get(location + "?_format=text/turtle").then().statusCode(406);
        fhir().accept("image/png").get(location).then().statusCode(406);
        fhir().contentType("text/plain").body("x").post("/Patient").then().statusCode(415);
    }

    @Test
    void an_xml_entity_is_refused_and_reads_no_file() {
        String xxe =
                "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Patient xmlns=\"http://hl7.org/fhir\"><name><family value=\"&e;\"/></name></Patient>";
        fhir().contentType("application/fhir+xml")
                .body(xxe)
                .post("/Patient")
                .then()
                .statusCode(400)
                .body(not(containsString("root:")));
    }

    @Test
    void summary_elements_and_pretty_shape_the_answer() {
        String id = create(
                "Patient",
                "{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">Hi</div>\"},\"active\":true,\"gender\":\"female\",\"photo\":[{\"title\":\"p\"}]}");
        fhir().get("/Patient/" + id + "?_summary=true")
                .then()
                .body("photo", nullValue())
                .body("active", equalTo(true))
                .body("meta.tag.code", equalTo(java.util.List.of("SUBSETTED")));
        fhir().get("/Patient/" + id + "?_summary=text")
                .then()
                .body("text.div", containsString("Hi"))
                .body("gender", nullValue());
        fhir().get("/Patient/" + id + "?_summary=data")
                .then()
                .body("text", nullValue())
                .body("gender", equalTo("female"));
        fhir().get("/Patient/" + id + "?_elements=gender")
                .then()
                .body("gender", equalTo("female"))
                .body("active", nullValue());
        fhir().get("/Patient?_id=" + id + "&_elements=gender")
                .then()
                .body("entry[0].resource.gender", equalTo("female"))
                .body("entry[0].resource.active", nullValue());
        fhir().get("/Patient/" + id + "?_pretty=true").then().body(containsString("\n  \"id\""));
        fhir().get("/Patient/" + id + "?_summary=nonsense").then().statusCode(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Patient;{;400",
                "Patient;[];400",
                "Patient;\"x\";400",
                "Patient;{\"resourceType\":\"Nonsense\"};400",
                "Patient;{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"}};400",
                "Patient;{\"resourceType\":\"Patient\",\"nonsense\":1};400",
                "Patient;{\"resourceType\":\"Patient\",\"birthDate\":\"yesterday\"};400",
                "Patient;{\"resourceType\":\"Patient\",\"name\":{\"family\":\"x\"}};400",
                "Patient;{\"resourceType\":\"Patient\",\"active\":\"true\"};400",
                "Patient;{\"resourceType\":\"Patient\",\"gender\":\"robot\"};400",
                "Observation;{\"resourceType\":\"Observation\",\"status\":\"final\"};400",
                "Patient;{\"resourceType\":\"Patient\",\"active\":true,\"active\":false};400",
                "Nonsense;{\"resourceType\":\"Nonsense\"};404"
            })
    void bad_input_is_refused_with_an_outcome_and_a_place(String type, String body, int status) {
        fhir().body(body)
                .post("/" + type)
                .then()
                .statusCode(status)
                .body("resourceType", equalTo("OperationOutcome"))
                .body("issue[0].diagnostics", notNullValue())
                .body(not(containsString("Exception")));
    }

    @Test
    void the_place_of_an_error_is_named() {
        fhir().body("{\"resourceType\":\"Patient\",\"contact\":[{},{\"name\":{\"family\":7}}]}")
                .post("/Patient")
                .then()
                .statusCode(400)
                .body("issue.expression.flatten()", org.hamcrest.Matchers.hasItem(containsString("contact[1]")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b/c/d/e", "Patient/x/y", "Patient/$nonsense", "$nonsense", "Patient/x/_history/1/z"})
    void what_is_not_there_is_404(String path) {
        fhir().get("/" + path).then().statusCode(404).body("resourceType", equalTo("OperationOutcome"));
    }

    @Test
    void an_id_beyond_its_form_is_refused() {
        fhir().get("/Patient/" + "x".repeat(65)).then().statusCode(400);
        fhir().body(patient("a_b", "x")).put("/Patient/a_b").then().statusCode(400);
        fhir().body(patient("other", "x"))
                .put("/Patient/one")
                .then()
                .statusCode(400)
                .body("issue[0].expression[0]", endsWith("id"));
    }

    @Test
    void conditional_update_and_delete_name_one_resource() {
        String value = newId();
        String body = "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"http://crud\",\"value\":\"" + value
                + "\"}],\"gender\":\"%s\"}";
        String query = "/Patient?identifier=http://crud%7C" + value;
        fhir().urlEncodingEnabled(false)
                .body(body.formatted("male"))
                .put(query)
                .then()
                .statusCode(201);
        fhir().urlEncodingEnabled(false)
                .body(body.formatted("female"))
                .put(query)
                .then()
                .statusCode(200)
                .header("ETag", "W/\"2\"");
        fhir().body(body.formatted("other")).post("/Patient").then().statusCode(201);
        fhir().urlEncodingEnabled(false)
                .body(body.formatted("male"))
                .put(query)
                .then()
                .statusCode(412);
        fhir().urlEncodingEnabled(false).delete(query).then().statusCode(412);
        fhir().urlEncodingEnabled(false).delete(query + "&gender=female").then().statusCode(204);
        fhir().urlEncodingEnabled(false).get(query).then().body("total", equalTo(1));
        fhir().delete("/Patient").then().statusCode(400);
    }

    @Test
    void the_capability_statement_says_what_is_there() {
        fhir().get("/metadata")
                .then()
                .statusCode(200)
                .body("fhirVersion", equalTo("4.0.1"))
                .body("rest[0].resource", hasSize(146))
                .body(
                        "rest[0].resource.find { it.type == 'Patient' }.searchParam.name",
                        org.hamcrest.Matchers.hasItems("family", "birthdate", "_id"))
                .body(
                        "rest[0].resource.find { it.type == 'Patient' }.operation.name",
                        org.hamcrest.Matchers.hasItems("everything", "assess"));
        fhir().accept("application/fhir+xml")
                .get("/metadata")
                .then()
                .statusCode(200)
                .contentType("application/fhir+xml");
    }
}
