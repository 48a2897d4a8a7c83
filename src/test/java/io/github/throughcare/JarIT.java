package io.github.throughcare;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged jar as its operator runs it. It takes its bean definitions from the build and not from annotations, so it
 * must be shown to be the same server.
 */
class JarIT extends ServerIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir(cleanup = CleanupMode.ALWAYS)
    Path folder;

    @Test
    void the_jar_is_the_same_server_and_keeps_what_it_acknowledged_when_it_is_killed() throws Exception {
        Process first = start("first.log");
        try {
            JsonPath served = given().get(url("first.log") + "/metadata")
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            JsonPath expected = fhir().get("/metadata").jsonPath();
            for (String what : List.of("rest.operation.name", "rest.resource.type", "rest.resource.operation.name")) {
                assertThat(served.getList(what)).as(what).isEqualTo(expected.getList(what));
            }
            given().contentType("application/fhir+json")
                    .body("{\"resourceType\":\"Patient\",\"id\":\"kept\",\"active\":true}")
                    .put(url("first.log") + "/Patient/kept")
                    .then()
                    .statusCode(201);
        } finally {
            first.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        }
        Process second = start("second.log");
        try {
            given().get(url("second.log") + "/Patient/kept").then().statusCode(200);
            assertThat(Files.readString(folder.resolve("second.log"))).contains("AOT-processed");
        } finally {
            second.destroy();
            assertThat(second.waitFor(30, TimeUnit.SECONDS))
                    .as("ended by itself")
                    .isTrue();
        }
    }

    private String url(String log) throws IOException {
        return Files.readString(folder.resolve(log + ".url"));
    }

    /** Starts the jar on this test's home and waits until it answers. */
    private Process start(String log) throws Exception {
        Path jar = Path.of("target", "throughcare.jar").toAbsolutePath();
        assertThat(jar).as("made by mvn package").exists();
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port + "/fhir";
        Files.writeString(folder.resolve(log + ".url"), url);
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-jar", jar.toString());
        command.environment()
                .putAll(Map.of(
                        "THROUGHCARE_HOME", folder.resolve("home").toString(),
                        "THROUGHCARE_DEMO", "false",
                        "SERVER_PORT", Integer.toString(port)));
        Process process = command.redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile())
                .start();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!answers(url)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new AssertionError("no answer: " + Files.readString(folder.resolve(log)));
            }
            process.waitFor(200, TimeUnit.MILLISECONDS);
        }
        return process;
    }

    private static boolean answers(String url) {
        try {
            return given().get(url + "/metadata").statusCode() == 200;
        } catch (Exception refused) {
            return false;
        }
    }
}
