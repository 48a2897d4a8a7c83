package io.github.throughcare.care.assessment;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.ValueSet;
import org.springframework.stereotype.Component;

/**
 * The forms that can be assessed, each made ready once: parsing its expressions costs far more than scoring. A form that is stored
 * anew under the same canonical is made ready anew. Thread-safe.
 */
@Component
class Forms {

    private final Resources resources;
    private final Map<String, Form> ready = new ConcurrentHashMap<>();
    private final Expressions expressions;

    Forms(Resources resources, FhirContext context) {
        this.resources = resources;
        this.expressions = new Expressions(context);
    }

    /**
     * The form with this canonical.
     *
     * @throws Problem 422 when there is none, or it cannot be used
     */
    Form form(String canonical) {
        Questionnaire definition = resources
                .definition(Questionnaire.class, canonical)
                .orElseThrow(() -> Problem.rule(
                        "There is no form " + canonical
                                + "; store the Questionnaire first, or name one that is stored.",
                        "QuestionnaireResponse.questionnaire"));
        Form form = ready.get(canonical);
        if (form == null || form.questionnaire() != definition) {
            form = ready(definition);
            ready.put(canonical, form);
        }
        return form;
    }

    /** Any form, made ready for this once. */
    Form ready(Questionnaire definition) {
        return new FormReader(expressions, url -> resources.definition(ValueSet.class, url)).read(definition);
    }

    Expressions expressions() {
        return expressions;
    }
}
