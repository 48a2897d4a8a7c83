package io.github.throughcare.care.assessment;

import static io.github.throughcare.care.assessment.Extensions.CORE;
import static io.github.throughcare.care.assessment.Extensions.SDC;
import static io.github.throughcare.care.assessment.Extensions.all;
import static io.github.throughcare.care.assessment.Extensions.flag;
import static io.github.throughcare.care.assessment.Extensions.own;
import static io.github.throughcare.care.assessment.Extensions.part;
import static io.github.throughcare.care.assessment.Extensions.parts;
import static io.github.throughcare.care.assessment.Extensions.value;

import io.github.throughcare.care.ValueSetMembers;
import io.github.throughcare.care.assessment.Form.AlertRule;
import io.github.throughcare.care.assessment.Form.Band;
import io.github.throughcare.care.assessment.Form.Constraint;
import io.github.throughcare.care.assessment.Form.Item;
import io.github.throughcare.care.assessment.Form.NeedRule;
import io.github.throughcare.care.assessment.Form.Reassessment;
import io.github.throughcare.care.assessment.Form.ScoreRule;
import io.github.throughcare.fhir.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.instance.model.api.IBaseHasExtensions;
import org.hl7.fhir.r4.fhirpath.ExpressionNode;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Form} of a Questionnaire. What the extensions mean: docs/assessment.md. */
final class FormReader {

    private static final String FHIRPATH = "text/fhirpath";
    private static final String CALCULATED = SDC + "calculatedExpression";
    private static final String EXTRACT = SDC + "observationExtract";
    private static final String EXTRACT_CATEGORY = SDC + "observation-extract-category";

    private final Expressions expressions;
    private final ValueSetMembers.Definitions definitions;

    FormReader(Expressions expressions, ValueSetMembers.Definitions definitions) {
        this.expressions = expressions;
        this.definitions = definitions;
    }

    /** @throws Problem 422 when an expression of the form cannot be used */
    Form read(Questionnaire questionnaire) {
        Map<String, Item> items = new LinkedHashMap<>();
        AnswerOptions options = new AnswerOptions(questionnaire, definitions);
        add(
                questionnaire.getItem(),
                null,
                flag(questionnaire, EXTRACT, true),
                categories(questionnaire, List.of()),
                options,
                items);
        List<String> counted = items.values().stream()
                .filter(Item::hasOrdinals)
                .map(Item::linkId)
                .toList();
        return new Form(
                questionnaire,
                items,
                items.values().stream()
                        .filter(i -> i.definition().hasExtension(CALCULATED))
                        .map(i -> score(i, counted))
                        .toList(),
                own(questionnaire, "assessment-need").map(this::need).toList(),
                own(questionnaire, "assessment-alert").map(this::alert).toList(),
                constraints(questionnaire),
                own(questionnaire, "reassessment").map(this::reassessment).toList(),
                variables(questionnaire));
    }

    private void add(
            List<QuestionnaireItemComponent> definitionsHere,
            @Nullable String parent,
            boolean extract,
            List<CodeableConcept> categories,
            AnswerOptions options,
            Map<String, Item> items) {
        for (QuestionnaireItemComponent definition : definitionsHere) {
            boolean here = flag(definition, EXTRACT, extract);
            List<CodeableConcept> all = categories(definition, categories);
            items.put(
                    definition.getLinkId(),
                    new Item(
                            definition,
                            parent,
                            here && definition.hasCode(),
                            options.of(definition),
                            all,
                            value(definition, SDC + "enableWhenExpression", Expression.class)
                                    .map(this::parse)
                                    .orElse(null),
                            value(definition, SDC + "answerExpression", Expression.class)
                                    // a search for the options is the form filler's; it cannot be repeated here
                                    .filter(e -> FHIRPATH.equals(e.getLanguage()))
                                    .map(this::parse)
                                    .orElse(null),
                            constraints(definition)));
            add(definition.getItem(), definition.getLinkId(), here, all, options, items);
        }
    }

    private static List<CodeableConcept> categories(IBaseHasExtensions of, List<CodeableConcept> around) {
        return Stream.concat(
                        around.stream(),
                        all(of, EXTRACT_CATEGORY)
                                .map(Extension::getValue)
                                .filter(CodeableConcept.class::isInstance)
                                .map(CodeableConcept.class::cast))
                .toList();
    }

    private ScoreRule score(Item item, List<String> counted) {
        QuestionnaireItemComponent definition = item.definition();
        List<String> members = own(definition, "score-member")
                .map(e -> e.getValue().primitiveValue())
                .toList();
        return new ScoreRule(
                item,
                parse((Expression) definition.getExtensionByUrl(CALCULATED).getValue()),
                members.isEmpty() ? counted : members,
                own(definition, "score-complete-when")
                        .map(e -> parse((Expression) e.getValue()))
                        .findFirst()
                        .orElse(null),
                own(definition, "score-band").map(this::band).toList());
    }

    private Band band(Extension e) {
        return new Band(
                need(e, "code", Coding.class),
                part(e, "low", Type.class).map(Expressions::number).orElse(null),
                part(e, "high", Type.class).map(Expressions::number).orElse(null),
                part(e, "sex", CodeType.class)
                        .map(c -> AdministrativeGender.fromCode(c.getValue()))
                        .orElse(null),
                part(e, "condition", Expression.class).map(this::parse).orElse(null),
                part(e, "interpretation", CodeType.class)
                        .map(CodeType::getValue)
                        .orElse(null));
    }

    private NeedRule need(Extension e) {
        return new NeedRule(
                parse(need(e, "condition", Expression.class)),
                need(e, "code", CodeableConcept.class),
                parts(e, "category", CodeableConcept.class).toList(),
                parts(e, "evidence", StringType.class).map(StringType::getValue).toList());
    }

    private AlertRule alert(Extension e) {
        return new AlertRule(
                parse(need(e, "condition", Expression.class)),
                part(e, "flag", CodeableConcept.class).orElse(null),
                part(e, "task", CodeableConcept.class).orElse(null),
                part(e, "priority", CodeType.class)
                        .map(c -> TaskPriority.fromCode(c.getValue()))
                        .orElse(TaskPriority.URGENT),
                part(e, "due", Duration.class).orElse(null));
    }

    private Reassessment reassessment(Extension e) {
        return new Reassessment(
                part(e, "condition", Expression.class).map(this::parse).orElse(null), need(e, "every", Duration.class));
    }

    /** Both names that the extension has had: a plain string, and later an Expression. */
    private List<Constraint> constraints(IBaseHasExtensions of) {
        return Stream.concat(all(of, CORE + "questionnaire-constraint"), all(of, CORE + "targetConstraint"))
                .map(e -> new Constraint(
                        part(e, "key", Type.class).map(Type::primitiveValue).orElse("constraint"),
                        part(e, "expression", Expression.class)
                                .map(this::parse)
                                .orElseGet(() -> parse(
                                        need(e, "expression", StringType.class).getValue())),
                        part(e, "human", Type.class).map(Type::primitiveValue).orElse("A rule of the form is broken."),
                        !part(e, "severity", CodeType.class)
                                .map(CodeType::getValue)
                                .equals(Optional.of("warning"))))
                .toList();
    }

    private Map<String, ExpressionNode> variables(Questionnaire questionnaire) {
        Map<String, ExpressionNode> variables = new LinkedHashMap<>();
        all(questionnaire, CORE + "variable")
                .map(Extension::getValue)
                .filter(Expression.class::isInstance)
                .map(Expression.class::cast)
                .filter(e -> e.hasName() && FHIRPATH.equals(e.getLanguage()))
                .forEach(e -> variables.put(e.getName(), parse(e)));
        return variables;
    }

    private static <T extends Type> T need(Extension of, String name, Class<T> type) {
        return part(of, name, type)
                .orElseThrow(() -> Problem.rule(
                        "The form cannot be used: its extension " + of.getUrl() + " needs a part \"" + name
                                + "\" of type " + type.getSimpleName() + ".",
                        null));
    }

    private ExpressionNode parse(Expression expression) {
        if (!FHIRPATH.equals(expression.getLanguage())) {
            throw Problem.rule(
                    "The form cannot be used: its expressions must be text/fhirpath, but one is "
                            + expression.getLanguage() + ".",
                    null);
        }
        return parse(expression.getExpression());
    }

    private ExpressionNode parse(String expression) {
        try {
            return expressions.parse(expression);
        } catch (FHIRException e) {
            throw Problem.rule(
                    "The form cannot be used: \"" + expression + "\" is not FHIRPath: " + e.getMessage(), null);
        }
    }
}
