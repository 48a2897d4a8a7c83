package io.github.throughcare.care.assessment;

import ca.uhn.fhir.context.FhirContext;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.fhirpath.BaseHostServices;
import org.hl7.fhir.r4.fhirpath.ExpressionNode;
import org.hl7.fhir.r4.fhirpath.FHIRLexer.FHIRLexerException;
import org.hl7.fhir.r4.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r4.fhirpath.FHIRPathFunctionDefinition;
import org.hl7.fhir.r4.fhirpath.FHIRPathUtilityClasses.FunctionDetails;
import org.hl7.fhir.r4.fhirpath.TypeDetails;
import org.hl7.fhir.r4.hapi.ctx.HapiWorkerContext;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.utilities.fhirpath.FHIRPathConstantEvaluationMode;
import org.jspecify.annotations.Nullable;

/**
 * FHIRPath as forms use it: {@code %resource} is the response, {@code %questionnaire} the form, {@code %patient} the patient, and
 * beside the standard functions there are {@code ordinal()} (and {@code weight()}, its later name) and {@code sum()} of SDC.
 * Thread-safe; what it parses may be kept and shared.
 *
 * @see <a href="http://hl7.org/fhir/uv/sdc/expressions.html">SDC, Using Expressions</a>
 */
final class Expressions {

    /**
     * What an expression may see.
     *
     * @param context further resources by name, e.g. what $populate was launched with
     * @param variables the form's own names, in their order; each sees those before it
     */
    record Scope(
            QuestionnaireResponse response,
            Questionnaire questionnaire,
            Patient patient,
            Map<String, List<Base>> context,
            Map<String, ExpressionNode> variables) {

        Scope(QuestionnaireResponse response, Questionnaire questionnaire, Patient patient) {
            this(response, questionnaire, patient, Map.of(), Map.of());
        }

        Scope with(Map<String, ExpressionNode> names) {
            return new Scope(response, questionnaire, patient, context, names);
        }

        /** As it was before a variable was named, so that none can name itself. */
        Scope before(String variable) {
            Map<String, ExpressionNode> earlier = new LinkedHashMap<>();
            for (Map.Entry<String, ExpressionNode> v : variables.entrySet()) {
                if (v.getKey().equals(variable)) {
                    break;
                }
                earlier.put(v.getKey(), v.getValue());
            }
            return with(earlier);
        }
    }

    /** Under this name an answer carries the ordinal value of the option that was chosen. */
    static final String ORDINAL = "ordinal";

    private final FHIRPathEngine engine;

    Expressions(FhirContext context) {
        HapiWorkerContext worker = new HapiWorkerContext(context, context.getValidationSupport());
        engine = new FHIRPathEngine(worker);
        Host host = new Host(worker);
        host.registerFunction(new Numeric(ORDINAL, Expressions::ordinals));
        host.registerFunction(new Numeric("weight", Expressions::ordinals));
        host.registerFunction(new Numeric("sum", Expressions::sum));
        engine.setHostServices(host);
    }

    /** @throws FHIRException for what is not FHIRPath */
    ExpressionNode parse(String expression) {
        try {
            return engine.parse(expression);
        } catch (FHIRLexerException e) {
            throw new FHIRException(e.getMessage(), e);
        }
    }

    List<Base> evaluate(ExpressionNode expression, Scope scope) {
        return evaluate(expression, scope, scope.response());
    }

    /** On a part of the response, which is {@code %context} then. */
    List<Base> evaluate(ExpressionNode expression, Scope scope, Base focus) {
        return engine.evaluate(scope, scope.response(), scope.response(), focus, expression);
    }

    /** Whether a condition on a part of the response holds; an empty result does not. */
    boolean holds(ExpressionNode condition, Scope scope, Base focus) {
        return engine.convertToBoolean(evaluate(condition, scope, focus));
    }

    /** The number in a value, or null where it is none. */
    static @Nullable BigDecimal number(@Nullable Base value) {
        if (value instanceof Quantity quantity) {
            return quantity.getValue();
        }
        if (value instanceof PrimitiveType<?> primitive) {
            Object plain = primitive.getValue();
            return plain instanceof BigDecimal decimal
                    ? decimal
                    : plain instanceof Integer integer ? BigDecimal.valueOf(integer) : null;
        }
        return null;
    }

    private static List<Base> ordinals(List<Base> focus) {
        return focus.stream()
                .map(value -> value.getUserData(ORDINAL))
                .filter(BigDecimal.class::isInstance)
                .map(ordinal -> (Base) new DecimalType((BigDecimal) ordinal))
                .toList();
    }

    private static List<Base> sum(List<Base> focus) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Base value : focus) {
            BigDecimal number = number(value);
            if (number == null) {
                throw new FHIRException("sum() adds numbers, but got " + value.fhirType());
            }
            sum = sum.add(number);
        }
        return List.of(new DecimalType(sum));
    }

    /** A function without parameters that gives decimals. */
    private static final class Numeric extends FHIRPathFunctionDefinition {

        private final String name;
        private final Function<List<Base>, List<Base>> body;

        Numeric(String name, Function<List<Base>, List<Base>> body) {
            this.name = name;
            this.body = body;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public FunctionDetails details() {
            return new FunctionDetails(name, 0, 0);
        }

        @Override
        public TypeDetails check(FHIRPathEngine engine, Object scope, TypeDetails focus, List<TypeDetails> parameters) {
            return new TypeDetails(ExpressionNode.CollectionStatus.ORDERED, "decimal");
        }

        @Override
        public List<Base> execute(FHIRPathEngine engine, Object scope, List<Base> focus, List<List<Base>> parameters) {
            return body.apply(focus);
        }
    }

    /** Tells the engine what the names mean. */
    private static final class Host extends BaseHostServices {

        Host(HapiWorkerContext worker) {
            super(worker);
        }

        @Override
        public List<Base> resolveConstant(
                FHIRPathEngine engine, Object scope, String name, FHIRPathConstantEvaluationMode mode) {
            if (mode != FHIRPathConstantEvaluationMode.EXPLICIT || !(scope instanceof Scope seen)) {
                return List.of();
            }
            String plain = name.startsWith("%") ? name.substring(1) : name;
            ExpressionNode variable = seen.variables().get(plain);
            if (variable != null) {
                return engine.evaluate(seen.before(plain), seen.response(), seen.response(), seen.response(), variable);
            }
            return switch (plain) {
                case "questionnaire" -> List.of(seen.questionnaire());
                case "patient", "subject" -> List.of(seen.patient());
                default -> seen.context().getOrDefault(plain, List.of());
            };
        }

        @Override
        public boolean log(String argument, List<Base> focus) {
            return false;
        }

        @Override
        public Base resolveReference(FHIRPathEngine engine, Object scope, String url, Base from) {
            throw new FHIRException("A form's expressions cannot follow references: " + url);
        }

        @Override
        public boolean conformsToProfile(FHIRPathEngine engine, Object scope, Base item, String url) {
            throw new FHIRException("A form's expressions cannot check profiles: " + url);
        }

        @Override
        public @Nullable ValueSet resolveValueSet(FHIRPathEngine engine, Object scope, String url) {
            return null;
        }

        @Override
        public boolean paramIsType(String name, int index) {
            return false;
        }
    }
}
