package io.github.throughcare.care.referral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.throughcare.care.FakeIntent;
import io.github.throughcare.care.FixedTime;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule.Actor;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReferralRuleTest {

    private static final String CLINIC = "Organization/clinic";
    private static final String PANTRY = "Organization/pantry";
    private static final String STRANGER = "Organization/stranger";

    /** The domain's table, written out by hand: from -> to -> who (r requester, t target). */
    private static final Map<TaskStatus, Map<TaskStatus, String>> GRAVITY = Map.of(
            TaskStatus.DRAFT,
            Map.of(TaskStatus.REQUESTED, "r", TaskStatus.CANCELLED, "r", TaskStatus.ENTEREDINERROR, "r"),
            TaskStatus.REQUESTED,
            Map.of(
                    TaskStatus.ACCEPTED, "t",
                    TaskStatus.REJECTED, "t",
                    TaskStatus.CANCELLED, "rt",
                    TaskStatus.ENTEREDINERROR, "r"),
            TaskStatus.ACCEPTED,
            Map.of(
                    TaskStatus.INPROGRESS, "t",
                    TaskStatus.ONHOLD, "t",
                    TaskStatus.COMPLETED, "t",
                    TaskStatus.FAILED, "t",
                    TaskStatus.CANCELLED, "rt",
                    TaskStatus.ENTEREDINERROR, "r"),
            TaskStatus.INPROGRESS,
            Map.of(
                    TaskStatus.ONHOLD, "t",
                    TaskStatus.COMPLETED, "t",
                    TaskStatus.FAILED, "t",
                    TaskStatus.CANCELLED, "rt",
                    TaskStatus.ENTEREDINERROR, "r"),
            TaskStatus.ONHOLD,
            Map.of(
                    TaskStatus.INPROGRESS, "t",
                    TaskStatus.COMPLETED, "t",
                    TaskStatus.FAILED, "t",
                    TaskStatus.CANCELLED, "rt",
                    TaskStatus.ENTEREDINERROR, "r"),
            TaskStatus.REJECTED,
            Map.of(TaskStatus.ENTEREDINERROR, "r"),
            TaskStatus.CANCELLED,
            Map.of(TaskStatus.ENTEREDINERROR, "r"),
            TaskStatus.COMPLETED,
            Map.of(TaskStatus.ENTEREDINERROR, "r"),
            TaskStatus.FAILED,
            Map.of(TaskStatus.ENTEREDINERROR, "r"),
            TaskStatus.ENTEREDINERROR,
            Map.of());

    private final ReferralRule rule = new ReferralRule(FixedTime.NOON);

    static Stream<Arguments> everyMove() {
        return GRAVITY.keySet().stream()
                .flatMap(from -> Stream.of(TaskStatus.values())
                        .filter(to -> to != TaskStatus.NULL && to != from)
                        .flatMap(to -> Stream.of("r", "t", "x", "system")
                                .map(actor -> Arguments.of(from, to, actor, expected(from, to, actor)))));
    }

    private static int expected(TaskStatus from, TaskStatus to, String actor) {
        String who = GRAVITY.get(from).get(to);
        return who == null ? 422 : actor.equals("system") || who.contains(actor) ? 200 : 403;
    }

    @ParameterizedTest
    @MethodSource("everyMove")
    void every_move_by_everybody(TaskStatus from, TaskStatus to, String actor, int status) {
        FakeIntent intent = new FakeIntent(task(from), task(to), actor(actor), request());
        if (status == 200) {
            assertThatCode(() -> rule.check(intent)).doesNotThrowAnyException();
        } else {
            Problem problem = catchThrowableOfType(Problem.class, () -> rule.check(intent));
            assertThat(problem).isNotNull().extracting(Problem::status).isEqualTo(status);
            assertThat(intent.put).isEmpty();
            if (status == 422) {
                ReferralLife.after(from)
                        .forEach(legal -> assertThat(problem.getMessage()).contains(legal.toCode()));
            }
        }
    }

    static Stream<Arguments> everyBeginning() {
        return Stream.of(TaskStatus.values())
                .filter(s -> s != TaskStatus.NULL)
                .flatMap(to -> Stream.of("r", "t", "x", "system").map(actor -> {
                    boolean may = actor.equals("system") || actor.equals("r");
                    boolean legal = to == TaskStatus.DRAFT || to == TaskStatus.REQUESTED;
                    return Arguments.of(to, actor, !legal ? 422 : may ? 200 : 403);
                }));
    }

    @ParameterizedTest
    @MethodSource("everyBeginning")
    void every_beginning_by_everybody(TaskStatus to, String actor, int status) {
        FakeIntent intent = new FakeIntent(null, task(to), actor(actor), request());
        assertThat(statusOf(intent)).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "REQUESTED, ACCEPTED, ACTIVE", "ACCEPTED, INPROGRESS, ACTIVE", "INPROGRESS, ONHOLD, ONHOLD",
        "ONHOLD, COMPLETED, COMPLETED", "ACCEPTED, CANCELLED, REVOKED", "COMPLETED, ENTEREDINERROR, ENTEREDINERROR",
        "REQUESTED, REJECTED, ACTIVE", "ONHOLD, FAILED, ACTIVE"
    })
    void the_request_follows(TaskStatus from, TaskStatus to, ServiceRequestStatus request) {
        ServiceRequest before = request();
        before.setStatus(ReferralLife.request(from).orElseThrow());
        FakeIntent intent = new FakeIntent(task(from), task(to), Actor.SYSTEM, before);
        rule.check(intent);
        assertThat(intent.current(ServiceRequest.class, "sr").orElseThrow().getStatus())
                .isEqualTo(request);
    }

    @Test
    void a_request_with_another_live_referral_is_not_revoked() {
        Task other = task(TaskStatus.INPROGRESS);
        other.setId("other");
        FakeIntent intent =
                new FakeIntent(task(TaskStatus.ACCEPTED), task(TaskStatus.CANCELLED), Actor.SYSTEM, request(), other);
        rule.check(intent);
        assertThat(intent.current(ServiceRequest.class, "sr").orElseThrow().getStatus())
                .isEqualTo(ServiceRequestStatus.ACTIVE);
    }

    @Test
    void who_accepts_a_referral_without_owner_becomes_its_owner() {
        Task open = task(TaskStatus.REQUESTED).setOwner(null);
        Task claimed = task(TaskStatus.ACCEPTED).setOwner(null);
        FakeIntent intent = new FakeIntent(open, claimed, actor("x"), request());
        rule.check(intent);
        assertThat(((Task) intent.put.get("Task/t")).getOwner().getReference()).isEqualTo(STRANGER);
    }

    @Test
    void nobody_accepts_for_somebody_else() {
        Task open = task(TaskStatus.REQUESTED).setOwner(null);
        assertThat(statusOf(new FakeIntent(open, task(TaskStatus.ACCEPTED), actor("x"), request())))
                .isEqualTo(403);
    }

    @Test
    void who_comes_second_to_a_claim_is_the_wrong_actor() {
        Task taken = task(TaskStatus.ACCEPTED);
        Task late = task(TaskStatus.ACCEPTED).setOwner(new Reference(STRANGER));
        assertThat(statusOf(new FakeIntent(taken, late, actor("x"), request()))).isEqualTo(403);
        assertThat(statusOf(new FakeIntent(taken, late, Actor.SYSTEM, request())))
                .isEqualTo(422);
    }

    @Test
    void a_write_that_changes_nothing_is_anybodys() {
        assertThat(statusOf(
                        new FakeIntent(task(TaskStatus.ACCEPTED), task(TaskStatus.ACCEPTED), actor("x"), request())))
                .isEqualTo(200);
    }

    @Test
    void a_referral_stays_a_referral() {
        Task other = task(TaskStatus.COMPLETED);
        other.setCode(new CodeableConcept().setText("something else"));
        assertThat(statusOf(new FakeIntent(task(TaskStatus.REQUESTED), other, Actor.SYSTEM, request())))
                .isEqualTo(422);
    }

    @Test
    void nobody_becomes_requester_in_the_same_write() {
        Task mine = task(TaskStatus.CANCELLED).setRequester(new Reference(STRANGER));
        assertThat(statusOf(new FakeIntent(task(TaskStatus.ACCEPTED), mine, actor("x"), request())))
                .isEqualTo(403);
        assertThat(statusOf(new FakeIntent(task(TaskStatus.ACCEPTED), mine, Actor.SYSTEM, request())))
                .isEqualTo(422);
    }

    @Test
    void what_has_the_same_id_at_another_server_is_something_else() {
        Task moved = task(TaskStatus.INPROGRESS).setFocus(new Reference("https://example.org/fhir/ServiceRequest/sr"));
        assertThat(statusOf(new FakeIntent(task(TaskStatus.ACCEPTED), moved, actor("t"), request())))
                .isEqualTo(422);
        Task versioned = task(TaskStatus.INPROGRESS).setFocus(new Reference("ServiceRequest/sr/_history/1"));
        assertThat(statusOf(new FakeIntent(task(TaskStatus.ACCEPTED), versioned, actor("t"), request())))
                .isEqualTo(200);
    }

    @Test
    void a_body_that_leaves_out_who_is_concerned_loses_nobody() {
        Task bare = task(TaskStatus.INPROGRESS).setOwner(null).setRequester(null);
        FakeIntent intent = new FakeIntent(task(TaskStatus.ACCEPTED), bare, actor("t"), request());
        rule.check(intent);
        Task kept = (Task) intent.put.get("Task/t");
        assertThat(kept.getOwner().getReference()).isEqualTo(PANTRY);
        assertThat(kept.getRequester().getReference()).isEqualTo(CLINIC);
    }

    @Test
    void times_are_recorded_once_and_are_the_servers() {
        FakeIntent accepts =
                new FakeIntent(task(TaskStatus.REQUESTED), task(TaskStatus.ACCEPTED), Actor.SYSTEM, request());
        rule.check(accepts);
        Task accepted = (Task) accepts.put.get("Task/t");
        assertThat(minutes(accepted, ReferralConsequences.TIME_TO_ACCEPT)).isEqualTo(120);

        Task forged = accepted.copy().setStatus(TaskStatus.INPROGRESS);
        forged.getExtension().clear();
        FakeIntent serves = new FakeIntent(accepted, forged, Actor.SYSTEM, request());
        rule.check(serves);
        Task served = (Task) serves.put.get("Task/t");
        assertThat(minutes(served, ReferralConsequences.TIME_TO_ACCEPT)).isEqualTo(120);
        assertThat(minutes(served, ReferralConsequences.TIME_TO_SERVICE)).isEqualTo(120);
    }

    @Test
    void only_the_platform_that_accepted_a_referral_relays_it() {
        Task parent = task(TaskStatus.ACCEPTED).setOwner(new Reference("Organization/platform"));
        parent.setId("parent");
        Task relay = task(TaskStatus.REQUESTED).setRequester(new Reference("Organization/platform"));
        relay.addPartOf(new Reference("Task/parent"));
        assertThat(statusOf(new FakeIntent(null, relay, named("Organization/platform"), request(), parent)))
                .isEqualTo(200);
        Task foreign = relay.copy().setRequester(new Reference(STRANGER));
        assertThat(statusOf(new FakeIntent(null, foreign, actor("x"), request(), parent)))
                .isEqualTo(403);
        parent.setStatus(TaskStatus.REQUESTED);
        assertThat(statusOf(new FakeIntent(null, relay, named("Organization/platform"), request(), parent)))
                .isEqualTo(422);
    }

    @Test
    void nobody_slips_under_the_referral_of_another_later() {
        Task parent = task(TaskStatus.ACCEPTED).setOwner(new Reference("Organization/platform"));
        parent.setId("parent");
        Task before = task(TaskStatus.ACCEPTED);
        Task after = task(TaskStatus.ACCEPTED).addPartOf(new Reference("Task/parent"));
        assertThat(statusOf(new FakeIntent(before, after, actor("t"), request(), parent)))
                .isEqualTo(403);
        Task own = task(TaskStatus.ACCEPTED).addPartOf(new Reference("Task/t"));
        assertThat(statusOf(new FakeIntent(before, own, actor("t"), request()))).isEqualTo(422);
        // and a relay stays one, also when a body leaves it out
        Task relay = task(TaskStatus.ACCEPTED).addPartOf(new Reference("Task/parent"));
        FakeIntent leftOut = new FakeIntent(relay, task(TaskStatus.INPROGRESS), actor("t"), request(), parent);
        assertThat(statusOf(leftOut)).isEqualTo(200);
        assertThat(((Task) leftOut.put.get("Task/t")).getPartOf()).hasSize(1);
        assertThat(leftOut.put).doesNotContainKey("ServiceRequest/sr");
    }

    @Test
    void another_task_that_becomes_a_referral_moves_the_request_too() {
        Task note = task(TaskStatus.REQUESTED).setCode(new CodeableConcept().setText("To do"));
        ServiceRequest draft = request().setStatus(ServiceRequestStatus.DRAFT);
        FakeIntent intent = new FakeIntent(note, task(TaskStatus.REQUESTED), actor("r"), draft);
        assertThat(statusOf(intent)).isEqualTo(200);
        assertThat(intent.current(ServiceRequest.class, "sr").orElseThrow().getStatus())
                .isEqualTo(ServiceRequestStatus.ACTIVE);
    }

    @Test
    void the_request_follows_the_platforms_task_and_not_the_relay() {
        Task parent = task(TaskStatus.INPROGRESS);
        parent.setId("parent");
        Task before = task(TaskStatus.INPROGRESS);
        before.addPartOf(new Reference("Task/parent"));
        Task after = task(TaskStatus.COMPLETED);
        after.addPartOf(new Reference("Task/parent"));
        FakeIntent intent = new FakeIntent(before, after, Actor.SYSTEM, request(), parent);
        rule.check(intent);
        assertThat(intent.put).doesNotContainKey("ServiceRequest/sr");
    }

    @Test
    void accepting_a_referral_for_case_management_opens_the_case() {
        ServiceRequest request = request();
        request.setCode(new CodeableConcept(
                new Coding("https://throughcare.github.io/ig/CodeSystem/service-kind", "case-management", null)));
        Task open = task(TaskStatus.REQUESTED).setOwner(new Reference("Practitioner/kim"));
        Task accepted = task(TaskStatus.ACCEPTED).setOwner(new Reference("Practitioner/kim"));
        FakeIntent intent = new FakeIntent(open, accepted, named("Practitioner/kim"), request);
        rule.check(intent);
        EpisodeOfCare opened = (EpisodeOfCare) intent.put.values().stream()
                .filter(EpisodeOfCare.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(opened.getStatus()).isEqualTo(EpisodeOfCareStatus.ACTIVE);
        assertThat(opened.getCareManager().getReference()).isEqualTo("Practitioner/kim");
        assertThat(opened.getReferralRequestFirstRep().getReference()).isEqualTo("ServiceRequest/sr");
        assertThat(opened.getStatusHistory()).hasSize(1);
    }

    @Test
    void only_the_requester_deletes_a_referral() {
        assertThat(statusOf(new FakeIntent(task(TaskStatus.REQUESTED), null, actor("t"))))
                .isEqualTo(403);
        assertThat(statusOf(new FakeIntent(task(TaskStatus.REQUESTED), null, actor("r"))))
                .isEqualTo(200);
    }

    @Test
    void other_tasks_are_left_alone() {
        Task task = new Task().setStatus(TaskStatus.READY);
        task.setId("t");
        assertThat(statusOf(new FakeIntent(null, task, actor("x")))).isEqualTo(200);
    }

    private int statusOf(FakeIntent intent) {
        return intent.answer(rule);
    }

    private static long minutes(Resource task, String url) {
        return ((org.hl7.fhir.r4.model.Duration)
                        ((Task) task).getExtensionByUrl(url).getValue())
                .getValue()
                .longValue();
    }

    private static Actor actor(String who) {
        return switch (who) {
            case "r" -> named(CLINIC);
            // a role acts for its organization
            case "t" -> new Actor("PractitionerRole/helper", Set.of("PractitionerRole/helper", PANTRY), false);
            case "x" -> named(STRANGER);
            default -> Actor.SYSTEM;
        };
    }

    private static Actor named(String reference) {
        return new Actor(reference, Set.of(reference), false);
    }

    private static Task task(TaskStatus status) {
        Task task = new Task();
        task.setId("t");
        task.setStatus(status);
        task.setCode(new CodeableConcept(new Coding("http://hl7.org/fhir/CodeSystem/task-code", "fulfill", null)));
        task.setFocus(new Reference("ServiceRequest/sr"));
        task.setFor(new Reference("Patient/p"));
        task.setRequester(new Reference(CLINIC));
        task.setOwner(new Reference(PANTRY));
        return task;
    }

    private static ServiceRequest request() {
        ServiceRequest request = new ServiceRequest();
        request.setId("sr");
        request.setStatus(ServiceRequestStatus.ACTIVE);
        request.setSubject(new Reference("Patient/p"));
        request.setAuthoredOnElement(new DateTimeType("2026-11-22T10:00:00Z"));
        return request;
    }
}
