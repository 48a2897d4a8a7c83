package io.github.throughcare.fhir.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnstileTest {

    @Test
    void batches_of_one_resource_follow_each_other_in_order() throws Exception {
        Turnstile turnstile = new Turnstile();
        List<Integer> order = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int ticket = i;
                all.add(threads.submit(() -> {
                    turnstile.enter(ticket, Set.of("Patient/a"));
                    try {
                        synchronized (order) {
                            order.add(ticket);
                        }
                    } finally {
                        turnstile.leave(Set.of("Patient/a"));
                    }
                    return null;
                }));
            }
            for (Future<?> f : all) {
                f.get(10, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(order).hasSize(200).isSorted();
    }

    @Test
    void others_pass_while_one_is_under_way() throws InterruptedException {
        Turnstile turnstile = new Turnstile();
        turnstile.enter(0, Set.of("Patient/a"));
        turnstile.enter(1, Set.of("Patient/b")); // would hang if it waited
        turnstile.leave(Set.of("Patient/b"));
        turnstile.leave(Set.of("Patient/a"));
    }

    @Test
    void whoever_waits_when_it_closes_goes_home() {
        Turnstile turnstile = new Turnstile();
        turnstile.close();
        assertThatThrownBy(() -> turnstile.enter(0, Set.of("Patient/a"))).isInstanceOf(CancellationException.class);
    }
}
