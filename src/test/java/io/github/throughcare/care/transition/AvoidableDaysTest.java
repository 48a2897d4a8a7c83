package io.github.throughcare.care.transition;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.Ig;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nights in hospital while a barrier was open; admitted on 1 November 2026, today the 20th. */
class AvoidableDaysTest {

    private static final ZoneId ZONE = ZoneId.of("America/New_York");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 20);

    private static Task barrier(String id, String found, String removed) {
        Task task = new Task();
        task.setId(id);
        task.setStatus(removed == null ? TaskStatus.REQUESTED : TaskStatus.COMPLETED);
        task.getCode().addCoding().setSystem(Ig.TASK_KIND).setCode("discharge-barrier");
        task.getReasonCode().addCoding().setCode("transport");
        task.setAuthoredOnElement(new DateTimeType(found));
        if (removed != null) {
            task.getExecutionPeriod().setEndElement(new DateTimeType(removed));
        }
        return task;
    }

    private static AvoidableDays of(String left, Task... tasks) {
        return AvoidableDays.of(
                List.of(tasks), LocalDate.of(2026, 11, 1), left == null ? null : LocalDate.parse(left), TODAY, ZONE);
    }

    @ParameterizedTest(name = "found {0}, removed {1}, left {2}: {3}")
    @CsvSource({
        "2026-11-10, 2026-11-13, , 3",
        "2026-11-10, 2026-11-10, , 0",
        "2026-11-10, , , 10",
        "2026-11-20, , , 0",
        "2026-11-10, , 2026-11-12, 2",
        "2026-11-10, 2026-11-15, 2026-11-12, 2",
        "2026-10-20, 2026-11-03, , 2",
        "2026-11-14, , 2026-11-12, 0",
        "2026-11-11T03:00:00Z, 2026-11-12, , 2"
    })
    void a_night_counts_while_the_barrier_is_open_and_the_patient_there(
            String found, String removed, String left, int nights) {
        assertThat(of(left, barrier("a", found, removed)).nights()).isEqualTo(nights);
    }

    @Test
    void a_night_with_two_barriers_counts_once() {
        AvoidableDays days =
                of(null, barrier("a", "2026-11-10", "2026-11-13"), barrier("b", "2026-11-12", "2026-11-15"));
        assertThat(days.nights()).isEqualTo(5);
        assertThat(days.barriers()).extracting(AvoidableDays.Barrier::nights).containsExactly(3, 3);
    }

    @Test
    void what_is_no_barrier_or_an_error_counts_nothing() {
        Task error = barrier("a", "2026-11-10", null);
        error.setStatus(TaskStatus.ENTEREDINERROR);
        Task other = barrier("b", "2026-11-10", null);
        other.getCode().getCodingFirstRep().setCode("tcm-visit");
        assertThat(of(null, error, other).barriers()).isEmpty();
    }
}
