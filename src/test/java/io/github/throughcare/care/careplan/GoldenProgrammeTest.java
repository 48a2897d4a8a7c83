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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Library;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.hl7.fhir.r4.model.ValueSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every programme of the guide, applied through the clinical-reasoning library to its golden patient. One store, compiled once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenProgrammeTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC);

    private final InMemoryResources resources = new InMemoryResources(CONTEXT).withGuide();
    private final CareSettings settings = new CareSettings("UTC");
    private final PlanProfiles profiles = new PlanProfiles(CONTEXT);
    private final ClinicalReasoning reasoning =
            new ClinicalReasoning(CONTEXT, resources, CLOCK, new CareSettings("UTC"));
    private final ProgrammeShelf shelf = new ProgrammeShelf(resources, Clock.systemUTC());
    private final Programmes programmes = new Programmes(resources, shelf, Clock.systemUTC(), settings);
    private final GenerateCarePlanOperation operation = new GenerateCarePlanOperation(
            resources, programmes, new LivingPlans(resources, shelf), reasoning, CONTEXT, CLOCK, settings);

    static Stream<String> programmesOfTheGuide() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("ig/input/plandefinitions"))) {
            return files
                    .map(f -> f.getFileName().toString())
                    .map(f -> f.replace("PlanDefinition-", "").replace(".json", ""))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("programmesOfTheGuide")
    void the_golden_patient_gets_every_action_goal_and_task(String id) {
        String patient = golden(id);

        Bundle plan = generate(patient, id);

        ProfileRules.check(plan);
        plan.getEntry().forEach(e -> profiles.check(e.getResource()));
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

    /** So that the check above is one. */
    @Test
    void the_profiles_of_the_guide_refuse_what_a_plan_must_not_be() {
        Bundle plan = generate(golden("copd"), "copd");

        CarePlan detailed = carePlan(plan).copy();
        detailed.getActivityFirstRep()
                .setReference(null)
                .getDetail()
                .setStatus(CarePlan.CarePlanActivityStatus.SCHEDULED);
        CarePlan uncategorised = carePlan(plan).copy().setCategory(List.of());
        CareTeam alone = of(plan, CareTeam.class).get(0).copy().setParticipant(List.of());
        Goal immeasurable = of(plan, Goal.class).get(0).copy();
        immeasurable.getTargetFirstRep().setDetail(null);
        ServiceRequest anything = of(plan, ServiceRequest.class).get(0).copy();
        anything.setCode(null);
        Task nobodys = of(plan, Task.class).get(0).copy().setPerformerType(List.of());

        for (Resource wrong : List.of(detailed, uncategorised, alone, immeasurable, anything, nobodys)) {
            assertThatThrownBy(() -> profiles.check(wrong)).as(wrong.fhirType()).isInstanceOf(AssertionError.class);
        }
    }

    @ParameterizedTest
    @MethodSource("programmesOfTheGuide")
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
    @MethodSource("programmesOfTheGuide")
    void without_a_programme_named_every_one_that_applies_is_in_the_plan(String id) {
        Bundle plan = generate(golden(id));

        assertThat(carePlan(plan).hasInstantiatesCanonical(Ig.planDefinition(id)))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("programmesOfTheGuide")
    void somebody_without_any_problem_gets_nothing_and_hears_why(String id) {
        Patient patient = new Patient().setBirthDate(java.util.Date.from(Instant.parse("1990-05-05T00:00:00Z")));
        patient.setId("nobody-" + id);
        resources.put(patient);
        resources.put(completed(patient, programme(id).requiredAssessment().form()));

        assertThatThrownBy(() -> generate("nobody-" + id, id)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(422);
            assertThat(problem.issues())
                    .isNotEmpty()
                    .allMatch(i -> i.text().contains("is not for this patient. Not met: "));
        });
    }

    /** The clock stands at 2026-11-22. */
    @ParameterizedTest
    @CsvSource({
        "older-adults, R54, 1961-11-22, true",
        "older-adults, R54, 1961-11-23, false",
        "copd, J44.9, 2008-11-22, true",
        "copd, J44.9, 2008-11-23, false",
        "child-family-safety, T76.02XA, 2008-11-23, true",
        "child-family-safety, T76.02XA, 2008-11-22, false",
        "domestic-abuse, T74.11XA, 2008-11-22, true",
        "domestic-abuse, T74.11XA, 2008-11-23, false",
        "foster-care, Z62.21, 2005-11-23, true",
        "foster-care, Z62.21, 2005-11-22, false",
        "youth-at-risk, Z55.3, 2014-11-22, true",
        "youth-at-risk, Z55.3, 2014-11-23, false",
        "youth-at-risk, Z55.3, 2001-11-23, true",
        "youth-at-risk, Z55.3, 2001-11-22, false",
    })
    void a_birthday_decides_on_its_day(String id, String icd, String birthDate, boolean applies) {
        String patient = "age-" + id + birthDate;
        Patient person = new Patient();
        person.setBirthDateElement(new org.hl7.fhir.r4.model.DateType(birthDate))
                .setId(patient);
        resources.put(person);
        resources.put(problem(person, icd, "active"));

        assertThat(reasoning
                        .about(person, Visibility.everything())
                        .unmetConditions(programme(id))
                        .isEmpty())
                .isEqualTo(applies);
    }

    @ParameterizedTest
    @CsvSource({
        "active, true",
        "recurrence, true",
        "relapse, true",
        "resolved, false",
        "inactive, false",
        "remission, false"
    })
    void only_an_open_problem_counts(String status, boolean applies) {
        Patient person = new Patient();
        person.setBirthDateElement(new org.hl7.fhir.r4.model.DateType("1960-01-01"))
                .setId("open-" + status);
        resources.put(person);
        resources.put(problem(person, "J44.1", status));

        assertThat(reasoning
                        .about(person, Visibility.everything())
                        .unmetConditions(programme("copd"))
                        .isEmpty())
                .isEqualTo(applies);
    }

    /** A problem list may hold nothing but what diabetes has led to; what may become one is none. */
    @ParameterizedTest
    @CsvSource({"44054006, true", "127013003, true", "157141000119108, true", "15777000, false"})
    void what_is_due_to_diabetes_is_diabetes(String snomed, boolean applies) {
        Patient person = new Patient();
        person.setBirthDateElement(new org.hl7.fhir.r4.model.DateType("1960-01-01"))
                .setId("dm-" + snomed);
        resources.put(person);
        Condition problem = problem(person, snomed, "active");
        problem.getCode().getCodingFirstRep().setSystem("http://snomed.info/sct");
        resources.put(problem);

        assertThat(reasoning
                        .about(person, Visibility.everything())
                        .unmetConditions(programme("diabetes"))
                        .isEmpty())
                .isEqualTo(applies);
    }

    /** A Condition without a clinicalStatus is open while it has no abatement; a refuted one never is. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, -, true",
                "-, 2020-01-01, -, false",
                "active, 2020-01-01, -, true",
                "active, -, confirmed, true",
                "active, -, refuted, false",
                "active, -, entered-in-error, false",
                "-, -, refuted, false",
                "-, -, unconfirmed, true"
            })
    void what_no_status_tells_its_end_does(
            @org.jspecify.annotations.Nullable String status,
            @org.jspecify.annotations.Nullable String abatement,
            @org.jspecify.annotations.Nullable String verification,
            boolean applies) {
        Patient person = new Patient();
        person.setBirthDateElement(new org.hl7.fhir.r4.model.DateType("1960-01-01"))
                .setId(("end-" + status + abatement + verification).replaceAll("[^a-z0-9-]", ""));
        resources.put(person);
        Condition problem = problem(person, "J44.1", String.valueOf(status));
        if (status == null) {
            problem.setClinicalStatus(null);
        }
        if (abatement != null) {
            problem.setAbatement(new org.hl7.fhir.r4.model.DateTimeType(abatement));
        }
        if (verification != null) {
            problem.getVerificationStatus().addCoding().setCode(verification);
        }
        resources.put(problem);

        assertThat(reasoning
                        .about(person, Visibility.everything())
                        .unmetConditions(programme("copd"))
                        .isEmpty())
                .isEqualTo(applies);
    }

    @Test
    void an_age_without_a_birth_date_does_not_hold_and_is_told() {
        Patient person = new Patient();
        person.setId("no-birth-date");
        resources.put(person);
        resources.put(problem(person, "J44.1", "active"));

        assertThat(reasoning.about(person, Visibility.everything()).unmetConditions(programme("copd")))
                .containsExactly("18 years or older (Is 18 Or Older)");
    }

    /** The clock stands at 2026-11-22; thirty days back is 2026-10-23. */
    @ParameterizedTest
    @CsvSource({"2026-10-23, true", "2026-10-22, false", "2026-11-22, true"})
    void transitional_care_lasts_thirty_days(String discharged, boolean applies) {
        Patient person = new Patient();
        person.setId("stay-" + discharged);
        resources.put(person);
        org.hl7.fhir.r4.model.Encounter stay = new org.hl7.fhir.r4.model.Encounter()
                .setStatus(org.hl7.fhir.r4.model.Encounter.EncounterStatus.FINISHED);
        stay.setSubject(new Reference("Patient/stay-" + discharged)).setId("stay-" + discharged);
        stay.getClass_().setCode("IMP");
        stay.getPeriod().setEndElement(new org.hl7.fhir.r4.model.DateTimeType(discharged + "T10:00:00Z"));
        resources.put(stay);

        assertThat(reasoning
                        .about(person, Visibility.everything())
                        .unmetConditions(programme("transitional-care"))
                        .isEmpty())
                .isEqualTo(applies);
    }

    @Test
    void inline_cql_and_named_cql_say_the_same() {
        String patient = golden("diabetes");
        PlanDefinition inline = new PlanDefinition().setUrl(Ig.planDefinition("inline"));
        inline.setId("inline");
        inline.addLibrary(Ig.BASE + "/Library/Diabetes|1.0.0");
        for (String cql : List.of("exists Diabetes.\"Diabetes Problems\"", "AgeInYears() > 200")) {
            inline.addAction()
                    .setDefinition(new CanonicalType(Ig.BASE + "/ActivityDefinition/contact"))
                    .addCondition()
                    .setKind(PlanDefinition.ActionConditionKind.APPLICABILITY)
                    .getExpression()
                    .setLanguage("text/cql-expression")
                    .setExpression(cql);
        }
        resources.put(inline);

        assertThat(keys(generate(patient, "inline"))).containsExactly("inline|action-1");
    }

    /** The library itself takes only the codes that a set lists, and would find nobody here. */
    @Test
    void a_value_set_that_includes_another_has_its_members() {
        String patient = golden("diabetes");
        ValueSet set = new ValueSet().setUrl(Ig.BASE + "/ValueSet/including");
        set.getCompose().addInclude().addValueSet(Ig.BASE + "/ValueSet/diabetes");
        programmeFor("including", set);

        assertThat(keys(generate(patient, "including"))).containsExactly("including|action-1");
    }

    @Test
    void a_value_set_that_cannot_be_listed_is_told_not_passed_over() {
        String patient = golden("diabetes");
        ValueSet set = new ValueSet().setUrl(Ig.BASE + "/ValueSet/unlisted");
        set.getCompose().addInclude().setSystem("http://snomed.info/sct");
        programmeFor("unlisted", set);

        assertThatThrownBy(() -> generate(patient, "unlisted")).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(422);
            assertThat(problem.issues()).anyMatch(i -> i.text().contains("ValueSet/unlisted cannot be listed"));
        });
    }

    /** One action for whoever has a problem of the set. */
    private void programmeFor(String id, ValueSet set) {
        set.setStatus(PublicationStatus.ACTIVE).setId(id);
        resources.put(set);
        String name = id.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + id.substring(1);
        Library library = new Library()
                .setUrl(Ig.BASE + "/Library/" + name)
                .setName(name)
                .setVersion("1.0.0")
                .setStatus(PublicationStatus.ACTIVE);
        library.setId(name);
        library.addContent()
                .setContentType("text/cql")
                .setData(("""
                        library %s version '1.0.0'
                        using FHIR version '4.0.1'
                        valueset "Set": '%s'
                        context Patient
                        define "Has": exists ([Condition: code in "Set"])
                        """.formatted(name, set.getUrl())).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        resources.put(library);
        PlanDefinition programme = new PlanDefinition().setUrl(Ig.planDefinition(id));
        programme.setId(id);
        programme.addLibrary(library.getUrl() + "|1.0.0");
        programme
                .addAction()
                .setDefinition(new CanonicalType(Ig.BASE + "/ActivityDefinition/contact"))
                .addCondition()
                .setKind(PlanDefinition.ActionConditionKind.APPLICABILITY)
                .getExpression()
                .setLanguage("text/cql-identifier")
                .setExpression("Has");
        resources.put(programme);
    }

    @Test
    void what_two_programmes_want_is_one_activity_and_one_goal() {
        String patient = golden("diabetes");
        golden(patient, "social-needs");
        Bundle plan = generate(patient, "diabetes", "social-needs");

        assertThat(of(plan, ServiceRequest.class))
                .extracting(s -> s.getCode().getCodingFirstRep().getCode())
                .doesNotHaveDuplicates();
        assertThat(of(plan, ServiceRequest.class))
                .filteredOn(s -> s.getCode().getCodingFirstRep().getCode().equals("therapy"))
                .singleElement()
                .satisfies(s -> {
                    assertThat(LivingPlan.keys(s)).containsExactly("diabetes|therapy", "social-needs|therapy");
                    assertThat(s.getExtensionsByUrl(ActivityDraft.PERTAINS_TO_GOAL))
                            .hasSize(1);
                });
        assertThat(of(plan, Goal.class))
                .filteredOn(g -> g.getDescription().getText().equals("PHQ-9 score below 5"))
                .singleElement()
                .matches(g -> LivingPlan.keys(g).size() == 2);
        assertThat(of(plan, Task.class))
                .filteredOn(t -> PlanTask.isOf(t, "plan-review"))
                .singleElement()
                .matches(t -> LivingPlan.keys(t).size() == 2);
        int commits = resources.commits;
        generate(patient, "diabetes", "social-needs");
        assertThat(resources.commits).isEqualTo(commits);
    }

    @Test
    void what_no_longer_applies_is_proposed_for_revocation_and_stays() {
        String patient = golden("heart-failure");
        generate(patient, "heart-failure");
        resources.all().stream()
                .filter(r -> r instanceof Condition c
                        && c.getSubject().getReference().endsWith(patient)
                        && c.getCode().getCodingFirstRep().getCode().startsWith("F32"))
                .forEach(r -> {
                    ((Condition) r).getClinicalStatus().getCodingFirstRep().setCode("resolved");
                    resources.put(r);
                });
        resources.all().stream()
                .filter(r -> r instanceof org.hl7.fhir.r4.model.Observation o
                        && o.getSubject().getReference().endsWith(patient))
                .forEach(r -> {
                    ((org.hl7.fhir.r4.model.Observation) r).setValue(new org.hl7.fhir.r4.model.IntegerType(3));
                    resources.put(r);
                });

        Bundle again = generate(patient, "heart-failure");

        ServiceRequest therapy = of(again, ServiceRequest.class).stream()
                .filter(s -> s.getCode().getCodingFirstRep().getCode().equals("therapy"))
                .findFirst()
                .orElseThrow();
        assertThat(therapy.getStatus()).isEqualTo(ServiceRequest.ServiceRequestStatus.ACTIVE);
        assertThat(of(again, Task.class))
                .filteredOn(t -> PlanTask.isOf(t, PlanTask.REVOCATION))
                .extracting(t -> t.getFocus().getReference())
                .contains(PlanChanges.address(therapy))
                .allMatch(focus -> focus.startsWith("ServiceRequest/") || focus.startsWith("Goal/"));
        int commits = resources.commits;
        generate(patient, "heart-failure");
        assertThat(resources.commits).isEqualTo(commits);
    }

    @Test
    void the_person_is_asked_to_agree_to_each_goal_once() {
        String patient = golden("diabetes");
        Bundle plan = generate(patient, "diabetes");
        Task asked = of(plan, Task.class).stream()
                .filter(t -> PlanTask.isOf(t, PlanTask.AGREEMENT))
                .findFirst()
                .orElseThrow();

        assertThat(asked.getOwner().getReference()).isEqualTo("Patient/" + patient);
        assertThat(Agreement.goals(asked)).hasSameSizeAs(of(plan, Goal.class));
        resources.put(asked.setStatus(TaskStatus.REJECTED));
        assertThat(of(generate(patient, "diabetes"), Task.class))
                .filteredOn(t -> PlanTask.isOf(t, PlanTask.AGREEMENT))
                .hasSize(1);
    }

    @Test
    void every_change_has_its_provenance() {
        String patient = golden("copd");
        Bundle plan = generate(patient, "copd");

        assertThat(resources.all())
                .filteredOn(r -> r instanceof org.hl7.fhir.r4.model.Provenance)
                .map(r -> (org.hl7.fhir.r4.model.Provenance) r)
                .filteredOn(p -> p.getTarget().stream()
                        .anyMatch(t -> t.getReference().equals(PlanChanges.address(carePlan(plan)))))
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.getTarget()).hasSize(plan.getEntry().size());
                    assertThat(p.getAgentFirstRep().getWho().getDisplay()).isEqualTo("Throughcare");
                    assertThat(p.getEntityFirstRep().getWhat().getReference()).isEqualTo("PlanDefinition/copd");
                });
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

    /** Adds the golden problems of another programme to a patient who is there. */
    private void golden(String patient, String id) {
        Bundle bundle = (Bundle) resources.parse(Path.of("ig/input/examples/golden", id + ".json"));
        String other = bundle.getEntryFirstRep().getFullUrl();
        bundle.getEntry().removeIf(e -> e.getResource() instanceof Patient);
        CONTEXT.newTerser().getAllPopulatedChildElementsOfType(bundle, Reference.class).stream()
                .filter(r -> other.equals(r.getReference()))
                .forEach(r -> r.setReference("Patient/" + patient));
        resources.commit(bundle, Visibility.everything());
    }

    private static org.hl7.fhir.r4.model.QuestionnaireResponse completed(Patient patient, String form) {
        org.hl7.fhir.r4.model.QuestionnaireResponse response = new org.hl7.fhir.r4.model.QuestionnaireResponse()
                .setQuestionnaire(form)
                .setStatus(org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus.COMPLETED)
                .setSubject(new Reference(patient.getId()));
        response.setId("r-" + patient.getIdElement().getIdPart());
        return response;
    }

    private static Condition problem(Patient patient, String icd, String status) {
        Condition condition = heartFailure(patient);
        condition.getCode().getCodingFirstRep().setCode(icd);
        condition.getClinicalStatus().getCodingFirstRep().setCode(status);
        condition.setId("c-" + patient.getIdElement().getIdPart());
        return condition;
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
