package io.github.throughcare.care.assessment;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import io.github.throughcare.care.Actors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.TimeType;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

/**
 * Answers and scores as Observations: observation-based extraction of SDC in the shape of US Core's screening-assessment profile.
 * Ids derive from the response and the item, so that extraction again amends.
 *
 * @see <a href="http://hl7.org/fhir/uv/sdc/extraction.html#observation-based-extraction">SDC, observation-based extraction</a>
 * @see <a href="http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-screening-assessment">US Core Observation
 *     Screening Assessment</a>
 */
final class Observations {

    private static final String CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category";
    private static final String INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
    private static final String UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit";
    private static final Set<String> PERFORMERS =
            Set.of("Practitioner", "PractitionerRole", "Organization", "CareTeam", "Patient", "RelatedPerson");

    private final AnswerSheet sheet;
    private final QuestionnaireResponse response;
    private final Map<String, Observation> earlier;
    private final Map<String, List<Observation>> byItem = new LinkedHashMap<>();

    /**
     * @param sheet its response has id, subject and authored
     * @param earlier Observations that were extracted from an earlier version of the response, by id
     */
    Observations(AnswerSheet sheet, List<Score> scores, Map<String, Observation> earlier) {
        this.sheet = sheet;
        this.response = sheet.response();
        this.earlier = earlier;
        Set<String> scored = new HashSet<>();
        scores.forEach(s -> scored.add(s.linkId()));
        sheet.form().items().values().stream()
                .filter(i -> i.observed() && !scored.contains(i.linkId()))
                .forEach(this::addAnswers);
        scores.stream().filter(s -> s.rule().item().definition().hasCode()).forEach(this::addScore);
    }

    /** All of them: answers in the form's order, then scores, then those whose answer was taken back. */
    List<Observation> all() {
        List<Observation> all = new ArrayList<>();
        byItem.values().forEach(all::addAll);
        Set<String> ids = new HashSet<>();
        all.forEach(o -> ids.add(o.getIdPart()));
        earlier.values().stream()
                .filter(o -> !ids.contains(o.getIdPart()))
                .map(Observations::withdrawn)
                .forEach(all::add);
        return all;
    }

    /** Whether an Observation comes from this response, now or earlier. */
    boolean has(@Nullable String id) {
        return earlier.containsKey(String.valueOf(id))
                || byItem.values().stream()
                        .flatMap(List::stream)
                        .anyMatch(o -> o.getIdPart().equals(id));
    }

    /** References to what shows a need: Observations of these items that have a value and do not speak against it. */
    List<Reference> evidence(List<String> linkIds) {
        return linkIds.stream()
                .flatMap(l -> byItem.getOrDefault(l, List.of()).stream())
                .filter(o -> o.hasValue() && !interpreted(o, "NEG"))
                .map(Observations::reference)
                .toList();
    }

    /** The unit of a score, by default UCUM {@code {score}}. */
    static Coding unit(Form.Item item) {
        Extension unit = item.definition().getExtensionByUrl(UNIT);
        return unit != null && unit.getValue() instanceof Coding coding
                ? coding
                : new Coding("http://unitsofmeasure.org", "{score}", "{score}");
    }

    private void addAnswers(Form.Item item) {
        List<Observation> added = new ArrayList<>();
        for (Type answer : sheet.answers(item.linkId())) {
            Type value = value(item, answer);
            if (value == null) {
                continue;
            }
            Observation observation = item.definition().getRepeats()
                    ? draft(item, DerivedId.of(response.getIdPart(), item.linkId(), text(answer)))
                    : draft(item, DerivedId.of(response.getIdPart(), item.linkId()));
            observation.setValue(value);
            item.option(answer).map(Form.Option::interpretation).ifPresent(i -> interpret(observation, i));
            added.add(observation);
        }
        sheet.absentReason(item.linkId()).ifPresent(reason -> {
            Observation observation = draft(item, DerivedId.of(response.getIdPart(), item.linkId()));
            observation.setDataAbsentReason(absent(reason));
            added.add(observation);
        });
        byItem.put(item.linkId(), added);
    }

    private void addScore(Score score) {
        Form.Item item = score.rule().item();
        Observation total = draft(item, DerivedId.of(response.getIdPart(), item.linkId()));
        if (score.value() != null) {
            Coding unit = unit(item);
            total.setValue(new Quantity()
                    .setValue(score.value())
                    .setUnit(unit.hasDisplay() ? unit.getDisplay() : unit.getCode())
                    .setSystem(unit.getSystem())
                    .setCode(unit.getCode()));
        } else {
            total.setDataAbsentReason(absent(String.valueOf(score.absentReason())));
        }
        if (score.band() != null) {
            total.addInterpretation().addCoding(score.band().code().copy());
            if (score.band().interpretation() != null) {
                interpret(total, score.band().interpretation());
            }
        }
        score.rule().members().stream()
                .flatMap(m -> byItem.getOrDefault(m, List.of()).stream())
                .map(Observations::reference)
                .forEach(total::addHasMember);
        byItem.put(item.linkId(), List.of(total));
    }

    private Observation draft(Form.Item item, String id) {
        Observation draft = new Observation();
        draft.setId(id);
        draft.setStatus(earlier.containsKey(id) ? ObservationStatus.AMENDED : ObservationStatus.FINAL);
        draft.addCategory(new CodeableConcept(new Coding(CATEGORY, "survey", "Survey")));
        item.categories().forEach(c -> draft.addCategory(c.copy()));
        CodeableConcept code = new CodeableConcept().setText(item.definition().getText());
        item.definition().getCode().forEach(c -> code.addCoding(c.copy()));
        draft.setCode(code);
        draft.setSubject(response.getSubject().copy());
        draft.setEncounter(response.getEncounter().copy());
        if (response.hasAuthored()) {
            draft.setEffective(response.getAuthoredElement().copy());
        }
        if (response.hasAuthored()
                && response.getAuthoredElement().getValueAsString().contains("T")) {
            draft.setIssuedElement(new InstantType(
                    response.getAuthored(),
                    TemporalPrecisionEnum.MILLI,
                    response.getAuthoredElement().getTimeZone()));
        }
        if (response.hasAuthor() && Actors.isOneOf(response.getAuthor(), PERFORMERS)) {
            draft.addPerformer(response.getAuthor().copy());
        }
        response.getBasedOn().forEach(b -> draft.addBasedOn(b.copy()));
        response.getPartOf().forEach(p -> draft.addPartOf(p.copy()));
        draft.addDerivedFrom(new Reference("QuestionnaireResponse/" + response.getIdPart()));
        return draft;
    }

    /** An answer that an amended response no longer has: the Observation stays and says that it has no value. */
    private static Observation withdrawn(Observation earlier) {
        Observation observation = earlier.copy();
        observation.setStatus(ObservationStatus.AMENDED);
        observation.setValue(null);
        observation.setInterpretation(null);
        observation.setDataAbsentReason(absent("unknown"));
        return observation;
    }

    /** The answer as a type that Observation.value has, null for what it has none for (attachment, reference). */
    private static @Nullable Type value(Form.Item item, Type answer) {
        if (answer instanceof Coding coding) {
            return new CodeableConcept(coding.copy()).setText(coding.getDisplay());
        }
        if (Expressions.number(answer) != null
                && !(answer instanceof Quantity)
                && (item.definition().hasExtension(UNIT) || !(answer instanceof IntegerType))) {
            Extension unit = item.definition().getExtensionByUrl(UNIT);
            Coding coding =
                    unit == null ? new Coding("http://unitsofmeasure.org", "1", null) : (Coding) unit.getValue();
            return new Quantity()
                    .setValue(Expressions.number(answer))
                    .setUnit(coding.hasDisplay() ? coding.getDisplay() : coding.getCode())
                    .setSystem(coding.getSystem())
                    .setCode(coding.getCode());
        }
        if (answer instanceof DateType date) {
            return new DateTimeType(date.getValueAsString());
        }
        return answer instanceof Quantity
                        || answer instanceof BooleanType
                        || answer instanceof IntegerType
                        || answer instanceof TimeType
                        || answer instanceof DateTimeType
                        || answer instanceof StringType
                ? answer.copy()
                : answer.isPrimitive() ? new StringType(answer.primitiveValue()) : null;
    }

    private static String text(Type answer) {
        return answer instanceof Coding coding
                ? coding.getSystem() + "|" + coding.getCode()
                : answer.isPrimitive() ? answer.primitiveValue() : String.valueOf(Expressions.number(answer));
    }

    private static void interpret(Observation observation, String code) {
        observation
                .addInterpretation()
                .addCoding(new Coding(INTERPRETATION, code, "POS".equals(code) ? "Positive" : "Negative"));
    }

    private static boolean interpreted(Observation observation, String code) {
        return observation.getInterpretation().stream().anyMatch(i -> i.hasCoding(INTERPRETATION, code));
    }

    private static CodeableConcept absent(String reason) {
        return new CodeableConcept(new Coding(AnswerSheet.ABSENT_SYSTEM, reason, null));
    }

    static Reference reference(Observation observation) {
        return new Reference("Observation/" + observation.getIdPart());
    }
}
