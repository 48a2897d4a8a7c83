package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Library;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.hl7.fhir.r4.model.Timing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every programme in the guide must have. */
class GuideTest {

    private static final Set<String> HOMES = Set.of("housing-placement", "shelter-bed", "safe-accommodation");
    private static final Path GUIDE = Path.of("ig/input");
    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    static List<Path> programmes() throws IOException {
        return json("plandefinitions");
    }

    static List<Path> libraries() throws IOException {
        return json("cql");
    }

    private static List<Path> json(String folder) throws IOException {
        try (Stream<Path> files = Files.list(GUIDE.resolve(folder))) {
            return files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void a_library_carries_the_cql_file_beside_it(Path file) throws IOException {
        Library library = CONTEXT.newJsonParser().parseResource(Library.class, Files.readString(file));
        String cql = Files.readString(GUIDE.resolve("cql").resolve(library.getName() + ".cql"));

        assertThat(new String(library.getContentFirstRep().getData(), StandardCharsets.UTF_8))
                .as("see ig/input/cql/README.md for how to refresh it")
                .isEqualTo(cql);
    }

    @ParameterizedTest
    @MethodSource("programmes")
    void a_programme_has_a_form_a_golden_patient_time_limits_owners_and_a_review(Path file) throws IOException {
        Programme programme =
                Programme.of(CONTEXT.newJsonParser().parseResource(PlanDefinition.class, Files.readString(file)));

        assertThat(programme.requiredAssessment().form()).isNotEmpty();
        assertThat(GUIDE.resolve("examples/golden/" + programme.id() + ".json")).exists();
        assertThat(programme.hasApplicability()).isTrue();
        assertThat(programme.actions())
                .filteredOn(PlanDefinitionActionComponent::hasDefinition)
                .isNotEmpty()
                .allMatch(a -> a.hasTiming() && !CareTeamDraft.rolesOf(a).isEmpty())
                .anyMatch(a -> a.getId().equals("plan-review"));
        assertThat(programme.definition().getGoal())
                .isNotEmpty()
                .allMatch(g -> g.hasTarget())
                .flatMap(g -> g.getTarget())
                .allMatch(t -> t.getMeasure().hasCoding() && t.hasDue())
                .allMatch(t -> TargetRange.of(t.getDetail()).isPresent()
                        || t.getDetail() instanceof CodeableConcept wanted && wanted.hasCoding());
        assertThat(programme.actions())
                .filteredOn(a -> a.getId().equals("plan-review"))
                .allMatch(a -> a.getTiming() instanceof Timing timing
                        && timing.getRepeat().hasPeriod()
                        && !timing.getRepeat().hasBounds());
        assertThat(programme.expressions()).allMatch(e -> e.getLanguage().equals("text/cql-identifier"));
    }

    /** Housing First (HUD 2014): no precondition, and no waiting for another service. */
    @ParameterizedTest
    @CsvSource({"social-needs, stable-housing, Has Housing Need", "housing-first, home, Is Homeless"})
    void housing_depends_on_nothing_but_the_need_for_it(String id, String goal, String need) throws IOException {
        Programme programme = programme(id);

        assertThat(programme.actions())
                .filteredOn(
                        a -> a.getGoalId().stream().anyMatch(g -> g.getIdPart().equals(goal))
                                && (a.getId().contains("housing") || a.getId().contains("shelter")))
                .isNotEmpty()
                .allMatch(a -> !a.hasRelatedAction())
                .allMatch(a -> a.getCondition().stream()
                        .allMatch(c -> c.getExpression().getExpression().equals(need)));
    }

    /** Whoever offers a home, whatever else the programme does: the need for it is all that is asked, and it waits for nothing else. */
    @ParameterizedTest
    @MethodSource("programmes")
    void no_programme_makes_a_home_wait_for_another_goal(Path file) throws IOException {
        Programme programme =
                Programme.of(CONTEXT.newJsonParser().parseResource(PlanDefinition.class, Files.readString(file)));
        Set<String> homes = programme.actions().stream()
                .filter(a -> a.hasDefinition()
                        && HOMES.contains(a.getDefinition().primitiveValue().replaceAll(".*/|\\|.*", "")))
                .map(PlanDefinitionActionComponent::getId)
                .collect(Collectors.toSet());

        assertThat(programme.actions())
                .filteredOn(a -> homes.contains(a.getId()))
                .allSatisfy(a -> {
                    assertThat(a.getRelatedAction()).isEmpty();
                    assertThat(a.getCondition())
                            .allMatch(c -> Set.of("Has Housing Need", "Is Homeless")
                                    .contains(c.getExpression().getExpression()));
                });
    }

    /** Nothing in Housing First asks for anything but the lack of a home, and nothing waits for treatment, income or conduct. */
    @Test
    void housing_first_asks_for_nothing_but_the_lack_of_a_home() throws IOException {
        Programme programme = programme("housing-first");

        assertThat(programme.actions().stream()
                        .flatMap(a -> a.getCondition().stream())
                        .map(c -> c.getExpression().getExpression()))
                .containsOnly("Is Homeless");
        assertThat(programme.actions().stream()
                        .flatMap(a -> a.getRelatedAction().stream())
                        .map(r -> r.getActionId()))
                .containsOnly("housing-placement");
    }

    /** Care that tapers: each kind of contact begins where the one before ends, and comes less often. */
    @Test
    void rehabilitation_oriented_care_tapers() throws IOException {
        Programme programme = programme("rehabilitation-oriented-care");
        LocalDate day = LocalDate.parse("2026-01-01");
        List<PlanDefinitionActionComponent> contacts = Stream.of("weekly", "fortnightly", "monthly")
                .map(id -> programme.actions().stream()
                        .filter(a -> a.getId().equals(id))
                        .findFirst()
                        .orElseThrow())
                .toList();

        assertThat(contacts).allMatch(a -> ((Timing) a.getTiming()).getRepeat().hasBounds());
        assertThat(contacts.stream().map(a -> TimeLimit.end(a.getTiming(), day).orElseThrow()))
                .isSorted()
                .doesNotHaveDuplicates();
        for (int i = 1; i < contacts.size(); i++) {
            assertThat(contacts.get(i).getRelatedActionFirstRep().getActionId())
                    .isEqualTo(contacts.get(i - 1).getId());
            assertThat(contacts.get(i).getRelatedActionFirstRep().getRelationship())
                    .isEqualTo(PlanDefinition.ActionRelationshipType.AFTEREND);
        }
    }

    @Test
    void every_service_a_programme_asks_for_is_in_the_value_set_of_services() throws IOException {
        String kinds = Files.readString(GUIDE.resolve("codesystems/CodeSystem-service-kind.json"));
        for (Path file : json("activitydefinitions")) {
            ActivityDefinition definition =
                    CONTEXT.newJsonParser().parseResource(ActivityDefinition.class, Files.readString(file));
            if (definition.getKind() == ActivityDefinition.ActivityDefinitionKind.SERVICEREQUEST) {
                assertThat(kinds)
                        .contains("\"code\": \""
                                + definition.getCode().getCodingFirstRep().getCode() + "\"");
            }
        }
        // what a plan must be able to hold
        assertThat(List.of(
                        "primary-care-follow-up",
                        "home-health",
                        "employment-support",
                        "job-training",
                        "budgeting",
                        "housing-placement",
                        "shelter-bed",
                        "education",
                        "transport",
                        "nutrition-counselling",
                        "food-assistance",
                        "counselling",
                        "substance-use-treatment",
                        "day-programme",
                        "vocational-training",
                        "legal-representation",
                        "benefits-application",
                        "adoption-services",
                        "family-support"))
                .allMatch(kind -> kinds.contains("\"code\": \"" + kind + "\""))
                .allMatch(kind ->
                        Files.exists(GUIDE.resolve("activitydefinitions/ActivityDefinition-" + kind + ".json")));
        assertThat(Files.readString(GUIDE.resolve("valuesets/ValueSet-care-plan-service.json")))
                .contains("/CodeSystem/service-kind");
    }

    @ParameterizedTest
    @MethodSource("programmes")
    void a_programme_names_only_what_is_in_the_guide(Path file) throws IOException {
        Programme programme =
                Programme.of(CONTEXT.newJsonParser().parseResource(PlanDefinition.class, Files.readString(file)));
        String form = programme.requiredAssessment().form();

        assertThat(GUIDE.resolve("questionnaires/Questionnaire-" + form.substring(form.lastIndexOf('/') + 1) + ".json"))
                .exists();
        assertThat(programme.actions())
                .filteredOn(PlanDefinitionActionComponent::hasDefinition)
                .allSatisfy(a -> {
                    String definition = a.getDefinition().primitiveValue().replaceFirst("\\|.*", "");
                    assertThat(GUIDE.resolve("activitydefinitions/ActivityDefinition-"
                                    + definition.substring(definition.lastIndexOf('/') + 1) + ".json"))
                            .exists();
                });
        Set<String> ids = programme.actions().stream().map(a -> a.getId()).collect(Collectors.toSet());
        assertThat(programme.actions()).hasSize(ids.size());
        assertThat(programme.actions().stream()
                        .flatMap(a -> a.getRelatedAction().stream())
                        .map(r -> r.getActionId()))
                .isSubsetOf(ids);
    }

    private static Programme programme(String id) throws IOException {
        return Programme.of(CONTEXT.newJsonParser()
                .parseResource(
                        PlanDefinition.class,
                        Files.readString(GUIDE.resolve("plandefinitions/PlanDefinition-" + id + ".json"))));
    }
}
