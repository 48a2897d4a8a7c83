package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.github.throughcare.ServerIT;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Write;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Nothing is cut short silently, and a walk over pages sees what was there throughout exactly once while others write. */
class WholeAnswerIT extends ServerIT {

    private static final int MANY = 10_001;

    @BeforeAll
    static void a_patient_with_very_much() {
        store(1, i -> write("Patient", "whole-much", "\"active\":true"));
        store(
                MANY,
                i -> write(
                        "Observation",
                        "whole-o" + i,
                        "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/whole-much\"},\"identifier\":[{\"value\":\"whole\"}]"
                                + ",\"performer\":[{\"reference\":\"Practitioner/whole-d" + i % 90 + "\"}]"));
        store(90, i -> write("Practitioner", "whole-d" + i, "\"active\":true"));
        store(85, i -> write("Patient", "whole-p" + i, "\"active\":true"));
        store(
                170,
                i -> write(
                        "Condition",
                        "whole-c" + i,
                        "\"code\":{\"coding\":[{\"code\":\"whole-code\"}]},\"subject\":{\"reference\":\"Patient/whole-p"
                                + i % 85 + "\"}"));
    }

    private static void store(int count, IntFunction<Write> each) {
        Store store = bean(Store.class);
        for (int from = 0; from < count; from += 1000) {
            List<Write> block = IntStream.range(from, Math.min(count, from + 1000))
                    .mapToObj(each)
                    .toList();
            store.loading(tx -> tx.write(block, Visibility.everything()));
        }
    }

    private static Write write(String type, String id, String content) {
        ObjectNode body = (ObjectNode)
                new JsonMapper().readTree("{\"resourceType\":\"" + type + "\",\"id\":\"" + id + "\"," + content + "}");
        return new Write(type, id, body, true, null, false, null);
    }

    private static JsonPath page(String url) {
        return fhir().urlEncodingEnabled(false)
                .get(url.startsWith("http") ? url : base + "/" + url)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static List<String> walk(String url, String mode) {
        List<String> all = new ArrayList<>();
        String next = url;
        while (next != null) {
            JsonPath page = page(next);
            List<String> ids = page.getList("entry.findAll { it.search.mode == '" + mode + "' }.resource.id");
            all.addAll(ids == null ? List.of() : ids);
            next = page.getString("link.find { it.relation == 'next' }.url");
        }
        return all;
    }

    @Test
    void everything_of_a_patient_with_ten_thousand_resources() {
        List<String> all = walk("Patient/whole-much/$everything?_count=1000", "match");
        assertThat(all).doesNotHaveDuplicates().hasSize(1 + MANY + 90);
    }

    @Test
    void a_compartment_with_ten_thousand_resources() {
        assertThat(walk("Patient/whole-much/*?_count=1000", "match"))
                .doesNotHaveDuplicates()
                .hasSize(1 + MANY);
        assertThat(walk("Patient/whole-much/Observation?_count=1000&_sort=-date", "match"))
                .doesNotHaveDuplicates()
                .hasSize(MANY);
    }

    @Test
    void patients_by_what_refers_to_them() {
        List<String> all = walk("Patient?_has:Condition:patient:code=whole-code&_count=20", "match");
        assertThat(all).doesNotHaveDuplicates().hasSize(85);
        assertThat(page("Patient?_has:Condition:patient:code=whole-code&_count=20")
                        .getInt("total"))
                .isEqualTo(85);
        assertThat(walk("Practitioner?_has:Observation:performer:identifier=whole&_count=20", "match"))
                .doesNotHaveDuplicates()
                .hasSize(90);
        assertThat(walk(
                        "Practitioner?_has:Observation:performer:subject:Patient._has:Observation:patient:identifier=whole",
                        "match"))
                .hasSize(90);
    }

    @Test
    void what_is_included_comes_with_every_page() {
        assertThat(new HashSet<>(walk(
                        "Observation?identifier=whole&_count=500&_include=Observation:performer&_sort=_id&_lastUpdated=ge2000",
                        "include")))
                .hasSize(90);
        List<String> conditions = walk(
                "Patient?_has:Condition:patient:code=whole-code&_count=20&_revinclude=Condition:patient", "include");
        assertThat(conditions).doesNotHaveDuplicates().hasSize(170);
    }

    @Test
    void more_than_can_be_included_is_refused() {
        fhir().get("/Patient?_id=whole-much&_revinclude=Observation:patient")
                .then()
                .statusCode(400)
                .body("issue[0].code", equalTo("too-costly"))
                .body("issue[0].diagnostics", containsString("10000"));
        fhir().get("/Observation?identifier=whole&_sort=code")
                .then()
                .statusCode(400)
                .body("issue[0].code", equalTo("too-costly"))
                .body("issue[0].diagnostics", containsString("10000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "&_sort=_id", "&_sort=birthdate", "&_sort=-birthdate", "&_sort=family", "&_sort=gender"})
    void a_walk_sees_what_was_there_throughout_exactly_once_while_others_write(String sort)
            throws InterruptedException {
        String tag = "walk" + Integer.toHexString(sort.hashCode());
        IntFunction<String> content = i -> "\"meta\":{\"tag\":[{\"code\":\"" + tag + "\"}]},\"gender\":\""
                + (i % 2 == 0 ? "male" : "female") + "\""
                + (i % 3 == 0 ? "" : ",\"birthDate\":\"19" + (10 + i % 50) + "\"")
                + ",\"name\":[{\"family\":\"F" + i % 20 + "\"}]";
        Set<String> there = new HashSet<>();
        store(240, i -> write("Patient", tag + "-" + i, content.apply(i)));
        IntStream.range(0, 240).forEach(i -> there.add(tag + "-" + i));
        AtomicBoolean walking = new AtomicBoolean(true);
        AtomicInteger written = new AtomicInteger();
        Thread writer = new Thread(() -> {
            long next = System.nanoTime();
            for (int i = 0; walking.get(); i++) {
                int n = i;
                // some new, some changed (their sort values stay), some of the new ones gone again: 250 a second
                store(1, k -> write("Patient", tag + "-new" + n, content.apply(n)));
                store(
                        6,
                        k -> again(
                                tag + "-" + (6 * n + k) % 240,
                                content.apply((6 * n + k) % 240) + ",\"language\":\"x-" + n + "\""));
                written.addAndGet(7);
                if (n % 5 == 4) {
                    store(1, k -> new Write("Patient", tag + "-new" + (n - 2), null, false, null, false, null));
                    written.incrementAndGet();
                }
                next += 28_000_000L;
                LockSupport.parkNanos(next - System.nanoTime());
            }
        });
        writer.start();
        List<String> seen = new ArrayList<>();
        Set<Integer> totals = new HashSet<>();
        String next = "Patient?_tag=" + tag + "&_count=17" + sort;
        while (next != null) {
            JsonPath page = page(next);
            seen.addAll(page.getList("entry.resource.id"));
            totals.add(page.get("total"));
            next = page.getString("link.find { it.relation == 'next' }.url");
            assertThat(seen).as("the walk ends").hasSizeLessThan(5000);
            // on a machine too slow for 250 a second the walk waits: more is written between two pages than stands on
            // one
            int enough = written.get() + 20;
            while (written.get() < enough && writer.isAlive()) {
                LockSupport.parkNanos(1_000_000L);
            }
        }
        assertThat(writer.isAlive()).as("the writer wrote to the end").isTrue();
        walking.set(false);
        writer.join();
        assertThat(seen).doesNotHaveDuplicates().containsAll(there);
        assertThat(totals).hasSize(1);
    }

    private static Write again(String id, String content) {
        ObjectNode body = (ObjectNode)
                new JsonMapper().readTree("{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"," + content + "}");
        return new Write("Patient", id, body, false, null, false, null);
    }
}
