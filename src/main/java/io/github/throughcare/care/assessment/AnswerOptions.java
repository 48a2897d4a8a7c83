package io.github.throughcare.care.assessment;

import io.github.throughcare.care.Ig;
import io.github.throughcare.care.assessment.Form.Option;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.CodeSystemContentMode;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r4.model.ValueSet.ConceptSetComponent;
import org.jspecify.annotations.Nullable;

/**
 * What may be answered to an item: its options, or the members of its value set (contained, or stored), where they can be listed: an
 * expansion, listed codes, whole stored code systems, other such value sets. A value set with filters is not checked.
 */
final class AnswerOptions {

    private static final String EXCLUSIVE = Extensions.CORE + "questionnaire-optionExclusive";
    private static final List<String> POINTS =
            List.of(Extensions.CORE + "ordinalValue", Extensions.CORE + "itemWeight");
    private static final int DEEPEST = 5;

    /** Finds definitions by their canonical. */
    interface Definitions {

        <T extends MetadataResource> Optional<T> find(Class<T> type, String canonical);
    }

    private final Questionnaire form;
    private final Definitions definitions;

    AnswerOptions(Questionnaire form, Definitions definitions) {
        this.form = form;
        this.definitions = definitions;
    }

    /** Null when anything of the item's type may be answered. */
    @Nullable
    List<Option> of(QuestionnaireItemComponent item) {
        if (item.hasAnswerOption()) {
            return item.getAnswerOption().stream()
                    .map(o -> new Option(
                            o.getValue(),
                            points(o, o.getValue()),
                            Extensions.value(o, Ig.extension("answer-interpretation"), CodeType.class)
                                    .map(CodeType::getValue)
                                    .orElse(null),
                            Extensions.flag(o, EXCLUSIVE, false)))
                    .toList();
        }
        return item.hasAnswerValueSet() ? members(item.getAnswerValueSet(), 0) : null;
    }

    private @Nullable List<Option> members(String canonical, int depth) {
        if (depth > DEEPEST) {
            return null;
        }
        Optional<ValueSet> set =
                canonical.startsWith("#") ? contained(canonical) : definitions.find(ValueSet.class, canonical);
        return set.map(s -> members(s, depth)).orElse(null);
    }

    private Optional<ValueSet> contained(String reference) {
        return form.getContained().stream()
                .filter(ValueSet.class::isInstance)
                .map(ValueSet.class::cast)
                .filter(r -> reference.equals("#" + r.getIdPart()) || reference.equals(r.getId()))
                .findFirst();
    }

    private @Nullable List<Option> members(ValueSet set, int depth) {
        if (set.hasExpansion()) {
            return set.getExpansion().getContains().stream()
                    .map(c -> option(new Coding(c.getSystem(), c.getCode(), c.getDisplay()), c))
                    .toList();
        }
        List<Option> options = new ArrayList<>();
        for (ConceptSetComponent include : set.getCompose().getInclude()) {
            List<Option> some = included(include, depth);
            if (some == null) {
                return null;
            }
            options.addAll(some);
        }
        for (ConceptSetComponent exclude : set.getCompose().getExclude()) {
            List<Option> some = included(exclude, depth);
            if (some == null) {
                return null;
            }
            options.removeIf(o -> some.stream().anyMatch(e -> e.matches(o.value())));
        }
        return options;
    }

    private @Nullable List<Option> included(ConceptSetComponent include, int depth) {
        if (include.hasFilter() || include.hasValueSet() && include.hasSystem()) {
            return null;
        }
        if (include.hasValueSet()) {
            return include.getValueSet().size() == 1
                    ? members(include.getValueSet().get(0).getValue(), depth + 1)
                    : null;
        }
        if (include.hasConcept()) {
            return include.getConcept().stream()
                    .map(c -> option(new Coding(include.getSystem(), c.getCode(), c.getDisplay()), c))
                    .toList();
        }
        return definitions
                .find(CodeSystem.class, include.getSystem())
                .filter(s -> s.getContent() == CodeSystemContentMode.COMPLETE)
                .map(s -> concepts(s.getUrl(), s.getConcept()).toList())
                .orElse(null);
    }

    private static Stream<Option> concepts(String system, List<ConceptDefinitionComponent> concepts) {
        return concepts.stream()
                .flatMap(c -> Stream.concat(
                        Stream.of(option(new Coding(system, c.getCode(), c.getDisplay()), c)),
                        concepts(system, c.getConcept())));
    }

    private static Option option(Coding coding, Element carrier) {
        return new Option(coding, points(carrier), null, false);
    }

    private static @Nullable BigDecimal points(Element... carriers) {
        return Stream.of(carriers)
                .filter(Objects::nonNull)
                .flatMap(c -> POINTS.stream().map(c::getExtensionByUrl))
                .filter(Objects::nonNull)
                .map(Extension::getValue)
                .map(Expressions::number)
                .findFirst()
                .orElse(null);
    }
}
