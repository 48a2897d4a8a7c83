package io.github.throughcare.care.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.referral.Referrals;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.Test;

class DueWatchTest {

    private static final FacilityTime TIME = new FacilityTime(
            Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC), new CareSettings("America/New_York"));

    private final DueWatch watch = new DueWatch(
            () -> {
                throw new AssertionError("nothing is scheduled");
            },
            Tasks.oneTime("task-overdue").execute((instance, context) -> {}),
            TIME);

    @Test
    void a_task_that_names_no_due_date_is_not_told_of() {
        Task task = new Task().setStatus(TaskStatus.REQUESTED);
        task.setDescription("Follow up").addNote().setText("Called, restriction of diet explained");
        assertThat(Deadline.of(task, TIME)).isEmpty();
        assertThat(wanted(task)).isFalse();
    }

    @Test
    void a_task_with_a_due_date_is_told_of_whatever_its_status() {
        for (TaskStatus status : new TaskStatus[] {TaskStatus.REQUESTED, TaskStatus.COMPLETED}) {
            Task task = new Task().setStatus(status);
            task.getRestriction().getPeriod().setEnd(java.util.Date.from(Instant.parse("2026-12-01T00:00:00Z")));
            assertThat(wanted(task)).isTrue();
        }
    }

    @Test
    void a_referral_with_a_day_for_an_answer_is_told_of() {
        Task task = new Task().setStatus(TaskStatus.REQUESTED);
        task.setCode(new CodeableConcept(new Coding("http://hl7.org/fhir/CodeSystem/task-code", "fulfill", null)));
        task.setFocus(new Reference("ServiceRequest/1"));
        task.addExtension(Referrals.RESPONSE_DUE, new DateType("2026-12-01"));
        assertThat(Deadline.of(task, TIME)).isPresent();
        assertThat(wanted(task)).isTrue();
    }

    private boolean wanted(Task task) {
        String json = FhirContext.forR4Cached().newJsonParser().encodeResourceToString(task);
        return watch.wants("Task", json.getBytes(StandardCharsets.UTF_8));
    }
}
