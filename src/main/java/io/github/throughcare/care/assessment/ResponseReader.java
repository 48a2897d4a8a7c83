package io.github.throughcare.care.assessment;

import io.github.throughcare.fhir.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemAnswerComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemComponent;
import org.jspecify.annotations.Nullable;

/**
 * Reads one response against its form and collects every fault before it refuses. Items may come in any order; items that lie
 * elsewhere than in the form (answers sent flat for a form with groups, or the other way round) are put where the form has them, so
 * that the form's expressions find them.
 *
 * @see <a href="http://hl7.org/fhir/R4/questionnaireresponse.html#link">R4 QuestionnaireResponse, relationship to the Questionnaire</a>
 */
final class ResponseReader {

    private static final String PATH = "path";

    private final Form form;
    private final List<Problem.Issue> issues = new ArrayList<>();
    private final Map<String, List<QuestionnaireResponseItemComponent>> seen = new LinkedHashMap<>();
    private boolean misplaced;

    private ResponseReader(Form form) {
        this.form = form;
    }

    /**
     * @param response laid out anew where necessary: the caller gives a copy
     * @throws Problem 422 with an issue for every fault of layout; what the form asks of the answers is for {@link AnswerRules} and
     *     {@link ResponseRules} to check
     */
    static AnswerSheet read(Form form, QuestionnaireResponse response) {
        ResponseReader reader = new ResponseReader(form);
        reader.visit(response.getItem(), "QuestionnaireResponse", null);
        if (reader.misplaced) {
            response.setItem(reader.rebuilt(null));
        }
        reader.checkRepeats(response.getItem());
        AnswerSheet sheet = AnswerSheet.of(form, response);
        if (!reader.issues.isEmpty()) {
            throw new Problem(422, reader.issues);
        }
        return sheet;
    }

    /** Where the client had put an item. */
    static String path(QuestionnaireResponseItemComponent item) {
        Object path = item.getUserData(PATH);
        return path == null ? "QuestionnaireResponse" : path.toString();
    }

    private void visit(List<QuestionnaireResponseItemComponent> siblings, String around, @Nullable String parent) {
        for (int i = 0; i < siblings.size(); i++) {
            QuestionnaireResponseItemComponent item = siblings.get(i);
            String path = around + ".item[" + i + "]";
            item.setUserData(PATH, path);
            Form.Item definition = form.items().get(item.getLinkId());
            if (definition == null) {
                issue(
                        "The form " + form.name() + " has no item with linkId \"" + item.getLinkId() + "\"; it has "
                                + String.join(", ", form.items().keySet()) + ".",
                        path);
                continue;
            }
            misplaced |= !Objects.equals(definition.parent(), parent);
            seen.computeIfAbsent(item.getLinkId(), k -> new ArrayList<>()).add(item);
            visit(item.getItem(), path, item.getLinkId());
            for (int a = 0; a < item.getAnswer().size(); a++) {
                visit(item.getAnswer().get(a).getItem(), path + ".answer[" + a + "]", item.getLinkId());
            }
        }
    }

    /** What was seen, as the form arranges it. */
    private List<QuestionnaireResponseItemComponent> rebuilt(@Nullable String parent) {
        List<QuestionnaireResponseItemComponent> siblings = new ArrayList<>();
        for (Form.Item definition : form.items().values()) {
            if (!Objects.equals(definition.parent(), parent)) {
                continue;
            }
            List<QuestionnaireResponseItemComponent> sent = seen.getOrDefault(definition.linkId(), List.of());
            List<QuestionnaireResponseItemComponent> children = rebuilt(definition.linkId());
            if (sent.isEmpty() && children.isEmpty()) {
                continue;
            }
            siblings.add(merged(definition, sent, children));
        }
        return siblings;
    }

    private static QuestionnaireResponseItemComponent merged(
            Form.Item definition,
            List<QuestionnaireResponseItemComponent> sent,
            List<QuestionnaireResponseItemComponent> children) {
        QuestionnaireResponseItemComponent item = new QuestionnaireResponseItemComponent();
        item.setLinkId(definition.linkId());
        item.setUserData(PATH, sent.isEmpty() ? "QuestionnaireResponse" : path(sent.get(0)));
        if (!sent.isEmpty()) {
            item.setTextElement(sent.get(0).getTextElement())
                    .setExtension(sent.get(0).getExtension());
        } else if (definition.definition().hasText()) {
            item.setText(definition.definition().getText());
        }
        sent.forEach(s -> s.getAnswer().forEach(a -> item.addAnswer(a.copy().setItem(null))));
        if (definition.definition().getType() == QuestionnaireItemType.GROUP || !item.hasAnswer()) {
            item.setItem(children);
        } else {
            item.getAnswerFirstRep().setItem(children);
        }
        return item;
    }

    private void checkRepeats(List<QuestionnaireResponseItemComponent> siblings) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (QuestionnaireResponseItemComponent item : siblings) {
            Form.Item definition = form.items().get(item.getLinkId());
            if (definition == null) {
                continue;
            }
            boolean group = definition.definition().getType() == QuestionnaireItemType.GROUP;
            int count = counts.merge(
                    item.getLinkId(), group ? 1 : Math.max(1, item.getAnswer().size()), Integer::sum);
            if (count > 1 && !definition.definition().getRepeats()) {
                issue(
                        "Item \"" + item.getLinkId() + "\" takes one " + (group ? "group" : "answer") + ", but got "
                                + count + ".",
                        path(item));
            }
            checkRepeats(item.getItem());
            for (QuestionnaireResponseItemAnswerComponent answer : item.getAnswer()) {
                checkRepeats(answer.getItem());
            }
        }
    }

    private void issue(String text, String expression) {
        issues.add(new Problem.Issue(IssueType.BUSINESSRULE, text, expression));
    }
}
