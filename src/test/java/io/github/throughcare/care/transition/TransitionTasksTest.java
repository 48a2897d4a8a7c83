package io.github.throughcare.care.transition;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.transition.TransitionTasks.Reason;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the Tasks of transitional care, without a store. */
class TransitionTasksTest {

    private static final ZoneId ZONE = ZoneId.of("America/New_York");
    private static final String DISPOSITION = "http://terminology.hl7.org/CodeSystem/discharge-disposition";
    private static final Destination.Codes CODES = new Destination.Codes(
            Set.of("http://terminology.hl7.org/CodeSystem/v3-ActCode|IMP"),
            Set.of(DISPOSITION + "|snf"),
            Set.of(DISPOSITION + "|aadvice"),
            Set.of(DISPOSITION + "|exp"));

    private final TransitionTasks at = new TransitionTasks(Instant.parse("2026-11-26T12:00:00Z"), ZONE);

    private static Encounter stay(String end, String disposition) {
        Encounter encounter = new Encounter();
        encounter.setId("e");
        encounter.setStatus(EncounterStatus.FINISHED);
        encounter.getClass_().setCode("IMP");
        encounter.setSubject(new Reference("Patient/p"));
        encounter.getPeriod().setStartElement(new DateTimeType("2026-11-20T08:00:00-05:00"));
        encounter.getPeriod().setEndElement(new DateTimeType(end));
        encounter
                .getHospitalization()
                .setDischargeDisposition(new CodeableConcept().addCoding(new Coding(DISPOSITION, disposition, null)));
        return encounter;
    }

    private static Discharge discharge(String end) {
        return Discharge.of(stay(end, "home"), CODES, ZONE).orElseThrow();
    }

    private static Map<String, Task> byId(List<Task> tasks) {
        Map<String, Task> byId = new HashMap<>();
        tasks.forEach(t -> byId.put(t.getIdElement().getIdPart(), t));
        return byId;
    }

    private static String due(Map<String, Task> tasks, TaskKind kind) {
        return tasks.get(kind.id("e"))
                .getRestriction()
                .getPeriod()
                .getEndElement()
                .getValueAsString();
    }

    @ParameterizedTest(name = "{0}, high {1}")
    @CsvSource({
        "2026-11-25T10:00:00-05:00, false, 2026-11-30, 2026-12-09, 2026-12-24",
        "2026-11-25T10:00:00-05:00, true, 2026-11-30, 2026-12-02, 2026-12-24",
        // an hour before midnight in New York is the next day in Greenwich: the facility's day counts
        "2026-11-26T04:00:00Z, true, 2026-11-30, 2026-12-02, 2026-12-24",
        "2026-07-03, true, 2026-07-07, 2026-07-10, 2026-08-01",
        "2026-12-31T23:59:59-05:00, false, 2027-01-05, 2027-01-14, 2027-01-29"
    })
    void a_discharge_starts_four_dated_tasks(String end, boolean high, String contact, String visit, String periodEnd) {
        Map<String, Task> tasks = byId(at.started(discharge(end), high, Map.of(), null));
        assertThat(tasks).hasSize(4);
        assertThat(due(tasks, TaskKind.CONTACT)).isEqualTo(contact);
        assertThat(due(tasks, TaskKind.VISIT)).isEqualTo(visit);
        assertThat(due(tasks, TaskKind.RECONCILIATION)).isEqualTo(visit);
        assertThat(due(tasks, TaskKind.PERIOD_END)).isEqualTo(periodEnd);
        assertThat(tasks.values()).allSatisfy(t -> {
            assertThat(t.getStatus()).isEqualTo(TaskStatus.REQUESTED);
            assertThat(t.getFor().getReference()).isEqualTo("Patient/p");
            assertThat(t.getEncounter().getReference()).isEqualTo("Encounter/e");
        });
    }

    @Test
    void the_same_news_again_changes_nothing() {
        Discharge discharge = discharge("2026-11-25T10:00:00-05:00");
        Map<String, Task> stored = byId(at.started(discharge, true, Map.of(), null));
        assertThat(at.started(discharge, true, stored, null)).isEmpty();
        assertThat(at.corrected(discharge, true, stored)).isEmpty();
    }

    @Test
    void a_corrected_date_moves_open_tasks_and_only_these() {
        Map<String, Task> stored = byId(at.started(discharge("2026-11-25T10:00:00-05:00"), false, Map.of(), null));
        stored.get(TaskKind.CONTACT.id("e")).setStatus(TaskStatus.COMPLETED);
        Map<String, Task> moved = byId(at.started(discharge("2026-11-23T10:00:00-05:00"), false, stored, null));
        assertThat(moved).hasSize(3).doesNotContainKey(TaskKind.CONTACT.id("e"));
        assertThat(due(moved, TaskKind.VISIT)).isEqualTo("2026-12-07");
        assertThat(due(moved, TaskKind.PERIOD_END)).isEqualTo("2026-12-22");
        assertThat(moved.get(TaskKind.VISIT.id("e")).getNote()).hasSize(1);
    }

    @Test
    void a_risk_that_turns_high_brings_the_visit_forward_but_not_a_date_that_somebody_set() {
        Discharge discharge = discharge("2026-11-25T10:00:00-05:00");
        Map<String, Task> stored = byId(at.started(discharge, false, Map.of(), null));
        stored.get(TaskKind.RECONCILIATION.id("e"))
                .getRestriction()
                .getPeriod()
                .setEndElement(new DateTimeType("2026-12-01"));
        Map<String, Task> moved = byId(at.corrected(discharge, true, stored));
        assertThat(moved).containsOnlyKeys(TaskKind.VISIT.id("e"));
        assertThat(due(moved, TaskKind.VISIT)).isEqualTo("2026-12-02");
    }

    @Test
    void a_withdrawn_discharge_calls_open_tasks_off_and_a_second_discharge_opens_them_again() {
        Discharge first = discharge("2026-11-25T10:00:00-05:00");
        Map<String, Task> stored = byId(at.started(first, false, Map.of(), null));
        stored.get(TaskKind.CONTACT.id("e")).setStatus(TaskStatus.COMPLETED);
        Map<String, Task> off = byId(at.calledOff(stored.values(), Reason.WITHDRAWN));
        assertThat(off).hasSize(3);
        assertThat(off.values()).allSatisfy(t -> {
            assertThat(t.getStatus()).isEqualTo(TaskStatus.CANCELLED);
            assertThat(t.getStatusReason().getText()).isNotBlank();
        });
        stored.putAll(off);
        assertThat(at.calledOff(stored.values(), Reason.WITHDRAWN)).isEmpty();
        Map<String, Task> again = byId(at.started(discharge("2026-11-27T10:00:00-05:00"), false, stored, null));
        assertThat(again).hasSize(3);
        assertThat(due(again, TaskKind.PERIOD_END)).isEqualTo("2026-12-26");
        assertThat(again.values()).allMatch(t -> t.getStatus() == TaskStatus.REQUESTED && !t.hasStatusReason());
    }

    @Test
    void a_task_that_was_called_off_for_a_readmission_stays_so() {
        Discharge discharge = discharge("2026-11-25T10:00:00-05:00");
        Map<String, Task> stored = byId(at.started(discharge, false, Map.of(), null));
        stored.putAll(byId(at.calledOff(stored.values(), Reason.READMITTED)));
        assertThat(at.started(discharge, false, stored, null)).isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"home, COMMUNITY", "aadvice, AGAINST_ADVICE", "snf, FACILITY", "exp, DEATH", "oth, COMMUNITY"})
    void the_disposition_tells_where_it_leads(String disposition, Destination destination) {
        assertThat(Discharge.of(stay("2026-11-25T10:00:00-05:00", disposition), CODES, ZONE)
                        .orElseThrow()
                        .destination())
                .isEqualTo(destination);
    }

    @Test
    void against_advice_is_seen_within_seven_days_whatever_the_risk() {
        Discharge discharge = Discharge.of(stay("2026-11-25T10:00:00-05:00", "aadvice"), CODES, ZONE)
                .orElseThrow();
        assertThat(due(byId(at.started(discharge, false, Map.of(), null)), TaskKind.VISIT))
                .isEqualTo("2026-12-02");
    }

    @ParameterizedTest(name = "discharged {0}: history {1}")
    @CsvSource({"2026-10-27, false", "2026-10-26, true", "2026-11-26, false", "2026-12-01, false"})
    void more_than_thirty_days_ago_is_history(LocalDate date, boolean history) {
        assertThat(discharge(date.toString()).isHistory(at.now(), ZONE)).isEqualTo(history);
    }

    @Test
    void only_a_finished_inpatient_stay_of_a_patient_is_a_discharge() {
        assertThat(Discharge.of(null, CODES, ZONE)).isEmpty();
        Encounter open = stay("2026-11-25", "home");
        open.setStatus(EncounterStatus.INPROGRESS);
        assertThat(Discharge.of(open, CODES, ZONE)).isEmpty();
        Encounter ambulatory = stay("2026-11-25", "home");
        ambulatory.getClass_().setCode("AMB");
        assertThat(Discharge.of(ambulatory, CODES, ZONE)).isEmpty();
        Encounter group = stay("2026-11-25", "home");
        group.setSubject(new Reference("Group/g"));
        assertThat(Discharge.of(group, CODES, ZONE)).isEmpty();
    }
}
