package io.github.throughcare.fhir.fire;

import static io.github.throughcare.fhir.fire.Clients.get;
import static io.github.throughcare.fhir.fire.Clients.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.github.throughcare.ServerProcess;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** More than the server can take: some are told to come again, reading goes on, nothing fails. */
class BusyIT extends ServerIT {

    @Test
    void too_many_writes_are_told_to_come_again_while_reading_goes_on() throws Exception {
        Map<String, String> settings = new HashMap<>(sameDatabase());
        settings.put("throughcare.rest.writes", "6");
        settings.put("throughcare.rest.writes-at-once", "2");
        settings.put("throughcare.storage.connections", "4");
        try (ServerProcess server = new ServerProcess(settings)) {
            ConcurrentLinkedQueue<HttpResponse<String>> reads = new ConcurrentLinkedQueue<>();
            ConcurrentLinkedQueue<HttpResponse<String>> writes = new ConcurrentLinkedQueue<>();
            Clients.atOnce(40, client -> {
                HttpResponse<String> last = null;
                for (int n = 0; n < 5; n++) {
                    if (client < 4) {
                        last = get(server.base() + "/Patient?_count=5");
                        reads.add(last);
                    } else {
                        last = send("POST", server.base(), bundle(60));
                        writes.add(last);
                    }
                }
                return last;
            });
            assertThat(reads).extracting(HttpResponse::statusCode).containsOnly(200);
            assertThat(writes)
                    .extracting(HttpResponse::statusCode)
                    .contains(200, 503)
                    .containsOnly(200, 503);
            for (HttpResponse<String> refused : writes) {
                if (refused.statusCode() == 503) {
                    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
                    assertThat(refused.body()).contains("OperationOutcome").contains("throttled");
                }
            }
        }
    }

    @Test
    void a_pool_without_a_free_connection_is_503() throws Exception {
        Map<String, String> settings = new HashMap<>(sameDatabase());
        settings.put("throughcare.storage.connections", "2");
        settings.put("throughcare.storage.connection-timeout", "250");
        try (ServerProcess server = new ServerProcess(settings)) {
            List<HttpResponse<String>> answers =
                    new ArrayList<>(Clients.atOnce(32, client -> send("POST", server.base(), bundle(200))));
            assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 503);
        }
    }

    private static String bundle(int entries) {
        String entry = "{\"resource\":{\"resourceType\":\"Basic\",\"code\":{\"text\":\"busy\"}},"
                + "\"request\":{\"method\":\"POST\",\"url\":\"Basic\"}}";
        return "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + entry
                + ("," + entry).repeat(entries - 1) + "]}";
    }
}
