package io.github.throughcare.care.careplan;

import ca.uhn.fhir.context.FhirVersionEnum;
import io.github.throughcare.fhir.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.PlanDefinition.ActionConditionKind;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionConditionComponent;
import org.hl7.fhir.r4.model.RequestGroup;
import org.hl7.fhir.r4.model.RequestGroup.RequestGroupActionComponent;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.fhir.cr.CrSettings;
import org.opencds.cqf.fhir.cr.activitydefinition.apply.ApplyProcessor;
import org.opencds.cqf.fhir.cr.plandefinition.PlanDefinitionProcessor;
import org.opencds.cqf.fhir.cr.plandefinition.apply.ApplyRequest;
import org.opencds.cqf.fhir.utility.CqfExpression;
import org.opencds.cqf.fhir.utility.model.FhirModelResolverCache;

/** Applies programmes to one patient within one call, and evaluates their expressions. Not thread-safe. */
final class PatientReasoning {

    private static final String CQL_IDENTIFIER = "text/cql-identifier";
    private static final WholeRequests WHOLE_REQUESTS = new WholeRequests();

    private final ResourcesRepository repository;
    private final CrSettings settings;
    private final CompiledOnce compiled;
    private final ExpressionEngine engine;
    private final String subject;

    PatientReasoning(
            ResourcesRepository repository, CrSettings settings, CompiledOnce compiled, ExpressionEngine engine) {
        this.repository = repository;
        this.settings = settings;
        this.compiled = compiled;
        this.engine = engine;
        this.subject = engine.patientId();
    }

    /**
     * Whether a programme is for this patient: it is when one of its top-level actions has all its applicability conditions met.
     *
     * @return the conditions that are not met, in words; empty when the programme applies
     * @throws Problem 422 when a condition cannot be evaluated
     */
    List<String> unmetConditions(Programme programme) {
        prepare(List.of(programme));
        PlanDefinition definition = programme.definition();
        List<String> unmet = new ArrayList<>();
        for (PlanDefinitionActionComponent action : definition.getAction()) {
            List<String> failed = action.getCondition().stream()
                    .filter(c -> c.getKind() == ActionConditionKind.APPLICABILITY)
                    .filter(c -> !holds(definition, c.getExpression()))
                    .map(PatientReasoning::inWords)
                    .toList();
            if (failed.isEmpty()) {
                return List.of();
            }
            unmet.addAll(failed);
        }
        return unmet;
    }

    /** Evaluates all named definitions that these programmes use, each library of them in one go. */
    void prepare(List<Programme> programmes) {
        Map<String, Set<String>> names = new LinkedHashMap<>();
        for (Programme programme : programmes) {
            programme.expressions().stream()
                    .map(expression -> named(programme.definition(), expression))
                    .filter(e -> CQL_IDENTIFIER.equals(e.getLanguage()) && e.getLibraryUrl() != null)
                    .forEach(e -> names.computeIfAbsent(e.getLibraryUrl(), url -> new LinkedHashSet<>())
                            .add(e.getExpression()));
        }
        names.forEach((library, definitions) -> compiled.first(library, () -> engine.prepare(library, definitions)));
    }

    /** What is not known, such as an age without a birth date, does not hold. */
    private boolean holds(PlanDefinition definition, Expression expression) {
        List<IBase> result = evaluate(definition, expression);
        return !result.isEmpty() && result.get(0) instanceof BooleanType truth && Boolean.TRUE.equals(truth.getValue());
    }

    private static String inWords(PlanDefinitionActionConditionComponent condition) {
        Expression expression = condition.getExpression();
        return expression.hasDescription()
                ? expression.getDescription() + " (" + expression.getExpression() + ")"
                : expression.getExpression();
    }

    /** The Conditions that an expression of a programme finds, e.g. the problems it addresses. */
    List<Condition> conditions(Programme programme, Expression expression) {
        return evaluate(programme.definition(), expression).stream()
                .filter(Condition.class::isInstance)
                .map(Condition.class::cast)
                .toList();
    }

    /** A named definition is looked for in the programme's own library, unless the expression names another. */
    private static CqfExpression named(PlanDefinition definition, Expression expression) {
        Map<String, String> libraries = new LinkedHashMap<>();
        definition.getLibrary().forEach(l -> libraries.put(l.getValue(), l.getValue()));
        return CqfExpression.of(expression, libraries);
    }

    private List<IBase> evaluate(PlanDefinition definition, Expression expression) {
        try {
            List<IBase> result =
                    engine.resolveExpression(subject, named(definition, expression), null, null, null, null, null);
            return result == null ? List.of() : result;
        } catch (RuntimeException e) {
            throw new Problem(
                    422,
                    IssueType.PROCESSING,
                    "The condition '" + expression.getExpression() + "' of " + definition.getUrl()
                            + " cannot be evaluated: " + e.getMessage(),
                    "PlanDefinition.action.condition");
        }
    }

    /**
     * {@code $apply} as the R4 specification has it.
     *
     * @return a CarePlan whose one activity references a contained RequestGroup; what the actions make is contained beside it
     * @throws Problem 422 with every action, condition or dynamic value that the library had to drop because it failed
     */
    CarePlan apply(Programme programme, ApplyContext around) {
        prepare(List.of(programme));
        ApplyRequest request = request(programme.definition().copy(), around);
        CarePlan applied = (CarePlan) processor().apply(request);
        return complete(programme.url(), applied, List.of(applied));
    }

    /** {@code $apply} as R5 has it: a Bundle, the RequestGroup first. */
    Bundle applyAsBundle(Programme programme, ApplyContext around) {
        prepare(List.of(programme));
        ApplyRequest request = request(programme.definition().copy(), around);
        Bundle bundle = (Bundle) processor().applyR5(request);
        bundle.setType(Bundle.BundleType.COLLECTION);
        List<Resource> made = bundle.getEntry().stream()
                .map(Bundle.BundleEntryComponent::getResource)
                .toList();
        return complete(programme.url(), bundle, made);
    }

    /** {@code ActivityDefinition/$apply}: the resource it makes for this patient. */
    Resource apply(ActivityDefinition definition, ApplyContext around) {
        Resource made = (Resource) new ApplyProcessor(repository, WHOLE_REQUESTS)
                .apply(request(new PlanDefinition(), around).toActivityRequest(definition.copy()));
        return complete(definition.getUrl(), made, List.of(made));
    }

    private PlanDefinitionProcessor processor() {
        return new PlanDefinitionProcessor(repository, settings, WHOLE_REQUESTS, List.of());
    }

    private ApplyRequest request(PlanDefinition definition, ApplyContext around) {
        return new ApplyRequest(
                definition,
                new IdType(subject),
                id("Encounter", around.encounter()),
                id("Practitioner", around.practitioner()),
                id("Organization", around.organization()),
                around.userType(),
                around.userLanguage(),
                around.userTaskContext(),
                around.setting(),
                around.settingContext(),
                null,
                null,
                null,
                engine,
                FhirModelResolverCache.resolverForVersion(FhirVersionEnum.R4),
                null);
    }

    /** A bare id is one of the type that is expected. */
    private static @Nullable IdType id(String type, @Nullable String reference) {
        return reference == null ? null : new IdType(reference.contains("/") ? reference : type + "/" + reference);
    }

    /**
     * What was applied, if nothing had to be left out of it: the library answers a failed expression by leaving its action out and a
     * word in a contained OperationOutcome.
     *
     * @param made what may hold such a word
     */
    private static <T> T complete(@Nullable String url, T applied, List<Resource> made) {
        made.forEach(PatientReasoning::closeHoles);
        List<Problem.Issue> dropped = made.stream()
                .flatMap(PatientReasoning::failures)
                .map(text -> new Problem.Issue(
                        IssueType.PROCESSING, url + " cannot be applied completely: " + text, "PlanDefinition.action"))
                .distinct()
                .toList();
        if (!dropped.isEmpty()) {
            throw new Problem(422, dropped);
        }
        return applied;
    }

    /** An action that does not apply is not there, and leaves nothing in its place. */
    private static void closeHoles(Resource resource) {
        if (resource instanceof RequestGroup group) {
            closeHoles(group.getAction());
        }
        if (resource instanceof DomainResource around) {
            around.getContained().forEach(PatientReasoning::closeHoles);
        }
    }

    private static void closeHoles(List<RequestGroupActionComponent> actions) {
        actions.removeIf(Objects::isNull);
        actions.forEach(action -> closeHoles(action.getAction()));
    }

    private static Stream<String> failures(Resource resource) {
        if (resource instanceof OperationOutcome outcome) {
            return outcome.getIssue().stream()
                    .map(i -> i.hasDiagnostics()
                            ? i.getDiagnostics()
                            : i.getDetails().getText());
        }
        return resource instanceof DomainResource around
                ? around.getContained().stream().flatMap(PatientReasoning::failures)
                : Stream.empty();
    }
}
