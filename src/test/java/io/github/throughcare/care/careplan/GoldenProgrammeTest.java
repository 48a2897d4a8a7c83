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
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every programme of the guide, applied through the clinical-reasoning library to its golden patient. One store, compiled once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenProgrammeTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC);

    private final InMemoryResources resources = new InMemoryResources(CONTEXT).withGuide();
    private final CareSettings settings = new CareSettings("UTC");
    private final ClinicalReasoning reasoning = new ClinicalReasoning(CONTEXT, resources, CLOCK);
    private final Programmes programmes =
            new Programmes(resources, new ProgrammeShelf(resources, Clock.systemUTC()), Clock.systemUTC(), settings);
    private final GenerateCarePlanOperation operation = new GenerateCarePlanOperation(
            resources, programmes, new LivingPlans(resources), reasoning, CONTEXT, CLOCK, settings);

    @ParameterizedTest
    @ValueSource(strings = {"heart-failure", "diabetes", "social-needs"})
    void the_golden_patient_gets_every_action_goal_and_task(String id) {
        String patient = golden(id);

        Bundle plan = generate(patient, id);

        Programme programme = programme(id);
        Set<String> expected = programme.actions().stream()
                .filter(a -> a.hasDefinition())
                .map(a -> id + "|" + a.getId())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(keys(plan)).containsExactlyElementsOf(expected);
        assertThat(of(plan, Goal.class))
                .hasSameSizeAs(programme.definition().getGoal())
                .allSatisfy(goal -> {
                    assertThat(goal.getTarget()).isNotEmpty().allMatch(t -> t.hasDueDateType());
                    assertThat(goal.getAddresses()).isNotEmpty();
                });
        assertThat(of(plan, Task.class)).isNotEmpty().allSatisfy(task -> {
            assertThat(task.getStatus()).isEqualTo(TaskStatus.REQUESTED);
            assertThat(task.getCode().getCodingFirstRep().getSystem()).isEqualTo(Ig.TASK_KIND);
            assertThat(task.getPerformerType()).isNotEmpty();
            assertThat(task.getRestriction().getPeriod().getEnd()).isNotNull();
            assertThat(task.getBasedOnFirstRep().getReference()).startsWith("CarePlan/");
        });
        assertThat(of(plan, ServiceRequest.class)).isNotEmpty().allSatisfy(service -> {
            assertThat(service.getCategory()).isNotEmpty();
            assertThat(service.getPerformerType().isEmpty()).isFalse();
            assertThat(service.hasOccurrence()).isTrue();
            assertThat(service.getReasonReference()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"heart-failure", "diabetes", "social-needs"})
    void running_twice_adds_nothing(String id) {
        String patient = golden(id);
        Bundle first = generate(patient, id);
        int commits = resources.commits;
        int stored = resources.all().size();

        Bundle second = generate(patient, id);

        assertThat(resources.commits).isEqualTo(commits);
        assertThat(resources.all()).hasSize(stored);
        assertThat(versions(second)).isEqualTo(versions(first));
    }

    @ParameterizedTest
    @ValueSource(strings = {"heart-failure", "diabetes", "social-needs"})
    void without_a_programme_named_every_one_that_applies_is_in_the_plan(String id) {
        Bundle plan = generate(golden(id));

        assertThat(carePlan(plan).hasInstantiatesCanonical(Ig.planDefinition(id)))
                .isTrue();
    }

    @Test
    void the_plan_is_one_living_plan_that_later_programmes_join() {
        String patient = golden("diabetes");
        Bundle first = generate(patient, "diabetes");
        Bundle second = generate(patient, "social-needs");

        CarePlan plan = carePlan(second);
        assertThat(plan.getIdElement().getIdPart())
                .isEqualTo(carePlan(first).getIdElement().getIdPart());
        assertThat(plan.getInstantiatesCanonical())
                .extracting(CanonicalType::getValue)
                .containsExactly(Ig.planDefinition("diabetes"), Ig.planDefinition("social-needs"));
        assertThat(keys(second))
                .containsAll(keys(first))
                .hasSizeGreaterThan(keys(first).size());
        assertThat(plan.getActivity()).allMatch(a -> a.hasReference() && !a.hasDetail());
        assertThat(of(second, CareTeam.class)).hasSize(1);
    }

    @Test
    void what_was_completed_by_hand_stays_completed() {
        String patient = golden("heart-failure");
        Task done = of(generate(patient, "heart-failure"), Task.class).get(0);
        resources.put(done.setStatus(TaskStatus.COMPLETED));

        Bundle again = generate(patient, "heart-failure");

        assertThat(of(again, Task.class))
                .filteredOn(t -> t.getId().equals(done.getId()))
                .singleElement()
                .matches(t -> t.getStatus() == TaskStatus.COMPLETED);
    }

    @Test
    void what_people_took_out_of_the_plan_does_not_come_back() {
        String patient = golden("heart-failure");
        CarePlan plan = carePlan(generate(patient, "heart-failure"));
        String activity = plan.getActivity().remove(0).getReference().getReference();
        String goal = plan.getGoal().remove(0).getReference();
        resources.put(plan);

        Bundle again = generate(patient, "heart-failure");

        assertThat(again.getEntry())
                .extracting(e -> PlanChanges.address(e.getResource()))
                .doesNotContain(activity, goal);
    }

    @Test
    void a_plan_on_hold_is_not_doubled() {
        String patient = golden("heart-failure");
        resources.put(carePlan(generate(patient, "heart-failure")).setStatus(CarePlan.CarePlanStatus.ONHOLD));

        assertThatThrownBy(() -> generate(patient, "heart-failure"))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(422));
    }

    @Test
    void an_ended_plan_is_followed_by_a_new_one_with_activities_of_its_own() {
        String patient = golden("heart-failure");
        CarePlan ended = carePlan(generate(patient, "heart-failure")).setStatus(CarePlan.CarePlanStatus.COMPLETED);
        resources.put(ended);

        CarePlan next = carePlan(generate(patient, "heart-failure"));

        assertThat(next.getIdElement().getIdPart())
                .isNotEqualTo(ended.getIdElement().getIdPart());
        assertThat(next.getActivity())
                .extracting(a -> a.getReference().getReference())
                .doesNotContainAnyElementsOf(ended.getActivity().stream()
                        .map(a -> a.getReference().getReference())
                        .toList());
    }

    @Test
    void a_preview_stores_nothing_and_links_by_urn() {
        String patient = golden("diabetes");
        int stored = resources.all().size();

        Bundle preview = run(patient, parameters("diabetes").addParameter("preview", new BooleanType(true)));

        assertThat(resources.all()).hasSize(stored);
        assertThat(preview.getEntry()).allMatch(e -> e.getFullUrl().startsWith("urn:uuid:"));
        Set<String> urls = preview.getEntry().stream()
                .map(BundleEntryComponent::getFullUrl)
                .collect(Collectors.toSet());
        assertThat(((CarePlan) preview.getEntryFirstRep().getResource()).getActivity())
                .isNotEmpty()
                .allMatch(a -> urls.contains(a.getReference().getReference()));
    }

    @Test
    void without_the_assessment_there_is_no_plan_and_the_form_is_named() {
        Patient patient = resources.put((Patient) new Patient().setId("p1"));
        resources.put(heartFailure(patient));

        assertThatThrownBy(() -> generate("p1", "heart-failure")).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(422);
            assertThat(problem.issues())
                    .singleElement()
                    .satisfies(issue -> assertThat(issue.text()).contains(Ig.questionnaire("phq-9")));
        });
    }

    @Test
    void a_programme_for_others_is_refused_with_the_condition_that_failed() {
        String patient = golden("heart-failure");
        assertThatThrownBy(() -> generate(patient, "diabetes")).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(422);
            assertThat(problem.issues()).anyMatch(i -> i.text().contains("An open diabetes problem"));
        });
    }

    @Test
    void an_unknown_programme_is_404() {
        String patient = golden("diabetes");
        assertThatThrownBy(() -> generate(patient, "no-such-thing"))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(404));
    }

    @Test
    void a_condition_that_fails_in_cql_is_told_not_swallowed() {
        String patient = golden("diabetes");
        PlanDefinition broken = programme("diabetes").definition().copy();
        broken.setUrl(Ig.planDefinition("broken")).setId("broken");
        broken.getActionFirstRep()
                .getActionFirstRep()
                .addCondition()
                .setKind(PlanDefinition.ActionConditionKind.APPLICABILITY)
                .getExpression()
                .setLanguage("text/cql-identifier")
                .setExpression("No Such Definition");
        resources.put(broken);

        assertThatThrownBy(() -> generate(patient, "broken")).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(422);
            assertThat(problem.issues()).anyMatch(i -> i.text().contains("No Such Definition"));
        });
    }

    @Test
    void fhirpath_conditions_see_the_patient_by_three_names() {
        String patient = golden("diabetes");
        PlanDefinition simple = new PlanDefinition().setUrl(Ig.planDefinition("simple"));
        simple.setId("simple");
        for (String variable : List.of("%patient", "%subject", "%context")) {
            simple.addAction()
                    .setDefinition(new CanonicalType(Ig.BASE + "/ActivityDefinition/contact"))
                    .addCondition()
                    .setKind(PlanDefinition.ActionConditionKind.APPLICABILITY)
                    .getExpression()
                    .setLanguage("text/fhirpath")
                    .setExpression(variable + ".gender = 'male' and " + variable + ".birthDate < @2000-01-01");
        }
        resources.put(simple);

        assertThat(keys(generate(patient, "simple")))
                .containsExactly("simple|action-1", "simple|action-2", "simple|action-3");
    }

    @Test
    void apply_gives_the_shape_of_r4() {
        String patient = golden("diabetes");
        CarePlan applied = (CarePlan) new PlanDefinitionApplyOperation(resources, reasoning)
                .run(new OperationCall(
                        "PlanDefinition",
                        "diabetes",
                        new Parameters().addParameter("subject", new StringType("Patient/" + patient)),
                        Visibility.everything()));

        assertThat(applied.getActivity())
                .singleElement()
                .matches(a -> a.getReference().getReference().startsWith("#"));
        assertThat(applied.getContained()).anyMatch(r -> r.fhirType().equals("RequestGroup"));
    }

    private String golden(String id) {
        Bundle bundle = (Bundle) resources.parse(Path.of("ig/input/examples/golden", id + ".json"));
        return resources.commit(bundle, Visibility.everything()).getEntry().stream()
                .map(BundleEntryComponent::getResource)
                .filter(Patient.class::isInstance)
                .map(p -> p.getIdElement().getIdPart())
                .findFirst()
                .orElseThrow();
    }

    private static Condition heartFailure(Patient patient) {
        Condition condition = new Condition().setSubject(new Reference(patient.getId()));
        condition
                .getCode()
                .addCoding()
                .setSystem("http://hl7.org/fhir/sid/icd-10-cm")
                .setCode("I50.9");
        condition.getClinicalStatus().addCoding().setCode("active");
        condition.setId("c1");
        return condition;
    }

    private Programme programme(String id) {
        return Programme.of(resources
                .definition(PlanDefinition.class, Ig.planDefinition(id))
                .orElseThrow());
    }

    private Bundle generate(String patient, String... ids) {
        return run(patient, parameters(ids));
    }

    private static Parameters parameters(String... ids) {
        Parameters in = new Parameters();
        for (String id : ids) {
            in.addParameter("program", new CanonicalType(Ig.planDefinition(id)));
        }
        return in;
    }

    private Bundle run(String patient, Parameters in) {
        return (Bundle) operation.run(new OperationCall("Patient", patient, in, Visibility.everything()));
    }

    private static CarePlan carePlan(Bundle bundle) {
        return (CarePlan) bundle.getEntryFirstRep().getResource();
    }

    private static <T extends Resource> List<T> of(Bundle bundle, Class<T> type) {
        return bundle.getEntry().stream()
                .map(BundleEntryComponent::getResource)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private static Set<String> keys(Bundle bundle) {
        Set<String> keys = new TreeSet<>();
        of(bundle, Task.class).stream()
                .flatMap(t -> LivingPlan.keys(t).stream())
                .filter(key -> !key.startsWith("plan|"))
                .forEach(keys::add);
        of(bundle, ServiceRequest.class).forEach(s -> keys.addAll(LivingPlan.keys(s)));
        return keys;
    }

    private static List<String> versions(Bundle bundle) {
        return bundle.getEntry().stream()
                .map(BundleEntryComponent::getResource)
                .map(r -> PlanChanges.address(r) + "/" + r.getMeta().getVersionId())
                .toList();
    }
}
