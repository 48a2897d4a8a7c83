package io.github.throughcare.care.outreach;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.FakeIntent;
import io.github.throughcare.care.FixedTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.TaskItems;
import io.github.throughcare.fhir.WriteRule.Actor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OutreachRuleTest {

    private static final FacilityTime TIME = FixedTime.NOON;

    private final OutreachRule rule = new OutreachRule(TIME, new CoordinationSettings(null, null, 180));

    /** Every move is in {@code TaskLifeTest}; here that outreach keeps to it. */
    @ParameterizedTest
    @CsvSource({
        "draft, requested, 200",
        "draft, completed, 422",
        "requested, in-progress, 200",
        "in-progress, failed, 200",
        "completed, requested, 422",
        "rejected, accepted, 422",
        "failed, entered-in-error, 200",
        "entered-in-error, requested, 422",
    })
    void moves(String from, String to, int expected) {
        Task after = task(to);
        after.setStatusReason(new CodeableConcept().setText("because"));
        TaskItems.addOutput(after, "enrolment", code("enrolled"));
        assertThat(write(new FakeIntent(task(from), after, Actor.SYSTEM))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "completed, , false, 422",
        "completed, enrolled, false, 200",
        "completed, not-enrolled-on-waitlist, false, 200",
        "completed, not-enrolled, false, 422",
        "completed, not-enrolled, true, 200",
        "completed, something, true, 422",
        "rejected, , false, 422",
        "rejected, , true, 200",
        "failed, , false, 422",
        "failed, , true, 200",
        "cancelled, , false, 422",
        "cancelled, , true, 200",
    })
    void how_it_ends(String status, @Nullable String enrolment, boolean reason, int expected) {
        Task after = task(status);
        if (enrolment != null) {
            TaskItems.addOutput(after, "enrolment", code(enrolment));
        }
        if (reason) {
            after.setStatusReason(new CodeableConcept().setText("because"));
        }
        assertThat(write(new FakeIntent(task("in-progress"), after, Actor.SYSTEM)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "enrolled, Practitioner/kim, active",
        "enrolled, PractitionerRole/kim, active",
        "enrolled, Organization/agency, planned",
        "enrolled, , planned",
        "not-enrolled-on-waitlist, Practitioner/kim, waitlist",
    })
    void enrolment_opens_the_case(String enrolment, @Nullable String owner, String status) {
        Task after = task("completed");
        after.setOwner(owner == null ? null : new Reference(owner));
        TaskItems.addOutput(after, "enrolment", code(enrolment));
        TaskItems.addInput(
                after, "case-type", new CodeableConcept(new Coding(Ig.codeSystem("case-type"), "housing-first", null)));
        FakeIntent intent = new FakeIntent(task("in-progress"), after, Actor.SYSTEM);
        assertThat(write(intent)).isEqualTo(200);
        EpisodeOfCare episode = opened(intent);
        assertThat(episode.getStatus().toCode()).isEqualTo(status);
        assertThat(episode.getPatient().getReference()).isEqualTo("Patient/ann");
        assertThat(episode.getTypeFirstRep().getCodingFirstRep().getCode()).isEqualTo("housing-first");
        assertThat(episode.getStatusHistory()).hasSize(1);
        Task kept = (Task) intent.put.get("Task/t");
        assertThat(((Reference) TaskItems.outputs(kept, "case").get(0)).getReference())
                .isEqualTo("EpisodeOfCare/" + episode.getIdElement().getIdPart());
    }

    @Test
    void whoever_has_an_open_case_gets_no_second() {
        EpisodeOfCare open = new EpisodeOfCare().setStatus(EpisodeOfCareStatus.PLANNED);
        open.setId("EpisodeOfCare/open");
        Task after = task("completed");
        TaskItems.addOutput(after, "enrolment", code("enrolled"));
        FakeIntent intent = new FakeIntent(task("in-progress"), after, Actor.SYSTEM, open);
        assertThat(write(intent)).isEqualTo(200);
        assertThat(intent.put).containsOnlyKeys("Task/t");
        assertThat(((Reference) TaskItems.outputs((Task) intent.put.get("Task/t"), "case")
                                .get(0))
                        .getReference())
                .isEqualTo("EpisodeOfCare/open");
    }

    @Test
    void a_refusal_says_when_to_ask_again() {
        Task after = task("rejected");
        after.setStatusReason(new CodeableConcept().setText("Has help"));
        FakeIntent intent = new FakeIntent(task("in-progress"), after, Actor.SYSTEM);
        assertThat(write(intent)).isEqualTo(200);
        Task kept = (Task) intent.put.get("Task/t");
        assertThat(TaskItems.outputs(kept, "ask-again").get(0).primitiveValue()).isEqualTo("2027-05-21");
        assertThat(TaskItems.coded(kept, "enrolment", OutreachLife.CODES)).contains("not-enrolled");

        Task said = task("rejected");
        said.setStatusReason(new CodeableConcept().setText("Has help"));
        TaskItems.addOutput(said, "ask-again", new DateType("2030-01-01"));
        FakeIntent own = new FakeIntent(task("in-progress"), said, Actor.SYSTEM);
        assertThat(write(own)).isEqualTo(200);
        assertThat(TaskItems.outputs((Task) own.put.get("Task/t"), "ask-again")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "rejected, 2026-11-23, 422",
        "rejected, 2026-11-22, 200",
        "rejected, 2027, 422",
        "completed, 2027-01-01, 200",
    })
    void nobody_is_asked_before_that_day(String status, String day, int expected) {
        Task refused = task(status);
        refused.setId("Task/old");
        TaskItems.addOutput(refused, "ask-again", new DateType(day));
        TaskItems.addOutput(refused, "enrolment", code("enrolled"));
        assertThat(write(new FakeIntent(null, task("requested"), Actor.INTERNAL, refused)))
                .isEqualTo(expected);
        assertThat(write(new FakeIntent(null, task("draft"), Actor.SYSTEM, refused)))
                .isEqualTo(200);
        assertThat(write(new FakeIntent(task("draft"), task("requested"), Actor.SYSTEM, refused)))
                .isEqualTo(expected);
    }

    @Test
    void it_stays_outreach() {
        Task other = task("requested").setCode(new CodeableConcept().setText("Call"));
        assertThat(write(new FakeIntent(task("requested"), other, Actor.SYSTEM)))
                .isEqualTo(422);
    }

    static Stream<Arguments> attempts() {
        return Stream.of(
                Arguments.of("", "requested", "requested", 0),
                Arguments.of("n", "requested", "in-progress", 1),
                Arguments.of("c", "requested", "in-progress", 1),
                Arguments.of("nn", "requested", "in-progress", 2),
                Arguments.of("nnn", "requested", "failed", 3),
                Arguments.of("nnc", "requested", "in-progress", 3),
                Arguments.of("nncnn", "in-progress", "in-progress", 5),
                Arguments.of("nncnnn", "in-progress", "failed", 6),
                Arguments.of("pee", "requested", "requested", 0),
                Arguments.of("n", "on-hold", "on-hold", 1),
                Arguments.of("nnn", "completed", "completed", 0));
    }

    @ParameterizedTest
    @MethodSource("attempts")
    void what_attempts_make_of_it(String log, String from, String to, int outputs) {
        Map<Character, CommunicationStatus> statuses = Map.of(
                'n', CommunicationStatus.NOTDONE,
                'c', CommunicationStatus.COMPLETED,
                'p', CommunicationStatus.PREPARATION,
                'e', CommunicationStatus.ENTEREDINERROR);
        List<Communication> all = new ArrayList<>();
        for (int i = 0; i < log.length(); i++) {
            Communication c = new Communication().setStatus(statuses.get(log.charAt(i)));
            c.setId("Communication/" + i);
            c.setSentElement(new DateTimeType("2026-11-0" + (i + 1)));
            all.add(0, c);
        }
        Task task = task(from);
        Task outcome = OutreachAttempts.outcome(task, all, TIME).orElse(task);
        assertThat(outcome.getStatus().toCode()).isEqualTo(to);
        assertThat(TaskItems.outputs(outcome, "attempt")).hasSize(outputs);
        assertThat(OutreachAttempts.outcome(outcome, all, TIME)).isEmpty();
        if (to.equals("failed")) {
            assertThat(outcome.hasStatusReason()).isTrue();
        }
    }

    private static EpisodeOfCare opened(FakeIntent intent) {
        return intent.put.values().stream()
                .filter(EpisodeOfCare.class::isInstance)
                .map(EpisodeOfCare.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static CodeableConcept code(String code) {
        return new CodeableConcept(new Coding(OutreachLife.CODES, code, null));
    }

    private int write(FakeIntent intent) {
        return intent.answer(rule);
    }

    private static Task task(String status) {
        Task task = new Task();
        task.setId("Task/t");
        task.setStatus(TaskStatus.fromCode(status));
        task.setCode(new CodeableConcept(new Coding(Ig.TASK_KIND, "outreach", null)));
        task.setFor(new Reference("Patient/ann"));
        return task;
    }
}
