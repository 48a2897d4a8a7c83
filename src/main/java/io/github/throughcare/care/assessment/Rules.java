package io.github.throughcare.care.assessment;

import io.github.throughcare.care.assessment.Expressions.Scope;
import io.github.throughcare.fhir.Problem;
import java.util.List;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.fhirpath.ExpressionNode;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Patient;

/** The expressions of one form, on one response. What a form cannot compute is its author's fault, and said with its name. */
record Rules(Form form, Scope scope, Expressions expressions) {

    static Rules of(AnswerSheet sheet, Patient patient, Expressions expressions) {
        return new Rules(
                sheet.form(),
                new Scope(sheet.response(), sheet.form().questionnaire(), patient)
                        .with(sheet.form().variables()),
                expressions);
    }

    /** @throws Problem 422 when it cannot be evaluated */
    List<Base> evaluate(ExpressionNode expression) {
        return evaluate(expression, scope.response());
    }

    /** On a part of the response. */
    List<Base> evaluate(ExpressionNode expression, Base focus) {
        try {
            return expressions.evaluate(expression, scope, focus);
        } catch (FHIRException e) {
            throw unusable(expression, e);
        }
    }

    /** On a part of the response, by an expression that is used so seldom that it was not parsed before. */
    List<Base> evaluate(String expression, Base focus) {
        try {
            return evaluate(expressions.parse(expression), focus);
        } catch (FHIRException e) {
            throw Problem.rule(
                    "The form " + form.name() + " cannot be used: \"" + expression + "\" is not FHIRPath: "
                            + e.getMessage(),
                    null);
        }
    }

    /** Whether a condition on the response holds; an empty result does not. */
    boolean holds(ExpressionNode condition) {
        return holds(condition, scope.response());
    }

    /** Whether a condition on a part of the response holds. */
    boolean holds(ExpressionNode condition, Base focus) {
        try {
            return expressions.holds(condition, scope, focus);
        } catch (FHIRException e) {
            throw unusable(condition, e);
        }
    }

    private Problem unusable(ExpressionNode expression, FHIRException e) {
        return Problem.rule(
                "The form " + form.name() + " cannot be used: \"" + expression + "\": " + e.getMessage(), null);
    }
}
