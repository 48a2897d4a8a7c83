package io.github.throughcare.care.assessment;

import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemComponent;
import org.jspecify.annotations.Nullable;

/**
 * Which items are asked, given the answers: by enableWhen, by SDC's enableWhenExpression, and only where the item around them is
 * asked. In a group that repeats each occurrence goes by its own answers.
 *
 * @see <a href="http://hl7.org/fhir/uv/sdc/behavior.html#enableWhen">SDC, enableWhen and enableWhenExpression</a>
 */
record Enabling(AnswerSheet sheet, Rules rules) {

    /** @param container the item that it stands in, or would stand in; null at the top, or where there is none */
    boolean enabled(Form.Item item, @Nullable QuestionnaireResponseItemComponent container) {
        return EnableWhen.holds(item.definition(), question -> sheet.answersNear(question, container))
                && (item.enabledWhen() == null
                        || rules.holds(item.enabledWhen(), container == null ? sheet.response() : container))
                && (item.parent() == null
                        || enabled(
                                sheet.form().items().get(item.parent()),
                                container == null ? null : sheet.around().get(container)));
    }
}
