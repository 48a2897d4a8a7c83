package io.github.throughcare.care.risk;

import ca.uhn.fhir.context.FhirContext;
import java.util.List;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.fhirpath.BaseHostServices;
import org.hl7.fhir.r4.fhirpath.ExpressionNode;
import org.hl7.fhir.r4.fhirpath.FHIRLexer.FHIRLexerException;
import org.hl7.fhir.r4.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r4.hapi.ctx.HapiWorkerContext;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.utilities.fhirpath.FHIRPathConstantEvaluationMode;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** FHIRPath for the items of a hospital's own index ({@link OwnIndex}). Made when the first one is loaded. Thread-safe. */
@Component
final class FhirPathInputs {

    /** An expression that was understood. */
    record Parsed(ExpressionNode node) {}

    private final FhirContext context;
    private volatile @Nullable FHIRPathEngine made;

    FhirPathInputs(FhirContext context) {
        this.context = context;
    }

    private FHIRPathEngine engine() {
        FHIRPathEngine engine = made;
        if (engine == null) {
            HapiWorkerContext worker = new HapiWorkerContext(context, context.getValidationSupport());
            engine = new FHIRPathEngine(worker);
            engine.setHostServices(new Host(worker));
            made = engine;
        }
        return engine;
    }

    /** @throws FHIRException for what is not FHIRPath */
    Parsed parse(String expression) {
        try {
            return new Parsed(engine().parse(expression));
        } catch (FHIRLexerException e) {
            throw new FHIRException(e.getMessage(), e);
        }
    }

    List<Base> evaluate(Parsed expression, OwnIndex.Scope scope) {
        Encounter stay = scope.record().stay().index();
        return engine().evaluate(scope, stay, stay, stay, expression.node());
    }

    /** Tells the engine what the names mean. */
    private static final class Host extends BaseHostServices {

        Host(HapiWorkerContext worker) {
            super(worker);
        }

        @Override
        public List<Base> resolveConstant(
                FHIRPathEngine engine, Object scope, String name, FHIRPathConstantEvaluationMode mode) {
            return mode == FHIRPathConstantEvaluationMode.EXPLICIT && scope instanceof OwnIndex.Scope seen
                    ? seen.variable(name.startsWith("%") ? name.substring(1) : name)
                    : List.of();
        }

        @Override
        public boolean log(String argument, List<Base> focus) {
            return false;
        }

        @Override
        public Base resolveReference(FHIRPathEngine engine, Object scope, String url, Base from) {
            throw new FHIRException("An index cannot follow references: " + url);
        }

        @Override
        public boolean conformsToProfile(FHIRPathEngine engine, Object scope, Base item, String url) {
            throw new FHIRException("An index cannot check profiles: " + url);
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
