package io.github.throughcare.care.outreach;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.FacilityTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaseOpeningTest {

    private static final FacilityTime TIME = new FacilityTime(
            Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC), new CareSettings("UTC"));

    @ParameterizedTest
    @CsvSource({
        // owner, its organization; the case there is: status, organization, manager; is it taken?
        "Organization/a, Organization/a, active, Organization/a, Practitioner/kim, true",
        "Organization/a, Organization/a, planned, Organization/a, , true",
        "Organization/a, Organization/a, active, Organization/b, Practitioner/kim, false",
        "Organization/a, Organization/a, active, , Practitioner/kim, false",
        "Organization/a, Organization/a, finished, Organization/a, Practitioner/kim, false",
        "PractitionerRole/k, Organization/a, active, Organization/a, Practitioner/lee, true",
        "Practitioner/kim, , active, , Practitioner/kim, true",
        "Practitioner/kim, , active, Organization/a, Practitioner/kim, true",
        "Practitioner/kim, , active, , Practitioner/lee, false",
        "Practitioner/kim, , planned, , , false",
        "Practitioner/kim, , cancelled, , Practitioner/kim, false",
    })
    void whose_case_is_taken(
            String owner,
            @Nullable String organization,
            String status,
            @Nullable String managing,
            @Nullable String manager,
            boolean taken) {
        EpisodeOfCare there = new EpisodeOfCare().setStatus(EpisodeOfCareStatus.fromCode(status));
        there.setId("EpisodeOfCare/there");
        there.setManagingOrganization(new Reference(managing)).setCareManager(new Reference(manager));
        ServiceRequest request = new ServiceRequest().setSubject(new Reference("Patient/ann"));
        request.setId("ServiceRequest/new");
        EpisodeOfCare opened =
                CaseOpening.of(request, List.of(there), new Reference(owner), new Reference(organization), TIME);
        assertThat(opened.getIdElement().getIdPart().equals("there")).isEqualTo(taken);
        assertThat(opened.getReferralRequest())
                .extracting(Reference::getReference)
                .containsExactly("ServiceRequest/new");
    }

    @ParameterizedTest
    @CsvSource({
        "Practitioner/kim, false, active, true",
        "PractitionerRole/kim, false, active, true",
        "Organization/a, false, planned, false",
        "Practitioner/kim, true, waitlist, true",
        ", false, planned, false",
    })
    void how_a_new_case_begins(@Nullable String owner, boolean waits, String status, boolean managed) {
        EpisodeOfCare opened = CaseOpening.opened(
                "new", new Reference("Patient/ann"), new Reference(owner), new Reference(), waits, TIME);
        assertThat(opened.getStatus().toCode()).isEqualTo(status);
        assertThat(opened.getCareManager().hasReference()).isEqualTo(managed);
        assertThat(opened.getStatusHistory()).hasSize(1);
        assertThat(opened.getPeriod().hasStart()).isTrue();
    }
}
