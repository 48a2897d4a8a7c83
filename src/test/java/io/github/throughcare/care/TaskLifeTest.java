package io.github.throughcare.care;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TaskLifeTest {

    private static final Set<String> OPEN =
            Set.of("requested", "received", "accepted", "ready", "in-progress", "on-hold");
    private static final Set<String> ENDS = Set.of("completed", "rejected", "failed", "cancelled");

    /** Written out by hand, beside the code. */
    static Stream<Arguments> everyMove() {
        List<Arguments> moves = new ArrayList<>();
        for (TaskStatus f : TaskStatus.values()) {
            for (TaskStatus t : TaskStatus.values()) {
                if (f == t || f == TaskStatus.NULL || t == TaskStatus.NULL) {
                    continue;
                }
                String from = f.toCode();
                String to = t.toCode();
                boolean legal = to.equals("entered-in-error")
                        || from.equals("draft") && (OPEN.contains(to) || to.equals("cancelled"))
                        || OPEN.contains(from) && (OPEN.contains(to) || ENDS.contains(to));
                moves.add(Arguments.of(f, t, legal));
            }
        }
        return moves.stream();
    }

    @ParameterizedTest
    @MethodSource("everyMove")
    void every_move(TaskStatus from, TaskStatus to, boolean legal) {
        assertThat(TaskLife.after(from).contains(to)).isEqualTo(legal);
    }

    @Test
    void states_are_named_for_a_sentence() {
        assertThat(TaskLife.named(TaskLife.GIVEN_UP)).isEqualTo("rejected, cancelled, failed");
        assertThat(TaskLife.named(TaskLife.after(TaskStatus.ENTEREDINERROR))).isEqualTo("nothing");
    }
}
