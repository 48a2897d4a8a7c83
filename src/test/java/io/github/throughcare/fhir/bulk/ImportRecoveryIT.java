package io.github.throughcare.fhir.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerProcess;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** kill -9 in the middle of an import: after the next start it is there once, and whole. */
class ImportRecoveryIT {

    private static final int LINES = 16_000;
    private static final int BUNDLES = 30;
    private static final int IN_A_BUNDLE = 300;

    @Test
    void an_import_that_was_killed_goes_on_without_doubling() throws Exception {
        Path work = Files.createTempDirectory(
                Files.createDirectories(Path.of("target")).toAbsolutePath(), "import-recovery");
        Path files = Files.createDirectory(work.resolve("files"));
        Path folder = Files.createDirectory(work.resolve("folder"));
        // three versions of each resource: a batch stored twice would show as more
        Path ndjson = Files.write(
                files.resolve("Patient.ndjson"),
                IntStream.range(0, LINES)
                        .mapToObj(i -> ImportIT.patient("kill-" + i % (LINES / 4), "Line" + i))
                        .toList());
        for (int b = 0; b < BUNDLES; b++) {
            int bundle = b;
            Files.writeString(
                    folder.resolve("bundle-" + b + ".json"),
                    IntStream.range(0, IN_A_BUNDLE)
                            .mapToObj(i -> "{\"resource\":{\"resourceType\":\"Basic\",\"code\":{\"text\":\"" + bundle
                                    + " " + i + "\"}},\"request\":{\"method\":\"POST\",\"url\":\"Basic\"}}")
                            .collect(Collectors.joining(
                                    ",",
                                    "{\"resourceType\":\"Bundle\",\"type\":\"" + (b % 2 == 0 ? "transaction" : "batch")
                                            + "\",\"entry\":[",
                                    "]}")));
        }
        try (ServerProcess server = new ServerProcess(Map.of(
                "throughcare.storage.home", work.resolve("home").toString(),
                "throughcare.import.files", files.toString(),
                "throughcare.import.folder", folder.toString()))) {
            String location = RestAssured.given()
                    .contentType("application/fhir+json")
                    .header("Prefer", "respond-async")
                    .body(ImportIT.manifest(
                            "application/fhir+ndjson", "Patient", ndjson.toUri().toString()))
                    .post(server.base() + "/$import")
                    .header("Content-Location");
            while (total(server, "Patient") == 0) {
                Thread.sleep(20);
            }
            server.kill();
            server.start();
            assertThat(RestAssured.get(location).statusCode()).as("still known").isIn(200, 202);
            JsonPath result = result(location).jsonPath();
            assertThat(part(result, "created")).isEqualTo(LINES / 4);
            assertThat(part(result, "updated")).isEqualTo(LINES - LINES / 4);
            assertThat(part(result, "refused")).isZero();
            assertThat(total(server, "Patient")).isEqualTo(LINES / 4);
            for (int i : new int[] {0, LINES / 8, LINES / 4 - 1}) {
                JsonPath patient =
                        RestAssured.get(server.base() + "/Patient/kill-" + i).jsonPath();
                assertThat(patient.getString("meta.versionId")).isEqualTo("4");
                assertThat(patient.getString("name[0].family")).isEqualTo("Line" + (i + LINES / 4 * 3));
            }
            long until = System.nanoTime() + Duration.ofSeconds(120).toNanos();
            while (total(server, "Basic") < BUNDLES * IN_A_BUNDLE && System.nanoTime() < until) {
                Thread.sleep(100);
            }
            assertThat(total(server, "Basic")).isEqualTo(BUNDLES * IN_A_BUNDLE);
            server.kill();
            server.start();
            Thread.sleep(3000);
            assertThat(total(server, "Basic")).as("nothing is loaded twice").isEqualTo(BUNDLES * IN_A_BUNDLE);
        }
    }

    private static int part(JsonPath result, String name) {
        return result.getInt(
                "parameter.find { it.name == 'output' }.part.find { it.name == '" + name + "' }.valueInteger");
    }

    private static int total(ServerProcess server, String type) {
        return RestAssured.get(server.base() + "/" + type + "?_total=accurate&_count=0")
                .jsonPath()
                .getInt("total");
    }

    private static Response result(String location) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(180).toNanos();
        while (true) {
            Response response =
                    RestAssured.given().accept("application/fhir+json").get(location);
            if (response.statusCode() != 202) {
                return response;
            }
            assertThat(System.nanoTime()).as("the import ends").isLessThan(until);
            Thread.sleep(100);
        }
    }
}
