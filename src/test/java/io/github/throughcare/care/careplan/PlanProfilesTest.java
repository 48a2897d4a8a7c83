package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.validation.Profiles;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CarePlan.CarePlanIntent;
import org.hl7.fhir.r4.model.CarePlan.CarePlanStatus;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.CareTeam.CareTeamStatus;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Goal.GoalLifecycleStatus;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestIntent;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * That {@link PlanProfiles} would notice: each rule by which US Core 6.1.0 goes beyond R4 in a CarePlan, CareTeam, Goal or
 * ServiceRequest, broken alone. R4 lets it pass, our profile refuses it, and US Core's does where its package is: so what meets ours
 * meets US Core's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlanProfilesTest {

    private static final Reference PATIENT = new Reference("Patient/p");

    private final PlanProfiles profiles = new PlanProfiles(FhirContext.forR4Cached());

    /** @param element where the rule stands in US Core's profile */
    private record Broken(String rule, String element, Resource resource) {

        @Override
        public String toString() {
            return rule;
        }
    }

    static Stream<Broken> broken() {
        return Stream.of(
                broken("a plan without category", "CarePlan.category", plan(), p -> p.setCategory(List.of())),
                broken(
                        "a plan of another category",
                        "CarePlan.category",
                        plan(),
                        p -> p.setCategory(List.of(new CodeableConcept().setText("Plan of care")))),
                broken(
                        "a plan that is assess-plan twice",
                        "CarePlan.category",
                        plan(),
                        p -> p.addCategory(p.getCategoryFirstRep().copy())),
                broken("a narrative that tells something else", "CarePlan.text.status", plan(), p -> {
                    p.getText().setStatus(NarrativeStatus.EXTENSIONS);
                    return p;
                }),
                broken("a plan for a group", "CarePlan.subject", plan(), p -> p.setSubject(group())),
                broken("a team of nobody's", "CareTeam.subject", team(), t -> t.setSubject(null)),
                broken("a team for a group", "CareTeam.subject", team(), t -> t.setSubject(group())),
                broken("an empty team", "CareTeam.participant", team(), t -> t.setParticipant(List.of())),
                broken("a seat without a role", "CareTeam.participant.role", team(), t -> {
                    t.getParticipantFirstRep().setRole(List.of());
                    return t;
                }),
                broken("a seat with two roles", "CareTeam.participant.role", team(), t -> {
                    t.getParticipantFirstRep().addRole().setText("Driver");
                    return t;
                }),
                broken("a seat without a member", "CareTeam.participant.member", team(), t -> {
                    t.getParticipantFirstRep().setMember(null);
                    return t;
                }),
                broken("a goal of a group", "Goal.subject", goal(), g -> g.setSubject(group())),
                broken("a service that says not what", "ServiceRequest.code", service(), s -> s.setCode(null)),
                broken("a service for a group", "ServiceRequest.subject", service(), s -> s.setSubject(group())));
    }

    static Stream<Resource> whole() {
        return Stream.of(plan(), team(), goal(), service());
    }

    @ParameterizedTest
    @MethodSource("whole")
    void what_is_whole_is_valid_by_our_profile(Resource whole) {
        assertThat(profiles.errors(whole, PlanProfiles.own(whole))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("broken")
    void what_US_Core_forbids_is_good_R4_and_refused_by_our_profile(Broken broken) {
        assertThat(profiles.errors(broken.resource())).isEmpty();
        assertThat(profiles.errors(broken.resource(), PlanProfiles.own(broken.resource())))
                .isNotEmpty()
                .allMatch(f -> names(f, broken));
    }

    @ParameterizedTest
    @MethodSource("whole")
    @EnabledIfEnvironmentVariable(named = PlanProfiles.PACKAGE, matches = ".+")
    void what_is_whole_is_valid_by_US_Core(Resource whole) {
        assertThat(profiles.errors(whole, PlanProfiles.usCore(whole))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("broken")
    @EnabledIfEnvironmentVariable(named = PlanProfiles.PACKAGE, matches = ".+")
    void what_US_Core_forbids_is_refused_by_US_Core(Broken broken) {
        assertThat(profiles.errors(broken.resource(), PlanProfiles.usCore(broken.resource())))
                .isNotEmpty()
                .allMatch(f -> names(f, broken));
    }

    private static boolean names(Profiles.Finding finding, Broken broken) {
        String place = String.valueOf(finding.expression()).replaceAll("\\[\\d+]", "");
        return broken.element().startsWith(place) || place.startsWith(broken.element());
    }

    private static <T extends Resource> Broken broken(String rule, String element, T whole, UnaryOperator<T> breaks) {
        return new Broken(rule, element, breaks.apply(whole));
    }

    private static CarePlan plan() {
        CarePlan plan = new CarePlan()
                .setStatus(CarePlanStatus.ACTIVE)
                .setIntent(CarePlanIntent.PLAN)
                .setSubject(PATIENT.copy())
                .setCreatedElement(new DateTimeType("2026-11-22"));
        plan.getInstantiatesCanonical().add(new CanonicalType(Ig.planDefinition("copd")));
        plan.addCategory().addCoding(new Coding(PlanDraft.CATEGORY_SYSTEM, PlanDraft.CATEGORY, null));
        plan.getPeriod().setStartElement(new DateTimeType("2026-11-22"));
        plan.addCareTeam().setReference("CareTeam/t");
        plan.getText().setStatus(NarrativeStatus.GENERATED).setDivAsString("Breathing well");
        return plan;
    }

    private static CareTeam team() {
        CareTeam team = new CareTeam().setStatus(CareTeamStatus.ACTIVE).setSubject(PATIENT.copy());
        team.addParticipant()
                .addRole(new CodeableConcept(new Coding(Ig.codeSystem("team-role"), "case-manager", null)))
                .setMember(new Reference("Practitioner/m"));
        return team;
    }

    private static Goal goal() {
        Goal goal = new Goal()
                .addIdentifier(name("goal-1"))
                .setLifecycleStatus(GoalLifecycleStatus.ACTIVE)
                .setDescription(new CodeableConcept().setText("Walks a mile"))
                .setSubject(PATIENT.copy())
                .setStart(new DateType("2026-11-22"));
        goal.addTarget()
                .setMeasure(new CodeableConcept().setText("Distance"))
                .setDetail(new Quantity().setValue(1).setUnit("mile"))
                .setDue(new DateType("2027-02-22"));
        return goal;
    }

    private static ServiceRequest service() {
        return new ServiceRequest()
                .addIdentifier(name("therapy"))
                .addBasedOn(new Reference("CarePlan/c"))
                .setStatus(ServiceRequestStatus.ACTIVE)
                .setIntent(ServiceRequestIntent.ORDER)
                .addCategory(new CodeableConcept().setText("Counselling"))
                .setCode(new CodeableConcept().setText("Mental health therapy"))
                .setSubject(PATIENT.copy())
                .setOccurrence(new DateTimeType("2026-12-22"))
                .setAuthoredOnElement(new DateTimeType("2026-11-22"))
                .setPerformerType(new CodeableConcept().setText("Therapist"));
    }

    private static Identifier name(String action) {
        return new Identifier()
                .setSystem(Ig.BASE + "/NamingSystem/plan-activity")
                .setValue("copd|" + action);
    }

    /** The validator looks at what is referred to only where the reference says its type. */
    private static Reference group() {
        return new Reference("Group/g").setType("Group");
    }
}
