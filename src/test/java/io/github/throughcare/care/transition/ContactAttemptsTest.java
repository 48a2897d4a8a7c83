package io.github.throughcare.care.transition;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.Test;

/** What Communications say of a contact Task. */
class ContactAttemptsTest {

    private final TransitionTasks at =
            new TransitionTasks(Instant.parse("2026-11-26T12:00:00Z"), ZoneId.of("America/New_York"));

    private static Task task() {
        Task task = new Task();
        task.setId("t");
        task.setStatus(TaskStatus.REQUESTED);
        return task;
    }

    private static Communication told(String id, CommunicationStatus status, String reason) {
        Communication communication = new Communication();
        communication.setId(id);
        communication.setStatus(status);
        if (!reason.isEmpty()) {
            communication.setStatusReason(new CodeableConcept().setText(reason));
        }
        return communication;
    }

    private static Communication failed(String id) {
        return told(id, CommunicationStatus.NOTDONE, "no answer");
    }

    @Test
    void a_contact_completes_the_task() {
        Task done = ContactAttempts.outcome(task(), List.of(told("c", CommunicationStatus.COMPLETED, "")), at)
                .orElseThrow();
        assertThat(done.getStatus()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(done.getBusinessStatus().getCodingFirstRep().getCode()).isEqualTo("contact-made");
        assertThat(ContactAttempts.outcome(done, List.of(told("c", CommunicationStatus.COMPLETED, "")), at))
                .isEmpty();
    }

    @Test
    void one_failed_attempt_leaves_it_open_and_two_satisfy() {
        assertThat(ContactAttempts.outcome(task(), List.of(failed("a")), at)).isEmpty();
        List<Communication> two = new ArrayList<>(List.of(failed("a"), failed("b")));
        Task done = ContactAttempts.outcome(task(), two, at).orElseThrow();
        assertThat(done.getStatus()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(done.getBusinessStatus().getCodingFirstRep().getCode()).isEqualTo("satisfied-by-attempts");
        Collections.reverse(two);
        assertThat(ContactAttempts.outcome(done, two, at)).isEmpty();
    }

    @Test
    void not_done_without_a_reason_is_no_attempt() {
        assertThat(ContactAttempts.outcome(
                        task(), List.of(failed("a"), told("b", CommunicationStatus.NOTDONE, "")), at))
                .isEmpty();
    }

    @Test
    void what_is_planned_or_entered_in_error_says_nothing() {
        assertThat(ContactAttempts.outcome(
                        task(),
                        List.of(
                                told("a", CommunicationStatus.PREPARATION, ""),
                                told("b", CommunicationStatus.INPROGRESS, ""),
                                told("c", CommunicationStatus.ENTEREDINERROR, "typed for another patient")),
                        at))
                .isEmpty();
    }

    @Test
    void a_contact_after_two_attempts_is_contact_made() {
        Task satisfied = ContactAttempts.outcome(task(), List.of(failed("a"), failed("b")), at)
                .orElseThrow();
        Optional<Task> made = ContactAttempts.outcome(
                satisfied, List.of(failed("a"), failed("b"), told("c", CommunicationStatus.COMPLETED, "")), at);
        assertThat(made.orElseThrow().getBusinessStatus().getCodingFirstRep().getCode())
                .isEqualTo("contact-made");
    }

    @Test
    void a_contact_that_is_taken_back_opens_the_task_again() {
        Task done = ContactAttempts.outcome(task(), List.of(told("c", CommunicationStatus.COMPLETED, "")), at)
                .orElseThrow();
        Task open = ContactAttempts.outcome(done, List.of(told("c", CommunicationStatus.ENTEREDINERROR, "")), at)
                .orElseThrow();
        assertThat(open.getStatus()).isEqualTo(TaskStatus.REQUESTED);
        assertThat(open.hasBusinessStatus()).isFalse();
        assertThat(open.hasOutput()).isFalse();
    }

    @Test
    void a_task_that_somebody_closed_stays_closed() {
        Task cancelled = task().setStatus(TaskStatus.CANCELLED);
        assertThat(ContactAttempts.outcome(cancelled, List.of(told("c", CommunicationStatus.COMPLETED, "")), at))
                .isEmpty();
        Task completed = task().setStatus(TaskStatus.COMPLETED);
        assertThat(ContactAttempts.outcome(completed, List.of(), at)).isEmpty();
    }
}
