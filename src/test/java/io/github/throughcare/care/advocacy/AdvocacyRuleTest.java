package io.github.throughcare.care.advocacy;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.FakeIntent;
import io.github.throughcare.care.FixedTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.TaskItems;
import io.github.throughcare.fhir.WriteRule.Actor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AdvocacyRuleTest {

    private final AdvocacyRule rule = new AdvocacyRule(FixedTime.NOON);

    /** Every move is in {@code TaskLifeTest}; here that these Tasks keep to it. */
    @ParameterizedTest
    @CsvSource({
        "draft, requested, 200",
        "draft, completed, 422",
        "requested, on-hold, 200",
        "on-hold, rejected, 200",
        "in-progress, draft, 422",
        "completed, in-progress, 422",
        "cancelled, requested, 422",
        "completed, entered-in-error, 200",
        "entered-in-error, requested, 422",
    })
    void moves(String from, String to, int expected) {
        assertThat(write(full("appeal", from), full("appeal", to))).isEqualTo(expected);
    }

    static Stream<Arguments> papers() {
        return Stream.of(
                paper("grievance", "requested", 200, t -> {}),
                paper("grievance", "requested", 422, t -> t.setFor(null)),
                paper("grievance", "requested", 422, t -> t.setFor(new Reference("Group/g"))),
                paper("grievance", "draft", 200, t -> t.setFor(null)),
                paper("grievance", "completed", 422, t -> {}),
                paper("grievance", "completed", 200, decision("granted")),
                paper("grievance", "completed", 422, decision("maybe")),
                paper("grievance", "cancelled", 422, t -> {}),
                paper("grievance", "cancelled", 200, t -> t.setStatusReason(new CodeableConcept().setText("x"))),
                paper("denied-service", "requested", 422, t -> {}),
                paper("denied-service", "requested", 200, t -> t.setFocus(new Reference("ServiceRequest/s"))),
                paper("denied-service", "completed", 200, t -> {
                    t.setFocus(new Reference("ServiceRequest/s"));
                    decision("not-pursued").accept(t);
                }),
                paper("appeal", "requested", 422, t -> {}),
                paper("appeal", "requested", 200, due("2027-01-01")),
                paper("fair-hearing", "in-progress", 422, t -> {}),
                paper("fair-hearing", "in-progress", 200, due("2027-01-01")),
                paper("appeal", "completed", 200, decision("denied")),
                paper("benefit-application", "requested", 200, t -> {}),
                paper("provider-choice", "requested", 200, t -> {}),
                paper("provider-choice", "completed", 422, t -> {}),
                paper("provider-choice", "completed", 200, AdvocacyRuleTest::chosen),
                paper("provider-choice", "completed", 200, t -> {
                    chosen(t); // the person may choose somebody who was not on the list
                    t.getOutput().get(0).setValue(new Reference("Organization/other"));
                }),
                paper("provider-choice", "completed", 200, t -> {
                    chosen(t);
                    t.getOutput().get(0).setValue(new CodeableConcept().setText("None of them"));
                }),
                paper("provider-choice", "completed", 422, t -> {
                    chosen(t);
                    t.getInput().remove(0);
                }),
                paper("provider-choice", "completed", 422, t -> {
                    chosen(t);
                    t.getInput().remove(1);
                }),
                paper("provider-choice", "completed", 422, t -> {
                    chosen(t);
                    t.getOutput().remove(0);
                }),
                paper("provider-choice", "completed", 422, t -> {
                    chosen(t);
                    t.getOutput().get(1).setValue(new Reference("Practitioner/kim"));
                }),
                paper("rights-notice", "completed", 422, t -> {}),
                paper("rights-notice", "completed", 200, t -> {
                    TaskItems.addOutput(t, "given-on", new DateTimeType("2026-11-22"));
                    TaskItems.addOutput(t, "given-to", new Reference("RelatedPerson/mother"));
                }));
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @MethodSource("papers")
    void what_has_to_stand_in_it(String kind, String status, int expected, Task task) {
        assertThat(write(null, task)).isEqualTo(expected);
        assertThat(write(task(kind, "draft"), task)).isEqualTo(status.equals("completed") ? 422 : expected);
    }

    private static Arguments paper(String kind, String status, int expected, Consumer<Task> change) {
        Task task = task(kind, status);
        change.accept(task);
        return Arguments.of(kind, status, expected, task);
    }

    private static void chosen(Task t) {
        TaskItems.addInput(t, "list-given", new DateType("2026-11-20"));
        TaskItems.addInput(t, "option", new Reference("Organization/home-health"));
        TaskItems.addOutput(t, "choice", new Reference("Organization/home-health"));
        TaskItems.addOutput(t, "chosen-by", new Reference("Patient/ann"));
    }

    @ParameterizedTest
    @CsvSource({
        // clock, date of the notice, day that the writer gives; status, day that is stored
        "clock-appeal-commercial, 2026-11-02, , 200, 2027-05-01",
        "clock-appeal-commercial, 2026-11-02, 2027-04-01, 200, 2027-04-01",
        "clock-appeal-commercial, 2026-11-02, 2027-05-01, 200, 2027-05-01",
        "clock-appeal-commercial, 2026-11-02, 2027-05-02, 422, ",
        "clock-appeal-commercial, , , 422, ",
        "clock-external-review-commercial, 2026-10-31, , 200, 2027-02-28",
        // nobody has confirmed it: it sets no day, and the notice has to be read
        "clock-appeal-medicaid-managed-care, 2026-11-02, , 422, ",
        "clock-appeal-medicaid-managed-care, 2026-11-02, 2027-03-01, 200, 2027-03-01",
        // not one of ours
        "advocacy, 2026-11-02, , 422, ",
        "no-such, 2026-11-02, 2027-03-01, 200, 2027-03-01",
    })
    void the_last_day(String clock, @Nullable String notice, @Nullable String said, int status, @Nullable String due) {
        Task appeal = task("appeal", "requested");
        appeal.setInstantiatesCanonical(Ig.BASE + "/ActivityDefinition/" + clock + "|0.1.0");
        if (notice != null) {
            TaskItems.addInput(appeal, "notice-date", new DateType(notice));
        }
        if (said != null) {
            due(said).accept(appeal);
        }
        FakeIntent intent = new FakeIntent(null, appeal, Actor.SYSTEM, guide());
        assertThat(write(intent)).isEqualTo(status);
        if (due != null) {
            Task kept = (Task) intent.put.getOrDefault("Task/t", appeal);
            assertThat(kept.getRestriction().getPeriod().getEndElement().getValueAsString())
                    .isEqualTo(due);
        }
    }

    @Test
    void a_clock_that_was_confirmed_since_stops_no_other_work() {
        Task appeal = task("appeal", "requested");
        appeal.setInstantiatesCanonical(Ig.BASE + "/ActivityDefinition/clock-appeal-commercial");
        TaskItems.addInput(appeal, "notice-date", new DateType("2026-11-02"));
        due("2028-01-01").accept(appeal);
        Task moved = appeal.copy().setStatus(TaskStatus.INPROGRESS);
        moved.setId("Task/t");
        assertThat(write(new FakeIntent(appeal, moved, Actor.SYSTEM, guide()))).isEqualTo(200);
        due("2028-01-02").accept(moved);
        assertThat(write(new FakeIntent(appeal, moved, Actor.SYSTEM, guide()))).isEqualTo(422);
    }

    @ParameterizedTest
    @CsvSource({
        "granted, completed, granted",
        "partly-granted, in-progress, ",
        "denied, in-progress, ",
        "withdrawn, in-progress, ",
        "dismissed, in-progress, ",
    })
    void what_an_appeal_decides_reaches_the_denied_service(String decision, String status, @Nullable String output) {
        Task denied = task("denied-service", "requested").setFocus(new Reference("ServiceRequest/s"));
        denied.setId("Task/denied");
        Task appeal = task("appeal", "requested").addPartOf(new Reference("Task/denied"));
        due("2027-01-01").accept(appeal);
        FakeIntent begins = new FakeIntent(null, appeal, Actor.SYSTEM, denied);
        assertThat(write(begins)).isEqualTo(200);
        Task contested = (Task) begins.put.get("Task/denied");
        assertThat(contested.getStatus()).isEqualTo(TaskStatus.INPROGRESS);

        Task decided = appeal.copy().setStatus(TaskStatus.COMPLETED);
        decided.setId("Task/t");
        decision(decision).accept(decided);
        FakeIntent ends = new FakeIntent(appeal, decided, Actor.SYSTEM, contested);
        assertThat(write(ends)).isEqualTo(200);
        Task then = (Task) ends.put.get("Task/denied");
        assertThat(then.getStatus().toCode()).isEqualTo(status);
        assertThat(then.getBusinessStatus().getCodingFirstRep().getCode()).isEqualTo(decision);
        assertThat(AdvocacyPapers.decision(then)).isEqualTo(output == null ? "" : output);
    }

    @Test
    void an_appeal_is_part_of_a_denial_of_the_same_person_that_is_open() {
        Task denied = task("denied-service", "requested").setFocus(new Reference("ServiceRequest/s"));
        denied.setId("Task/denied");
        Task appeal = task("appeal", "requested").addPartOf(new Reference("Task/denied"));
        due("2027-01-01").accept(appeal);
        Task others = denied.copy().setFor(new Reference("Patient/bob"));
        assertThat(write(new FakeIntent(null, appeal, Actor.SYSTEM, others))).isEqualTo(422);
        Task closed = denied.copy().setStatus(TaskStatus.COMPLETED);
        assertThat(write(new FakeIntent(null, appeal, Actor.SYSTEM, closed))).isEqualTo(422);
    }

    @Test
    void an_appeal_may_become_part_of_a_denial_later() {
        Task denied = task("denied-service", "requested").setFocus(new Reference("ServiceRequest/s"));
        denied.setId("Task/denied");
        Task before = task("appeal", "requested");
        due("2027-01-01").accept(before);
        Task after = before.copy().addPartOf(new Reference("Task/denied"));
        after.setId("Task/t");
        FakeIntent linked = new FakeIntent(before, after, Actor.SYSTEM, denied);
        assertThat(write(linked)).isEqualTo(200);
        assertThat(((Task) linked.put.get("Task/denied")).getStatus()).isEqualTo(TaskStatus.INPROGRESS);
        Task others = denied.copy().setFor(new Reference("Patient/bob"));
        assertThat(write(new FakeIntent(before, after, Actor.SYSTEM, others))).isEqualTo(422);
    }

    @Test
    void a_denied_service_does_not_end_while_it_is_contested() {
        Task denied = task("denied-service", "in-progress").setFocus(new Reference("ServiceRequest/s"));
        denied.setId("Task/denied");
        Task appeal = task("appeal", "in-progress").addPartOf(new Reference("Task/denied"));
        Task rests = denied.copy().setStatus(TaskStatus.COMPLETED);
        decision("not-pursued").accept(rests);
        assertThat(write(new FakeIntent(denied, rests, Actor.SYSTEM, appeal))).isEqualTo(422);
        assertThat(write(new FakeIntent(denied, rests, Actor.SYSTEM, appeal.setStatus(TaskStatus.COMPLETED))))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"denied, , 2026-11-29", "partly-granted, , 2026-11-29", "denied, 2026-12-24, 2026-12-24", "granted, , "
    })
    void a_denied_application_is_not_forgotten(String decision, @Nullable String until, @Nullable String due) {
        Task application = task("benefit-application", "completed").setOwner(new Reference("Practitioner/kim"));
        decision(decision).accept(application);
        TaskItems.addOutput(application, "document", new Reference("DocumentReference/letter"));
        if (until != null) {
            TaskItems.addOutput(application, "appeal-until", new DateType(until));
        }
        FakeIntent intent = new FakeIntent(task("benefit-application", "requested"), application, Actor.SYSTEM);
        assertThat(write(intent)).isEqualTo(200);
        if (due == null) {
            assertThat(intent.put).isEmpty();
            return;
        }
        Task denied = (Task) intent.put.values().iterator().next();
        assertThat(TaskItems.isKind(denied, "denied-service")).isTrue();
        assertThat(denied.getFocus().getReference()).isEqualTo("Task/t");
        assertThat(denied.getOwner().getReference()).isEqualTo("Practitioner/kim");
        assertThat(denied.getRestriction().getPeriod().getEndElement().getValueAsString())
                .isEqualTo(due);
        assertThat(TaskItems.inputs(denied, "document")).hasSize(1);
        assertThat(write(null, denied)).isEqualTo(200);
    }

    @Test
    void it_stays_what_it_is_and_other_tasks_are_left_alone() {
        assertThat(write(full("appeal", "requested"), full("grievance", "requested")))
                .isEqualTo(422);
        Task other = new Task().setStatus(TaskStatus.COMPLETED);
        other.setId("Task/t");
        assertThat(write(null, other)).isEqualTo(200);
        assertThat(write(full("appeal", "requested"), other)).isEqualTo(422);
    }

    @Test
    void what_came_incomplete_from_elsewhere_can_still_be_noted_on() {
        Task before = task("grievance", "completed");
        Task after = before.copy();
        after.setId("Task/t");
        after.addNote().setText("Found the letter");
        assertThat(write(before, after)).isEqualTo(200);
    }

    private static Consumer<Task> due(String day) {
        return t -> t.getRestriction().getPeriod().setEndElement(new DateTimeType(day));
    }

    private static Consumer<Task> decision(String code) {
        return t -> TaskItems.addOutput(
                t, "decision", new CodeableConcept(new Coding(AdvocacyPapers.DECISION, code, null)));
    }

    /** With all that any status asks for. */
    private static Task full(String kind, String status) {
        Task task = task(kind, status).setStatusReason(new CodeableConcept().setText("because"));
        due("2027-01-01").accept(task);
        decision("denied").accept(task);
        return task;
    }

    private int write(@Nullable Task before, Task after) {
        return write(new FakeIntent(before, after, Actor.SYSTEM));
    }

    private int write(FakeIntent intent) {
        return intent.answer(rule);
    }

    private static Task task(String kind, String status) {
        Task task = new Task();
        task.setId("Task/t");
        task.setStatus(TaskStatus.fromCode(status));
        task.setCode(new CodeableConcept(new Coding(Ig.TASK_KIND, kind, null)));
        task.setFor(new Reference("Patient/ann"));
        return task;
    }

    private static Resource[] guide() {
        return Stream.of(
                        "clock-appeal-commercial",
                        "clock-external-review-commercial",
                        "clock-appeal-medicaid-managed-care",
                        "advocacy")
                .map(id -> {
                    try {
                        return FhirContext.forR4Cached()
                                .newJsonParser()
                                .parseResource(
                                        ActivityDefinition.class,
                                        Files.readString(Path.of(
                                                "ig/input/activitydefinitions/ActivityDefinition-" + id + ".json")));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toArray(Resource[]::new);
    }
}
