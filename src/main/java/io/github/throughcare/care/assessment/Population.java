package io.github.throughcare.care.assessment;

import io.github.throughcare.care.assessment.Expressions.Scope;
import io.github.throughcare.fhir.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemInitialComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Type;

/**
 * Fills a form: an item's initialExpression first, then the latest Observation with its code (observationLinkPeriod), then its initial
 * values. What does not fit the item's type or options is left out: a person fills it.
 *
 * @see <a href="http://hl7.org/fhir/uv/sdc/populate.html">SDC, form population</a>
 */
final class Population {

    private static final String SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

    private final Form form;
    private final Expressions expressions;
    private final BiFunction<List<Coding>, Duration, Optional<Type>> latest;
    private final Scope scope;

    /**
     * @param context what the form was opened with, by the names that its launchContext gives
     * @param latest the value of the patient's latest Observation with one of the codes, not older than the period
     */
    Population(
            Form form,
            Patient patient,
            Map<String, List<Base>> context,
            Expressions expressions,
            BiFunction<List<Coding>, Duration, Optional<Type>> latest) {
        this.form = form;
        this.expressions = expressions;
        this.latest = latest;
        this.scope = new Scope(
                new QuestionnaireResponse(), form.questionnaire(), patient, Map.copyOf(context), form.variables());
    }

    /** The response in progress, not stored. */
    QuestionnaireResponse response(DateTimeType now) {
        QuestionnaireResponse response = scope.response();
        response.setStatus(QuestionnaireResponseStatus.INPROGRESS);
        response.setQuestionnaire(form.questionnaire().hasUrl() ? form.canonical() : null);
        response.setSubject(new Reference("Patient/" + scope.patient().getIdPart()));
        response.setAuthoredElement(now);
        form.questionnaire().getItem().forEach(i -> response.addItem(filled(i)));
        return response;
    }

    private QuestionnaireResponseItemComponent filled(QuestionnaireItemComponent definition) {
        QuestionnaireResponseItemComponent item = new QuestionnaireResponseItemComponent();
        item.setLinkId(definition.getLinkId()).setText(definition.getText());
        Form.Item known = form.items().get(definition.getLinkId());
        answers(definition).stream()
                .flatMap(v -> Optional.ofNullable(Fitting.to(known, v)).stream())
                .limit(definition.getRepeats() ? Long.MAX_VALUE : 1)
                .forEach(v -> item.addAnswer().setValue(v));
        for (QuestionnaireItemComponent child : definition.getItem()) {
            if (item.hasAnswer()) {
                item.getAnswerFirstRep().addItem(filled(child));
            } else {
                item.addItem(filled(child));
            }
        }
        return item;
    }

    private List<Type> answers(QuestionnaireItemComponent definition) {
        Extension expression = definition.getExtensionByUrl(SDC + "initialExpression");
        if (expression != null && expression.getValue() instanceof Expression fhirPath) {
            List<Type> values = evaluated(fhirPath);
            if (!values.isEmpty()) {
                return values;
            }
        }
        Extension period = definition.getExtensionByUrl(SDC + "observationLinkPeriod");
        if (period != null && period.getValue() instanceof Duration duration && definition.hasCode()) {
            Optional<Type> value = latest.apply(definition.getCode(), duration);
            if (value.isPresent()) {
                return List.of(value.get());
            }
        }
        return definition.getInitial().stream()
                .map(QuestionnaireItemInitialComponent::getValue)
                .toList();
    }

    private List<Type> evaluated(Expression expression) {
        try {
            List<Base> result = expressions.evaluate(expressions.parse(expression.getExpression()), scope);
            return result.stream()
                    .filter(Type.class::isInstance)
                    .map(Type.class::cast)
                    .toList();
        } catch (FHIRException e) {
            throw Problem.rule(
                    "The form " + form.name() + " cannot be filled: \"" + expression.getExpression() + "\": "
                            + e.getMessage(),
                    null);
        }
    }
}
