package io.github.throughcare.care.assessment;

import io.github.throughcare.care.Ig;
import io.github.throughcare.care.assessment.Form.AlertRule;
import io.github.throughcare.care.assessment.Form.Band;
import io.github.throughcare.care.assessment.Form.Item;
import io.github.throughcare.care.assessment.Form.NeedRule;
import io.github.throughcare.care.assessment.Form.Option;
import io.github.throughcare.care.assessment.Form.ScoreRule;
import io.github.throughcare.fhir.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.instance.model.api.IBaseHasExtensions;
import org.hl7.fhir.r4.fhirpath.ExpressionNode;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Type;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r4.model.ValueSet.ConceptSetComponent;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Form} of a Questionnaire. What the extensions mean: docs/assessment.md. */
final class FormReader {

    static final String ORDINAL_VALUE = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
    private static final String ITEM_WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight";
    private static final String EXCLUSIVE = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive";
    private static final String SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
    private static final String CALCULATED = SDC + "calculatedExpression";
    private static final String EXTRACT = SDC + "observationExtract";
    private static final String EXTRACT_CATEGORY = SDC + "observation-extract-category";

    private final Expressions expressions;
    private final Function<String, Optional<ValueSet>> valueSets;

    /** @param valueSets finds a value set by its canonical */
    FormReader(Expressions expressions, Function<String, Optional<ValueSet>> valueSets) {
        this.expressions = expressions;
        this.valueSets = valueSets;
    }

    /** @throws Problem 422 when an expression of the form cannot be used */
    Form read(Questionnaire questionnaire) {
        Map<String, Item> items = new LinkedHashMap<>();
        add(questionnaire, questionnaire.getItem(), null, flag(questionnaire, EXTRACT, true), items);
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
                all(questionnaire, "assessment-need").map(this::need).toList(),
                all(questionnaire, "assessment-alert").map(this::alert).toList(),
                questionnaire.getExtensionsByUrl(EXTRACT_CATEGORY).stream()
                        .map(e -> (CodeableConcept) e.getValue())
                        .toList());
    }

    private void add(
            Questionnaire form,
            List<QuestionnaireItemComponent> definitions,
            @Nullable String parent,
            boolean extract,
            Map<String, Item> items) {
        for (QuestionnaireItemComponent definition : definitions) {
            boolean here = flag(definition, EXTRACT, extract);
            items.put(
                    definition.getLinkId(),
                    new Item(definition, parent, here && definition.hasCode(), options(form, definition)));
            add(form, definition.getItem(), definition.getLinkId(), here, items);
        }
    }

    private @Nullable List<Option> options(Questionnaire form, QuestionnaireItemComponent definition) {
        if (definition.hasAnswerOption()) {
            return definition.getAnswerOption().stream()
                    .map(o -> new Option(
                            o.getValue(),
                            ordinal(o, o.getValue()),
                            code(o, "answer-interpretation"),
                            flag(o, EXCLUSIVE, false)))
                    .toList();
        }
        if (!definition.hasAnswerValueSet()) {
            return null;
        }
        String canonical = definition.getAnswerValueSet();
        return (canonical.startsWith("#") ? contained(form, canonical) : valueSets.apply(canonical))
                .map(FormReader::options)
                .orElse(null);
    }

    private static Optional<ValueSet> contained(Questionnaire form, String reference) {
        return form.getContained().stream()
                .filter(r -> r instanceof ValueSet && reference.equals("#" + r.getIdPart())
                        || r instanceof ValueSet && reference.equals(r.getId()))
                .map(ValueSet.class::cast)
                .findFirst();
    }

    /** The members of a value set that lists them, else null: such a set is not checked here. */
    private static @Nullable List<Option> options(ValueSet set) {
        if (set.hasExpansion()) {
            return set.getExpansion().getContains().stream()
                    .map(c ->
                            new Option(new Coding(c.getSystem(), c.getCode(), c.getDisplay()), ordinal(c), null, false))
                    .toList();
        }
        List<Option> options = new ArrayList<>();
        for (ConceptSetComponent include : set.getCompose().getInclude()) {
            if (!include.hasConcept() || include.hasValueSet()) {
                return null;
            }
            include.getConcept()
                    .forEach(c -> options.add(new Option(
                            new Coding(include.getSystem(), c.getCode(), c.getDisplay()), ordinal(c), null, false)));
        }
        return options;
    }

    private ScoreRule score(Item item, List<String> counted) {
        QuestionnaireItemComponent definition = item.definition();
        List<String> members = all(definition, "score-member")
                .map(e -> e.getValue().primitiveValue())
                .toList();
        return new ScoreRule(
                item,
                parse((Expression) definition.getExtensionByUrl(CALCULATED).getValue()),
                members.isEmpty() ? counted : members,
                all(definition, "score-complete-when")
                        .map(e -> parse((Expression) e.getValue()))
                        .findFirst()
                        .orElse(null),
                all(definition, "score-band").map(this::band).toList());
    }

    private Band band(Extension e) {
        return new Band(
                part(e, "code", Coding.class).orElseThrow(),
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
                condition(e),
                part(e, "code", CodeableConcept.class).orElseThrow(),
                parts(e, "category", CodeableConcept.class).toList(),
                parts(e, "evidence", StringType.class).map(StringType::getValue).toList());
    }

    private AlertRule alert(Extension e) {
        return new AlertRule(
                condition(e),
                part(e, "flag", CodeableConcept.class).orElse(null),
                part(e, "task", CodeableConcept.class).orElse(null),
                part(e, "priority", CodeType.class)
                        .map(c -> TaskPriority.fromCode(c.getValue()))
                        .orElse(TaskPriority.URGENT),
                part(e, "due", Duration.class).orElse(null));
    }

    private ExpressionNode condition(Extension e) {
        return part(e, "condition", Expression.class).map(this::parse).orElseThrow();
    }

    private ExpressionNode parse(Expression expression) {
        if (!"text/fhirpath".equals(expression.getLanguage())) {
            throw Problem.rule(
                    "The form cannot be used: its expressions must be text/fhirpath, but one is "
                            + expression.getLanguage() + ".",
                    null);
        }
        try {
            return expressions.parse(expression.getExpression());
        } catch (FHIRException e) {
            throw Problem.rule(
                    "The form cannot be used: \"" + expression.getExpression() + "\" is not FHIRPath: "
                            + e.getMessage(),
                    null);
        }
    }

    private static @Nullable BigDecimal ordinal(Element... carriers) {
        return Stream.of(carriers)
                .flatMap(c -> Stream.of(ORDINAL_VALUE, ITEM_WEIGHT).map(c::getExtensionByUrl))
                .filter(Objects::nonNull)
                .map(e -> Expressions.number(e.getValue()))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String code(Element element, String extension) {
        Extension e = element.getExtensionByUrl(Ig.extension(extension));
        return e == null ? null : e.getValue().primitiveValue();
    }

    private static boolean flag(IBaseHasExtensions of, String url, boolean otherwise) {
        return of.getExtension().stream()
                .filter(e -> url.equals(e.getUrl()) && e.getValue() instanceof BooleanType)
                .map(e -> ((BooleanType) e.getValue()).booleanValue())
                .findFirst()
                .orElse(otherwise);
    }

    private static Stream<Extension> all(IBaseHasExtensions of, String id) {
        return of.getExtension().stream()
                .map(Extension.class::cast)
                .filter(e -> Ig.extension(id).equals(e.getUrl()));
    }

    private static <T extends Type> Stream<T> parts(Extension of, String name, Class<T> type) {
        return of.getExtensionsByUrl(name).stream()
                .map(Extension::getValue)
                .filter(type::isInstance)
                .map(type::cast);
    }

    private static <T extends Type> Optional<T> part(Extension of, String name, Class<T> type) {
        return parts(of, name, type).findFirst();
    }
}
