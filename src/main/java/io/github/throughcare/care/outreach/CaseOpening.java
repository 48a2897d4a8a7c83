package io.github.throughcare.care.outreach;

import io.github.throughcare.care.DerivedIds;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.WriteRule.Intent;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ServiceRequest;

/** Opens a case from a referral for case management that was accepted, or from outreach. */
public final class CaseOpening {

    /** Code of a ServiceRequest that asks for case management, in {@code service-kind} or any other system. */
    private static final String CASE_MANAGEMENT = "case-management";

    private static final Set<String> MANAGERS = Set.of("Practitioner", "PractitionerRole");

    private CaseOpening() {}

    /** Does it ask for case management? */
    public static boolean asksForCase(ServiceRequest request) {
        return java.util.stream.Stream.concat(
                        request.getCategory().stream(), java.util.stream.Stream.of(request.getCode()))
                .flatMap(c -> c.getCoding().stream())
                .anyMatch(c -> CASE_MANAGEMENT.equals(c.getCode()));
    }

    /**
     * The case as it stands once the referral is accepted: the open case of this organization, or of this person where no organization
     * is known, with this referral among its own, or a new one. It is active when a person accepted, who becomes the care manager; planned when an organization did.
     *
     * @param existing the patient's cases
     * @param owner who accepted
     * @param organization that of the owner
     */
    public static EpisodeOfCare of(
            ServiceRequest request,
            List<EpisodeOfCare> existing,
            Reference owner,
            Reference organization,
            FacilityTime time) {
        Reference referral =
                new Reference("ServiceRequest/" + request.getIdElement().getIdPart());
        EpisodeOfCare episode = existing.stream()
                .filter(e -> CaseLife.OPEN.contains(e.getStatus()))
                .filter(e -> same(e.getManagingOrganization(), organization)
                        || !organization.hasReference() && same(e.getCareManager(), owner))
                .min(Comparator.comparing(e -> e.getIdElement().getIdPart()))
                .orElse(null);
        if (episode != null) {
            if (episode.getReferralRequest().stream()
                    .noneMatch(r -> referral.getReference().equals(r.getReference()))) {
                episode.addReferralRequest(referral);
            }
            return episode;
        }
        return opened(request, referral, owner, organization, time);
    }

    /** The patient's cases as they will stand, each locked; the patient too, so that two who open one at once see each other. */
    public static List<EpisodeOfCare> existing(String patient, Intent intent) {
        intent.current(Patient.class, patient);
        return intent.search(EpisodeOfCare.class, "patient=" + patient).stream()
                .flatMap(e ->
                        intent.current(EpisodeOfCare.class, e.getIdElement().getIdPart()).stream())
                .toList();
    }

    /** The organization of whoever owns a Task: itself, or that of a role; an empty Reference where none is known. */
    public static Reference organization(Reference owner, Intent intent) {
        return switch (String.valueOf(owner.getReferenceElement().getResourceType())) {
            case "Organization" -> owner;
            case "PractitionerRole" ->
                intent.current(
                                PractitionerRole.class,
                                owner.getReferenceElement().getIdPart())
                        .map(PractitionerRole::getOrganization)
                        .orElseGet(Reference::new);
            default -> new Reference();
        };
    }

    private static boolean same(Reference one, Reference other) {
        return one.hasReference() && one.getReference().equals(other.getReference());
    }

    private static EpisodeOfCare opened(
            ServiceRequest request, Reference referral, Reference owner, Reference organization, FacilityTime time) {
        EpisodeOfCare opened = opened(
                DerivedIds.of("EpisodeOfCare", referral.getReference(), owner.getReference()),
                request.getSubject(),
                owner,
                organization,
                false,
                time);
        opened.addReferralRequest(referral);
        request.getReasonReference().stream()
                .filter(r -> "Condition".equals(r.getReferenceElement().getResourceType()))
                .forEach(r -> opened.addDiagnosis().setCondition(r.copy()));
        opened.addType(type(request));
        return opened;
    }

    /**
     * A new case, active with a person as its owner, else planned.
     *
     * @param waits it waits for a place
     */
    static EpisodeOfCare opened(
            String id, Reference patient, Reference owner, Reference organization, boolean waits, FacilityTime time) {
        EpisodeOfCare opened = new EpisodeOfCare();
        opened.setId(id);
        boolean person =
                MANAGERS.contains(String.valueOf(owner.getReferenceElement().getResourceType()));
        opened.setStatus(
                waits
                        ? EpisodeOfCareStatus.WAITLIST
                        : person ? EpisodeOfCareStatus.ACTIVE : EpisodeOfCareStatus.PLANNED);
        if (person) {
            opened.setCareManager(owner.copy());
        }
        if (organization.hasReference()) {
            opened.setManagingOrganization(organization.copy());
        }
        opened.setPatient(patient.copy());
        opened.getPeriod().setStartElement(time.stamp());
        opened.setStatusHistory(EpisodeRule.history(null, opened.getStatus(), time.stamp()));
        return opened;
    }

    /** The kind of case that the referral names, else medical. */
    private static CodeableConcept type(ServiceRequest request) {
        String system = Ig.codeSystem("case-type");
        Coding coding = java.util.stream.Stream.concat(
                        request.getCategory().stream(),
                        java.util.stream.Stream.concat(
                                java.util.stream.Stream.of(request.getCode()), request.getOrderDetail().stream()))
                .flatMap(c -> c.getCoding().stream())
                .filter(c -> system.equals(c.getSystem()))
                .findFirst()
                .orElse(new Coding(system, "medical", "Medical case management"));
        return new CodeableConcept(coding.copy());
    }
}
