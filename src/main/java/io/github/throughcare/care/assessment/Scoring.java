package io.github.throughcare.care.assessment;

import io.github.throughcare.care.assessment.Form.Band;
import io.github.throughcare.care.assessment.Form.ScoreRule;
import io.github.throughcare.fhir.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
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

    private static final Set<QuestionnaireItemType> NUMBERS =
            EnumSet.of(QuestionnaireItemType.DECIMAL, QuestionnaireItemType.INTEGER, QuestionnaireItemType.QUANTITY);

    private final AnswerSheet sheet;
    private final Rules rules;
    private final List<Problem.Issue> issues = new ArrayList<>();

    Scoring(AnswerSheet sheet, Rules rules) {
        this.sheet = sheet;
        this.rules = rules;
    }

    /** The scores that the form asks for after these answers, in its order; a score may use those before it. */
    List<Score> scores() {
        List<Score> scores = new ArrayList<>();
        for (ScoreRule rule : sheet.form().scores()) {
            if (!new Enabling(sheet, rules).enabled(rule.item(), null)) {
                continue;
            }
            if (NUMBERS.contains(rule.item().definition().getType())) {
                scores.add(score(rule));
            } else {
                answer(rule);
            }
        }
        return scores;
    }

    /** What is computed without being a number is an answer that the server gives. */
    private void answer(ScoreRule rule) {
        List<Type> sent = sheet.answers(rule.item().linkId());
        List<Base> result = rules.evaluate(rule.expression());
        Type value = result.size() == 1 && result.get(0) instanceof Type found ? Fitting.to(rule.item(), found) : null;
        if (value == null) {
            return;
        }
        if (!sent.isEmpty() && !new Form.Option(value, null, null, false).matches(sent.get(0))) {
            issues.add(new Problem.Issue(
                    IssueType.BUSINESSRULE,
                    "The answer to \"" + rule.item().linkId() + "\" is computed; it was sent as "
                            + said(sent.get(0)) + ", but by the other answers it is " + said(value)
                            + ". Leave it out, or correct it.",
                    ResponseReader.path(sheet.items().get(rule.item().linkId()).get(0)) + ".answer[0].value"));
        }
        sheet.set(rule.item(), value);
    }

    private static String said(Type value) {
        return value instanceof Coding coding ? coding.getCode() : String.valueOf(value.primitiveValue());
    }

    /** One for each score that the client sent and that is not the one computed. */
    List<Problem.Issue> issues() {
        return issues;
    }

    private Score score(ScoreRule rule) {
        List<String> missing =
                rule.members().stream().filter(m -> !sheet.answered(m)).toList();
        List<Type> sent = sheet.answers(rule.item().linkId());
        if (!missing.isEmpty() && (rule.completeWhen() == null || !rules.holds(rule.completeWhen()))) {
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
        List<Base> result = rules.evaluate(rule.expression());
        return result.size() == 1 ? Optional.ofNullable(Expressions.number(result.get(0))) : Optional.empty();
    }

    private @Nullable Band band(ScoreRule rule, BigDecimal total) {
        return rule.bands().stream()
                .filter(b -> b.covers(total, rules.scope().patient().getGender()))
                .filter(b -> b.condition() == null || rules.holds(b.condition()))
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
            issues.add(new Problem.Issue(
                    IssueType.BUSINESSRULE,
                    "The score \"" + rule.item().linkId() + "\" was sent as "
                            + (claimed == null ? "no number" : claimed.toPlainString()) + ", but by the answers "
                            + instead + ". Leave it out, or correct it.",
                    ResponseReader.path(sheet.items().get(rule.item().linkId()).get(0)) + ".answer[0].value"));
        }
    }

    private Type typed(Form.Item item, BigDecimal value) {
        return switch (item.definition().getType()) {
            case INTEGER -> {
                if (value.stripTrailingZeros().scale() > 0) {
                    throw Problem.rule(
                            "The form " + sheet.form().name() + " cannot be used: its item \"" + item.linkId()
                                    + "\" is of type integer, but comes to " + value.toPlainString()
                                    + "; make it a decimal.",
                            null);
                }
                yield new IntegerType(value.intValueExact());
            }
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
}
