package io.github.throughcare.care.assessment;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Questionnaire.EnableWhenBehavior;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemEnableWhenComponent;
import org.hl7.fhir.r4.model.Type;

/**
 * Whether an item is asked, given the other answers.
 *
 * @see <a href="http://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen">R4 Questionnaire.item.enableWhen</a>
 */
final class EnableWhen {

    private EnableWhen() {}

    /**
     * Without conditions it is always asked; several are joined by enableBehavior ({@code any} where it is absent).
     *
     * @param answers what was answered to a question, by its linkId
     */
    static boolean holds(QuestionnaireItemComponent item, Function<String, List<Type>> answers) {
        if (!item.hasEnableWhen()) {
            return true;
        }
        return item.getEnableBehavior() == EnableWhenBehavior.ALL
                ? item.getEnableWhen().stream().allMatch(w -> holds(w, answers.apply(w.getQuestion())))
                : item.getEnableWhen().stream().anyMatch(w -> holds(w, answers.apply(w.getQuestion())));
    }

    private static boolean holds(QuestionnaireItemEnableWhenComponent when, List<Type> answers) {
        Type wanted = when.getAnswer();
        return switch (when.getOperator()) {
            case EXISTS -> answers.isEmpty() != ((BooleanType) wanted).booleanValue();
            case EQUAL -> answers.stream().anyMatch(a -> same(a, wanted));
            case NOT_EQUAL -> answers.stream().noneMatch(a -> same(a, wanted));
            case GREATER_THAN -> answers.stream().anyMatch(a -> ordered(a, wanted) && compare(a, wanted) > 0);
            case LESS_THAN -> answers.stream().anyMatch(a -> ordered(a, wanted) && compare(a, wanted) < 0);
            case GREATER_OR_EQUAL -> answers.stream().anyMatch(a -> ordered(a, wanted) && compare(a, wanted) >= 0);
            case LESS_OR_EQUAL -> answers.stream().anyMatch(a -> ordered(a, wanted) && compare(a, wanted) <= 0);
            default -> true;
        };
    }

    private static boolean same(Type answer, Type wanted) {
        if (answer instanceof Coding mine && wanted instanceof Coding other) {
            return String.valueOf(mine.getCode()).equals(other.getCode())
                    && String.valueOf(mine.getSystem()).equals(String.valueOf(other.getSystem()));
        }
        return ordered(answer, wanted) ? compare(answer, wanted) == 0 : answer.equalsDeep(wanted);
    }

    private static boolean ordered(Type answer, Type wanted) {
        return answer instanceof BaseDateTimeType && wanted instanceof BaseDateTimeType
                || Expressions.number(answer) != null && Expressions.number(wanted) != null;
    }

    private static int compare(Type answer, Type wanted) {
        BigDecimal mine = Expressions.number(answer);
        BigDecimal other = Expressions.number(wanted);
        return mine != null && other != null
                ? mine.compareTo(other)
                : ((BaseDateTimeType) answer).getValue().compareTo(((BaseDateTimeType) wanted).getValue());
    }
}
