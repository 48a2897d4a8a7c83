package io.github.throughcare.care.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.StatutoryClock;
import io.github.throughcare.care.StatutoryClock.Amount;
import io.github.throughcare.care.TaskItems;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaseClocksTest {

    private static final FacilityTime TIME = new FacilityTime(
            Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC), new CareSettings("UTC"));
    private static final StatutoryClock PLAN = clock("case-plan", List.of("removal"), new Amount(60, "d"), null, true);
    private static final StatutoryClock REVIEW = clock(
            "status-review", List.of("foster-care-entry", "removal"), new Amount(6, "mo"), new Amount(6, "mo"), true);
    private static final StatutoryClock ANNUAL =
            clock("annual-reassessment", List.of("case-start"), new Amount(12, "mo"), new Amount(12, "mo"), true);

    @Test
    void a_clock_sets_one_task_with_its_last_day_and_its_source() {
        List<Task> tasks = changes(removed("2026-11-20"), List.of(PLAN), List.of());
        assertThat(tasks).hasSize(1);
        Task task = tasks.get(0);
        assertThat(due(task)).isEqualTo("2027-01-19");
        assertThat(task.getDescription()).contains("2027-01-19", "removal on 2026-11-20", "45 CFR");
        assertThat(task.getOwner().getReference()).isEqualTo("Practitioner/kim");
        assertThat(task.getFor().getReference()).isEqualTo("Patient/p");
        assertThat(task.getFocus().getReference()).isEqualTo("EpisodeOfCare/e");
        assertThat(task.getInstantiatesCanonical()).isEqualTo(PLAN.url());
    }

    @Test
    void again_it_changes_nothing() {
        EpisodeOfCare episode = removed("2026-11-20");
        List<Task> first = changes(episode, List.of(PLAN, REVIEW, ANNUAL), List.of());
        assertThat(first).hasSize(3);
        assertThat(changes(episode, List.of(PLAN, REVIEW, ANNUAL), first)).isEmpty();
    }

    @Test
    void a_draft_decides_nothing() {
        StatutoryClock draft = clock("case-plan", List.of("removal"), new Amount(60, "d"), null, false);
        assertThat(changes(removed("2026-11-20"), List.of(draft), List.of())).isEmpty();
    }

    @Test
    void a_clock_for_another_kind_of_case_does_not_run() {
        EpisodeOfCare other = removed("2026-11-20");
        other.getTypeFirstRep().getCodingFirstRep().setCode("medical");
        assertThat(changes(other, List.of(PLAN), List.of())).isEmpty();
        other.getTypeFirstRep().getCodingFirstRep().setCode("child-welfare").setSystem("http://example.org");
        assertThat(changes(other, List.of(PLAN), List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"planned, 0", "waitlist, 0", "active, 1", "onhold, 1", "finished, 0", "cancelled, 0"})
    void it_runs_while_the_case_does(String status, int tasks) {
        EpisodeOfCare episode = removed("2026-11-20").setStatus(EpisodeOfCareStatus.fromCode(status));
        assertThat(changes(episode, List.of(PLAN), List.of())).hasSize(tasks);
    }

    @Test
    void without_the_date_nothing_is_set_and_somebody_is_asked_for_it() {
        EpisodeOfCare episode = removed(null);
        List<Task> asked = changes(episode, List.of(PLAN), List.of());
        assertThat(asked).hasSize(1);
        assertThat(TaskItems.isKind(asked.get(0), CaseClocks.DATE_MISSING)).isTrue();
        assertThat(asked.get(0).getDescription()).contains("removal");
        assertThat(due(asked.get(0))).isEqualTo("2026-11-24");
        assertThat(changes(episode, List.of(PLAN), asked)).isEmpty();
        // one date will do for both clocks
        assertThat(changes(episode, List.of(PLAN, REVIEW), asked)).isEmpty();

        List<Task> known = changes(removed("2026-11-20"), List.of(PLAN), asked);
        assertThat(known).extracting(t -> t.getStatus().toCode()).containsExactlyInAnyOrder("requested", "completed");
    }

    @Test
    void nobody_is_asked_for_what_may_never_happen() {
        StatutoryClock hearing =
                clock("permanency-hearing", List.of("no-reunification-finding"), new Amount(30, "d"), null, true);
        assertThat(changes(removed("2026-11-20"), List.of(hearing), List.of())).isEmpty();
        EpisodeOfCare found = removed("2026-11-20");
        event(found, "no-reunification-finding", "2026-11-21");
        assertThat(due(changes(found, List.of(hearing), List.of()).get(0))).isEqualTo("2026-12-21");
    }

    @Test
    void the_first_event_that_is_known_counts() {
        EpisodeOfCare episode = removed("2026-10-01");
        assertThat(due(changes(episode, List.of(REVIEW), List.of()).get(0))).isEqualTo("2027-04-01");
        event(episode, "foster-care-entry", "2026-11-15");
        assertThat(due(changes(episode, List.of(REVIEW), List.of()).get(0))).isEqualTo("2027-05-15");
    }

    @Test
    void a_corrected_date_moves_the_task() {
        List<Task> first = changes(removed("2026-11-20"), List.of(PLAN), List.of());
        List<Task> moved = changes(removed("2026-11-10"), List.of(PLAN), first);
        assertThat(moved).hasSize(1);
        assertThat(moved.get(0).getIdElement().getIdPart())
                .isEqualTo(first.get(0).getIdElement().getIdPart());
        assertThat(due(moved.get(0))).isEqualTo("2027-01-09");
        assertThat(TaskItems.inputs(moved.get(0), "clock-start")).hasSize(1);
        assertThat(changes(removed("2026-11-10"), List.of(PLAN), moved)).isEmpty();
    }

    @Test
    void a_day_set_by_hand_stays() {
        Task task = changes(removed("2026-11-20"), List.of(PLAN), List.of()).get(0);
        task.getRestriction().getPeriod().setEndElement(new DateTimeType("2026-12-01"));
        assertThat(changes(removed("2026-11-20"), List.of(PLAN), List.of(task))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // removed, completed turns, the due date of the next one
        "2026-11-20, 0, 2027-05-20",
        "2026-11-20, 1, 2027-11-20",
        "2026-11-20, 2, 2028-05-20",
        // late entry into the record: what was due long ago starts nothing, what was due of late does
        "2024-11-20, 0, 2026-11-20",
        "2024-10-10, 0, 2027-04-10",
    })
    void when_one_has_ended_the_next_turn_comes(String removed, int completed, String next) {
        EpisodeOfCare episode = removed(removed);
        List<Task> known = new java.util.ArrayList<>();
        for (int i = 0; i < completed; i++) {
            Task task = changes(episode, List.of(REVIEW), known).get(0);
            known.add(task.setStatus(TaskStatus.COMPLETED));
        }
        List<Task> tasks = changes(episode, List.of(REVIEW), known);
        assertThat(tasks).hasSize(1);
        assertThat(due(tasks.get(0))).isEqualTo(next);
    }

    @Test
    void what_comes_once_does_not_come_again() {
        Task done = changes(removed("2026-11-20"), List.of(PLAN), List.of()).get(0);
        done.setStatus(TaskStatus.COMPLETED);
        assertThat(changes(removed("2026-11-20"), List.of(PLAN), List.of(done))).isEmpty();
        assertThat(changes(removed("2026-01-20"), List.of(PLAN), List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"finished, case-ended", "cancelled, case-ended", "active, clock-changed"})
    void what_does_not_run_any_more_is_called_off(String status, String reason) {
        EpisodeOfCare episode = removed("2026-11-20");
        List<Task> known = changes(episode, List.of(PLAN), List.of());
        episode.setStatus(EpisodeOfCareStatus.fromCode(status));
        List<Task> over = changes(episode, status.equals("active") ? List.of() : List.of(PLAN), known);
        assertThat(over).hasSize(1);
        assertThat(over.get(0).getStatus()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(over.get(0).getStatusReason().getCodingFirstRep().getCode()).isEqualTo(reason);
    }

    @Test
    void other_tasks_of_the_case_are_left_alone() {
        Task other = new Task().setStatus(TaskStatus.REQUESTED);
        other.setId("Task/other");
        other.setInstantiatesCanonical("http://example.org/protocol");
        EpisodeOfCare ended = removed("2026-11-20").setStatus(EpisodeOfCareStatus.FINISHED);
        assertThat(changes(ended, List.of(PLAN), List.of(other))).isEmpty();
    }

    private static List<Task> changes(EpisodeOfCare episode, List<StatutoryClock> clocks, List<Task> known) {
        return CaseClocks.changes(episode, clocks, known, TIME);
    }

    private static String due(Task task) {
        return task.getRestriction().getPeriod().getEndElement().getValueAsString();
    }

    private static StatutoryClock clock(
            String kind, List<String> starts, Amount within, @Nullable Amount every, boolean active) {
        return new StatutoryClock(
                "http://example.org/clock/" + kind,
                kind,
                new CodeableConcept(new Coding(Ig.TASK_KIND, kind, null)),
                List.of("child-welfare"),
                List.of(),
                starts,
                kind.equals("permanency-hearing"),
                within,
                every,
                null,
                null,
                false,
                active,
                List.of("45 CFR 1356.21"));
    }

    private static EpisodeOfCare removed(@Nullable String on) {
        EpisodeOfCare episode = new EpisodeOfCare().setStatus(EpisodeOfCareStatus.ACTIVE);
        episode.setId("EpisodeOfCare/e");
        episode.addType(new CodeableConcept(new Coding(StatutoryClock.CASE_TYPE, "child-welfare", null)));
        episode.setPatient(new Reference("Patient/p")).setCareManager(new Reference("Practitioner/kim"));
        episode.getPeriod().setStartElement(new DateTimeType("2026-11-01"));
        if (on != null) {
            event(episode, "removal", on);
        }
        return episode;
    }

    private static void event(EpisodeOfCare episode, String code, String date) {
        Extension event = episode.addExtension().setUrl(CaseClocks.EVENT);
        event.addExtension("event", new CodeType(code));
        event.addExtension("date", new DateType(date));
    }
}
