package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Library;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
    @Test
    void housing_depends_on_nothing_but_the_need_for_it() throws IOException {
        Programme social = Programme.of(CONTEXT.newJsonParser()
                .parseResource(
                        PlanDefinition.class,
                        Files.readString(GUIDE.resolve("plandefinitions/PlanDefinition-social-needs.json"))));

        assertThat(social.actions())
                .filteredOn(
                        a -> a.getGoalId().stream().anyMatch(g -> g.getIdPart().equals("stable-housing"))
                                && a.getId().contains("housing"))
                .isNotEmpty()
                .allMatch(a -> !a.hasRelatedAction())
                .allMatch(a -> a.getCondition().stream()
                        .allMatch(c -> c.getExpression().getExpression().equals("Has Housing Need")));
    }
}
