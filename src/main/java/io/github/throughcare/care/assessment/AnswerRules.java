package io.github.throughcare.care.assessment;

import io.github.throughcare.fhir.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemAnswerComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.TimeType;
import org.hl7.fhir.r4.model.Type;
import org.hl7.fhir.r4.model.UriType;
import org.jspecify.annotations.Nullable;

/** What a form asks of each answer by itself: its type, its options, its length and its limits. */
final class AnswerRules {

    private static final Map<QuestionnaireItemType, List<Class<? extends Type>>> TYPES = Map.ofEntries(
            Map.entry(QuestionnaireItemType.BOOLEAN, List.of(BooleanType.class)),
            Map.entry(QuestionnaireItemType.DECIMAL, List.of(DecimalType.class, IntegerType.class)),
            Map.entry(QuestionnaireItemType.INTEGER, List.of(IntegerType.class)),
            Map.entry(QuestionnaireItemType.DATE, List.of(DateType.class)),
            Map.entry(QuestionnaireItemType.DATETIME, List.of(DateTimeType.class, DateType.class)),
            Map.entry(QuestionnaireItemType.TIME, List.of(TimeType.class)),
            Map.entry(QuestionnaireItemType.STRING, List.of(StringType.class)),
            Map.entry(QuestionnaireItemType.TEXT, List.of(StringType.class)),
            Map.entry(QuestionnaireItemType.URL, List.of(UriType.class)),
            Map.entry(QuestionnaireItemType.CHOICE, List.of(Coding.class)),
            Map.entry(QuestionnaireItemType.OPENCHOICE, List.of(Coding.class, StringType.class)),
            Map.entry(QuestionnaireItemType.ATTACHMENT, List.of(Attachment.class)),
            Map.entry(QuestionnaireItemType.REFERENCE, List.of(Reference.class)),
            Map.entry(QuestionnaireItemType.QUANTITY, List.of(Quantity.class)));

    private final AnswerSheet sheet;
    private final Rules rules;
    private final List<Problem.Issue> issues = new ArrayList<>();

    private AnswerRules(AnswerSheet sheet, Rules rules) {
        this.sheet = sheet;
        this.rules = rules;
    }

    /** Every fault that it finds. */
    static List<Problem.Issue> check(AnswerSheet sheet, Rules rules) {
        AnswerRules answers = new AnswerRules(sheet, rules);
        sheet.form().items().values().forEach(answers::check);
        return answers.issues;
    }

    private void check(Form.Item item) {
        List<QuestionnaireResponseItemComponent> sent = sheet.items().getOrDefault(item.linkId(), List.of());
        if (sent.isEmpty()) {
            return;
        }
        List<Form.Option> options = options(item);
        for (QuestionnaireResponseItemComponent one : sent) {
            for (int a = 0; a < one.getAnswer().size(); a++) {
                check(item, options, one.getAnswer().get(a), ResponseReader.path(one) + ".answer[" + a + "]");
            }
        }
        List<Type> answers = sheet.answers(item.linkId());
        if (answers.size() > 1
                && answers.stream()
                        .anyMatch(v ->
                                item.option(v).filter(Form.Option::exclusive).isPresent())) {
            issue(
                    "Item \"" + item.linkId() + "\" has an answer that excludes all others: send it alone.",
                    ResponseReader.path(sent.get(0)));
        }
    }

    private void check(
            Form.Item item,
            @Nullable List<Form.Option> options,
            QuestionnaireResponseItemAnswerComponent answer,
            String path) {
        QuestionnaireItemComponent definition = item.definition();
        Type value = answer.getValue();
        if (AnswerSheet.absent(answer).isPresent()) {
            return;
        }
        List<Class<? extends Type>> types = TYPES.getOrDefault(definition.getType(), List.of());
        if (value == null) {
            issue("Item \"" + item.linkId() + "\" has an answer without a value.", path);
        } else if (types.stream().noneMatch(t -> t.isInstance(value))
                && !score(item, value)
                && !chosen(item, options, value)) {
            issue(
                    "Item \"" + item.linkId() + "\" is of type "
                            + definition.getType().toCode() + " and cannot be answered with a " + value.fhirType()
                            + ".",
                    path + ".value");
        } else if (options != null && !permitted(item, options, value)) {
            issue(
                    "\"" + said(value) + "\" is no answer to item \"" + item.linkId() + "\"; the answers are "
                            + options.stream().map(o -> said(o.value())).collect(Collectors.joining(", ")) + ".",
                    path + ".value");
        } else if (definition.hasMaxLength()
                && value.isPrimitive()
                && value.primitiveValue().length() > definition.getMaxLength()) {
            issue(
                    "Item \"" + item.linkId() + "\" takes at most " + definition.getMaxLength() + " characters.",
                    path + ".value");
        } else {
            limit(item, value, "minValue", -1, "at least", path);
            limit(item, value, "maxValue", 1, "at most", path);
        }
    }

    private void limit(Form.Item item, Type value, String extension, int beyond, String words, String path) {
        Extensions.value(item.definition(), Extensions.CORE + extension, Type.class)
                .filter(limit -> compare(value, limit) * beyond > 0)
                .ifPresent(limit -> issue(
                        "Item \"" + item.linkId() + "\" takes " + words + " " + said(limit) + ", not " + said(value)
                                + ".",
                        path + ".value"));
    }

    /** Below zero, zero or above; zero also for what cannot be compared, such as other units. */
    private static int compare(Type value, Type limit) {
        BigDecimal mine = Expressions.number(value);
        BigDecimal other = Expressions.number(limit);
        if (mine != null && other != null) {
            boolean units = value instanceof Quantity a
                    && limit instanceof Quantity b
                    && b.hasCode()
                    && !b.getCode().equals(a.getCode());
            return units ? 0 : mine.compareTo(other);
        }
        return value instanceof BaseDateTimeType a && limit instanceof BaseDateTimeType b
                ? a.getValue().compareTo(b.getValue())
                : 0;
    }

    /** The options as they stand, or those that the answers so far leave (answerExpression). */
    private @Nullable List<Form.Option> options(Form.Item item) {
        if (item.answers() == null) {
            return item.options();
        }
        return rules.evaluate(item.answers()).stream()
                .flatMap(AnswerRules::values)
                .map(v -> new Form.Option(v, null, null, false))
                .toList();
    }

    private static Stream<Type> values(Base found) {
        if (found instanceof CodeableConcept concept) {
            return concept.getCoding().stream().map(Type.class::cast);
        }
        if (found instanceof QuestionnaireResponseItemAnswerComponent answer) {
            return Stream.ofNullable(answer.getValue());
        }
        return found instanceof Type type ? Stream.of(type) : Stream.empty();
    }

    /** A choice may be among texts, numbers or dates too. */
    private static boolean chosen(Form.Item item, @Nullable List<Form.Option> options, Type value) {
        return item.definition().getType() == QuestionnaireItemType.CHOICE
                && options != null
                && options.stream().anyMatch(o -> o.value().getClass() == value.getClass());
    }

    private boolean score(Form.Item item, Type value) {
        return Expressions.number(value) != null
                && sheet.form().scores().stream().anyMatch(s -> s.item() == item);
    }

    private static boolean permitted(Form.Item item, List<Form.Option> options, Type value) {
        return options.stream().anyMatch(o -> o.matches(value))
                || item.definition().getType() == QuestionnaireItemType.OPENCHOICE && value instanceof StringType;
    }

    private static String said(Type value) {
        if (value instanceof Coding coding) {
            return coding.getSystem() + "|" + coding.getCode();
        }
        return value.isPrimitive()
                ? value.primitiveValue()
                : value instanceof Quantity quantity
                        ? quantity.getValue() + " " + quantity.getUnit()
                        : value.fhirType();
    }

    private void issue(String text, String expression) {
        issues.add(new Problem.Issue(IssueType.BUSINESSRULE, text, expression));
    }
}
