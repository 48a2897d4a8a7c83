package io.github.throughcare.care.referral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.throughcare.care.FakeIntent;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule.Actor;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.MarkdownType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.hl7.fhir.r4.model.Type;
import org.hl7.fhir.r4.model.UrlType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PatientTaskRuleTest {

    private static final String CLINIC = "Organization/clinic";
    private static final String ANN = "Patient/ann";
    private static final String STRANGER = "Practitioner/stranger";

    /** The guide's table, written out by hand: from -> to -> who (r requester, t the person). */
    private static final Map<String, Map<String, String>> GRAVITY = Map.of(
            "ready",
            Map.of(
                    "in-progress", "t",
                    "on-hold", "t",
                    "completed", "t",
                    "failed", "t",
                    "cancelled", "rt",
                    "entered-in-error", "r"),
            "in-progress",
            Map.of("on-hold", "t", "completed", "t", "failed", "t", "cancelled", "rt", "entered-in-error", "r"),
            "on-hold",
            Map.of("in-progress", "t", "completed", "t", "failed", "t", "cancelled", "rt", "entered-in-error", "r"),
            "completed",
            Map.of("entered-in-error", "r"),
            "cancelled",
            Map.of("entered-in-error", "r"),
            "failed",
            Map.of("entered-in-error", "r"),
            "entered-in-error",
            Map.of());

    private final PatientTaskRule rule = new PatientTaskRule();

    static Stream<Arguments> everyMove() {
        return GRAVITY.keySet().stream()
                .flatMap(from -> Stream.of(TaskStatus.values())
                        .filter(to -> to != TaskStatus.NULL && !to.toCode().equals(from))
                        .flatMap(to -> Stream.of(CLINIC, ANN, STRANGER, "")
                                .map(actor -> Arguments.of(
                                        from,
                                        to.toCode(),
                                        actor,
                                        expected(GRAVITY.get(from).get(to.toCode()), actor)))));
    }

    private static int expected(@Nullable String setters, String actor) {
        if (setters == null) {
            return 422;
        }
        boolean may = actor.isEmpty()
                || actor.equals(CLINIC) && setters.contains("r")
                || actor.equals(ANN) && setters.contains("t");
        return may ? 200 : 403;
    }

    @ParameterizedTest(name = "{0} to {1} by {2}: {3}")
    @MethodSource("everyMove")
    void every_move_by_everybody(String from, String to, String actor, int status) {
        assertThat(write(task(from), task(to), actor)).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "ready, 200",
        "draft, 422",
        "requested, 422",
        "received, 422",
        "accepted, 422",
        "in-progress, 422",
        "completed, 422",
        "rejected, 422"
    })
    void it_begins_as_ready(String status, int expected) {
        assertThat(write(null, task(status), CLINIC)).isEqualTo(expected);
    }

    @Test
    void nobody_asks_in_the_name_of_another() {
        assertThat(write(null, task("ready"), STRANGER)).isEqualTo(403);
        assertThat(write(null, task("ready"), ANN)).isEqualTo(403);
    }

    static Stream<Arguments> whatThePersonMayChange() {
        return Stream.of(
                change(
                        "output",
                        200,
                        t -> t.addOutput()
                                .setType(new CodeableConcept(
                                        new Coding(PatientTaskLife.GRAVITY, "general-information-response", null)))
                                .setValue(new MarkdownType("Done"))),
                change("statusReason", 200, t -> t.setStatusReason(new CodeableConcept().setText("Later"))),
                change("description", 403, t -> t.setDescription("Something else")),
                change("priority", 403, t -> t.setPriority(Task.TaskPriority.STAT)),
                change("note", 403, t -> t.addNote().setText("x")),
                change("requester", 403, t -> t.setRequester(new Reference(ANN))),
                change(
                        "due",
                        403,
                        t -> t.getRestriction()
                                .getPeriod()
                                .setEndElement(new org.hl7.fhir.r4.model.DateTimeType("2027-01-01"))),
                change("for", 403, t -> t.setFor(new Reference("Patient/bob"))));
    }

    private static Arguments change(String name, int status, Consumer<Task> change) {
        return Arguments.of(name, status, change);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("whatThePersonMayChange")
    void the_person_changes_status_reason_and_output_alone(String name, int status, Consumer<Task> change) {
        Task after = task("in-progress");
        change.accept(after);
        assertThat(write(task("ready"), after, ANN)).isEqualTo(status);
        Task stays = task("ready");
        change.accept(stays);
        assertThat(write(task("ready"), stays, ANN)).isEqualTo(status);
        assertThat(write(task("ready"), stays, STRANGER)).isEqualTo(403);
    }

    @Test
    void it_stays_a_task_for_a_patient() {
        Task other = task("ready").setCode(new CodeableConcept().setText("Something"));
        assertThat(write(task("ready"), other, CLINIC)).isEqualTo(422);
        assertThat(write(task("ready"), task("ready").setOwner(new Reference(STRANGER)), CLINIC))
                .isEqualTo(422);
    }

    @Test
    void only_the_requester_deletes_it() {
        assertThat(write(task("ready"), null, ANN)).isEqualTo(403);
        assertThat(write(task("ready"), null, CLINIC)).isEqualTo(200);
    }

    @Test
    void a_form_for_staff_is_no_task_for_a_patient() {
        Task form = task("requested").setCode(code(PatientTaskLife.SDC, "complete-questionnaire"));
        assertThat(write(null, form.setOwner(new Reference(STRANGER)), STRANGER))
                .isEqualTo(200);
    }

    static Stream<Arguments> shapes() {
        Consumer<Task> form = t -> t.setCode(code(PatientTaskLife.SDC, "complete-questionnaire"));
        Consumer<Task> category =
                input(PatientTaskLife.GRAVITY, "questionnaire-category", new CodeableConcept().setText("x"));
        Consumer<Task> canonical =
                input(PatientTaskLife.SDC, "questionnaire", new CanonicalType("http://example.org/q"));
        Consumer<Task> url = input(PatientTaskLife.GRAVITY, "questionnaire-url", new UrlType("http://example.org/q"));
        Consumer<Task> contact = t -> t.setCode(code(PatientTaskLife.GRAVITY, "make-contact"));
        Consumer<Task> entity = input(PatientTaskLife.GRAVITY, "contact-entity", new Reference("Organization/food"));
        Consumer<Task> read = t -> t.setCode(code(PatientTaskLife.GRAVITY, "review-material"));
        return Stream.of(
                shape("a form", 200, form, canonical, category),
                shape("a form at a url", 200, form, url, category),
                shape("two forms", 422, form, canonical, url, category),
                shape("no form", 422, form, category),
                shape("a form of no category", 422, form, canonical),
                shape(
                        "a form with another answer",
                        422,
                        form,
                        canonical,
                        category,
                        output(PatientTaskLife.GRAVITY, "chosen-contact")),
                shape(
                        "a form with its answer",
                        200,
                        form,
                        canonical,
                        category,
                        output(PatientTaskLife.SDC, "questionnaire-response")),
                shape("information without description", 422, t -> t.setDescription(null)),
                shape("a contact", 200, contact, entity),
                shape("a contact with nobody", 422, contact),
                shape("a contact without description", 422, contact, entity, t -> t.setDescription(null)),
                shape("reading", 200, read, t -> t.setFocus(new Reference("DocumentReference/d"))),
                shape("reading nothing", 422, read),
                shape("reading a plan", 422, read, t -> t.setFocus(new Reference("CarePlan/d"))),
                shape("nobody's", 422, t -> t.setOwner(null)),
                shape("about nobody", 422, t -> t.setFor(null)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("shapes")
    void what_it_holds(String name, int status, Task task) {
        assertThat(write(null, task, CLINIC)).isEqualTo(status);
    }

    @SafeVarargs
    private static Arguments shape(String name, int status, Consumer<Task>... changes) {
        Task task = task("ready");
        for (Consumer<Task> change : changes) {
            change.accept(task);
        }
        return Arguments.of(name, status, task);
    }

    private static Consumer<Task> input(String system, String code, Type value) {
        return t -> t.addInput().setType(code(system, code)).setValue(value);
    }

    private static Consumer<Task> output(String system, String code) {
        return t -> t.addOutput().setType(code(system, code)).setValue(new StringType("x"));
    }

    private static CodeableConcept code(String system, String code) {
        return new CodeableConcept(new Coding(system, code, null));
    }

    private int write(@Nullable Task before, @Nullable Task after, String actor) {
        Actor who = actor.isEmpty() ? Actor.SYSTEM : new Actor(actor, Set.of(actor), false);
        Problem problem = catchThrowableOfType(Problem.class, () -> rule.check(new FakeIntent(before, after, who)));
        return problem == null ? 200 : problem.status();
    }

    private static Task task(String status) {
        Task task = new Task();
        task.setId("Task/t");
        task.setStatus(TaskStatus.fromCode(status)).setIntent(Task.TaskIntent.ORDER);
        task.setCode(code(PatientTaskLife.GRAVITY, "general-information"));
        task.setDescription("Bring your papers");
        task.setFor(new Reference(ANN)).setOwner(new Reference(ANN)).setRequester(new Reference(CLINIC));
        return task;
    }
}
