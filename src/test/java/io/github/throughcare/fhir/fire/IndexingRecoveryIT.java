package io.github.throughcare.fhir.fire;

import static io.github.throughcare.fhir.fire.Clients.all;
import static io.github.throughcare.fhir.fire.Clients.get;
import static io.github.throughcare.fhir.fire.Clients.number;
import static io.github.throughcare.fhir.fire.Clients.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerProcess;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** kill -9 while resources are indexed by a new search parameter: the next process goes on, and no search is answered by half. */
class IndexingRecoveryIT {

    private static final int MANY = 8000;

    @Test
    void an_index_that_was_being_built_is_built_on_after_a_kill() throws Exception {
        Path home = Files.createTempDirectory(
                Files.createDirectories(Path.of("target")).toAbsolutePath(), "indexing-home");
        try (ServerProcess server = new ServerProcess(Map.of("throughcare.storage.home", home.toString()))) {
            for (int from = 0; from < MANY; from += 2000) {
                assertThat(send("POST", server.base(), bundle(2000)).statusCode())
                        .isEqualTo(200);
            }
            assertThat(send(
                                    "PUT",
                                    server.base() + "/SearchParameter/words",
                                    "{\"resourceType\":\"SearchParameter\",\"id\":\"words\",\"url\":\"http://own/words\",\"name\":\"Words\","
                                            + "\"status\":\"active\",\"description\":\"d\",\"code\":\"words\",\"base\":[\"Basic\"],"
                                            + "\"type\":\"string\",\"expression\":\"Basic.code.text\"}")
                            .statusCode())
                    .isEqualTo(201);
            int kills = 0;
            while (kills < 1) {
                int done = done(server);
                if (done < 0) {
                    break; // built between two looks
                }
                assertThat(get(server.base() + "/Basic?words=word").statusCode())
                        .as("not answered by half")
                        .isEqualTo(400);
                if (done > 0) {
                    server.kill();
                    kills++;
                    server.start();
                }
            }
            assertThat(kills).as("killed while it was at work").isPositive();
            HttpResponse<String> answer = get(server.base() + "/Basic?words=word&_summary=count");
            for (int i = 0; i < 1200 && answer.statusCode() == 400; i++) {
                Thread.sleep(50);
                answer = get(server.base() + "/Basic?words=word&_summary=count");
            }
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(number(answer.body(), "total")).isEqualTo(MANY);
            assertThat(number(get(server.base() + "/Basic/_history?_count=1").body(), "versionId"))
                    .as("indexing makes no version")
                    .isEqualTo(1);
        }
    }

    /** How many are indexed; -1: all. */
    private static int done(ServerProcess server) throws Exception {
        String status =
                send("POST", server.base() + "/$reindex?status=true", "").body();
        return status.contains("\"Basic\"")
                ? Integer.parseInt(
                        all(status, "\"name\":\"done\",\"valueDecimal\":(\\d+)").get(0))
                : -1;
    }

    private static String bundle(int entries) {
        return "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
                + IntStream.range(0, entries)
                        .mapToObj(i -> "{\"resource\":{\"resourceType\":\"Basic\",\"code\":{\"text\":\"Word " + i
                                + "\"}},\"request\":{\"method\":\"POST\",\"url\":\"Basic\"}}")
                        .collect(Collectors.joining(","))
                + "]}";
    }
}
