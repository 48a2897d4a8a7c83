package io.github.throughcare.care.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.FixedTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.referral.Referrals;
import io.github.throughcare.fhir.InMemoryResources;
import java.util.List;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscalationTest {

    private final InMemoryResources resources = new InMemoryResources(FhirContext.forR4Cached());
    private final Escalation escalation = new Escalation(resources, FixedTime.NOON);

    @ParameterizedTest
    @CsvSource({
        // status of the case, its supervisor, its organization, who requested the Task, who owns it: who is told
        "active, Practitioner/sue, Organization/agency, Organization/clinic, Practitioner/kim, Practitioner/sue",
        "active, , Organization/agency, Organization/clinic, Practitioner/kim, Organization/agency",
        "planned, , Organization/agency, , , Organization/agency",
        "active, , , Organization/clinic, Practitioner/kim, Organization/clinic",
        "finished, Practitioner/sue, , Organization/clinic, , Organization/clinic",
        // nobody asks himself
        "active, , , Practitioner/kim, Practitioner/kim, ",
        "finished, Practitioner/sue, Organization/agency, , , ",
    })
    void who_is_told(
            String status,
            @Nullable String supervisor,
            @Nullable String organization,
            @Nullable String requester,
            @Nullable String owner,
            @Nullable String told) {
        EpisodeOfCare episode = new EpisodeOfCare().setStatus(EpisodeOfCareStatus.fromCode(status));
        episode.setId("e");
        episode.setPatient(new Reference("Patient/ann")).setManagingOrganization(new Reference(organization));
        if (supervisor != null) {
            episode.addExtension(Escalation.SUPERVISOR, new Reference(supervisor));
        }
        Task task = overdue("2026-11-20");
        task.setRequester(new Reference(requester)).setOwner(new Reference(owner));
        resources.with(episode, task);
        escalation.overdue("t");
        assertThat(told().stream().map(t -> t.getOwner().getReference()))
                .containsExactlyElementsOf(told == null ? List.of() : List.of(told));
    }

    @Test
    void once_for_each_due_date() {
        Task task = overdue("2026-11-20");
        resources.with(task);
        escalation.overdue("t");
        escalation.overdue("t");
        assertThat(told()).hasSize(1);
        assertThat(told().get(0).getMeta().getVersionId()).isEqualTo("1");
        // who was told works on it; that stays when it is told again
        Task seen = told().get(0).copy().setStatus(TaskStatus.INPROGRESS);
        resources.put(seen);
        escalation.overdue("t");
        assertThat(told().get(0).getStatus()).isEqualTo(TaskStatus.INPROGRESS);
        resources.put(overdue("2026-11-21"));
        escalation.overdue("t");
        assertThat(told()).hasSize(2);
    }

    @Test
    void nobody_has_answered_a_referral() {
        Task referral = overdue("2026-11-20");
        referral.setRestriction(null);
        referral.setCode(new CodeableConcept(new Coding("http://hl7.org/fhir/CodeSystem/task-code", "fulfill", null)));
        referral.setFocus(new Reference("ServiceRequest/s")).setOwner(new Reference("Organization/pantry"));
        resources.with(referral);
        escalation.overdue("t");
        assertThat(told()).isEmpty(); // it came before there were limits
        referral = referral.copy();
        referral.addExtension(Referrals.RESPONSE_DUE, new DateType("2026-11-20"));
        resources.put(referral);
        escalation.overdue("t");
        assertThat(told()).hasSize(1);
        assertThat(told().get(0).getOwner().getReference()).isEqualTo("Organization/clinic");
        assertThat(told().get(0).getDescription()).startsWith("Nothing heard by 2026-11-20");
        // now it is accepted, and the service has its own day
        Task accepted = referral.copy().setStatus(TaskStatus.ACCEPTED);
        accepted.getExtensionByUrl(Referrals.RESPONSE_DUE).setValue(new DateType("2026-12-04"));
        resources.put(accepted);
        escalation.overdue("t");
        assertThat(told()).hasSize(1);
    }

    @Test
    void what_became_due_while_no_server_ran_is_told_however_long_that_was() {
        resources.with(overdue("2026-11-20"));
        new Escalation(resources, FixedTime.at("2027-06-01T00:00:00Z", "UTC")).overdue("t");
        assertThat(told()).hasSize(1);
    }

    @Test
    void what_was_done_or_moved_meanwhile_tells_nobody() {
        resources.with(overdue("2026-11-20").setStatus(TaskStatus.COMPLETED));
        escalation.overdue("t");
        resources.put(overdue("2026-11-22")); // until midnight there is time
        escalation.overdue("t");
        escalation.overdue("no-such");
        assertThat(told()).isEmpty();
    }

    private List<Task> told() {
        return resources.all(Task.class).stream()
                .filter(t -> t.getCode().hasCoding(Ig.TASK_KIND, Escalation.KIND))
                .toList();
    }

    private static Task overdue(String due) {
        Task task = new Task().setStatus(TaskStatus.REQUESTED);
        task.setId("t");
        task.setCode(new CodeableConcept(new Coding(Ig.TASK_KIND, "contact", null)));
        task.setFor(new Reference("Patient/ann")).setRequester(new Reference("Organization/clinic"));
        task.getRestriction().getPeriod().setEndElement(new DateTimeType(due));
        return task;
    }
}
