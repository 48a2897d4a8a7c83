package io.github.throughcare.care;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.fhir.CommitListener.Written;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConcernedPatientsTest {

    private static final class Few extends ConcernedPatients {
        Few(int most) {
            super("Task", most, json -> new String(json, StandardCharsets.UTF_8).contains("urgent"));
        }
    }

    private static byte[] task(String patient, String priority) {
        return ("{\"priority\":\"" + priority + "\",\"for\":{\"reference\":\"Patient/" + patient + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Few ready(int most) {
        Few few = new Few(most);
        few.ready();
        return few;
    }

    @Test
    void before_the_store_was_read_it_may_be_anybody() {
        Few few = new Few(10);
        few.remember("a");
        assertThat(few.mayBe("b")).isTrue();
        assertThat(few.mayBeOf(task("b", "urgent"))).isTrue();
        assertThat(few.isNobody()).isFalse();
    }

    @Test
    void what_was_written_while_the_store_was_read_counts() {
        Few few = new Few(10);
        few.written(List.of(new Written("Task", "1", task("a", "urgent"))));
        few.ready();
        assertThat(List.of(few.mayBe("a"), few.mayBe("b"))).containsExactly(true, false);
    }

    @Test
    void only_what_concerns_is_heard_and_a_deletion_forgets_nobody() {
        Few few = ready(10);
        assertThat(few.isNobody()).isTrue();
        few.written(List.of(
                new Written("Task", "1", task("a", "urgent")),
                new Written("Task", "2", task("b", "routine")),
                new Written("Task", "1", null)));
        assertThat(List.of(few.mayBe("a"), few.mayBe("b"))).containsExactly(true, false);
        assertThat(few.isNobody()).isFalse();
        assertThat(few.mayBeOf(task("a", ""))).isTrue();
        assertThat(few.mayBeOf(task("b", ""))).isFalse();
        assertThat(few.mayBeOf("{}".getBytes(StandardCharsets.UTF_8)))
                .as("it does not say whom it is about")
                .isTrue();
    }

    @Test
    void where_they_are_too_many_it_may_be_anybody() {
        Few few = ready(2);
        few.remember("a");
        few.remember("b");
        assertThat(few.mayBe("z")).isFalse();
        few.remember("c");
        few.remember("d");
        assertThat(few.mayBe("z")).isTrue();
        assertThat(few.mayBeOf(task("z", ""))).isTrue();
        assertThat(few.isNobody()).isFalse();
    }

    @Test
    void once_another_process_was_there_it_may_be_anybody_for_good() {
        Few few = ready(10);
        few.accompanied(false);
        assertThat(few.mayBe("z")).isFalse();
        few.accompanied(true);
        few.accompanied(false);
        assertThat(few.mayBe("z")).isTrue();
        assertThat(few.isNobody()).isFalse();
    }
}
