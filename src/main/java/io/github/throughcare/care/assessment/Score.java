package io.github.throughcare.care.assessment;

import io.github.throughcare.care.assessment.Form.Band;
import io.github.throughcare.care.assessment.Form.ScoreRule;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A total of a form.
 *
 * @param value null when too many members are unanswered
 * @param absentReason code of data-absent-reason, null when there is a value
 * @param band null when there is no value, or the form has no band for it
 */
record Score(
        ScoreRule rule,
        @Nullable BigDecimal value,
        @Nullable String absentReason,
        @Nullable Band band) {

    String linkId() {
        return rule.item().linkId();
    }
}
