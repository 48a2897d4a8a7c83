package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.InMemoryResources;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CarePlan.CarePlanStatus;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Quantity.QuantityComparator;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;

/** Plans beside other plans, goals against other goals, servers beside other servers. The programmes are two lines of FHIRPath each. */
class PlanningTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC);
    private static final Clock LATER = Clock.fixed(Instant.parse("2026-11-23T09:00:00Z"), ZoneOffset.UTC);

    private final InMemoryResources resources =
            new InMemoryResources(CONTEXT).with(patient(), response(), programme("less", 70), programme("more", 80));
    private final GenerateCarePlanOperation operation = server(CLOCK);

    private GenerateCarePlanOperation server(Clock clock) {
        CareSettings settings = new CareSettings("UTC");
        ProgrammeShelf shelf = new ProgrammeShelf(resources, Clock.systemUTC());
        return new GenerateCarePlanOperation(
                resources,
                new Programmes(resources, shelf, Clock.systemUTC(), settings),
                new LivingPlans(resources, shelf),
                new ClinicalReasoning(CONTEXT, resources, clock, new CareSettings("UTC")),
                CONTEXT,
                clock,
                settings);
    }

    @Test
    void somebody_elses_plan_is_left_as_it_is_and_named() {
        CarePlan foreign = foreign("ehr-1", CarePlanStatus.ACTIVE);
        resources.with(foreign);

        Bundle made = generate("less");

        CarePlan living = carePlan(made);
        assertThat(living.getIdElement().getIdPart()).isNotEqualTo("ehr-1");
        assertThat(living.getSupportingInfo())
                .extracting(Reference::getReference)
                .containsExactly("CarePlan/ehr-1");
        assertThat(foreign.getMeta().getVersionId()).isEqualTo("1");
        assertThat(foreign.hasActivity()).isFalse();
        assertThat(warnings(made)).anySatisfy(w -> assertThat(w).contains("CarePlan/ehr-1", "stays as it is"));
    }

    @Test
    void its_being_on_hold_or_over_stops_nothing() {
        resources.with(foreign("ehr-1", CarePlanStatus.ONHOLD), foreign("ehr-2", CarePlanStatus.COMPLETED));

        CarePlan living = carePlan(generate("less"));

        assertThat(living.getIdElement().getIdPart()).isEqualTo(PlanIds.plan("p1", 0));
        assertThat(living.hasSupportingInfo()).isFalse();
    }

    @Test
    void a_plan_that_somebody_put_into_a_programme_of_ours_is_taken_over() {
        CarePlan byHand = foreign("by-hand", CarePlanStatus.ACTIVE);
        byHand.addInstantiatesCanonical(Ig.planDefinition("less"));
        resources.with(byHand);

        Bundle made = generate("more");

        assertThat(carePlan(made).getIdElement().getIdPart()).isEqualTo("by-hand");
        assertThat(carePlan(made).getInstantiatesCanonical())
                .extracting(CanonicalType::getValue)
                .containsExactly(Ig.planDefinition("less"), Ig.planDefinition("more"));
    }

    @Test
    void our_own_plan_on_hold_is_told_even_beside_anothers() {
        CarePlan living = carePlan(generate("less"));
        resources.put(living.copy().setStatus(CarePlanStatus.ONHOLD));
        resources.with(foreign("ehr-1", CarePlanStatus.ACTIVE));

        assertThatThrownBy(() -> generate("less"))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.issues().get(0).text()).contains("is on hold"));
    }

    @Test
    void after_an_ended_plan_a_new_one_begins_whatever_others_there_are() {
        CarePlan first = carePlan(generate("less"));
        resources.put(first.copy().setStatus(CarePlanStatus.COMPLETED));
        resources.with(foreign("ehr-1", CarePlanStatus.COMPLETED));

        CarePlan second = carePlan(generate("less"));

        assertThat(second.getIdElement().getIdPart())
                .isEqualTo(PlanIds.plan("p1", 1))
                .isNotEqualTo(first.getIdElement().getIdPart());
        assertThat(carePlan(generate("less")).getMeta().getVersionId()).isEqualTo("1");
    }

    @Test
    void two_servers_at_the_same_moment_make_one_plan_with_both_programmes() {
        GenerateCarePlanOperation other = server(LATER);
        resources.meanwhile = () -> other.run(call("more"));

        Bundle made = generate("less");

        assertThat(carePlan(made).getInstantiatesCanonical())
                .extracting(CanonicalType::getValue)
                .containsExactlyInAnyOrder(Ig.planDefinition("less"), Ig.planDefinition("more"));
        assertThat(resources.all(CarePlan.class)).hasSize(1);
        assertThat(resources.all(Goal.class)).hasSize(2);
        CarePlan stored = resources.all(CarePlan.class).get(0);
        assertThat(stored.getGoal()).hasSize(2);
        assertThat(stored.getActivity())
                .extracting(a -> a.getReference().getReference())
                .containsExactlyInAnyOrderElementsOf(resources.all(Task.class).stream()
                        .map(t -> "Task/" + t.getIdElement().getIdPart())
                        .toList());
    }

    @Test
    void goals_that_no_value_can_meet_together_are_a_warning_and_one_urgent_task() {
        Bundle made = generate("less", "more");

        assertThat(warnings(made))
                .singleElement()
                .satisfies(w -> assertThat(w).contains("Goal of less", "Goal of more", "contradict each other"));
        Task task = conflicts().get(0);
        assertThat(conflicts()).hasSize(1);
        assertThat(task.getPriority()).isEqualTo(Task.TaskPriority.URGENT);
        assertThat(task.getStatus()).isEqualTo(Task.TaskStatus.REQUESTED);
        assertThat(task.getFor().getReference()).isEqualTo("Patient/p1");
        assertThat(task.getPerformerTypeFirstRep().getCodingFirstRep().getCode())
                .isEqualTo("case-manager");
        assertThat(task.getRestriction().getPeriod().getEndElement().getValueAsString())
                .isEqualTo("2026-11-29");
        assertThat(task.getInput())
                .extracting(i -> ((Reference) i.getValue()).getReference())
                .containsExactlyInAnyOrderElementsOf(resources.all(Goal.class).stream()
                        .map(PlanChanges::address)
                        .toList());
        assertThat(carePlan(made).getActivity())
                .extracting(a -> a.getReference().getReference())
                .contains(PlanChanges.address(task));
    }

    @Test
    void the_conflict_is_asked_about_once_and_never_again_once_it_was_settled() {
        generate("less", "more");
        resources.put(conflicts().get(0).copy().setStatus(Task.TaskStatus.COMPLETED));

        Bundle again = generate("less", "more");

        assertThat(conflicts())
                .singleElement()
                .satisfies(t -> assertThat(t.getStatus()).isEqualTo(Task.TaskStatus.COMPLETED));
        assertThat(warnings(again)).as("still so, and still said").hasSize(1);
    }

    @Test
    void goals_that_agree_or_are_over_are_no_conflict() {
        resources.with(programme("less-too", 60));
        assertThat(warnings(generate("less", "less-too"))).isEmpty();

        Goal ended = resources.all(Goal.class).stream()
                .filter(g -> g.getDescription().getText().equals("Goal of less"))
                .findFirst()
                .orElseThrow();
        resources.put(ended.copy().setLifecycleStatus(Goal.GoalLifecycleStatus.CANCELLED));
        resources.all(Goal.class).stream()
                .filter(g -> g.getDescription().getText().equals("Goal of less-too"))
                .findFirst()
                .ifPresent(g -> resources.put(g.copy().setLifecycleStatus(Goal.GoalLifecycleStatus.COMPLETED)));
        assertThat(warnings(generate("more"))).isEmpty();
        assertThat(conflicts()).isEmpty();
    }

    private List<Task> conflicts() {
        return resources.all(Task.class).stream()
                .filter(t -> PlanTask.isOf(t, PlanTask.CONFLICT))
                .toList();
    }

    private Bundle generate(String... programmes) {
        return (Bundle) operation.run(call(programmes));
    }

    private static OperationCall call(String... programmes) {
        Parameters in = new Parameters();
        for (String programme : programmes) {
            in.addParameter("program", new CanonicalType(Ig.planDefinition(programme)));
        }
        return new OperationCall("Patient", "p1", in, Visibility.everything());
    }

    private static CarePlan carePlan(Bundle made) {
        return (CarePlan) made.getEntryFirstRep().getResource();
    }

    private static List<String> warnings(Bundle made) {
        return made.getEntry().stream()
                .map(BundleEntryComponent::getResource)
                .filter(OperationOutcome.class::isInstance)
                .flatMap(o -> ((OperationOutcome) o).getIssue().stream())
                .map(OperationOutcome.OperationOutcomeIssueComponent::getDiagnostics)
                .toList();
    }

    /** A goal of at most (for "less") or at least this weight, and a contact. */
    private static PlanDefinition programme(String id, int kilograms) {
        PlanDefinition programme =
                new PlanDefinition().setUrl(Ig.planDefinition(id)).setStatus(PublicationStatus.ACTIVE);
        programme.setTitle(id).setId(id);
        PlanDefinition.PlanDefinitionGoalComponent goal = programme.addGoal();
        goal.setDescription(new CodeableConcept().setText("Goal of " + id)).setId("weight");
        goal.addTarget()
                .setMeasure(new CodeableConcept(new Coding("http://loinc.org", "29463-7", "Body weight")))
                .setDetail(new Quantity()
                        .setValue(kilograms)
                        .setComparator(
                                id.startsWith("less")
                                        ? QuantityComparator.LESS_OR_EQUAL
                                        : QuantityComparator.GREATER_OR_EQUAL)
                        .setCode("kg"));
        PlanDefinition.PlanDefinitionActionComponent action = programme.addAction();
        action.setTitle("Talk about " + id).setId("talk");
        action.addGoalId("weight");
        action.addCondition()
                .setKind(PlanDefinition.ActionConditionKind.APPLICABILITY)
                .getExpression()
                .setLanguage("text/fhirpath")
                .setExpression("%patient.gender = 'male'");
        return programme;
    }

    private static CarePlan foreign(String id, CarePlanStatus status) {
        CarePlan plan = new CarePlan()
                .setStatus(status)
                .setTitle("Plan of another system")
                .setSubject(new Reference("Patient/p1"));
        plan.addCategory().addCoding().setSystem(PlanDraft.CATEGORY_SYSTEM).setCode(PlanDraft.CATEGORY);
        plan.setId(id);
        return plan;
    }

    private static Patient patient() {
        Patient patient = new Patient().setGender(org.hl7.fhir.r4.model.Enumerations.AdministrativeGender.MALE);
        patient.setId("p1");
        return patient;
    }

    private static Resource response() {
        QuestionnaireResponse response = new QuestionnaireResponse()
                .setQuestionnaire("http://example.org/Questionnaire/any")
                .setStatus(QuestionnaireResponseStatus.COMPLETED)
                .setSubject(new Reference("Patient/p1"));
        response.setId("r1");
        return response;
    }
}
