package io.github.throughcare.care;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpsTest {

    private final List<String> done = new ArrayList<>();

    @Test
    void they_run_in_their_order_and_one_that_fails_stops_no_other() {
        WarmUps.run(List.of(
                () -> done.add("first"),
                () -> {
                    throw new IllegalStateException("no");
                },
                () -> done.add("third")));

        assertThat(done).containsExactly("first", "third");
    }

    @Test
    void a_server_that_ends_ends_them() {
        WarmUps.run(List.of(
                () -> {
                    throw new InterruptedException();
                },
                () -> done.add("second")));

        assertThat(done).isEmpty();
    }
}
