package io.github.throughcare.care.assessment;

import io.github.throughcare.care.Ig;
import io.github.throughcare.care.ValueSetMembers;
import io.github.throughcare.care.assessment.Form.Option;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.ValueSet;
import org.jspecify.annotations.Nullable;

/**
 * What may be answered to an item: its options, or the members of its value set (contained, or stored), where they can be listed
 * ({@link ValueSetMembers}). Of a set that cannot, a value set with filters, nothing is checked.
 */
final class AnswerOptions implements ValueSetMembers.Definitions {

    private static final String EXCLUSIVE = Extensions.CORE + "questionnaire-optionExclusive";
    private static final List<String> POINTS =
            List.of(Extensions.CORE + "ordinalValue", Extensions.CORE + "itemWeight");
    private final Questionnaire form;
    private final ValueSetMembers.Definitions definitions;

    AnswerOptions(Questionnaire form, ValueSetMembers.Definitions definitions) {
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
        return item.hasAnswerValueSet()
                ? find(ValueSet.class, item.getAnswerValueSet())
                        .flatMap(set -> ValueSetMembers.of(set, this))
                        .map(members -> members.stream()
                                .map(m -> new Option(m.coding(), points(m.carrier()), null, false))
                                .toList())
                        .orElse(null)
                : null;
    }

    /** In the form itself, or stored. */
    @Override
    public <T extends MetadataResource> Optional<T> find(Class<T> type, String canonical) {
        return canonical.startsWith("#")
                ? contained(canonical).filter(type::isInstance).map(type::cast)
                : definitions.find(type, canonical);
    }

    private Optional<ValueSet> contained(String reference) {
        return form.getContained().stream()
                .filter(ValueSet.class::isInstance)
                .map(ValueSet.class::cast)
                .filter(r -> reference.equals("#" + r.getIdPart()) || reference.equals(r.getId()))
                .findFirst();
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
