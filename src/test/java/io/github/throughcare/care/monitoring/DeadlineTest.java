package io.github.throughcare.care.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.FixedTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.referral.Referrals;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadlineTest {

    private static final FacilityTime TIME = new FacilityTime(
            Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC), new CareSettings("America/New_York"));

    @ParameterizedTest
    @CsvSource({
        "requested, task, 2026-12-01, 2026-12-02T05:00:00Z",
        "requested, task, 2026-12-01T10:00:00Z, 2026-12-01T10:00:00Z",
        "in-progress, task, 2026-07-01, 2026-07-02T04:00:00Z",
        "requested, task, 2026-12, 2027-01-01T05:00:00Z",
        "on-hold, task, 2026-11-01, 2026-11-02T05:00:00Z",
        "requested, task, 2026-10-01, 2026-10-02T04:00:00Z",
        "requested, task, , ",
        "draft, task, 2026-12-01, ",
        "completed, task, 2026-12-01, ",
        "cancelled, task, 2026-12-01, ",
        "requested, escalation, 2026-12-01, ",
    })
    void when_a_task_becomes_overdue(String status, String kind, @Nullable String due, @Nullable Instant at) {
        Task task = new Task().setStatus(TaskStatus.fromCode(status));
        task.setCode(new CodeableConcept(new Coding(Ig.TASK_KIND, kind, null)));
        if (due != null) {
            task.getRestriction().getPeriod().setEndElement(new DateTimeType(due));
        }
        assertThat(Deadline.of(task, TIME).orElse(null)).isEqualTo(at);
    }

    @ParameterizedTest
    @CsvSource({
        // when it was written; is it watched? It was due on 1 November
        "2026-11-22T12:00:00Z, true",
        "2026-12-01T00:00:00Z, true",
        "2026-12-03T00:00:00Z, false",
        ", true",
    })
    void history_starts_nothing_but_what_was_watched_is_not_forgotten(@Nullable String written, boolean watched) {
        Task task = new Task().setStatus(TaskStatus.REQUESTED);
        task.getRestriction().getPeriod().setEndElement(new DateTimeType("2026-11-01"));
        if (written != null) {
            task.getMeta().setLastUpdated(java.util.Date.from(Instant.parse(written)));
        }
        assertThat(Deadline.written(task, TIME).isPresent()).isEqualTo(watched);
        // half a year without a server later it still is overdue
        assertThat(Deadline.of(task, FixedTime.at("2027-05-01T00:00:00Z", "UTC")))
                .isPresent();
    }

    @Test
    void a_referral_without_an_end_is_due_when_nobody_has_answered() {
        Task task = new Task().setStatus(TaskStatus.REQUESTED);
        task.addExtension(Referrals.RESPONSE_DUE, new DateType("2026-12-01"));
        assertThat(Deadline.of(task, TIME)).isEmpty(); // said by somebody of another Task
        task.setCode(new CodeableConcept(new Coding("http://hl7.org/fhir/CodeSystem/task-code", "fulfill", null)));
        task.setFocus(new Reference("ServiceRequest/s"));
        assertThat(Deadline.of(task, TIME)).contains(Instant.parse("2026-12-02T05:00:00Z"));
        task.getRestriction().getPeriod().setEndElement(new DateTimeType("2026-12-24"));
        assertThat(Deadline.of(task, TIME)).contains(Instant.parse("2026-12-25T05:00:00Z"));
    }

    @Test
    void only_tasks_are_due() {
        assertThat(Deadline.of(new Patient(), TIME)).isEmpty();
    }
}
