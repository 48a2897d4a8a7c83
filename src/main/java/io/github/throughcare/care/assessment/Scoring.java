package io.github.throughcare.care.assessment;

import io.github.throughcare.care.assessment.Expressions.Scope;
import io.github.throughcare.care.assessment.Form.Band;
import io.github.throughcare.care.assessment.Form.ScoreRule;
import io.github.throughcare.fhir.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.fhirpath.ExpressionNode;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

/**
 * Computes the calculated items of a form and writes them into the response. An instrument is not totalled when more of its items
 * are unanswered than it allows: a sum of what happens to be there would look like a low score.
 *
 * @see <a href="http://hl7.org/fhir/uv/sdc/behavior.html#calculations">SDC, calculations</a>
 */
final class Scoring {

    private static final String DECLINED = "asked-declined";

    private final AnswerSheet sheet;
    private final Scope scope;
    private final Expressions expressions;

    Scoring(AnswerSheet sheet, Scope scope, Expressions expressions) {
        this.sheet = sheet;
        this.scope = scope;
        this.expressions = expressions;
    }

    /** @throws Problem 422 when a score that the client sent is not the one computed */
    List<Score> scores() {
        List<Score> scores = new ArrayList<>();
        for (ScoreRule rule : sheet.form().scores()) {
            scores.add(score(rule));
        }
        return scores;
    }

    /** Whether a condition of the form holds; the scores must have been computed. */
    boolean holds(ExpressionNode condition) {
        try {
            return expressions.holds(condition, scope);
        } catch (FHIRException e) {
            throw unusable(condition, e);
        }
    }

    private Score score(ScoreRule rule) {
        List<String> missing =
                rule.members().stream().filter(m -> !sheet.answered(m)).toList();
        List<Type> sent = sheet.answers(rule.item().linkId());
        if (!missing.isEmpty() && (rule.completeWhen() == null || !holds(rule.completeWhen()))) {
            refuse(rule, sent, "there is none without " + String.join(", ", missing));
            return new Score(rule, null, absentReason(missing), null);
        }
        Optional<BigDecimal> value = calculated(rule);
        if (value.isEmpty()) {
            refuse(rule, sent, "there is none");
            return new Score(rule, null, absentReason(missing), null);
        }
        BigDecimal total = value.get();
        BigDecimal claimed = sent.isEmpty() ? null : Expressions.number(sent.get(0));
        if (claimed == null || claimed.compareTo(total) != 0) {
            refuse(rule, sent, "it is " + total.toPlainString());
        }
        sheet.set(rule.item(), typed(rule.item(), total));
        return new Score(rule, total, null, band(rule, total));
    }

    private Optional<BigDecimal> calculated(ScoreRule rule) {
        try {
            List<Base> result = expressions.evaluate(rule.expression(), scope);
            return result.size() == 1 ? Optional.ofNullable(Expressions.number(result.get(0))) : Optional.empty();
        } catch (FHIRException e) {
            throw unusable(rule.expression(), e);
        }
    }

    private @Nullable Band band(ScoreRule rule, BigDecimal total) {
        return rule.bands().stream()
                .filter(b -> b.covers(total, scope.patient().getGender()))
                .filter(b -> b.condition() == null || holds(b.condition()))
                .findFirst()
                .orElse(null);
    }

    /** Declined when all that is missing was declined; a gap that nobody explains is unknown. */
    private String absentReason(List<String> missing) {
        return !missing.isEmpty()
                        && missing.stream()
                                .allMatch(m -> sheet.absentReason(m)
                                        .filter(DECLINED::equals)
                                        .isPresent())
                ? DECLINED
                : "unknown";
    }

    private void refuse(ScoreRule rule, List<Type> sent, String instead) {
        if (!sent.isEmpty()) {
            BigDecimal claimed = Expressions.number(sent.get(0));
            throw Problem.rule(
                    "The score \"" + rule.item().linkId() + "\" was sent as "
                            + (claimed == null ? "no number" : claimed.toPlainString()) + ", but by the answers "
                            + instead + ". Leave it out, or correct it.",
                    ResponseReader.path(sheet.items().get(rule.item().linkId()).get(0)) + ".answer[0].value");
        }
    }

    private static Type typed(Form.Item item, BigDecimal value) {
        return switch (item.definition().getType()) {
            case INTEGER -> new IntegerType(value.intValue());
            case QUANTITY -> {
                Coding unit = Observations.unit(item);
                yield new Quantity()
                        .setValue(value)
                        .setUnit(unit.getDisplay())
                        .setSystem(unit.getSystem())
                        .setCode(unit.getCode());
            }
            default -> new DecimalType(value);
        };
    }

    private Problem unusable(ExpressionNode expression, FHIRException e) {
        return Problem.rule(
                "The form " + sheet.form().name() + " cannot be scored: \"" + expression + "\": " + e.getMessage(),
                null);
    }
}
