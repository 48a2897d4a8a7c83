package io.github.throughcare.fhir.fire;

import static io.github.throughcare.fhir.fire.Clients.all;
import static io.github.throughcare.fhir.fire.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.github.throughcare.ServerProcess;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.interaction.JsonBodies;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A writer that is slower than another: whoever follows the history must not miss what it commits late. */
class LateCommitIT extends ServerIT {

    @Test
    void a_version_that_is_committed_late_is_not_missed() throws Exception {
        follow(base, "late1");
    }

    @Test
    void nor_when_another_process_writes_it() throws Exception {
        try (ServerProcess reader = new ServerProcess(sameDatabase())) {
            follow(reader.base(), "late2");
        }
    }

    /** @param reads the server whose history is followed; the slow writer is in this process */
    private void follow(String reads, String name) throws Exception {
        String since = Instant.now().toString();
        CountDownLatch written = new CountDownLatch(1);
        CountDownLatch mayCommit = new CountDownLatch(1);
        Thread slow = new Thread(() -> bean(Store.class).transaction(tx -> {
            tx.write(List.of(write(name + "-slow")), Visibility.everything());
            tx.number(new io.github.throughcare.fhir.storage.Sql("SELECT 1")); // sends what was written
            written.countDown();
            try {
                return mayCommit.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }));
        slow.start();
        assertThat(written.await(60, TimeUnit.SECONDS)).isTrue();
        Thread.sleep(300);
        bean(Store.class).transaction(tx -> tx.write(List.of(write(name + "-fast")), Visibility.everything()));

        String first =
                get(reads + "/Basic/_history?_count=1000&_since=" + since).body();
        assertThat(ids(first)).as("nothing later than what is still to come").doesNotContain(name + "-fast");
        String next = all(first, "\"meta\":\\{\"lastUpdated\":\"([^\"]+)\"").get(0);
        assertThat(all(
                                get(reads + "/Patient/demo-rosa/$everything?_count=1")
                                        .body(),
                                "\"meta\":\\{\"lastUpdated\":\"([^\"]+)\"")
                        .get(0))
                .as("from where the record of a patient goes on")
                .isLessThanOrEqualTo(next);
        assertThat(get(reads + "/Basic/" + name + "-fast").statusCode())
                .as("it is there all the same")
                .isEqualTo(200);

        mayCommit.countDown();
        slow.join(60_000);
        String second =
                get(reads + "/Basic/_history?_count=1000&_since=" + next).body();
        assertThat(ids(second)).contains(name + "-slow", name + "-fast");
    }

    private static List<String> ids(String bundle) {
        return all(bundle, "\"resourceType\":\"Basic\",\"id\":\"([^\"]+)\"");
    }

    private static Write write(String id) {
        return new Write(
                "Basic",
                id,
                JsonBodies.parse(("{\"resourceType\":\"Basic\",\"id\":\"" + id + "\",\"code\":{\"text\":\"x\"}}")
                        .getBytes(StandardCharsets.UTF_8)),
                true,
                null,
                false,
                null);
    }
}
