package io.github.throughcare.care.assessment;

import io.github.throughcare.fhir.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.BooleanType;
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

/** What a form asks of the answers: their types, their options, which must be there, which must not (enableWhen). */
final class ResponseRules {

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
    private final Map<String, Boolean> enabled = new HashMap<>();
    private final List<Problem.Issue> issues = new ArrayList<>();

    private ResponseRules(AnswerSheet sheet) {
        this.sheet = sheet;
    }

    /** Every fault that it finds. */
    static List<Problem.Issue> check(AnswerSheet sheet) {
        ResponseRules rules = new ResponseRules(sheet);
        sheet.form().items().values().forEach(rules::check);
        return rules.issues;
    }

    private void check(Form.Item item) {
        List<QuestionnaireResponseItemComponent> sent = sheet.items().getOrDefault(item.linkId(), List.of());
        for (QuestionnaireResponseItemComponent one : sent) {
            for (int a = 0; a < one.getAnswer().size(); a++) {
                check(item, one.getAnswer().get(a), ResponseReader.path(one) + ".answer[" + a + "]");
            }
        }
        if (sheet.answers(item.linkId()).size() > 1
                && sheet.answers(item.linkId()).stream()
                        .anyMatch(v ->
                                item.option(v).filter(Form.Option::exclusive).isPresent())) {
            issue(
                    "Item \"" + item.linkId() + "\" has an answer that excludes all others: send it alone.",
                    ResponseReader.path(sent.get(0)));
        }
        if (!enabled(item)) {
            sent.stream()
                    .filter(one -> one.hasAnswer() || one.hasItem())
                    .forEach(one -> issue(
                            "Item \"" + item.linkId()
                                    + "\" is not asked after these answers (enableWhen): leave it out.",
                            ResponseReader.path(one)));
        } else if (item.definition().getRequired() && asked(item) && !filled(item, sent)) {
            issue(
                    "Item \"" + item.linkId() + "\" is required: the form cannot be without it.",
                    item.parent() == null || !sheet.items().containsKey(item.parent())
                            ? "QuestionnaireResponse"
                            : ResponseReader.path(
                                    sheet.items().get(item.parent()).get(0)));
        }
    }

    private boolean filled(Form.Item item, List<QuestionnaireResponseItemComponent> sent) {
        return switch (item.definition().getType()) {
            case DISPLAY -> true;
            case GROUP -> sent.stream().anyMatch(QuestionnaireResponseItemComponent::hasItem);
            default -> sheet.answered(item.linkId());
        };
    }

    /** What lies in an optional group that was left out is not asked for. */
    private boolean asked(Form.Item item) {
        if (item.parent() == null) {
            return true;
        }
        Form.Item parent = sheet.form().items().get(item.parent());
        return sheet.items().containsKey(parent.linkId())
                || parent.definition().getType() == QuestionnaireItemType.GROUP
                        && parent.definition().getRequired()
                        && asked(parent);
    }

    private boolean enabled(Form.Item item) {
        Boolean known = enabled.get(item.linkId());
        if (known == null) {
            known = EnableWhen.holds(item.definition(), sheet)
                    && (item.parent() == null || enabled(sheet.form().items().get(item.parent())));
            enabled.put(item.linkId(), known);
        }
        return known;
    }

    private void check(Form.Item item, QuestionnaireResponseItemAnswerComponent answer, String path) {
        QuestionnaireItemComponent definition = item.definition();
        Type value = answer.getValue();
        if (AnswerSheet.absent(answer).isPresent()) {
            return;
        }
        List<Class<? extends Type>> types = TYPES.getOrDefault(definition.getType(), List.of());
        if (value == null) {
            issue("Item \"" + item.linkId() + "\" has an answer without a value.", path);
        } else if (types.stream().noneMatch(t -> t.isInstance(value)) && !score(item, value)) {
            issue(
                    "Item \"" + item.linkId() + "\" is of type "
                            + definition.getType().toCode() + " and cannot be answered with a " + value.fhirType()
                            + ".",
                    path + ".value");
        } else if (!permitted(item, value)) {
            issue(
                    "\"" + said(value) + "\" is no answer to item \"" + item.linkId() + "\"; the answers are "
                            + item.options().stream().map(o -> said(o.value())).collect(Collectors.joining(", "))
                            + ".",
                    path + ".value");
        } else if (definition.hasMaxLength()
                && value.isPrimitive()
                && value.primitiveValue().length() > definition.getMaxLength()) {
            issue(
                    "Item \"" + item.linkId() + "\" takes at most " + definition.getMaxLength() + " characters.",
                    path + ".value");
        }
    }

    private boolean score(Form.Item item, Type value) {
        return Expressions.number(value) != null
                && sheet.form().scores().stream().anyMatch(s -> s.item() == item);
    }

    private static boolean permitted(Form.Item item, Type value) {
        return item.options() == null
                || item.option(value).isPresent()
                || item.definition().getType() == QuestionnaireItemType.OPENCHOICE && value instanceof StringType;
    }

    private static String said(Type value) {
        return value instanceof Coding coding
                ? coding.getSystem() + "|" + coding.getCode()
                : value.isPrimitive() ? value.primitiveValue() : value.fhirType();
    }

    private void issue(String text, String expression) {
        issues.add(new Problem.Issue(IssueType.BUSINESSRULE, text, expression));
    }
}
