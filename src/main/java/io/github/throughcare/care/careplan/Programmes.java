package io.github.throughcare.care.careplan;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.springframework.stereotype.Component;

/** Chooses the programmes for a patient: those asked for, or every active one that is for this patient. */
@Component
final class Programmes {

    /**
     * @param ready programmes to apply, at least one
     * @param leftOut why others that might have been meant are not among them; only when none was asked for by name
     * @param notForPatient programmes whose conditions are not met; only when none was asked for by name
     */
    record Choice(List<Programme> ready, List<Problem.Issue> leftOut, List<Programme> notForPatient) {

        /** Programmes of the plan that are not for the patient any more. */
        List<Programme> lapsedIn(LivingPlan plan) {
            CarePlan carePlan = plan.carePlan();
            return carePlan == null
                    ? List.of()
                    : notForPatient.stream()
                            .filter(programme -> carePlan.hasInstantiatesCanonical(programme.url()))
                            .toList();
        }
    }

    private final Resources resources;
    private final ProgrammeShelf shelf;
    private final Clock clock;
    private final CareSettings settings;

    Programmes(Resources resources, ProgrammeShelf shelf, Clock clock, CareSettings settings) {
        this.resources = resources;
        this.shelf = shelf;
        this.clock = clock;
        this.settings = settings;
    }

    /**
     * @param asked canonicals of programmes; empty for every active one
     * @throws Problem 404 for an unknown one; 422 when one of those asked for lacks its assessment or is not for this patient,
     *     or when none is ready: with the form to complete and the conditions that are not met
     */
    Choice choose(List<CanonicalType> asked, Patient patient, PatientReasoning reasoning, Visibility visibility) {
        return asked.isEmpty()
                ? chooseAmongAll(patient, reasoning, visibility)
                : chooseAsked(asked, patient, reasoning, visibility);
    }

    private Choice chooseAsked(
            List<CanonicalType> asked, Patient patient, PatientReasoning reasoning, Visibility visibility) {
        List<Programme> ready = asked.stream()
                .map(CanonicalType::getValue)
                .distinct()
                .map(this::named)
                .toList();
        List<QuestionnaireResponse> responses = responses(patient, visibility);
        List<Problem.Issue> obstacles = ready.stream()
                .flatMap(p -> Stream.concat(missing(p, responses).stream(), unmet(p, reasoning).stream()))
                .toList();
        if (!obstacles.isEmpty()) {
            throw new Problem(422, obstacles);
        }
        return new Choice(ready, List.of(), List.of());
    }

    private Programme named(String canonical) {
        return shelf.named(canonical)
                .orElseThrow(
                        () -> Problem.unknown(
                                "There is no programme " + canonical
                                        + ": name the url of an active PlanDefinition, as GET PlanDefinition?status=active lists them"));
    }

    private Choice chooseAmongAll(Patient patient, PatientReasoning reasoning, Visibility visibility) {
        List<QuestionnaireResponse> responses = responses(patient, visibility);
        List<Programme> ready = new ArrayList<>();
        List<Problem.Issue> leftOut = new ArrayList<>();
        List<Problem.Issue> notForPatient = new ArrayList<>();
        List<Programme> unmetProgrammes = new ArrayList<>();
        List<Programme> active = active();
        reasoning.prepare(active);
        for (Programme programme : active) {
            try {
                List<Problem.Issue> unmet = unmet(programme, reasoning);
                List<Problem.Issue> missing = missing(programme, responses);
                if (!unmet.isEmpty()) {
                    notForPatient.addAll(missing);
                    notForPatient.addAll(unmet);
                    unmetProgrammes.add(programme);
                } else if (!missing.isEmpty()) {
                    leftOut.addAll(missing);
                } else {
                    ready.add(programme);
                }
            } catch (Problem broken) { // one broken definition must not stop all care planning, but be seen
                leftOut.addAll(broken.issues());
            }
        }
        if (ready.isEmpty()) {
            List<Problem.Issue> why =
                    Stream.concat(leftOut.stream(), notForPatient.stream()).toList();
            throw why.isEmpty()
                    ? Problem.rule("There is no active PlanDefinition to plan by", null)
                    : new Problem(422, why);
        }
        return new Choice(ready, leftOut, unmetProgrammes);
    }

    /** All active programmes that name for whom they are, in a fixed order. */
    List<Programme> active() {
        return shelf.active();
    }

    private List<QuestionnaireResponse> responses(Patient patient, Visibility visibility) {
        return resources.search(
                QuestionnaireResponse.class,
                "subject=Patient/" + patient.getIdElement().getIdPart() + "&status=completed,amended",
                visibility);
    }

    private List<Problem.Issue> missing(Programme programme, List<QuestionnaireResponse> responses) {
        RequiredAssessment required = programme.requiredAssessment();
        LocalDate today = LocalDate.ofInstant(clock.instant(), settings.zoneId());
        return required.isMetBy(responses, today, settings.zoneId())
                ? List.of()
                : List.of(new Problem.Issue(
                        IssueType.BUSINESSRULE,
                        programme.title() + " (" + programme.url() + ") needs an assessment first. "
                                + required.inWords(),
                        "QuestionnaireResponse.questionnaire"));
    }

    private static List<Problem.Issue> unmet(Programme programme, PatientReasoning reasoning) {
        return reasoning.unmetConditions(programme).stream()
                .map(condition -> new Problem.Issue(
                        IssueType.BUSINESSRULE,
                        programme.title() + " (" + programme.url() + ") is not for this patient. Not met: " + condition,
                        "PlanDefinition.action.condition"))
                .toList();
    }
}
