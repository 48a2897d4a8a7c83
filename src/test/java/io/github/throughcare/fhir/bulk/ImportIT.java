package io.github.throughcare.fhir.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.github.throughcare.ServerIT;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** $import over HTTP: manifest in, counts and refused lines out. */
class ImportIT extends ServerIT {

    @Test
    void resources_keep_their_ids_and_are_counted() throws Exception {
        Path file = write(
                "import-1.ndjson",
                IntStream.range(0, 2500)
                        .mapToObj(i -> patient("imp1-" + i, "Import" + i))
                        .toList());
        Response done = load("Patient", file);
        done.then()
                .statusCode(200)
                .body("parameter.find { it.name == 'refused' }.valueInteger", equalTo(0))
                .body(part("output", "type", "valueCode"), equalTo("Patient"))
                .body(part("output", "count", "valueInteger"), equalTo(2500))
                .body(part("output", "created", "valueInteger"), equalTo(2500));
        fhir().get("/Patient/imp1-2499")
                .then()
                .statusCode(200)
                .body("name[0].family", equalTo("Import2499"))
                .body("meta.versionId", equalTo("1"));
        fhir().get("/Patient?family:exact=Import77").then().body("total", equalTo(1));

        load("Patient", file)
                .then()
                .body(part("output", "unchanged", "valueInteger"), equalTo(2500))
                .body(part("output", "created", "valueInteger"), equalTo(0));
    }

    @Test
    void several_lines_of_one_resource_become_its_versions_in_order() throws Exception {
        Path file = write(
                "import-2.ndjson",
                IntStream.range(0, 3000)
                        .mapToObj(i -> patient("imp2-" + i % 3, "Version" + i))
                        .toList());
        load("Patient", file)
                .then()
                .body(part("output", "created", "valueInteger"), equalTo(3))
                .body(part("output", "updated", "valueInteger"), equalTo(2997));
        for (int i = 0; i < 3; i++) {
            fhir().get("/Patient/imp2-" + i)
                    .then()
                    .body("meta.versionId", equalTo("1000"))
                    .body("name[0].family", equalTo("Version" + (2997 + i)));
            fhir().get("/Patient/imp2-" + i + "/_history/500")
                    .then()
                    .body("name[0].family", equalTo("Version" + (499 * 3 + i)));
        }
    }

    @Test
    void a_faulty_line_is_refused_alone_and_named() throws Exception {
        Path file = write(
                "import-3.ndjson",
                List.of(
                        patient("imp3-0", "Good"),
                        "{\"resourceType\":\"Patient\",\"id\":\"imp3-1\",\"gander\":\"female\"}",
                        "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"NoId\"}]}",
                        "{\"resourceType\":\"Observation\",\"id\":\"imp3-3\"}",
                        "",
                        "not json",
                        patient("imp3-6", "Good")));
        Response done = load("Patient", file);
        done.then()
                .statusCode(200)
                .body(part("output", "count", "valueInteger"), equalTo(2))
                .body(part("output", "refused", "valueInteger"), equalTo(4))
                .body("parameter.find { it.name == 'refused' }.valueInteger", equalTo(4));
        List<Integer> lines = done.jsonPath()
                .getList(
                        "parameter.findAll { it.name == 'error' }.collect { it.part.find { it.name == 'line' }.valueInteger }");
        assertThat(lines).containsExactly(2, 3, 4, 6);
        done.then()
                .body(
                        "parameter.find { it.name == 'error' }.part.find { it.name == 'outcome' }.resource.issue[0].diagnostics",
                        containsString("import-3.ndjson line 2: "));
        fhir().get("/Patient/imp3-6").then().statusCode(200);
        fhir().get("/Patient/imp3-1").then().statusCode(404);
    }

    @Test
    void references_need_not_resolve() throws Exception {
        Path file = write(
                "import-4.ndjson",
                List.of(
                        "{\"resourceType\":\"Condition\",\"id\":\"imp4\",\"subject\":{\"reference\":\"Patient/imp4-comes-later\"}}"));
        load("Condition", file).then().body(part("output", "count", "valueInteger"), equalTo(1));
    }

    @Test
    void what_is_wrong_with_the_manifest_is_said_at_once() throws Exception {
        Path file = write("import-5.ndjson", List.of(patient("imp5", "X")));
        start("Patient", "file:///etc/passwd").then().statusCode(403);
        start("Patient", "http://169.254.169.254/x").then().statusCode(403);
        start("Patient", importFolder.resolve("none.ndjson").toUri().toString())
                .then()
                .statusCode(404);
        start("Patience", file.toUri().toString()).then().statusCode(400);
        start("Patient", "Patient.ndjson").then().statusCode(400);
        fhir().body(manifest("text/csv", "Patient", file.toUri().toString()))
                .header("Prefer", "respond-async")
                .post("/$import")
                .then()
                .statusCode(400)
                .body("issue[0].diagnostics", containsString("application/fhir+ndjson"));
        fhir().body(manifest("application/fhir+ndjson", "Patient", file.toUri().toString()))
                .post("/$import")
                .then()
                .statusCode(400)
                .body("issue[0].diagnostics", containsString("respond-async"));
        fhir().get("/Patient/imp5").then().statusCode(404);
    }

    private static Response load(String type, Path file) throws InterruptedException {
        Response accepted = start(type, file.toUri().toString());
        accepted.then().statusCode(202);
        return result(accepted.header("Content-Location"));
    }

    private static Response start(String type, String url) {
        return fhir().header("Prefer", "respond-async")
                .body(manifest("application/fhir+ndjson", type, url))
                .post("/$import");
    }

    static String manifest(String format, String type, String url) {
        return "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"inputFormat\",\"valueCode\":\"" + format
                + "\"},{\"name\":\"inputSource\",\"valueUri\":\"http://example.org/source\"},"
                + "{\"name\":\"input\",\"part\":[{\"name\":\"type\",\"valueCode\":\"" + type
                + "\"},{\"name\":\"url\",\"valueUrl\":\"" + url + "\"}]}]}";
    }

    static String patient(String id, String family) {
        return "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\",\"name\":[{\"family\":\"" + family + "\"}]}";
    }

    private static String part(String parameter, String name, String value) {
        return "parameter.find { it.name == '" + parameter + "' }.part.find { it.name == '" + name + "' }." + value;
    }

    private static Path write(String name, List<String> lines) throws IOException {
        return Files.write(importFolder.resolve(name), lines);
    }

    private static Response result(String location) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(120).toNanos();
        while (true) {
            Response response =
                    RestAssured.given().accept("application/fhir+json").get(location);
            if (response.statusCode() != 202) {
                return response;
            }
            assertThat(System.nanoTime()).as("the import ends").isLessThan(until);
            Thread.sleep(50);
        }
    }
}
