package io.github.throughcare.care.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.FixedTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.InMemoryResources;
import io.github.throughcare.fhir.ResourceChanged;
import java.util.List;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UnableToReachTest {

    private final InMemoryResources resources = new InMemoryResources(FhirContext.forR4Cached());
    private final UnableToReach rule = new UnableToReach(resources, FixedTime.NOON);

    @Test
    void it_is_for_the_manager_of_the_case_that_somebody_works_on() {
        episode("a", "planned", null);
        episode("b", "active", "Practitioner/kim");
        attempts(3, CommunicationStatus.NOTDONE);
        assertThat(tasks()).hasSize(1);
        assertThat(tasks().get(0).getOwner().getReference()).isEqualTo("Practitioner/kim");
        assertThat(tasks().get(0).getFocus().getReference()).isEqualTo("EpisodeOfCare/b");
    }

    @Test
    void what_the_manager_has_begun_is_not_written_over() {
        episode("b", "active", "Practitioner/kim");
        attempts(2, CommunicationStatus.NOTDONE);
        assertThat(tasks()).isEmpty();
        // another process makes the Task between look and commit, and the manager takes it on
        resources.meanwhile = () -> {
            new UnableToReach(resources, FixedTime.NOON)
                    .changed(change(resources.all(Communication.class).get(0)));
            resources.put(tasks().get(0).copy().setStatus(TaskStatus.INPROGRESS));
        };
        attempts(3, CommunicationStatus.NOTDONE);
        assertThat(tasks()).hasSize(1);
        assertThat(tasks().get(0).getStatus()).isEqualTo(TaskStatus.INPROGRESS);
    }

    @Test
    void nobody_without_an_open_case() {
        episode("b", "finished", "Practitioner/kim");
        attempts(3, CommunicationStatus.NOTDONE);
        assertThat(tasks()).isEmpty();
    }

    private void attempts(int many, CommunicationStatus status) {
        for (int i = 0; i < many; i++) {
            Communication attempt = new Communication().setStatus(status);
            attempt.setId("c" + i);
            attempt.setSubject(new Reference("Patient/ann"));
            attempt.setSentElement(new DateTimeType("2026-11-0" + (i + 1)));
            rule.changed(change(resources.put(attempt)));
        }
    }

    private static ResourceChanged change(Communication attempt) {
        return new ResourceChanged(
                "Communication", attempt.getIdElement().getIdPart(), 1, null, attempt, FixedTime.NOON.now());
    }

    private void episode(String id, String status, @Nullable String manager) {
        EpisodeOfCare episode = new EpisodeOfCare().setStatus(EpisodeOfCareStatus.fromCode(status));
        episode.setId(id);
        episode.setPatient(new Reference("Patient/ann")).setCareManager(new Reference(manager));
        resources.put(episode);
    }

    private List<Task> tasks() {
        return resources.all(Task.class).stream()
                .filter(t -> t.getCode().hasCoding(Ig.TASK_KIND, "unable-to-reach"))
                .toList();
    }
}
