package io.github.throughcare.care.careplan;

import io.github.throughcare.care.Ig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.CareTeam.CareTeamParticipantComponent;
import org.hl7.fhir.r4.model.CareTeam.CareTeamStatus;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionParticipantComponent;
import org.hl7.fhir.r4.model.Reference;

/** The team: a seat for every role that an applied action names. A seat with nobody known in it says so. */
final class CareTeamDraft {

    static final String TEAM_ROLE = Ig.codeSystem("team-role");
    static final String CASE_MANAGER = "case-manager";
    static final String PRIMARY_CARE = "primary-care";
    static final String PATIENT = "patient";
    private static final String VACANT = "To be assigned";

    private CareTeamDraft() {}

    /** The stored team with the seats that are new; the same seats when there are none. */
    static CareTeam of(PlanRequest request, LivingPlan plan, List<AppliedProgramme> programmes) {
        CareTeam stored = plan.careTeam();
        CareTeam team = stored == null ? empty(request, plan) : stored.copy();
        for (CodeableConcept role : roles(programmes)) {
            if (seat(team, role).isEmpty()) {
                team.addParticipant(
                        new CareTeamParticipantComponent().addRole(role.copy()).setMember(member(request, role)));
            }
        }
        return team;
    }

    private static CareTeam empty(PlanRequest request, LivingPlan plan) {
        CareTeam team = new CareTeam()
                .setStatus(CareTeamStatus.ACTIVE)
                .setName("Care team")
                .setSubject(request.patient());
        team.setEncounter(request.encounter());
        team.getPeriod().setStartElement(PlanRequest.day(request.start()));
        team.setId("CareTeam/" + PlanIds.part(plan.id(), "CareTeam", "team"));
        return team;
    }

    /** Roles of all applied actions, case manager and patient always; by code, in the order of their first appearance. */
    private static List<CodeableConcept> roles(List<AppliedProgramme> programmes) {
        Map<String, CodeableConcept> roles = new LinkedHashMap<>();
        roles.put(CASE_MANAGER, caseManager());
        roles.put(PATIENT, patientRole());
        for (AppliedProgramme programme : programmes) {
            for (AppliedProgramme.Action action : programme.applied()) {
                rolesOf(action.definition()).forEach(r -> roles.putIfAbsent(key(r), r));
            }
        }
        return new ArrayList<>(roles.values());
    }

    static List<CodeableConcept> rolesOf(PlanDefinitionActionComponent action) {
        return action.getParticipant().stream()
                .filter(PlanDefinitionActionParticipantComponent::hasRole)
                .map(PlanDefinitionActionParticipantComponent::getRole)
                .toList();
    }

    static CodeableConcept caseManager() {
        return role(CASE_MANAGER, "Case manager");
    }

    static CodeableConcept patientRole() {
        return role(PATIENT, "Patient");
    }

    private static CodeableConcept role(String code, String display) {
        CodeableConcept role = new CodeableConcept().setText(display);
        role.addCoding().setSystem(TEAM_ROLE).setCode(code).setDisplay(display);
        return role;
    }

    private static Reference member(PlanRequest request, CodeableConcept role) {
        Reference known = request.known().get(key(role));
        return known == null ? new Reference().setDisplay(VACANT) : known.copy();
    }

    /** Who sits in a role, if anybody is known. */
    static Optional<Reference> holder(CareTeam team, CodeableConcept role) {
        return seat(team, role)
                .map(CareTeamParticipantComponent::getMember)
                .filter(Reference::hasReference)
                .map(Reference::copy);
    }

    private static Optional<CareTeamParticipantComponent> seat(CareTeam team, CodeableConcept role) {
        return team.getParticipant().stream()
                .filter(p -> p.getRole().stream().anyMatch(r -> key(role).equals(key(r))))
                .findFirst();
    }

    private static String key(CodeableConcept role) {
        String code = role.getCodingFirstRep().getCode();
        return code == null ? String.valueOf(role.getText()) : code;
    }
}
