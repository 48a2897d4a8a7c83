package io.github.throughcare.care.assessment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.Ig;
import io.github.throughcare.care.assessment.Assessment.Draft;
import io.github.throughcare.care.assessment.Assessment.Known;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One open Task to fill a form again, from its first response on. */
class ReassessmentsTest {

    private static final Instant NOW = Instant.parse("2026-11-02T16:00:00Z");
    private static final ZoneId ZONE = ZoneId.of("America/New_York");

    @ParameterizedTest
    @CsvSource({"0,2027-11-02", "9,2027-11-02", "10,2026-12-02", "27,2026-12-02"})
    void the_date_follows_the_first_rule_that_holds(int total, String due) {
        Filled filled = Filled.form("phq-9");
        int[] points = new int[9];
        for (int i = 0, left = total; i < 9; i++) {
            points[i] = Math.min(3, left);
            left -= points[i];
        }
        Task task = only(filled.points(points), Known.NOTHING);
        assertThat(task.getStatus()).isEqualTo(TaskStatus.REQUESTED);
        assertThat(task.getCode().hasCoding(Ig.TASK_KIND, "reassessment")).isTrue();
        assertThat(task.getFor().getReference()).isEqualTo("Patient/7");
        assertThat(task.hasEncounter()).isFalse();
        assertThat(start(task)).isEqualTo("2026-11-02");
        assertThat(end(task)).isEqualTo(due);
        assertThat(task.getInputFirstRep().getValue().primitiveValue()).isEqualTo(Ig.questionnaire("phq-9"));
        assertThat(task.getReasonReference().getReference()).isEqualTo("QuestionnaireResponse/r1");
    }

    @Test
    void an_incomplete_form_is_asked_again_soon() {
        assertThat(end(only(Filled.form("phq-9").points(0, 0), Known.NOTHING))).isEqualTo("2026-12-02");
    }

    @Test
    void the_next_response_completes_it_and_opens_its_own() {
        Task first = only(Filled.form("phq-2").points(0, 0), Known.NOTHING);
        List<Task> tasks = tasks(at("r2", "2027-10-01T09:00:00-04:00"), open(first));
        assertThat(tasks).hasSize(2);
        assertThat(tasks.get(0).getIdPart()).isEqualTo(first.getIdPart());
        assertThat(tasks.get(0).getStatus()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(((Reference) tasks.get(0).getOutputFirstRep().getValue()).getReference())
                .isEqualTo("QuestionnaireResponse/r2");
        assertThat(tasks.get(1).getStatus()).isEqualTo(TaskStatus.REQUESTED);
        assertThat(end(tasks.get(1))).isEqualTo("2028-10-01");
    }

    @Test
    void a_response_entered_late_neither_completes_nor_opens() {
        Task first = only(Filled.form("phq-2").points(0, 0), Known.NOTHING);
        assertThat(tasks(at("r0", "2026-05-01"), open(first))).isEmpty();
    }

    @Test
    void a_response_of_the_same_day_is_the_newer_one() {
        Task first = only(Filled.form("phq-2").points(0, 0), Known.NOTHING);
        assertThat(tasks(at("r2", "2026-11-02"), open(first)))
                .extracting(Task::getStatus)
                .containsExactly(TaskStatus.COMPLETED, TaskStatus.REQUESTED);
    }

    @Test
    void an_amended_response_moves_its_own_task_until_somebody_has_begun_it() {
        Task first = only(Filled.form("phq-9").points(0, 0, 0, 0, 0, 0, 0, 0, 0), Known.NOTHING);
        Filled amended = Filled.form("phq-9").points(3, 3, 3, 3, 0, 0, 0, 0, 0);
        assertThat(tasks(amended, open(first))).singleElement().satisfies(t -> {
            assertThat(t.getIdPart()).isEqualTo(first.getIdPart());
            assertThat(end(t)).isEqualTo("2026-12-02");
        });
        Task begun = first.copy().setStatus(TaskStatus.INPROGRESS);
        assertThat(tasks(amended, open(begun)).get(0).equalsDeep(begun)).isTrue();
    }

    @Test
    void what_needs_no_next_time_is_taken_back() {
        Filled notReady = Filled.form("discharge-readiness").points(1, 0, 0, 0, 0, 0, 0, 0, 0);
        Task first = only(notReady, Known.NOTHING);
        assertThat(end(first)).isEqualTo("2026-11-04");
        Filled ready = Filled.form("discharge-readiness").points(0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(tasks(ready, Known.NOTHING)).isEmpty();
        assertThat(tasks(ready, open(first)).get(0).getStatus()).isEqualTo(TaskStatus.CANCELLED);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31,1,mo,2026-02-28",
        "2024-02-29,1,a,2025-02-28",
        "2026-12-31,2,wk,2027-01-14",
        "2026-12-31,1,d,2027-01-01"
    })
    void a_date_is_counted_in_the_calendar(LocalDate day, long many, String unit, LocalDate due) {
        Duration every = new Duration();
        every.setValue(many).setCode(unit);
        assertThat(Reassessments.due(day, every)).isEqualTo(due);
    }

    @ParameterizedTest
    @CsvSource({"2026-11-03T02:00:00Z,2026-11-02", "2026-11,2026-11-01", "2026,2026-01-01"})
    void the_day_is_the_facilitys(String authored, String start) {
        assertThat(start(tasks(at("r3", authored), Known.NOTHING).get(0))).isEqualTo(start);
    }

    private static Filled at(String id, String authored) {
        Filled filled = Filled.form("phq-2").points(0, 0);
        filled.response.setId(id);
        filled.response.setAuthoredElement(new DateTimeType(authored));
        return filled;
    }

    private static Known open(Task task) {
        return new Known(new QuestionnaireResponse(), List.of(), List.of(), List.of(), List.of(), List.of(task));
    }

    private static Task only(Filled filled, Known known) {
        List<Task> tasks = tasks(filled, known);
        assertThat(tasks).hasSize(1);
        return tasks.get(0);
    }

    private static List<Task> tasks(Filled filled, Known known) {
        return filled.assess().drafts(known, NOW, ZONE).stream()
                .filter(d -> !d.told())
                .map(Draft::after)
                .map(Task.class::cast)
                .toList();
    }

    private static String start(Task task) {
        return task.getRestriction().getPeriod().getStartElement().getValueAsString();
    }

    private static String end(Task task) {
        return task.getRestriction().getPeriod().getEndElement().getValueAsString();
    }
}
