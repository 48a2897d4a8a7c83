package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.Ig;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.PlanDefinition.ActionRelationshipType;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;

class PlanDraftTest {

    private static final Reference MANAGER = new Reference("PractitionerRole/cm");

    private final PlanDefinition definition = definition();
    private final PlanRequest request = new PlanRequest(
            "p1",
            LocalDate.parse("2026-11-22"),
            LocalDate.parse("2026-11-22"),
            Instant.parse("2026-11-22T09:00:00Z"),
            null,
            null,
            Map.of(CareTeamDraft.CASE_MANAGER, MANAGER, CareTeamDraft.PATIENT, new Reference("Patient/p1")));

    @Test
    void a_new_plan_is_active_and_of_category_assess_plan() {
        CarePlan plan = first(draft(nothing()), CarePlan.class);

        assertThat(plan.getStatus()).isEqualTo(CarePlan.CarePlanStatus.ACTIVE);
        assertThat(plan.getCategoryFirstRep().getCodingFirstRep().getSystem())
                .isEqualTo("http://hl7.org/fhir/us/core/CodeSystem/careplan-category");
        assertThat(plan.getCategoryFirstRep().getCodingFirstRep().getCode()).isEqualTo("assess-plan");
        assertThat(plan.getAddressesFirstRep().getReference()).isEqualTo("Condition/c1");
        assertThat(plan.getText().getDiv().allText()).contains("Steady weight");
    }

    @Test
    void the_plan_comes_first() {
        assertThat(draft(nothing()).plan())
                .extracting(Resource::fhirType)
                .containsExactly("CarePlan", "CareTeam", "Goal", "ServiceRequest", "Task", "Task", "Task");
    }

    @Test
    void a_task_inside_the_action_of_a_service_is_about_that_service() {
        PlanChanges changes = draft(nothing());
        ServiceRequest service = first(changes, ServiceRequest.class);

        assertThat(task(changes, "arrange").getFocus().getReference()).isEqualTo(PlanChanges.address(service));
        assertThat(task(changes, "later").getFocus().hasReference()).isFalse();
    }

    @Test
    void a_task_has_an_owner_role_and_its_owner_where_somebody_is_known() {
        PlanChanges changes = draft(nothing());

        assertThat(task(changes, "arrange").getOwner().getReference()).isEqualTo("PractitionerRole/cm");
        assertThat(task(changes, "later").hasOwner()).isFalse();
        assertThat(task(changes, "later")
                        .getPerformerTypeFirstRep()
                        .getCodingFirstRep()
                        .getCode())
                .isEqualTo("nurse");
    }

    @Test
    void a_seat_with_nobody_known_in_it_says_so() {
        CareTeam team = first(draft(nothing()), CareTeam.class);

        assertThat(team.getParticipant())
                .extracting(p -> p.getRoleFirstRep().getCodingFirstRep().getCode())
                .containsExactly("case-manager", "patient", "nurse");
        assertThat(team.getParticipant().get(2).getMember().getDisplay()).isEqualTo("To be assigned");
    }

    @Test
    void time_limits_count_from_the_start_or_from_the_action_before() {
        PlanChanges changes = draft(nothing());

        assertThat(task(changes, "arrange")
                        .getRestriction()
                        .getPeriod()
                        .getEndElement()
                        .getValueAsString())
                .isEqualTo("2026-11-25");
        // after the end of the service (30 days) and 7 days more, then 5 days long
        assertThat(task(changes, "later")
                        .getRestriction()
                        .getPeriod()
                        .getStartElement()
                        .getValueAsString())
                .isEqualTo("2026-12-29");
        assertThat(task(changes, "later")
                        .getRestriction()
                        .getPeriod()
                        .getEndElement()
                        .getValueAsString())
                .isEqualTo("2027-01-03");
        assertThat(first(changes, Goal.class)
                        .getTargetFirstRep()
                        .getDueDateType()
                        .getValueAsString())
                .isEqualTo("2026-12-22");
    }

    @Test
    void the_same_plan_again_changes_nothing() {
        PlanChanges first = draft(nothing());
        PlanChanges second = draft(stored(first));

        assertThat(second.changed()).isEmpty();
        assertThat(second.plan()).hasSameSizeAs(first.plan());
    }

    @Test
    void ids_are_the_same_on_every_run_and_differ_between_patients() {
        assertThat(draft(nothing()).changed()).isEqualTo(draft(nothing()).changed());
        assertThat(PlanIds.plan("p1", 0)).isNotEqualTo(PlanIds.plan("p2", 0)).isNotEqualTo(PlanIds.plan("p1", 1));
    }

    @Test
    void what_people_changed_stays_and_what_they_dropped_is_not_reopened() {
        LivingPlan plan = stored(draft(nothing()));
        Task task = (Task) plan.part("Task", "test|arrange").orElseThrow();
        task.setStatus(Task.TaskStatus.CANCELLED).setDescription("by hand");

        PlanChanges again = draft(plan);

        assertThat(again.changed()).isEmpty();
        assertThat(task(again, "arrange").getDescription()).isEqualTo("by hand");
    }

    @Test
    void a_new_action_is_added_to_the_plan_that_is_there() {
        LivingPlan before = stored(draft(nothing()));
        action(definition.getActionFirstRep(), "extra", "nurse", 3);

        PlanChanges changes = draft(before);

        assertThat(changes.changed())
                .containsExactlyInAnyOrder(
                        PlanChanges.address(first(changes, CarePlan.class)),
                        PlanChanges.address(task(changes, "extra")));
    }

    private static LivingPlan nothing() {
        return LivingPlan.none(PlanIds.plan("p1", 0));
    }

    private static LivingPlan stored(PlanChanges changes) {
        return new LivingPlan(
                PlanIds.plan("p1", 0),
                first(changes, CarePlan.class),
                first(changes, CareTeam.class),
                changes.plan().subList(2, changes.plan().size()),
                List.of());
    }

    private PlanChanges draft(LivingPlan plan) {
        Condition condition = new Condition();
        condition.setId("Condition/c1");
        Programme programme = Programme.of(definition);
        List<AppliedProgramme.Action> actions = programme.actions().stream()
                .map(a -> new AppliedProgramme.Action(a, made(a), a.getId().equals("arrange") ? "service" : "root"))
                .toList();
        List<AppliedProgramme.PlanGoal> goals = programme.definition().getGoal().stream()
                .map(g -> new AppliedProgramme.PlanGoal(g, List.of(condition)))
                .toList();
        return PlanDraft.of(
                request, plan, List.of(new AppliedProgramme(programme, actions, goals, List.of(condition))), List.of());
    }

    private static Resource made(PlanDefinitionActionComponent action) {
        return switch (action.getId()) {
            case "root" -> null;
            case "service" -> new ServiceRequest();
            default -> new Task().setIntent(Task.TaskIntent.PLAN);
        };
    }

    private static PlanDefinition definition() {
        PlanDefinition definition =
                new PlanDefinition().setUrl(Ig.planDefinition("test")).setTitle("Test");
        definition.setId("test");
        PlanDefinition.PlanDefinitionGoalComponent goal = definition.addGoal();
        goal.setId("weight");
        goal.getDescription().setText("Steady weight");
        goal.addTarget().setDue(days(30));
        PlanDefinitionActionComponent root = definition.addAction();
        root.setId("root");
        PlanDefinitionActionComponent service = action(root, "service", "nurse", 30);
        action(service, "arrange", "case-manager", 3);
        action(root, "later", "nurse", 5)
                .addRelatedAction()
                .setActionId("service")
                .setRelationship(ActionRelationshipType.AFTEREND)
                .setOffset(days(7));
        return definition;
    }

    private static PlanDefinitionActionComponent action(
            PlanDefinitionActionComponent parent, String id, String role, int days) {
        PlanDefinitionActionComponent action = parent.addAction().setTiming(days(days));
        action.setId(id);
        action.addParticipant().getRole().addCoding().setCode(role);
        return action;
    }

    private static Duration days(int days) {
        Duration duration = new Duration();
        duration.setValue(days).setCode("d");
        return duration;
    }

    private static Task task(PlanChanges changes, String action) {
        return changes.plan().stream()
                .filter(Task.class::isInstance)
                .map(Task.class::cast)
                .filter(t -> t.getIdentifierFirstRep().getValue().equals("test|" + action))
                .findFirst()
                .orElseThrow();
    }

    private static <T extends Resource> T first(PlanChanges changes, Class<T> type) {
        Optional<T> found =
                changes.plan().stream().filter(type::isInstance).map(type::cast).findFirst();
        return found.orElseThrow();
    }
}
