package io.github.throughcare.fhir.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BodyCodecTest {

    private static final short NEW = 7;

    /** Keeps a dictionary when it is let. */
    private static final class Slow implements BodyCodec.Dictionaries {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch free = new CountDownLatch(1);

        @Override
        public Map<Short, BodyCodec.Dictionary> load() {
            return new HashMap<>();
        }

        @Override
        public Map<Short, BodyCodec.Dictionary> load(Connection c) {
            return load();
        }

        @Override
        public short keep(int type, byte[] bytes) {
            asked.countDown();
            try {
                assertThat(free.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return NEW;
        }
    }

    private static byte[] body(int i) {
        return ("{\"resourceType\":\"Observation\",\"id\":\"o" + i
                        + "\",\"status\":\"final\",\"subject\":{\"reference\":\"Patient/" + i * 7919
                        + "\"},\"valueQuantity\":{\"value\":" + i % 97 + "}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static long trainers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().equals("body-dictionary"))
                .count();
    }

    @Test
    void a_dictionary_is_trained_once_however_long_it_takes_to_be_kept() throws InterruptedException {
        Slow slow = new Slow();
        BodyCodec codec = new BodyCodec(slow);
        for (int i = 0; i < 1000; i++) {
            assertThat(codec.pack(1, body(i)).codec()).isZero();
        }
        assertThat(slow.asked.await(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 3000; i++) {
            codec.pack(1, body(i));
        }
        assertThat(trainers()).isEqualTo(1);
        slow.free.countDown();
        for (long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                codec.pack(1, body(1)).codec() != NEW && System.nanoTime() < until; ) {
            Thread.onSpinWait();
        }
        assertThat(codec.pack(1, body(1)).codec()).isEqualTo(NEW);
    }
}
