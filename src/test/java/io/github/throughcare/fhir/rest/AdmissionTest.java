package io.github.throughcare.fhir.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.throughcare.fhir.Problem;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class AdmissionTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void stop() {
        end.countDown();
        threads.shutdownNow();
    }

    @Test
    void one_too_many_is_told_at_once_and_reads_still_pass() throws Exception {
        Admission admission = admission(1, 2, 1, 1);
        CountDownLatch inside = new CountDownLatch(1);
        threads.submit(() -> admission.pass(true, 10, () -> hold(inside)));
        assertThat(inside.await(5, TimeUnit.SECONDS)).isTrue();
        CountDownLatch waits = new CountDownLatch(1);
        threads.submit(() -> {
            waits.countDown();
            return admission.pass(true, 10, () -> "second");
        });
        assertThat(waits.await(5, TimeUnit.SECONDS)).isTrue();
        Problem busy = null;
        for (int i = 0; i < 500 && busy == null; i++) { // until the second stands in the queue
            try {
                threads.submit(() -> admission.pass(true, 10, () -> "third")).get(20, TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.ExecutionException e) {
                busy = (Problem) e.getCause();
            } catch (java.util.concurrent.TimeoutException e) {
                // it took the second's place
            }
        }
        assertThat(busy).isNotNull();
        assertThat(busy.status()).isEqualTo(503);
        assertThat(admission.pass(false, -1, () -> "read")).isEqualTo("read");
    }

    @Test
    void only_so_many_are_at_work_at_a_time() throws Exception {
        Admission admission = admission(1, 50, 3, 1);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Future<?>[] all = new Future<?>[40];
        for (int i = 0; i < all.length; i++) {
            all[i] = threads.submit(() -> admission.pass(true, 10, () -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                Thread.yield();
                return now.decrementAndGet();
            }));
        }
        for (Future<?> f : all) {
            f.get(10, TimeUnit.SECONDS);
        }
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void a_large_body_does_not_keep_small_ones_out() throws Exception {
        Admission admission = admission(1, 10, 5, 1);
        CountDownLatch inside = new CountDownLatch(1);
        threads.submit(() -> admission.pass(true, 5_000_000, () -> hold(inside)));
        assertThat(inside.await(5, TimeUnit.SECONDS)).isTrue();
        Future<String> large = threads.submit(() -> admission.pass(true, -1, () -> "large"));
        assertThat(admission.pass(true, 100, () -> "small")).isEqualTo("small");
        assertThat(large.isDone()).isFalse();
        end.countDown();
        assertThat(large.get(5, TimeUnit.SECONDS)).isEqualTo("large");
    }

    @Test
    void what_fails_gives_its_place_back() {
        Admission admission = admission(1, 1, 1, 1);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> admission.pass(true, 10, () -> {
                        throw new IllegalStateException("inside");
                    }))
                    .hasMessage("inside");
        }
    }

    private String hold(CountDownLatch inside) {
        inside.countDown();
        try {
            end.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "held";
    }

    private static Admission admission(int reads, int writes, int atOnce, int large) {
        return new Admission(
                new RestSettings(DataSize.ofMegabytes(80), reads, writes, atOnce, large, DataSize.ofMegabytes(4)));
    }
}
