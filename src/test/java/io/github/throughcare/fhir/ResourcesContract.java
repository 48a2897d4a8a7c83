package io.github.throughcare.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;

/** What code that works over the door may rely on, whatever is behind it: the store, or a map in tests. */
public interface ResourcesContract {

    Visibility ALL = Visibility.everything();

    /** What is tested; it may hold other resources too. */
    Resources resources();

    @Test
    default void what_was_put_is_read_and_is_the_readers_own() {
        Patient patient = patient();
        Patient read = resources().read(Patient.class, patient.getIdPart(), ALL).orElseThrow();
        assertThat(read.getMeta().getVersionId()).isEqualTo("1");
        read.addName().setFamily("Changed");
        assertThat(resources()
                        .read(Patient.class, patient.getIdPart(), ALL)
                        .orElseThrow()
                        .hasName())
                .isFalse();
        assertThat(resources().read(Patient.class, "none-" + UUID.randomUUID(), ALL))
                .isEmpty();
        assertThat(resources().read(Observation.class, patient.getIdPart(), ALL))
                .isEmpty();
    }

    @Test
    default void a_search_finds_by_reference_token_and_date_in_the_order_asked_for() {
        Patient patient = patient();
        observation(patient, "a", "2026-03-02");
        observation(patient, "b", "2026-03-01");
        observation(patient, "a", "2026-02-01");
        observation(patient(), "a", "2026-03-01");
        String query =
                "patient=" + patient.getIdPart() + "&code=http%3A%2F%2Fexample.org%7Ca,http%3A%2F%2Fexample.org%7Cb";
        assertThat(dates(query + "&_sort=date")).containsExactly("2026-02-01", "2026-03-01", "2026-03-02");
        assertThat(dates(query + "&date=ge2026-03-01&_sort=-date")).containsExactly("2026-03-02", "2026-03-01");
        assertThat(dates(query + "&date=lt2026-03-01")).containsExactly("2026-02-01");
        assertThat(dates("patient=" + patient.getIdPart() + "&code=a&_sort=date"))
                .containsExactly("2026-02-01", "2026-03-02");
        assertThat(dates("patient=" + patient.getIdPart() + "&code=http%3A%2F%2Felsewhere.org%7Ca"))
                .isEmpty();
        assertThat(dates("subject=Patient/" + patient.getIdPart() + "&status=amended"))
                .isEmpty();
        assertThat(dates("subject=Patient/" + patient.getIdPart() + "&status:not=amended"))
                .hasSize(3);
        assertThat(resources().count(Observation.class, query, ALL)).isEqualTo(3);
    }

    @Test
    default void what_is_asked_together_is_what_is_found_one_by_one() {
        Patient patient = patient();
        observation(patient, "a", "2026-03-02");
        observation(patient, "b", "2026-03-01");
        observation(patient, "b", "2026-02-01");
        observation(patient(), "a", "2026-03-01");
        String his = "patient=" + patient.getIdPart();
        Map<Class<? extends Resource>, List<String>> queries = new LinkedHashMap<>();
        // found by both, by one, by none; and nothing in a type
        queries.put(
                Observation.class,
                List.of(
                        his + "&date=ge2026-03-01",
                        his + "&code=http%3A%2F%2Fexample.org%7Cb",
                        his + "&code=none",
                        his + "&date=lt2026-02-15&_sort=date"));
        queries.put(Task.class, List.of(his));
        queries.put(Patient.class, List.of("_id=" + patient.getIdPart()));
        var found = resources().searchTogether(queries, ALL);
        assertThat(found.keySet()).containsExactly(Observation.class, Task.class, Patient.class);
        queries.forEach((type, some) -> assertThat(ids(found.get(type)))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(ids(resources().searchAny(type, some, ALL))));
        assertThat(ids(found.get(Observation.class))).hasSize(3);
        assertThat(ids(found.get(Patient.class))).containsExactly(patient.getIdPart());
        Visibility other = Visibility.ofPatients(Set.of("somebody-else"));
        assertThat(resources().searchTogether(queries, other).values()).allMatch(List::isEmpty);
        queries.put(Patient.class, List.of("colour=red"));
        assertThatThrownBy(() -> resources().searchTogether(queries, ALL))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(400));
    }

    @Test
    default void what_is_read_together_is_what_can_be_read_one_by_one() {
        Patient mine = patient();
        Observation seen = observation(mine, "a", "2026-03-01");
        Observation hidden = observation(patient(), "a", "2026-03-01");
        List<String> asked = List.of(
                "Observation/" + hidden.getIdPart(),
                "Patient/" + mine.getIdPart(),
                "Observation/none-" + UUID.randomUUID(),
                "Task/" + seen.getIdPart(),
                "Observation/" + seen.getIdPart());
        Map<String, Resource> found = resources().readAll(asked, ALL);
        assertThat(found.keySet()).containsExactlyInAnyOrder(asked.get(0), asked.get(1), asked.get(4));
        found.forEach((reference, r) ->
                assertThat(r.fhirType() + "/" + r.getIdElement().getIdPart()).isEqualTo(reference));
        assertThat(resources()
                        .readAll(asked, Visibility.ofPatients(Set.of(mine.getIdPart())))
                        .keySet())
                .containsExactlyInAnyOrder(asked.get(1), asked.get(4));
        assertThat(resources().readAll(List.of(), ALL)).isEmpty();
    }

    private static List<String> ids(List<? extends Resource> resources) {
        return resources.stream().map(r -> r.getIdElement().getIdPart()).toList();
    }

    @Test
    default void a_parameter_that_there_is_not_is_400() {
        assertThatThrownBy(() -> resources().search(Observation.class, "colour=red", ALL))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(400));
    }

    @Test
    default void a_commit_answers_in_order_and_entries_find_each_other() {
        String link = "urn:uuid:" + UUID.randomUUID();
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        Task task = new Task().setStatus(Task.TaskStatus.REQUESTED).setIntent(Task.TaskIntent.ORDER);
        task.setFor(new Reference(link));
        entry(transaction, task, HTTPVerb.POST, "Task");
        entry(transaction, new Patient(), HTTPVerb.POST, "Patient").setFullUrl(link);
        Bundle answer = resources().commit(transaction, ALL);
        assertThat(answer.getType()).isEqualTo(BundleType.TRANSACTIONRESPONSE);
        assertThat(answer.getEntry()).hasSize(2).allSatisfy(e -> {
            assertThat(e.getResponse().getStatus()).isEqualTo("201");
            assertThat(e.getResponse().getEtag()).isEqualTo("W/\"1\"");
            assertThat(e.getResponse().getLocation())
                    .isEqualTo(e.getResource().fhirType() + "/"
                            + e.getResource().getIdElement().getIdPart() + "/_history/1");
        });
        assertThat(((Task) answer.getEntry().get(0).getResource()).getFor().getReference())
                .isEqualTo("Patient/"
                        + answer.getEntry().get(1).getResource().getIdElement().getIdPart());
    }

    @Test
    default void a_version_that_is_not_current_stops_the_whole_commit() {
        Patient patient = patient();
        put(patient.copy().setActive(true), null);
        String other = UUID.randomUUID().toString();
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        Patient fresh = new Patient();
        fresh.setId(other);
        entry(transaction, fresh, HTTPVerb.PUT, "Patient/" + other);
        entry(transaction, patient.copy().setActive(false), HTTPVerb.PUT, "Patient/" + patient.getIdPart())
                .getRequest()
                .setIfMatch("W/\"1\"");
        assertThatThrownBy(() -> resources().commit(transaction, ALL))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(412));
        assertThat(resources().read(Patient.class, other, ALL)).isEmpty();
        assertThat(resources()
                        .read(Patient.class, patient.getIdPart(), ALL)
                        .orElseThrow()
                        .getActive())
                .isTrue();
    }

    @Test
    default void the_same_again_makes_no_version() {
        Patient patient = patient();
        assertThat(put(patient.copy(), null).getMeta().getVersionId()).isEqualTo("1");
        assertThat(put(patient.copy().setActive(true), "W/\"1\"").getMeta().getVersionId())
                .isEqualTo("2");
    }

    @Test
    default void what_exists_is_not_created_again() {
        String value = UUID.randomUUID().toString();
        for (String status : List.of("201", "200")) {
            Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
            Patient patient = new Patient();
            patient.addIdentifier().setSystem("urn:contract").setValue(value);
            entry(transaction, patient, HTTPVerb.POST, "Patient")
                    .getRequest()
                    .setIfNoneExist("identifier=urn:contract%7C" + value);
            assertThat(resources()
                            .commit(transaction, ALL)
                            .getEntryFirstRep()
                            .getResponse()
                            .getStatus())
                    .isEqualTo(status);
        }
        assertThat(resources().search(Patient.class, "identifier=urn:contract%7C" + value, ALL))
                .hasSize(1);
    }

    @Test
    default void what_was_deleted_is_gone() {
        Patient patient = patient();
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction.addEntry().getRequest().setMethod(HTTPVerb.DELETE).setUrl("Patient/" + patient.getIdPart());
        resources().commit(transaction, ALL);
        assertThat(resources().read(Patient.class, patient.getIdPart(), ALL)).isEmpty();
    }

    @Test
    default void another_patients_record_is_neither_read_nor_found() {
        Patient mine = patient();
        Patient others = patient();
        Observation seen = observation(mine, "a", "2026-03-01");
        Observation hidden = observation(others, "a", "2026-03-01");
        Visibility caller = Visibility.ofPatients(Set.of(mine.getIdPart()));
        assertThat(resources().read(Observation.class, seen.getIdPart(), caller))
                .isPresent();
        assertThat(resources().read(Observation.class, hidden.getIdPart(), caller))
                .isEmpty();
        assertThat(resources().read(Patient.class, others.getIdPart(), caller)).isEmpty();
        assertThat(resources().search(Observation.class, "patient=" + others.getIdPart(), caller))
                .isEmpty();
    }

    @Test
    default void a_definition_is_found_by_its_canonical_with_and_without_version() {
        String url = "http://example.org/Questionnaire/" + UUID.randomUUID();
        for (String version : List.of("9", "10", "11")) {
            Questionnaire form = new Questionnaire().setUrl(url).setVersion(version);
            form.setStatus(version.equals("11") ? PublicationStatus.RETIRED : PublicationStatus.ACTIVE);
            form.setId(UUID.randomUUID().toString());
            put(form, null);
        }
        assertThat(resources()
                        .definition(Questionnaire.class, url)
                        .orElseThrow()
                        .getVersion())
                .isEqualTo("10");
        assertThat(resources()
                        .definition(Questionnaire.class, url + "|9")
                        .orElseThrow()
                        .getVersion())
                .isEqualTo("9");
        assertThat(resources().definition(Questionnaire.class, url + "|1")).isEmpty();
    }

    private List<String> dates(String query) {
        return resources().search(Observation.class, query, ALL).stream()
                .map(o -> o.getEffectiveDateTimeType().getValueAsString())
                .toList();
    }

    private Patient patient() {
        Patient patient = new Patient();
        patient.setId(UUID.randomUUID().toString());
        return (Patient) put(patient, null);
    }

    private Observation observation(Patient patient, String code, String date) {
        Observation observation = new Observation().setStatus(ObservationStatus.FINAL);
        observation.setId(UUID.randomUUID().toString());
        observation.setCode(new CodeableConcept(new Coding("http://example.org", code, null)));
        observation.setSubject(new Reference("Patient/" + patient.getIdPart()));
        observation.setEffective(new DateTimeType(date));
        return (Observation) put(observation, null);
    }

    private Resource put(Resource resource, String ifMatch) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        String id = resource.getIdElement().getIdPart();
        resource.setId(id);
        entry(transaction, resource, HTTPVerb.PUT, resource.fhirType() + "/" + id)
                .getRequest()
                .setIfMatch(ifMatch);
        return resources().commit(transaction, ALL).getEntryFirstRep().getResource();
    }

    private static BundleEntryComponent entry(Bundle transaction, Resource resource, HTTPVerb method, String url) {
        BundleEntryComponent entry = transaction.addEntry().setResource(resource);
        entry.getRequest().setMethod(method).setUrl(url);
        return entry;
    }
}
