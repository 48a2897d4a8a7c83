package io.github.throughcare.fhir.fire;

import static io.github.throughcare.fhir.fire.Clients.get;
import static io.github.throughcare.fhir.fire.Clients.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.github.throughcare.ServerProcess;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A search that takes longer than a statement may: it is ended and says so, and nobody else notices. */
class TooSlowIT extends ServerIT {

    @Test
    void a_search_beyond_the_time_of_a_statement_is_too_costly_and_others_go_on() throws Exception {
        String entries = IntStream.range(0, 4000)
                .mapToObj(i -> "{\"resource\":{\"resourceType\":\"Practitioner\",\"name\":[{\"family\":\"Tooslow" + i
                        + "\"}]},\"request\":{\"method\":\"POST\",\"url\":\"Practitioner\"}}")
                .collect(Collectors.joining(","));
        String one = create("Practitioner", "{\"resourceType\":\"Practitioner\",\"active\":true}");
        assertThat(send(
                                "POST",
                                base,
                                "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + entries + "]}")
                        .statusCode())
                .isEqualTo(200);
        // each of a thousand texts is looked for in each name
        String slow = "/Practitioner?name:contains="
                + IntStream.range(0, 900).mapToObj(i -> "zz" + i).collect(Collectors.joining(","));
        Map<String, String> settings = new HashMap<>(sameDatabase());
        settings.put("throughcare.storage.statement-timeout", "300");
        settings.put("throughcare.search.max-chained", "50");
        try (ServerProcess server = new ServerProcess(settings)) {
            ConcurrentLinkedQueue<HttpResponse<String>> ended = new ConcurrentLinkedQueue<>();
            ConcurrentLinkedQueue<HttpResponse<String>> others = new ConcurrentLinkedQueue<>();
            AtomicInteger running = new AtomicInteger(4);
            Clients.atOnce(8, client -> {
                HttpResponse<String> last = null;
                if (client < 4) {
                    for (int n = 0; n < 3; n++) {
                        last = get(server.base() + slow);
                        ended.add(last);
                    }
                    running.decrementAndGet();
                } else {
                    while (last == null || running.get() > 0) {
                        last = get(server.base()
                                + (client % 2 == 0 ? "/Practitioner/" + one : "/Practitioner?_id=" + one));
                        others.add(last);
                    }
                }
                return last;
            });
            assertThat(ended).extracting(HttpResponse::statusCode).containsOnly(503);
            assertThat(ended).allSatisfy(a -> {
                assertThat(a.body()).contains("too-costly").contains("0.3 s");
                assertThat(a.headers().firstValue("Retry-After")).isPresent();
            });
            assertThat(others).extracting(HttpResponse::statusCode).containsOnly(200);
            assertThat(others).hasSizeGreaterThan(ended.size());
            for (String beyond : new String[] {
                "/Patient?general-practitioner:Practitioner.name=tooslow",
                "/Practitioner?_has:PractitionerRole:practitioner:practitioner.name=tooslow"
            }) {
                HttpResponse<String> answer = get(server.base() + beyond);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
                assertThat(answer.body()).contains("too-costly").contains("50");
            }
        }
    }
}
