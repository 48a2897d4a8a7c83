package io.github.throughcare.care.careplan;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import io.github.throughcare.care.Actors;
import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.FreshLook;
import io.github.throughcare.care.Look;
import io.github.throughcare.care.UnchangedSince;
import io.github.throughcare.care.Visits;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

/**
 * {@code POST Patient/{id}/$generate-care-plan}: applies programmes to the patient and makes the one living plan of them, in
 * one transaction. Its parameters stand in {@code ig/input/operations/OperationDefinition-Patient-generate-care-plan.json}.
 */
@Component
final class GenerateCarePlanOperation implements FhirOperation {

    private static final Set<String> STAFF = Set.of("Practitioner", "PractitionerRole");

    private final Resources resources;
    private final Programmes programmes;
    private final LivingPlans livingPlans;
    private final ClinicalReasoning reasoning;
    private final FhirContext context;
    private final Clock clock;
    private final CareSettings settings;
    private final PatientLocks locks = new PatientLocks();

    GenerateCarePlanOperation(
            Resources resources,
            Programmes programmes,
            LivingPlans livingPlans,
            ClinicalReasoning reasoning,
            FhirContext context,
            Clock clock,
            CareSettings settings) {
        this.resources = resources;
        this.programmes = programmes;
        this.livingPlans = livingPlans;
        this.reasoning = reasoning;
        this.context = context;
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public String definition() {
        return "Patient-generate-care-plan";
    }

    /**
     * @return a collection Bundle: the CarePlan, its CareTeam, all its Goals and activities; last an OperationOutcome with
     *     warnings when programmes that might have been meant were left out
     */
    @Override
    public Resource run(OperationCall call) {
        return reasoning.serving(() -> generated(call));
    }

    private Resource generated(OperationCall call) {
        Patient patient = resources
                .read(Patient.class, call.requireId(), call.visibility())
                .orElseThrow(() -> Problem.unknown("There is no Patient/" + call.id()));
        call.value("encounter", Reference.class).ifPresent(encounter -> {
            String place = "Parameters.parameter.where(name='encounter')";
            if (!Visits.check(encounter, call.requireId(), resources, call.visibility(), place)) {
                throw Problem.rule("There is no " + encounter.getReference(), place);
            }
        });
        PlanRequest request = request(call, patient);
        // when somebody wrote to the plan by hand meanwhile, it is merged into what it is then
        return locks.with(call.requireId(), () -> FreshLook.untilAlone(() -> plan(call, patient, request)));
    }

    private Resource plan(OperationCall call, Patient patient, PlanRequest request) {
        PatientReasoning about = reasoning.about(patient, call.visibility());
        Programmes.Choice choice =
                programmes.choose(call.values("program", CanonicalType.class), patient, about, call.visibility());
        List<AppliedProgramme> applied = choice.ready().stream()
                .map(programme -> apply(programme, about, request))
                .toList();
        Look look = new Look(resources, call.visibility());
        LivingPlan living =
                livingPlans.of(request.patientId(), LivingPlans.all(request.patientId(), look), call.visibility());
        PlanChanges changes = PlanDraft.of(request, living, applied, choice.lapsedIn(living));
        if (call.flag("preview")) {
            return PlanBundle.preview(changes, context, choice.leftOut());
        }
        Bundle transaction = PlanBundle.transaction(changes, request, choice.ready());
        // of two servers that plan for one patient at the same moment the second merges into the first one's plan
        Bundle response = transaction.hasEntry()
                ? resources.commit(
                        transaction, call.visibility(), new UnchangedSince("CarePlan", request.patientId(), look))
                : new Bundle();
        return PlanBundle.stored(changes, response, choice.leftOut());
    }

    private AppliedProgramme apply(Programme programme, PatientReasoning about, PlanRequest request) {
        String encounter =
                request.encounter() == null ? null : request.encounter().getReference();
        return AppliedProgramme.of(
                programme,
                about.apply(programme, ApplyContext.during(encounter)),
                expression -> about.conditions(programme, expression));
    }

    private PlanRequest request(OperationCall call, Patient patient) {
        Reference author = call.value("author", Reference.class).orElse(null);
        LocalDate today = LocalDate.ofInstant(clock.instant(), settings.zoneId());
        LocalDate start = call.value("start", DateType.class)
                .map(GenerateCarePlanOperation::day)
                .orElse(today);
        Map<String, Reference> known = new HashMap<>();
        known.put(CareTeamDraft.PATIENT, new Reference("Patient/" + call.requireId()));
        if (patient.hasGeneralPractitioner()) {
            known.put(CareTeamDraft.PRIMARY_CARE, patient.getGeneralPractitionerFirstRep());
        }
        caseManager(call)
                .or(() -> Optional.ofNullable(author).filter(a -> Actors.isOneOf(a, STAFF)))
                .ifPresent(manager -> known.put(CareTeamDraft.CASE_MANAGER, manager));
        return new PlanRequest(
                call.requireId(),
                start,
                today,
                clock.instant(),
                author,
                call.value("encounter", Reference.class).orElse(null),
                known);
    }

    private static LocalDate day(DateType start) {
        if (start.getPrecision() != TemporalPrecisionEnum.DAY) {
            throw Problem.malformed("start must be a whole date, such as 2026-11-22", "Parameters.parameter");
        }
        return LocalDate.parse(start.getValueAsString());
    }

    /** The case manager of the patient's active case. */
    private Optional<Reference> caseManager(OperationCall call) {
        return resources
                .search(EpisodeOfCare.class, "patient=" + call.requireId() + "&status=active", call.visibility())
                .stream()
                .filter(EpisodeOfCare::hasCareManager)
                .map(EpisodeOfCare::getCareManager)
                .findFirst();
    }
}
