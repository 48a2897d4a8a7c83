package io.github.throughcare.care.careplan;

import io.github.throughcare.care.Ig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.hl7.fhir.r4.model.Quantity;

/**
 * A care programme: a PlanDefinition, read with our three extensions. Every action and goal has an id here (its place, where the
 * author gave none), since the ids are what makes an activity the same from run to run.
 *
 * @param definition a copy of its own, with all ids
 */
record Programme(PlanDefinition definition) {

    /** On the PlanDefinition: {@code form} canonical and {@code period} Duration (how old a response may be). */
    static final String REQUIRED_ASSESSMENT = Ig.extension("required-assessment");
    /** On the PlanDefinition or a goal: an Expression that finds the patient's Conditions it addresses. */
    static final String ADDRESSED_CONDITIONS = Ig.extension("addressed-conditions");

    static Programme of(PlanDefinition stored) {
        PlanDefinition copy = stored.copy();
        number(copy.getAction(), "");
        for (int i = 0; i < copy.getGoal().size(); i++) {
            Element goal = copy.getGoal().get(i);
            goal.setId(goal.hasId() ? goal.getId() : "goal-" + (i + 1));
        }
        return new Programme(copy);
    }

    private static void number(List<PlanDefinitionActionComponent> actions, String prefix) {
        for (int i = 0; i < actions.size(); i++) {
            PlanDefinitionActionComponent action = actions.get(i);
            if (!action.hasId()) {
                action.setId("action-" + prefix + (i + 1));
            }
            number(action.getAction(), prefix + (i + 1) + "-");
        }
    }

    /** The programme's part of {@code programme|action}. */
    String id() {
        return definition.getIdElement().getIdPart();
    }

    String key(String part) {
        return id() + "|" + part;
    }

    String url() {
        return definition.getUrl();
    }

    String title() {
        return definition.hasTitle() ? definition.getTitle() : definition.hasName() ? definition.getName() : id();
    }

    /** The assessment that must be there before the plan, with the extension or by the rule for programmes without one. */
    RequiredAssessment requiredAssessment() {
        return Optional.ofNullable(definition.getExtensionByUrl(REQUIRED_ASSESSMENT))
                .map(e -> new RequiredAssessment(form(e), period(e)))
                .orElse(RequiredAssessment.ANY_OF_LAST_YEAR);
    }

    private static String form(Extension extension) {
        return extension.getExtensionByUrl("form").getValue() instanceof CanonicalType form ? form.getValue() : "";
    }

    private static Quantity period(Extension extension) {
        Extension period = extension.getExtensionByUrl("period");
        return period != null && period.getValue() instanceof Quantity duration
                ? duration
                : RequiredAssessment.ANY_OF_LAST_YEAR.period();
    }

    /** Whether it names for whom it is: a programme without any condition is started by name only. */
    boolean hasApplicability() {
        return definition.getAction().stream().anyMatch(PlanDefinitionActionComponent::hasCondition);
    }

    /** Rules and order sets are PlanDefinitions too, but no programmes. */
    boolean isProgramme() {
        return definition.getType().getCoding().stream()
                .map(Coding::getCode)
                .noneMatch(code -> "eca-rule".equals(code) || "order-set".equals(code));
    }

    /** All actions, parents before their children. */
    List<PlanDefinitionActionComponent> actions() {
        List<PlanDefinitionActionComponent> all = new ArrayList<>();
        definition.getAction().stream().flatMap(Programme::withChildren).forEach(all::add);
        return all;
    }

    /** Every expression in it: conditions, and what it and its goals address. */
    List<Expression> expressions() {
        List<Expression> all = new ArrayList<>();
        actions().forEach(a -> a.getCondition().forEach(c -> all.add(c.getExpression())));
        addressed(definition.getExtension()).ifPresent(all::add);
        definition.getGoal().forEach(g -> addressed(g.getExtension()).ifPresent(all::add));
        return all;
    }

    private static Stream<PlanDefinitionActionComponent> withChildren(PlanDefinitionActionComponent action) {
        return Stream.concat(Stream.of(action), action.getAction().stream().flatMap(Programme::withChildren));
    }

    /** The expression of an {@code addressed-conditions} extension. */
    static Optional<Expression> addressed(List<Extension> extensions) {
        return extensions.stream()
                .filter(e -> ADDRESSED_CONDITIONS.equals(e.getUrl()))
                .map(Extension::getValue)
                .filter(Expression.class::isInstance)
                .map(Expression.class::cast)
                .findFirst();
    }
}
