package io.github.throughcare.care.assessment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
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
import org.jspecify.annotations.Nullable;

/**
 * A response laid out as its form is, with its items at hand by linkId. An answer that says only why there is none (extension or
 * coding of data-absent-reason, e.g. {@code asked-declined}) is no answer.
 *
 * @param response its items are those of {@code items}
 * @param around the item that each nested one stands in
 */
record AnswerSheet(
        Form form,
        QuestionnaireResponse response,
        Map<String, List<QuestionnaireResponseItemComponent>> items,
        Map<QuestionnaireResponseItemComponent, QuestionnaireResponseItemComponent> around) {

    static final String ABSENT_EXTENSION = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
    static final String ABSENT_SYSTEM = "http://terminology.hl7.org/CodeSystem/data-absent-reason";

    /** Indexes a response whose layout is the form's and marks each chosen option with its ordinal. */
    static AnswerSheet of(Form form, QuestionnaireResponse response) {
        AnswerSheet sheet = new AnswerSheet(form, response, new HashMap<>(), new IdentityHashMap<>());
        sheet.index(response.getItem(), null);
        return sheet;
    }

    private void index(
            List<QuestionnaireResponseItemComponent> siblings, @Nullable QuestionnaireResponseItemComponent parent) {
        for (QuestionnaireResponseItemComponent item : siblings) {
            if (parent != null) {
                around.put(item, parent);
            }
            items.computeIfAbsent(item.getLinkId(), k -> new ArrayList<>()).add(item);
            Form.Item definition = form.items().get(item.getLinkId());
            for (QuestionnaireResponseItemAnswerComponent answer : item.getAnswer()) {
                if (definition != null && answer.hasValue()) {
                    definition
                            .option(answer.getValue())
                            .ifPresent(o -> answer.getValue().setUserData(Expressions.ORDINAL, o.ordinal()));
                }
                index(answer.getItem(), item);
            }
            index(item.getItem(), item);
        }
    }

    /** What was answered, in the order of the response. */
    List<Type> answers(String linkId) {
        return answerComponents(linkId)
                .filter(a -> absent(a).isEmpty())
                .map(QuestionnaireResponseItemAnswerComponent::getValue)
                .toList();
    }

    /**
     * What was answered to a question as an item in a certain place sees it: within the nearest occurrence of a group that holds both.
     *
     * @param container the item that the one who asks stands in, null at the top
     */
    List<Type> answersNear(String linkId, @Nullable QuestionnaireResponseItemComponent container) {
        QuestionnaireResponseItemComponent scope = container;
        while (scope != null && !form.isWithin(linkId, scope.getLinkId())) {
            scope = around.get(scope);
        }
        return scope == null
                ? answers(linkId)
                : within(linkId, scope).flatMap(AnswerSheet::given).toList();
    }

    /** The occurrences of an item inside another; all of them where that is null. */
    Stream<QuestionnaireResponseItemComponent> within(
            String linkId, @Nullable QuestionnaireResponseItemComponent container) {
        return items.getOrDefault(linkId, List.of()).stream().filter(i -> container == null || isIn(i, container));
    }

    private boolean isIn(QuestionnaireResponseItemComponent item, QuestionnaireResponseItemComponent container) {
        for (QuestionnaireResponseItemComponent one = around.get(item); one != null; one = around.get(one)) {
            if (one == container) {
                return true;
            }
        }
        return false;
    }

    /** The answers of one occurrence that are answers. */
    static Stream<Type> given(QuestionnaireResponseItemComponent item) {
        return item.getAnswer().stream()
                .filter(a -> a.hasValue() && absent(a).isEmpty())
                .map(QuestionnaireResponseItemAnswerComponent::getValue);
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
        QuestionnaireResponseItemComponent parent =
                item.parent() == null ? null : place(form.items().get(item.parent()));
        List<QuestionnaireResponseItemComponent> siblings = parent == null ? response.getItem() : parent.getItem();
        List<String> order = List.copyOf(form.items().keySet());
        int before = 0;
        while (before < siblings.size()
                && order.indexOf(siblings.get(before).getLinkId()) < order.indexOf(item.linkId())) {
            before++;
        }
        QuestionnaireResponseItemComponent added = new QuestionnaireResponseItemComponent();
        added.setLinkId(item.linkId()).setText(item.definition().getText());
        siblings.add(before, added);
        if (parent != null) {
            around.put(added, parent);
        }
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
