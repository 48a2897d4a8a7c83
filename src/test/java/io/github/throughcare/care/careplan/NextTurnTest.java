package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.InMemoryResources;
import io.github.throughcare.fhir.ResourceChanged;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CarePlan.CarePlanStatus;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.hl7.fhir.r4.model.Timing;
import org.hl7.fhir.r4.model.Timing.UnitsOfTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What repeats goes on: the weekly call, the review of the plan. */
class NextTurnTest {

    private static final LocalDate START = LocalDate.parse("2026-11-02");
    private static final Instant NOW = Instant.parse("2026-11-08T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        // due, done on, next begins, next due
        "2026-11-09, 2026-11-08, 2026-11-09, 2026-11-16",
        "2026-11-09, 2026-11-09, 2026-11-09, 2026-11-16",
        "2026-11-09, 2026-11-15, 2026-11-09, 2026-11-16",
        "2026-11-09, 2026-11-16, 2026-11-16, 2026-11-23",
        "2026-11-09, 2026-12-24, 2026-12-24, 2026-12-31",
    })
    void the_next_turn_follows_the_date_and_missed_ones_are_not_made_up_for(
            LocalDate due, LocalDate today, LocalDate begins, LocalDate next) {
        assertThat(after(turn(1, due), weekly(), today)).hasValueSatisfying(task -> {
            assertThat(TimeLimit.date(task.getRestriction().getPeriod().getStartElement()))
                    .isEqualTo(begins);
            assertThat(OpenPart.due(task)).contains(next);
            assertThat(LivingPlan.keys(task)).containsExactly("copd|call|2");
            assertThat(task.getStatus()).isEqualTo(TaskStatus.REQUESTED);
        });
    }

    @Test
    void what_came_of_a_turn_stays_with_it() {
        Task done = turn(2, START.plusDays(14));
        done.addOutput().setValue(new Reference("Observation/1"));
        done.setEncounter(new Reference("Encounter/1"));
        done.setOwner(new Reference("Practitioner/7"));
        done.getMeta().setVersionId("4");

        assertThat(after(done, weekly(), START.plusDays(14))).hasValueSatisfying(task -> {
            assertThat(task.hasOutput() || task.hasEncounter() || task.getMeta().hasVersionId())
                    .isFalse();
            assertThat(task.getOwner().getReference()).isEqualTo("Practitioner/7");
            assertThat(LivingPlan.keys(task)).containsExactly("copd|call|3");
            assertThat(task.getIdElement().getIdPart())
                    .isNotEqualTo(done.getIdElement().getIdPart());
        });
    }

    /** Thirteen weekly turns in thirteen weeks: the next, rarer contact takes over. */
    @Test
    void bounds_end_it() {
        Timing timing = weekly();
        timing.getRepeat().setBounds(TimeLimitTest.duration("13", "wk"));

        assertThat(after(turn(12, START.plusWeeks(12)), timing, START.plusWeeks(12)))
                .isPresent();
        assertThat(after(turn(13, START.plusWeeks(13)), timing, START.plusWeeks(13)))
                .isEmpty();
        assertThat(after(turn(3, START.plusWeeks(3)), timing, START.plusWeeks(14)))
                .as("late")
                .isEmpty();
    }

    @Test
    void a_count_ends_it() {
        Timing timing = weekly();
        timing.getRepeat().setCount(3);

        assertThat(after(turn(2, START.plusWeeks(2)), timing, START.plusWeeks(2)))
                .isPresent();
        assertThat(after(turn(3, START.plusWeeks(3)), timing, START.plusWeeks(3)))
                .isEmpty();
    }

    @Test
    void of_two_programmes_the_one_that_wants_it_earlier_sets_the_date() {
        Task both = turn(1, START.plusDays(7));
        both.addIdentifier(PlanIds.identifier("diabetes|call"));
        both.addIdentifier(PlanIds.identifier("anxiety|once"));
        Timing monthly = new Timing();
        monthly.getRepeat().setPeriod(1).setPeriodUnit(UnitsOfTime.MO);

        Optional<Task> next = NextTurn.after(
                both,
                "plan",
                Map.of("copd|call", monthly, "diabetes|call", weekly()),
                action -> START,
                START.plusDays(7),
                NOW);

        assertThat(next).hasValueSatisfying(task -> {
            assertThat(OpenPart.due(task)).contains(START.plusDays(14));
            assertThat(LivingPlan.keys(task)).containsExactlyInAnyOrder("copd|call|2", "diabetes|call|2");
        });
    }

    @Test
    void what_happens_once_has_no_next_turn() {
        assertThat(NextTurn.after(turn(1, START), "plan", Map.of(), action -> START, START, NOW))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"a|b, a|b, 1", "a|b|2, a|b, 2", "plan|plan-review|Condition/1/2, plan|plan-review|Condition/1/2, 1"})
    void a_turn_is_read_from_its_identifier(String key, String action, int number) {
        assertThat(Turn.of(key)).isEqualTo(new Turn(action, number));
        assertThat(Turn.of(key).key()).isEqualTo(key);
    }

    private final InMemoryResources resources = new InMemoryResources(FhirContext.forR4Cached());
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private final NextTurnListener listener =
            new NextTurnListener(resources, new ProgrammeShelf(resources, clock), clock, new CareSettings("UTC"));

    @Test
    void the_next_turn_is_in_the_plan_once_with_its_provenance() {
        Task done = stored(TaskStatus.COMPLETED);

        listener.changed(changed(done, TaskStatus.INPROGRESS));
        listener.changed(changed(done, TaskStatus.INPROGRESS));

        assertThat(resources.all(Task.class))
                .hasSize(2)
                .filteredOn(t -> t.getStatus() == TaskStatus.REQUESTED)
                .singleElement()
                .satisfies(next -> {
                    assertThat(OpenPart.due(next)).contains(START.plusDays(14));
                    assertThat(plan().getActivity())
                            .extracting(a -> a.getReference().getReference())
                            .containsExactly("Task/call", PlanChanges.address(next));
                });
        assertThat(resources.all(Provenance.class))
                .singleElement()
                .satisfies(p -> assertThat(p.getTarget()).hasSize(2));
    }

    @ParameterizedTest
    @EnumSource(names = {"CANCELLED", "REJECTED", "ENTEREDINERROR", "ONHOLD", "INPROGRESS"})
    void nothing_follows_what_was_given_up_or_goes_on(TaskStatus status) {
        listener.changed(changed(stored(status), TaskStatus.REQUESTED));
        assertThat(resources.all(Task.class)).hasSize(1);
    }

    @Test
    void what_was_over_before_has_been_followed_already() {
        listener.changed(changed(stored(TaskStatus.COMPLETED), TaskStatus.COMPLETED));
        listener.changed(changed(stored(TaskStatus.COMPLETED), null));
        assertThat(resources.all(Task.class)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ended", "taken out", "left the programme"})
    void nothing_follows_in_a_plan_that_ended_or_without_it(String what) {
        Task done = stored(TaskStatus.FAILED);
        CarePlan plan = plan();
        switch (what) {
            case "ended" -> plan.setStatus(CarePlanStatus.COMPLETED);
            case "taken out" -> plan.setActivity(List.of());
            default -> plan.setInstantiatesCanonical(List.of());
        }
        resources.put(plan);

        listener.changed(changed(done, TaskStatus.REQUESTED));

        assertThat(resources.all(Task.class)).hasSize(1);
    }

    private CarePlan plan() {
        return resources.all(CarePlan.class).get(0);
    }

    private Task stored(TaskStatus status) {
        PlanDefinition programme = new PlanDefinition().setUrl(Ig.planDefinition("copd"));
        programme
                .setStatus(org.hl7.fhir.r4.model.Enumerations.PublicationStatus.ACTIVE)
                .setId("copd");
        programme.addAction().setTiming(weekly()).setId("call");
        resources.put(programme);
        resources.put(new ActivityDefinition().setId("call"));
        CarePlan plan = new CarePlan().setStatus(CarePlanStatus.ACTIVE);
        plan.addInstantiatesCanonical(Ig.planDefinition("copd"));
        plan.addActivity().setReference(new Reference("Task/call"));
        plan.setId("plan");
        resources.put(plan);
        Task task = turn(1, START.plusDays(7)).setStatus(status);
        task.addBasedOn(new Reference("CarePlan/plan"));
        task.setId("call");
        return resources.put(task);
    }

    private static ResourceChanged changed(Task after, @Nullable TaskStatus before) {
        return new ResourceChanged(
                "Task", "call", 2, before == null ? null : after.copy().setStatus(before), after.copy(), NOW);
    }

    private static Optional<Task> after(Task done, Timing timing, LocalDate today) {
        return NextTurn.after(done, "plan", Map.of("copd|call", timing), action -> START, today, NOW);
    }

    private static Timing weekly() {
        Timing timing = new Timing();
        timing.getRepeat().setFrequency(1).setPeriod(1).setPeriodUnit(UnitsOfTime.WK);
        return timing;
    }

    private static Task turn(int number, LocalDate due) {
        Task task = new Task().setStatus(TaskStatus.COMPLETED).setDescription("Weekly call");
        task.addIdentifier(PlanIds.identifier(new Turn("copd|call", number).key()));
        task.setAuthoredOn(Date.from(NOW.minus(Duration.ofDays(6))));
        task.getRestriction().getPeriod().setStartElement(PlanRequest.day(START));
        task.getRestriction().getPeriod().setEndElement(PlanRequest.day(due));
        task.setId("Task/" + PlanIds.part("plan", "Task", new Turn("copd|call", number).key()));
        return task;
    }
}
