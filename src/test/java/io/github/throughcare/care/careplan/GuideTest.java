package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.Library;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every programme in the guide must have. */
class GuideTest {

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
                .allMatch(g -> g.getTarget().stream().allMatch(t -> t.hasDetail() && t.hasDue()));
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
        assertThat(kinds)
                .contains("legal-representation", "adoption-services", "budgeting", "shelter-bed", "home-health");
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
