package io.github.throughcare.care.assessment;

import io.github.throughcare.care.assessment.Form.Constraint;
import io.github.throughcare.fhir.Problem;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemComponent;
import org.jspecify.annotations.Nullable;

/**
 * What a form asks of the answers together, its scores in place: which must be there, which must not, and its constraints. Constraints
 * of severity warning are advice to whoever fills the form, and refuse nothing.
 *
 * @see <a href="http://hl7.org/fhir/R4/extension-questionnaire-constraint.html">R4 extension questionnaire-constraint</a>
 */
final class ResponseRules {

    private final AnswerSheet sheet;
    private final Rules rules;
    private final Enabling enabling;
    private final List<Problem.Issue> issues = new ArrayList<>();

    private ResponseRules(AnswerSheet sheet, Rules rules) {
        this.sheet = sheet;
        this.rules = rules;
        this.enabling = new Enabling(sheet, rules);
    }

    /** Every fault that it finds. */
    static List<Problem.Issue> check(AnswerSheet sheet, Rules rules) {
        ResponseRules all = new ResponseRules(sheet, rules);
        sheet.form().items().values().forEach(all::check);
        sheet.form().constraints().stream()
                .filter(c -> c.error() && !rules.holds(c.expression()))
                .forEach(c -> all.broken(c, "QuestionnaireResponse"));
        return all.issues;
    }

    private void check(Form.Item item) {
        List<QuestionnaireResponseItemComponent> sent = sheet.items().getOrDefault(item.linkId(), List.of());
        for (QuestionnaireResponseItemComponent one : sent) {
            String path = ResponseReader.path(one);
            if (!enabling.enabled(item, sheet.around().get(one))) {
                if (one.hasAnswer() || one.hasItem()) {
                    issue(
                            "Item \"" + item.linkId()
                                    + "\" is not asked after these answers (enableWhen): leave it out.",
                            path);
                }
                continue;
            }
            item.constraints().stream()
                    .filter(c -> c.error() && !rules.holds(c.expression(), one))
                    .forEach(c -> broken(c, path));
        }
        if (!item.definition().getRequired()) {
            return;
        }
        List<QuestionnaireResponseItemComponent> containers =
                item.parent() == null ? List.of() : sheet.items().getOrDefault(item.parent(), List.of());
        if (containers.isEmpty()) {
            if (asked(item)) {
                required(item, null);
            }
        } else {
            containers.forEach(c -> required(item, c));
        }
    }

    private void required(Form.Item item, @Nullable QuestionnaireResponseItemComponent container) {
        if (enabling.enabled(item, container) && !filled(item, container)) {
            issue(
                    "Item \"" + item.linkId() + "\" is required: the form cannot be without it.",
                    container == null ? "QuestionnaireResponse" : ResponseReader.path(container));
        }
    }

    private boolean filled(Form.Item item, @Nullable QuestionnaireResponseItemComponent container) {
        return switch (item.definition().getType()) {
            case DISPLAY -> true;
            case GROUP -> sheet.within(item.linkId(), container).anyMatch(QuestionnaireResponseItemComponent::hasItem);
            default ->
                sheet.within(item.linkId(), container)
                        .flatMap(AnswerSheet::given)
                        .findAny()
                        .isPresent();
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

    private void broken(Constraint constraint, String expression) {
        issue(constraint.human() + " (" + constraint.key() + ")", expression);
    }

    private void issue(String text, String expression) {
        issues.add(new Problem.Issue(IssueType.BUSINESSRULE, text, expression));
    }
}
