package io.github.throughcare.care.assessment;

import io.github.throughcare.care.Actors;
import io.github.throughcare.care.assessment.Form.NeedRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;

/**
 * Needs as Conditions of category health-concern. Screening says what a person reports, not what a clinician has found: they are
 * {@code unconfirmed} until somebody confirms them.
 *
 * @see <a href="http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/SDOHCC-Condition">SDOHCC Condition</a>
 */
final class Needs {

    private static final String CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical";
    private static final String VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
    private static final String CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/condition-category";
    private static final Set<String> OPEN = Set.of("active", "recurrence", "relapse");
    private static final Set<String> RECORDERS = Set.of("Practitioner", "PractitionerRole", "Patient", "RelatedPerson");

    private final QuestionnaireResponse response;
    private final Observations observations;
    private final List<Condition> known;

    /** @param known the patient's Conditions with the codes that the form may raise, closed ones too */
    Needs(QuestionnaireResponse response, Observations observations, List<Condition> known) {
        this.response = response;
        this.observations = observations;
        this.known = known;
    }

    /** The Conditions that the needs which hold open or add to, and those that this response no longer supports. */
    List<Condition> drafts(List<NeedRule> all, Set<NeedRule> holding) {
        List<Condition> drafts = new ArrayList<>();
        for (NeedRule rule : all) {
            if (holding.contains(rule)) {
                drafts.add(opened(rule));
            } else {
                withdrawn(rule).ifPresent(drafts::add);
            }
        }
        return drafts;
    }

    private Condition opened(NeedRule rule) {
        Condition condition = known.stream()
                .filter(c -> same(c, rule) && open(c))
                .findFirst()
                .or(() -> mine(rule))
                .map(Condition::copy)
                .orElseGet(() -> fresh(rule));
        if (!open(condition)) {
            condition.setClinicalStatus(concept(CLINICAL, "active")).setAbatement(null);
            condition.setVerificationStatus(concept(VERIFICATION, "unconfirmed"));
        }
        for (CodeableConcept category : categories(rule)) {
            if (condition.getCategory().stream().noneMatch(c -> shared(c, category))) {
                condition.addCategory(category);
            }
        }
        removeEvidence(condition);
        observations
                .evidence(rule.evidence())
                .forEach(r -> condition.addEvidence().addDetail(r));
        RaisedBy.add(condition, response.getIdPart());
        return condition;
    }

    private Optional<Condition> withdrawn(NeedRule rule) {
        return known.stream()
                .filter(c -> same(c, rule) && RaisedBy.names(c, response.getIdPart()))
                .findFirst()
                .map(Condition::copy)
                .map(condition -> {
                    removeEvidence(condition);
                    if (RaisedBy.removeLast(condition, response.getIdPart()) && open(condition)) {
                        condition.setClinicalStatus(concept(CLINICAL, "inactive"));
                        condition.setVerificationStatus(concept(VERIFICATION, "refuted"));
                    }
                    return condition;
                });
    }

    private Condition fresh(NeedRule rule) {
        Condition condition = new Condition();
        condition.setId(id(rule));
        condition.setClinicalStatus(concept(CLINICAL, "active"));
        condition.setVerificationStatus(concept(VERIFICATION, "unconfirmed"));
        condition.setCode(rule.code().copy());
        condition.setSubject(response.getSubject().copy());
        condition.setEncounter(response.getEncounter().copy());
        condition.setRecordedDateElement(response.getAuthoredElement().copy());
        if (Actors.isOneOf(response.getAuthor(), RECORDERS)) {
            condition.setRecorder(response.getAuthor().copy());
        }
        return condition;
    }

    private static List<CodeableConcept> categories(NeedRule rule) {
        List<CodeableConcept> categories = new ArrayList<>();
        categories.add(new CodeableConcept(new Coding(CATEGORY, "health-concern", "Health Concern")));
        rule.categories().forEach(c -> categories.add(c.copy()));
        return categories;
    }

    /** What this response opened before and took back. */
    private Optional<Condition> mine(NeedRule rule) {
        return known.stream().filter(c -> c.getIdPart().equals(id(rule))).findFirst();
    }

    private String id(NeedRule rule) {
        Coding code = rule.code().getCodingFirstRep();
        return DerivedId.of(response.getIdPart(), "need", code.getSystem() + "|" + code.getCode());
    }

    private void removeEvidence(Condition condition) {
        condition.getEvidence().forEach(e -> e.getDetail().removeIf(this::ours));
        condition.getEvidence().removeIf(e -> e.isEmpty());
    }

    private boolean ours(Reference detail) {
        return observations.has(detail.getReferenceElement().getIdPart());
    }

    private static boolean same(Condition condition, NeedRule rule) {
        return shared(condition.getCode(), rule.code());
    }

    private static boolean shared(CodeableConcept one, CodeableConcept other) {
        return other.getCoding().stream().anyMatch(c -> one.hasCoding(c.getSystem(), c.getCode()));
    }

    static boolean open(Condition condition) {
        return condition.getClinicalStatus().getCoding().stream()
                        .anyMatch(c -> CLINICAL.equals(c.getSystem()) && OPEN.contains(c.getCode()))
                && !condition.getVerificationStatus().hasCoding(VERIFICATION, "refuted")
                && !condition.getVerificationStatus().hasCoding(VERIFICATION, "entered-in-error");
    }

    private static CodeableConcept concept(String system, String code) {
        return new CodeableConcept(new Coding(system, code, null));
    }
}
