package io.github.throughcare.care.assessment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.InMemoryResources;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

/** {@code $extract} gives what {@code $assess} would store, and stores nothing. */
class ExtractOperationTest {

    private final InMemoryResources resources = new InMemoryResources(Filled.CONTEXT)
            .with((Patient) new Patient().setId("7"))
            .with(Filled.form("phq-9").form.questionnaire());
    private final Forms forms = new Forms(resources, Filled.CONTEXT);
    private final ExtractOperation operation = new ExtractOperation(resources, forms);

    @Test
    void of_a_stored_response_it_puts_the_observations_that_assess_made() {
        Parameters in = new Parameters();
        in.addParameter()
                .setName("response")
                .setResource(Filled.form("phq-9").points(1, 1, 1, 1, 1, 1, 1, 1, 0).response);
        Bundle assessed = (Bundle) new AssessOperation(
                        resources, forms, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), new CareSettings("UTC"))
                .run(new OperationCall("Patient", "7", in, Visibility.everything()));
        int commits = resources.commits;
        String id = assessed.getEntryFirstRep().getResource().getIdPart();
        Bundle extracted = (Bundle) operation.run(
                new OperationCall("QuestionnaireResponse", id, new Parameters(), Visibility.everything()));
        assertThat(extracted.getType()).isEqualTo(BundleType.TRANSACTION);
        assertThat(extracted.getEntry().stream().map(e -> e.getRequest().getUrl()))
                .containsExactlyElementsOf(assessed.getEntry().stream()
                        .filter(e -> e.getResource() instanceof Observation)
                        .map(e -> "Observation/" + e.getResource().getIdPart())
                        .toList());
        assertThat(extracted.getEntry())
                .allMatch(e -> ((Observation) e.getResource()).getStatus() == Observation.ObservationStatus.AMENDED);
        assertThat(resources.commits).isEqualTo(commits);
    }

    @Test
    void of_a_response_that_is_nowhere_it_posts_observations_that_name_each_other() {
        QuestionnaireResponse response = Filled.form("phq-9").points(1, 1, 1, 1, 1, 1, 1, 1, 0).response;
        Parameters in = new Parameters();
        in.addParameter().setName("questionnaire-response").setResource(response);
        Bundle extracted =
                (Bundle) operation.run(new OperationCall("QuestionnaireResponse", null, in, Visibility.everything()));
        assertThat(extracted.getEntry())
                .hasSize(10)
                .allMatch(e -> e.getRequest().getMethod() == HTTPVerb.POST
                        && !((Observation) e.getResource()).hasDerivedFrom());
        List<String> members = ((Observation) extracted.getEntry().get(9).getResource())
                .getHasMember().stream().map(Reference::getReference).toList();
        assertThat(members)
                .containsExactlyElementsOf(extracted.getEntry().subList(0, 9).stream()
                        .map(Bundle.BundleEntryComponent::getFullUrl)
                        .toList());
        assertThat(resources.commits).isZero();
    }

    @Test
    void an_unknown_response_is_404() {
        assertThatThrownBy(() -> operation.run(
                        new OperationCall("QuestionnaireResponse", "none", new Parameters(), Visibility.everything())))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(404));
    }
}
