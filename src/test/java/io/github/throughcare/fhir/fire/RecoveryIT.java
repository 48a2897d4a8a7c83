package io.github.throughcare.fhir.fire;

import static io.github.throughcare.fhir.fire.Clients.all;
import static io.github.throughcare.fhir.fire.Clients.get;
import static io.github.throughcare.fhir.fire.Clients.number;
import static io.github.throughcare.fhir.fire.Clients.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** kill -9 of the server and of PostgreSQL under load: what was acknowledged is there, and nothing is there in part. */
class RecoveryIT {

    private static final int KILLS = Clients.SOAK > 0 ? 50 : 3;

    private final ConcurrentLinkedQueue<String> created = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> counted = new ConcurrentHashMap<>();
    private final Map<String, Boolean> bundles = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    private volatile boolean running = true;

    @Test
    void what_was_acknowledged_survives_kills_and_nothing_is_there_in_part() throws Exception {
        Path home = Files.createTempDirectory(
                Files.createDirectories(Path.of("target")).toAbsolutePath(), "recovery-home");
        try (ServerProcess server = new ServerProcess(Map.of("throughcare.storage.home", home.toString()))) {
            List<Thread> load = IntStream.range(0, 4)
                    .mapToObj(i -> new Thread(() -> work(server, i)))
                    .toList();
            load.forEach(Thread::start);
            for (int kill = 0; kill < KILLS; kill++) {
                Thread.sleep(1500);
                if (kill % 2 == 0) {
                    long dead = postgres(home);
                    ProcessHandle.of(dead).orElseThrow().destroyForcibly();
                    while (!isBack(home, dead)) {
                        Thread.sleep(20);
                    }
                    assertThat(server.awaitAnswer(Duration.ofSeconds(60)))
                            .as("after PostgreSQL has come back")
                            .isLessThan(Duration.ofSeconds(10));
                } else {
                    server.kill();
                    server.start();
                }
            }
            Thread.sleep(500);
            running = false;
            for (Thread thread : load) {
                thread.join(60_000);
            }
            assertThat(created).hasSizeGreaterThan(10);
            assertThat(statuses.keySet()).as("never a failure of its own").isSubsetOf(200, 201, 503);
            verify(server.base());
        }
    }

    private void verify(String base) throws Exception {
        for (String id : created) {
            assertThat(get(base + "/Observation/" + id).statusCode()).as(id).isEqualTo(200);
        }
        for (Map.Entry<String, Integer> e : counted.entrySet()) {
            HttpResponse<String> current = get(base + "/Patient/" + e.getKey());
            int version = number(current.body(), "versionId");
            assertThat(version).isGreaterThanOrEqualTo(e.getValue());
            List<Integer> versions = new ArrayList<>();
            String url = base + "/Patient/" + e.getKey() + "/_history?_count=1000";
            while (url != null) {
                String page = get(url).body();
                all(page, "\"meta\":\\{\"versionId\":\"(\\d+)\"").forEach(v -> versions.add(Integer.valueOf(v)));
                url = all(page, "\"relation\":\"next\",\"url\":\"([^\"]+)\"").stream()
                        .findFirst()
                        .orElse(null);
            }
            assertThat(versions)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.rangeClosed(1, version).boxed().toList());
        }
        for (Map.Entry<String, Boolean> e : bundles.entrySet()) {
            int there = number(
                    get(base + "/Basic?_total=accurate&_count=0&identifier=" + e.getKey())
                            .body(),
                    "total");
            assertThat(there).as("bundle " + e.getKey()).isIn(e.getValue() ? List.of(3) : List.of(0, 3));
        }
    }

    private void work(ServerProcess server, int client) {
        String counter = "recovery-" + client;
        for (int n = 0; running; n++) {
            try {
                switch (n % 3) {
                    case 0 -> {
                        HttpResponse<String> a = send(
                                "POST",
                                server.base() + "/Observation",
                                "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"" + client
                                        + " " + n + "\"}}");
                        note(a);
                        if (a.statusCode() == 201) {
                            created.add(all(a.body(), "\"id\":\"([^\"]+)\"").get(0));
                        }
                    }
                    case 1 -> {
                        HttpResponse<String> a = send(
                                "PUT",
                                server.base() + "/Patient/" + counter,
                                "{\"resourceType\":\"Patient\",\"id\":\"" + counter + "\",\"name\":[{\"family\":\"" + n
                                        + "\"}]}");
                        note(a);
                        if (a.statusCode() < 300) {
                            counted.merge(counter, number(a.body(), "versionId"), Math::max);
                        }
                    }
                    default -> bundle(server);
                }
            } catch (IOException e) {
                pause(); // the server is down
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void bundle(ServerProcess server) throws IOException, InterruptedException {
        String key = UUID.randomUUID().toString();
        String entry =
                "{\"resource\":{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"},\"identifier\":[{\"value\":\""
                        + key + "\"}]},\"request\":{\"method\":\"POST\",\"url\":\"Basic\"}}";
        bundles.put(key, false);
        HttpResponse<String> a = send(
                "POST",
                server.base(),
                "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + entry + "," + entry + "," + entry
                        + "]}");
        note(a);
        if (a.statusCode() == 200) {
            bundles.put(key, true);
        }
    }

    private void note(HttpResponse<String> answer) {
        if (answer.statusCode() == 503) {
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            pause();
        }
        if (statuses.merge(answer.statusCode(), 1, Integer::sum) == 1 && answer.statusCode() >= 400) {
            System.err.println(answer.statusCode() + " " + answer.body());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long postgres(Path home) throws IOException {
        return Long.parseLong(
                Files.readAllLines(home.resolve("data/postmaster.pid")).get(0).strip());
    }

    private static boolean isBack(Path home, long dead) {
        try {
            List<String> lines = Files.readAllLines(home.resolve("data/postmaster.pid"));
            return lines.size() >= 8
                    && Long.parseLong(lines.get(0).strip()) != dead
                    && lines.get(7).strip().equals("ready");
        } catch (IOException e) {
            return false;
        }
    }
}
