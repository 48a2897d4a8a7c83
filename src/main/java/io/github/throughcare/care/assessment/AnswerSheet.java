package io.github.throughcare.care.assessment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemAnswerComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemComponent;
import org.hl7.fhir.r4.model.Type;

/**
 * A response laid out as its form is, with its items at hand by linkId. An answer that says only why there is none (extension or
 * coding of data-absent-reason, e.g. {@code asked-declined}) is no answer.
 *
 * @param response its items are those of {@code items}
 */
record AnswerSheet(
        Form form, QuestionnaireResponse response, Map<String, List<QuestionnaireResponseItemComponent>> items) {

    static final String ABSENT_EXTENSION = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
    static final String ABSENT_SYSTEM = "http://terminology.hl7.org/CodeSystem/data-absent-reason";

    /** Indexes a response whose layout is the form's and marks each chosen option with its ordinal. */
    static AnswerSheet of(Form form, QuestionnaireResponse response) {
        AnswerSheet sheet = new AnswerSheet(form, response, new HashMap<>());
        sheet.index(response.getItem());
        return sheet;
    }

    private void index(List<QuestionnaireResponseItemComponent> siblings) {
        for (QuestionnaireResponseItemComponent item : siblings) {
            items.computeIfAbsent(item.getLinkId(), k -> new ArrayList<>()).add(item);
            Form.Item definition = form.items().get(item.getLinkId());
            for (QuestionnaireResponseItemAnswerComponent answer : item.getAnswer()) {
                if (definition != null && answer.hasValue()) {
                    definition
                            .option(answer.getValue())
                            .ifPresent(o -> answer.getValue().setUserData(Expressions.ORDINAL, o.ordinal()));
                }
                index(answer.getItem());
            }
            index(item.getItem());
        }
    }

    /** What was answered, in the order of the response. */
    List<Type> answers(String linkId) {
        return answerComponents(linkId)
                .filter(a -> absent(a).isEmpty())
                .map(QuestionnaireResponseItemAnswerComponent::getValue)
                .toList();
    }

    boolean answered(String linkId) {
        return !answers(linkId).isEmpty();
    }

    /** Why there is no answer, as a code of data-absent-reason; empty when there is one, or nothing was said. */
    Optional<String> absentReason(String linkId) {
        return answered(linkId)
                ? Optional.empty()
                : Stream.concat(
                                items.getOrDefault(linkId, List.of()).stream().flatMap(AnswerSheet::absentExtension),
                                answerComponents(linkId).flatMap(a -> absent(a).stream()))
                        .findFirst();
    }

    /** Puts the one answer of a calculated item in its place among its siblings, and makes the groups around it if need be. */
    void set(Form.Item item, Type answer) {
        QuestionnaireResponseItemComponent place = place(item);
        place.setAnswer(null).addAnswer().setValue(answer);
    }

    private QuestionnaireResponseItemComponent place(Form.Item item) {
        List<QuestionnaireResponseItemComponent> there = items.get(item.linkId());
        if (there != null) {
            return there.get(0);
        }
        List<QuestionnaireResponseItemComponent> siblings = item.parent() == null
                ? response.getItem()
                : place(form.items().get(item.parent())).getItem();
        List<String> order = List.copyOf(form.items().keySet());
        int before = 0;
        while (before < siblings.size()
                && order.indexOf(siblings.get(before).getLinkId()) < order.indexOf(item.linkId())) {
            before++;
        }
        QuestionnaireResponseItemComponent added = new QuestionnaireResponseItemComponent();
        added.setLinkId(item.linkId()).setText(item.definition().getText());
        siblings.add(before, added);
        items.put(item.linkId(), new ArrayList<>(List.of(added)));
        return added;
    }

    private Stream<QuestionnaireResponseItemAnswerComponent> answerComponents(String linkId) {
        return items.getOrDefault(linkId, List.of()).stream()
                .flatMap(i -> i.getAnswer().stream())
                .filter(a -> a.hasValue() || a.hasExtension(ABSENT_EXTENSION));
    }

    /** The reason that an answer gives instead of a value. */
    static Optional<String> absent(QuestionnaireResponseItemAnswerComponent answer) {
        if (answer.getValue() instanceof Coding coding && ABSENT_SYSTEM.equals(coding.getSystem())) {
            return Optional.ofNullable(coding.getCode());
        }
        return Stream.concat(
                        absentExtension(answer),
                        answer.getValue() == null ? Stream.empty() : absentExtension(answer.getValue()))
                .findFirst();
    }

    private static Stream<String> absentExtension(Element element) {
        return element.getExtension().stream()
                .filter(e -> ABSENT_EXTENSION.equals(e.getUrl()) && e.hasValue())
                .map(Extension::getValue)
                .map(Type::primitiveValue);
    }
}
