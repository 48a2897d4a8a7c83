package io.github.throughcare.care.advocacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.FakeIntent;
import io.github.throughcare.care.FixedTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.TaskItems;
import io.github.throughcare.fhir.WriteRule.Actor;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.ClaimResponse;
import org.hl7.fhir.r4.model.ClaimResponse.ClaimResponseStatus;
import org.hl7.fhir.r4.model.ClaimResponse.RemittanceOutcome;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** It is noon on 22 November 2026. */
class DenialRuleTest {

    private final DenialRule rule = new DenialRule(FixedTime.NOON);

    @ParameterizedTest
    @CsvSource({
        // Coverage.type, day of the answer: last day, clock, what the note says
        "512, 2026-11-20, 2027-05-19, appeal-commercial, 45 CFR 147.136",
        "522, 2026-06-01, 2026-11-28, appeal-commercial, 45 CFR 147.136",
        // one that is still to come would put off what the law does not
        "512, 2062-11-20, 2027-05-21, appeal-commercial, 45 CFR 147.136",
        // nobody has confirmed the clock, or there is none: a week to look into the notice
        "111, 2026-11-20, 2026-11-29, , 42 CFR 422.582",
        "2, 2026-11-20, 2026-11-29, , No clock is known",
        "523, 2026-11-20, 2026-11-29, , No clock is known",
        ", 2026-11-20, 2026-11-29, , No clock is known",
    })
    void by_when(@Nullable String type, String answered, String last, @Nullable String clock, String told) {
        List<Resource> there = new ArrayList<>(List.of(Claims.claim("c", null)));
        if (type != null) {
            there.add(Claims.coverage(type));
        }
        ClaimResponse denied = Claims.reviewed("r", "A3").setCreatedElement(new DateTimeType(answered));
        Task task = opened(write(null, denied, there));
        assertThat(task.getRestriction().getPeriod().getEndElement().getValueAsString())
                .isEqualTo(last);
        assertThat(task.getInstantiatesCanonical()).isEqualTo(clock == null ? null : Claims.clock(clock));
        assertThat(task.getNoteFirstRep().getText()).contains(told);
        // and it is what the rule for such Tasks lets through
        assertThat(new FakeIntent(null, task, Actor.INTERNAL, Claims.guide().toArray(Resource[]::new))
                        .answer(new AdvocacyRule(FixedTime.NOON)))
                .isEqualTo(200);
    }

    @Test
    void what_stands_in_it() {
        EpisodeOfCare planned = new EpisodeOfCare().setStatus(EpisodeOfCareStatus.PLANNED);
        planned.setId("EpisodeOfCare/a");
        planned.setCareManager(new Reference("Practitioner/lee"));
        EpisodeOfCare active = new EpisodeOfCare().setStatus(EpisodeOfCareStatus.ACTIVE);
        active.setId("EpisodeOfCare/b");
        active.setCareManager(new Reference("Practitioner/kim"));
        ClaimResponse answer = Claims.reviewed("r", "A3").setDisposition("Not medically necessary");
        Task task = opened(write(null, answer, List.of(Claims.claim("c", null), planned, active)));
        assertThat(TaskItems.isKind(task, "denied-service")).isTrue();
        assertThat(task.getStatus()).isEqualTo(TaskStatus.REQUESTED);
        assertThat(task.getPriority().toCode()).isEqualTo("urgent");
        assertThat(task.getFor().getReference()).isEqualTo("Patient/ann");
        assertThat(task.getFocus().getReference()).isEqualTo("ClaimResponse/r");
        assertThat(task.getBasedOn().stream().map(Reference::getReference))
                .containsExactly("Claim/c", "ServiceRequest/s");
        assertThat(task.getOwner().getReference()).isEqualTo("Practitioner/kim");
        assertThat(task.getDescription()).contains("Not medically necessary");
        assertThat(TaskItems.inputs(task, "notice-date").get(0).primitiveValue())
                .isEqualTo("2026-11-20");
        assertThat(task.getBusinessStatus().getCodingFirstRep().getCode()).isEqualTo("denied");
        assertThat(opened(write(null, Claims.reviewed("r", "A2"), List.of()))
                        .getBusinessStatus()
                        .getCodingFirstRep()
                        .getCode())
                .isEqualTo("partly-granted");
        ClaimResponse error = Claims.answer("r").setOutcome(RemittanceOutcome.ERROR);
        assertThat(opened(write(null, error, List.of())).hasBusinessStatus()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        // review before, review now (- none yet), how many Tasks are opened
        ", A3, 1",
        ", A1, 0",
        ", A4, 0",
        "A4, A3, 1",
        "A3, A3, 0",
        "A2, A3, 1", // nobody sees to it any more
        "A1, A3, 1",
        "A3, A4, 0",
    })
    void a_refusal_opens_one(@Nullable String before, String now, int tasks) {
        FakeIntent intent =
                write(before == null ? null : Claims.reviewed("r", before), Claims.reviewed("r", now), List.of());
        assertThat(intent.put).hasSize(tasks);
    }

    @Test
    void loading_history_starts_nothing_but_what_can_still_be_contested() {
        ClaimResponse old = Claims.reviewed("r", "A3").setCreatedElement(new DateTimeType("2026-10-01"));
        assertThat(write(null, old, List.of()).put).isEmpty();
        assertThat(write(null, old, List.of(Claims.claim("c", null), Claims.coverage("512"))).put)
                .hasSize(1);
        old.setCreatedElement(new DateTimeType("2026-10"));
        assertThat(write(null, old, List.of()).put).hasSize(1); // it may have been on the last
        old.setCreatedElement(new DateTimeType("2026-09"));
        assertThat(write(null, old, List.of()).put).isEmpty();
        old.setCreatedElement(new DateTimeType("2026-05-01"));
        assertThat(write(null, old, List.of(Claims.claim("c", null), Claims.coverage("512"))).put)
                .isEmpty();
    }

    @Test
    void of_several_answers_to_one_claim_one_is_seen_to() {
        Task open = denied("ClaimResponse/first", "Claim/c");
        FakeIntent again = write(null, Claims.reviewed("second", "A2"), List.of(open));
        Task told = (Task) again.put.get("Task/denied");
        assertThat(again.put).hasSize(1);
        assertThat(told.getBusinessStatus().getCodingFirstRep().getCode()).isEqualTo("partly-granted");
        assertThat(told.getNoteFirstRep().getText()).contains("ClaimResponse/second");
        // the answer to an appeal, a claim that has the first as prior
        FakeIntent appeal = write(
                null,
                Claims.reviewed("third", "A3").setRequest(new Reference("Claim/d")),
                List.of(open, Claims.claim("d", "c")));
        assertThat(appeal.put).containsOnlyKeys("Task/denied");
        // another claim is another denial, also for the same service
        FakeIntent other = write(
                null,
                Claims.reviewed("fourth", "A3").setRequest(new Reference("Claim/e")),
                List.of(open, Claims.claim("e", null)));
        assertThat(other.put).hasSize(1).doesNotContainKey("Task/denied");
        // and so is one after somebody has let the first rest
        open.setStatus(TaskStatus.COMPLETED);
        assertThat(write(null, Claims.reviewed("fifth", "A3"), List.of(open)).put)
                .hasSize(1)
                .doesNotContainKey("Task/denied");
    }

    @Test
    void what_somebody_opened_by_hand_is_taken_on() {
        Task byHand = denied("ServiceRequest/s", null);
        FakeIntent answered = write(null, Claims.reviewed("r", "A3"), List.of(byHand, Claims.claim("c", null)));
        assertThat(answered.put).containsOnlyKeys("Task/denied");
        Task linked = (Task) answered.put.get("Task/denied");
        assertThat(linked.getBasedOn().stream().map(Reference::getReference)).contains("Claim/c");
        FakeIntent granted = write(null, Claims.reviewed("s", "A1"), List.of(linked));
        assertThat(((Task) granted.put.get("Task/denied")).getStatus()).isEqualTo(TaskStatus.COMPLETED);
    }

    @Test
    void the_decision_ends_it_and_the_appeals_against_it() {
        Task open = denied("ClaimResponse/first", "Claim/c").setStatus(TaskStatus.INPROGRESS);
        Task appeal = against("appeal", "in-progress");
        Task lost = against("fair-hearing", "completed");
        FakeIntent granted = write(null, Claims.reviewed("r", "A1"), List.of(open, appeal, lost));
        assertThat(granted.put).containsOnlyKeys("Task/denied", "Task/appeal");
        for (String ended : List.of("Task/denied", "Task/appeal")) {
            Task task = (Task) granted.put.get(ended);
            assertThat(task.getStatus()).isEqualTo(TaskStatus.COMPLETED);
            assertThat(AdvocacyPapers.decision(task)).isEqualTo("granted");
            assertThat(((Reference) TaskItems.outputs(task, "decided-by").get(0)).getReference())
                    .isEqualTo("ClaimResponse/r");
        }
        // a grievance is about how somebody was treated: that is still to be heard
        FakeIntent aggrieved =
                write(null, Claims.reviewed("r", "A1"), List.of(open, against("grievance", "requested")));
        assertThat(aggrieved.put).containsOnlyKeys("Task/denied");
        assertThat(((Task) aggrieved.put.get("Task/denied")).getStatus()).isEqualTo(TaskStatus.INPROGRESS);
        assertThat(((Task) aggrieved.put.get("Task/denied"))
                        .getBusinessStatus()
                        .getCodingFirstRep()
                        .getCode())
                .isEqualTo("granted");
        // what grants nothing that was denied here ends nothing
        assertThat(write(null, Claims.reviewed("r", "A1").setRequest(new Reference("Claim/other")), List.of(open)).put)
                .isEmpty();
        // nor what says nothing
        assertThat(write(null, Claims.answer("r"), List.of(open)).put).isEmpty();
    }

    @Test
    void a_denial_in_error_is_called_off() {
        Task open = denied("ClaimResponse/r", "Claim/c");
        ClaimResponse before = Claims.reviewed("r", "A3");
        ClaimResponse error = Claims.reviewed("r", "A3").setStatus(ClaimResponseStatus.ENTEREDINERROR);
        Task ended = (Task) write(before, error, List.of(open)).put.get("Task/denied");
        assertThat(ended.getStatus()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(ended.getStatusReason().getCodingFirstRep().getCode()).isEqualTo("denial-withdrawn");
        Task deleted = (Task) write(before, null, List.of(open)).put.get("Task/denied");
        assertThat(deleted.getStatus()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(deleted.getFocus().hasReference()).isFalse();
        assertThat(deleted.getFocus().getDisplay()).isEqualTo("ClaimResponse/r, deleted");
        Task contested = (Task) write(before, error, List.of(open, against("appeal", "requested")))
                .put
                .get("Task/denied");
        assertThat(contested.getStatus()).isEqualTo(TaskStatus.REQUESTED);
        assertThat(contested.hasNote()).isTrue();
        // the first denial stands when a second one was in error
        assertThat(write(
                                Claims.reviewed("other", "A3"),
                                Claims.reviewed("other", "A3").setStatus(ClaimResponseStatus.CANCELLED),
                                List.of(open))
                        .put)
                .isEmpty();
    }

    @Test
    void what_is_at_another_server_is_not_what_has_the_same_id_here() {
        Task open = denied("ClaimResponse/first", "Claim/c");
        Reference elsewhere = new Reference("https://insurer.example.org/fhir/Claim/c");
        List<Resource> there = List.of(open, Claims.claim("c", null), Claims.coverage("512"));
        FakeIntent granted = write(null, Claims.reviewed("r", "A1").setRequest(elsewhere), there);
        assertThat(granted.put).isEmpty();
        Task other = opened(write(null, Claims.reviewed("r", "A3").setRequest(elsewhere), there));
        assertThat(other.getBasedOn()).isEmpty();
        assertThat(other.hasInstantiatesCanonical()).isFalse();
        ClaimResponse stranger =
                Claims.reviewed("r", "A3").setPatient(new Reference("https://insurer.example.org/fhir/Patient/ann"));
        assertThat(write(null, stranger, there).put).isEmpty();
    }

    @Test
    void a_clock_that_somebody_confirmed_counts() {
        List<Resource> guide = new ArrayList<>(Claims.guide());
        guide.stream()
                .filter(ActivityDefinition.class::isInstance)
                .map(ActivityDefinition.class::cast)
                .forEach(d -> d.setStatus(PublicationStatus.ACTIVE));
        guide.add(Claims.claim("c", null));
        guide.add(Claims.coverage("111"));
        FakeIntent intent =
                new FakeIntent(null, Claims.reviewed("r", "A3"), Actor.SYSTEM, guide.toArray(Resource[]::new));
        rule.check(intent);
        assertThat(opened(intent).getInstantiatesCanonical()).isEqualTo(Claims.clock("appeal-medicare-advantage"));
    }

    private FakeIntent write(
            @Nullable ClaimResponse before, @Nullable ClaimResponse after, List<? extends Resource> there) {
        List<Resource> all = new ArrayList<>(Claims.guide());
        all.addAll(there);
        FakeIntent intent = new FakeIntent(before, after, Actor.SYSTEM, all.toArray(Resource[]::new));
        assertThat(intent.answer(rule)).isEqualTo(200); // it never refuses an answer
        return intent;
    }

    private static Task opened(FakeIntent intent) {
        assertThat(intent.put).hasSize(1);
        return (Task) intent.put.values().iterator().next();
    }

    private static Task denied(String focus, @Nullable String claim) {
        Task task = task("denied", "denied-service", "requested").setFocus(new Reference(focus));
        if (claim != null) {
            task.addBasedOn(new Reference(claim));
        }
        return task;
    }

    private static Task against(String kind, String status) {
        return task(kind, kind, status).addPartOf(new Reference("Task/denied"));
    }

    private static Task task(String id, String kind, String status) {
        Task task = new Task();
        task.setId("Task/" + id);
        task.setStatus(TaskStatus.fromCode(status));
        task.setCode(new CodeableConcept(new Coding(Ig.TASK_KIND, kind, null)));
        task.setFor(new Reference("Patient/ann"));
        return task;
    }
}
