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
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;

/** How {@code $assess} reads, stores and answers. */
class AssessOperationTest {

    private final InMemoryResources resources = new InMemoryResources(Filled.CONTEXT)
            .with(patient("7"))
            .with(patient("8"))
            .with(Filled.form("phq-9").form.questionnaire())
            .with(Filled.form("ahc-hrsn").form.questionnaire());
    private final AssessOperation operation = new AssessOperation(
            resources,
            new Forms(resources, Filled.CONTEXT),
            Clock.fixed(Instant.parse("2026-11-02T16:00:00Z"), ZoneOffset.UTC),
            new CareSettings("America/New_York"));

    @Test
    void everything_is_stored_in_one_transaction_and_answered_as_stored() {
        Bundle result = assess("7", Filled.form("phq-9").points(0, 1, 2, 3, 0, 1, 2, 3, 1).response);
        assertThat(resources.commits).isEqualTo(1);
        assertThat(result.getType()).isEqualTo(BundleType.COLLECTION);
        assertThat(result.getEntry().get(0).getResource()).isInstanceOf(QuestionnaireResponse.class);
        assertThat(result.getEntry()).allSatisfy(e -> {
            assertThat(e.getFullUrl())
                    .isEqualTo(
                            e.getResource().fhirType() + "/" + e.getResource().getIdPart());
            assertThat(e.getResource().getMeta().getVersionId()).isEqualTo("1");
            assertThat(resources.stored).containsKey(e.getFullUrl());
        });
    }

    @Test
    void a_quiet_first_response_costs_one_search_for_what_asked_for_it() {
        assess("7", Filled.form("phq-9").points(0, 0, 0, 0, 0, 0, 0, 0, 0).response);
        resources.queries.clear();
        assess(
                "8",
                Filled.form("phq-9").points(0, 0, 0, 0, 0, 0, 0, 0, 0).response.setSubject(null));
        assertThat(resources.queries).hasSize(1);
    }

    @Test
    void a_form_that_changed_is_read_anew_when_that_is_heard() {
        Forms forms = new Forms(resources, Filled.CONTEXT);
        Form first = forms.form("https://throughcare.github.io/ig/Questionnaire/phq-9");
        assertThat(forms.form("https://throughcare.github.io/ig/Questionnaire/phq-9"))
                .isSameAs(first);
        Questionnaire changed = first.questionnaire().copy().setTitle("Changed");
        changed.getMeta().setVersionId("2");
        resources.with(changed);
        forms.committed(List.of("Questionnaire/phq-9"));
        assertThat(forms.form("https://throughcare.github.io/ig/Questionnaire/phq-9")
                        .name())
                .isEqualTo("Changed");
    }

    @Test
    void the_newest_version_is_counted_and_not_spelled() {
        Forms forms = new Forms(resources, Filled.CONTEXT);
        for (String version : List.of("0.9.0", "0.10.0", "0.2.0")) {
            Questionnaire form = new Questionnaire()
                    .setUrl("http://example.org/Questionnaire/versions")
                    .setVersion(version);
            form.setStatus(PublicationStatus.ACTIVE).setId("v" + version);
            resources.with(form);
        }
        assertThat(forms.form("http://example.org/Questionnaire/versions").canonical())
                .endsWith("|0.10.0");
        assertThat(forms.form("http://example.org/Questionnaire/versions|0.2.0").canonical())
                .endsWith("|0.2.0");
    }

    @Test
    void the_same_identifier_again_amends() {
        Bundle first = assess("7", identified("a", 2));
        Bundle second = assess("7", identified("a", 1));
        assertThat(ids(second)).isEqualTo(ids(first));
        QuestionnaireResponse response =
                (QuestionnaireResponse) second.getEntryFirstRep().getResource();
        assertThat(response.getStatus()).isEqualTo(QuestionnaireResponseStatus.AMENDED);
        assertThat(response.getMeta().getVersionId()).isEqualTo("2");
        assertThat(stored(Flag.class)).hasSize(1);
        assertThat(stored(Task.class)).as("for the alert, and to assess again").hasSize(2);
        Bundle third = assess("7", identified("a", 0));
        assertThat(third.getEntryFirstRep().getResource().getIdPart()).isEqualTo(response.getIdPart());
        assertThat(stored(Flag.class))
                .singleElement()
                .satisfies(f -> assertThat(f.getStatus()).isEqualTo(Flag.FlagStatus.INACTIVE));
    }

    @Test
    void what_another_server_stored_meanwhile_is_seen_before_the_commit() {
        AssessOperation other = new AssessOperation(
                resources,
                new Forms(resources, Filled.CONTEXT),
                Clock.fixed(Instant.parse("2026-11-02T16:00:01Z"), ZoneOffset.UTC),
                new CareSettings("America/New_York"));
        resources.meanwhile = () -> other.run(call("7", identified("a", 2)));

        assess("7", identified("a", 2));

        assertThat(stored(QuestionnaireResponse.class)).hasSize(1);
        assertThat(stored(Flag.class)).hasSize(1);
        assertThat(stored(Task.class)).as("for the alert, and to assess again").hasSize(2);

        resources.meanwhile = () -> other.run(call("8", hungry("/88122-7")));
        assess("8", hungry("/88123-5"));

        assertThat(stored(Condition.class))
                .as("one need, found by two screenings")
                .singleElement()
                .satisfies(c -> assertThat(c.getEvidence()).hasSize(2));
        assertThat(stored(Task.class).stream()
                        .filter(t -> t.getFor().getReference().equals("Patient/8"))
                        .filter(t -> t.getStatus() == Task.TaskStatus.REQUESTED))
                .as("to assess again, once")
                .hasSize(1);
    }

    @Test
    void another_identifier_or_none_or_another_patient_is_another_response() {
        assess("7", identified("a", 0));
        assess("7", identified("b", 0));
        assess("8", identified("a", 0));
        assess("7", Filled.form("phq-9").points(0).response);
        assess("7", Filled.form("phq-9").points(0).response);
        assertThat(stored(QuestionnaireResponse.class)).hasSize(5);
    }

    @Test
    void an_identifier_of_a_response_to_another_form_is_refused() {
        assess("7", identified("a", 0));
        QuestionnaireResponse other = Filled.form("ahc-hrsn").response;
        other.getIdentifier().setSystem("urn:test").setValue("a");
        refused(422, "QuestionnaireResponse.identifier", "7", other);
    }

    @Test
    void a_need_that_two_screenings_find_is_open_once() {
        assess("7", Filled.form("ahc-hrsn").choose("/88122-7", "LA28397-0").response);
        assess("7", Filled.form("ahc-hrsn").choose("/88123-5", "LA28397-0").response);
        assertThat(stored(Condition.class)).singleElement().satisfies(c -> {
            assertThat(c.getMeta().getVersionId()).isEqualTo("2");
            assertThat(c.getEvidence()).hasSize(2);
        });
    }

    @Test
    void subject_author_encounter_and_time_are_filled_in() {
        QuestionnaireResponse sent = Filled.form("phq-9").points(0).response;
        sent.setSubject(null).setAuthor(null).setAuthored(null);
        Parameters in = new Parameters();
        in.addParameter().setName("response").setResource(sent);
        in.addParameter().setName("author").setValue(new Reference("Practitioner/9"));
        in.addParameter().setName("encounter").setValue(new Reference("Encounter/3"));
        Bundle result = (Bundle) operation.run(new OperationCall("Patient", "7", in, Visibility.everything()));
        QuestionnaireResponse stored =
                (QuestionnaireResponse) result.getEntryFirstRep().getResource();
        assertThat(stored.getSubject().getReference()).isEqualTo("Patient/7");
        assertThat(stored.getAuthor().getReference()).isEqualTo("Practitioner/9");
        assertThat(stored.getEncounter().getReference()).isEqualTo("Encounter/3");
        assertThat(stored.getAuthoredElement().getValueAsString()).startsWith("2026-11-02T11:00:00");
    }

    @Test
    void the_patient_of_another_server_is_another_patient() {
        QuestionnaireResponse sent = Filled.form("phq-9").points(0).response;
        sent.setSubject(new Reference("https://example.org/fhir/Patient/7"));
        refused(422, "QuestionnaireResponse.subject", "7", sent);
    }

    @Test
    void what_cannot_be_assessed_is_refused_by_its_place() {
        QuestionnaireResponse draft = Filled.form("phq-9").response;
        draft.setStatus(QuestionnaireResponseStatus.INPROGRESS);
        refused(422, "QuestionnaireResponse.status", "7", draft);
        QuestionnaireResponse other = Filled.form("phq-9").response;
        refused(422, "QuestionnaireResponse.subject", "8", other);
        QuestionnaireResponse formless = Filled.form("phq-9").response;
        formless.setQuestionnaire("https://example.org/none");
        refused(422, "QuestionnaireResponse.questionnaire", "7", formless);
        formless.setQuestionnaire(null);
        refused(422, "QuestionnaireResponse.questionnaire", "7", formless);
        assertThatThrownBy(() -> assess("none", Filled.form("phq-9").response))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(404));
        assertThat(resources.commits).isZero();
    }

    private void refused(int status, String expression, String patient, QuestionnaireResponse response) {
        assertThatThrownBy(() -> assess(patient, response)).isInstanceOfSatisfying(Problem.class, p -> {
            assertThat(p.status()).isEqualTo(status);
            assertThat(p.issues().get(0).expression()).isEqualTo(expression);
        });
    }

    private Bundle assess(String patient, QuestionnaireResponse response) {
        return (Bundle) operation.run(call(patient, response));
    }

    private static QuestionnaireResponse hungry(String item) {
        return Filled.form("ahc-hrsn").choose(item, "LA28397-0").response.setSubject(null);
    }

    private static OperationCall call(String patient, QuestionnaireResponse response) {
        Parameters in = new Parameters();
        if (patient.equals("8") && response.hasIdentifier()) {
            response.setSubject(null);
        }
        in.addParameter().setName("response").setResource(response);
        return new OperationCall("Patient", patient, in, Visibility.everything());
    }

    private static QuestionnaireResponse identified(String value, int ninth) {
        QuestionnaireResponse response = Filled.form("phq-9").points(0, 0, 0, 0, 0, 0, 0, 0, ninth).response;
        response.getIdentifier().setSystem("urn:test").setValue(value);
        return response;
    }

    private static Patient patient(String id) {
        Patient patient = new Patient();
        patient.setId(id);
        return patient;
    }

    private <T extends Resource> List<T> stored(Class<T> type) {
        return resources.stored.values().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private static List<String> ids(Bundle bundle) {
        return Stream.of(bundle)
                .flatMap(b -> b.getEntry().stream())
                .map(BundleEntryComponent::getFullUrl)
                .toList();
    }
}
