package io.github.throughcare.care.assessment;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.fhirpath.ExpressionNode;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

/**
 * A Questionnaire made ready: its items by linkId, its expressions parsed. Made once per version of a form by
 * {@link FormReader}; immutable and shared.
 *
 * @param items every item, groups and displays too, in the form's order
 * @param scores the calculated items, in the form's order
 * @param constraints what must hold of the whole response
 * @param reassessments when to ask again: the first whose condition holds
 * @param variables named expressions that the others may use, each seeing those before it
 */
record Form(
        Questionnaire questionnaire,
        Map<String, Item> items,
        List<ScoreRule> scores,
        List<NeedRule> needs,
        List<AlertRule> alerts,
        List<Constraint> constraints,
        List<Reassessment> reassessments,
        Map<String, ExpressionNode> variables) {

    /**
     * One item.
     *
     * @param parent linkId of the item around it, null at the top
     * @param observed whether an answer becomes an Observation
     * @param options what may be answered; null when anything may (or when the value set cannot be enumerated)
     * @param categories categories that its Observation gets beside {@code survey}
     * @param enabledWhen SDC's enableWhenExpression
     * @param answers SDC's answerExpression: what may be answered, given the other answers
     * @param constraints what must hold of its answers
     */
    record Item(
            QuestionnaireItemComponent definition,
            @Nullable String parent,
            boolean observed,
            @Nullable List<Option> options,
            List<CodeableConcept> categories,
            @Nullable ExpressionNode enabledWhen,
            @Nullable ExpressionNode answers,
            List<Constraint> constraints) {

        String linkId() {
            return definition.getLinkId();
        }

        Optional<Option> option(Type answer) {
            return options == null
                    ? Optional.empty()
                    : options.stream().filter(o -> o.matches(answer)).findFirst();
        }

        boolean hasOrdinals() {
            return options != null && options.stream().anyMatch(o -> o.ordinal() != null);
        }
    }

    /**
     * A permitted answer.
     *
     * @param ordinal its points in a score
     * @param interpretation {@code POS} or {@code NEG} where the answer alone says whether there is a need
     * @param exclusive whether it cannot stand beside another answer ("none of the above")
     */
    record Option(
            Type value,
            @Nullable BigDecimal ordinal,
            @Nullable String interpretation,
            boolean exclusive) {

        boolean matches(Type answer) {
            if (value instanceof Coding mine && answer instanceof Coding other) {
                return mine.hasCode()
                        && mine.getCode().equals(other.getCode())
                        && String.valueOf(mine.getSystem()).equals(String.valueOf(other.getSystem()));
            }
            return value.equalsDeep(answer);
        }
    }

    /**
     * A calculated item.
     *
     * @param members linkIds of the items it adds up
     * @param completeWhen when there is a score although members are unanswered: the instrument's own rule; without it never
     * @param bands in order: the first that fits counts
     */
    record ScoreRule(
            Item item,
            ExpressionNode expression,
            List<String> members,
            @Nullable ExpressionNode completeWhen,
            List<Band> bands) {}

    /**
     * A range of a score.
     *
     * @param low least score, null for none
     * @param high greatest score, null for none
     * @param sex only for patients of this recorded gender; without it for all, also when the gender is unknown
     * @param condition a further condition
     * @param interpretation {@code POS} or {@code NEG} for screens
     */
    record Band(
            Coding code,
            @Nullable BigDecimal low,
            @Nullable BigDecimal high,
            @Nullable AdministrativeGender sex,
            @Nullable ExpressionNode condition,
            @Nullable String interpretation) {

        boolean covers(BigDecimal score, @Nullable AdministrativeGender gender) {
            return (low == null || score.compareTo(low) >= 0)
                    && (high == null || score.compareTo(high) <= 0)
                    && (sex == null || sex == gender);
        }
    }

    /**
     * When answers mean a need.
     *
     * @param evidence linkIds of the items whose Observations show it
     */
    record NeedRule(
            ExpressionNode condition, CodeableConcept code, List<CodeableConcept> categories, List<String> evidence) {}

    /**
     * When answers ask for somebody to act at once.
     *
     * @param due from the moment of the alert to the end of the Task's period
     */
    record AlertRule(
            ExpressionNode condition,
            @Nullable CodeableConcept flag,
            @Nullable CodeableConcept task,
            TaskPriority priority,
            @Nullable Duration due) {}

    /**
     * A rule of questionnaire-constraint.
     *
     * @param human what it says to people
     * @param error whether a response that breaks it is refused; otherwise it is advice to whoever fills the form
     */
    record Constraint(String key, ExpressionNode expression, String human, boolean error) {}

    /**
     * When the form is to be filled again.
     *
     * @param condition null when it always holds
     */
    record Reassessment(@Nullable ExpressionNode condition, Duration every) {}

    /** Whether an item lies in another, however deep. */
    boolean isWithin(String linkId, String container) {
        Item item = items.get(linkId);
        while (item != null && item.parent() != null) {
            if (item.parent().equals(container)) {
                return true;
            }
            item = items.get(item.parent());
        }
        return false;
    }

    /** {@code url|version} of the form, or its url. */
    String canonical() {
        return questionnaire.hasVersion()
                ? questionnaire.getUrl() + "|" + questionnaire.getVersion()
                : questionnaire.getUrl();
    }

    /** What people call it. */
    String name() {
        return questionnaire.hasTitle() ? questionnaire.getTitle() : questionnaire.getUrl();
    }
}
