package io.github.throughcare.care.careplan;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.fhirpath.IFhirPath;
import ca.uhn.fhir.fhirpath.IFhirPath.IParsedExpression;
import ca.uhn.fhir.fhirpath.IFhirPathEvaluationContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.Patient;
import org.jspecify.annotations.Nullable;

/**
 * FHIRPath over a patient, whom {@code %patient}, {@code %subject}, {@code %context} and {@code %resource} name. Engines, with
 * what they have parsed, are lent to one thread at a time and kept. Thread-safe.
 */
final class FhirPaths {

    private static final Set<String> PATIENT_NAMES = Set.of("patient", "subject", "context", "resource");
    private static final int MOST_PARSED = 500;

    private final FhirContext context;
    private final ConcurrentLinkedDeque<Engine> idle = new ConcurrentLinkedDeque<>();

    FhirPaths(FhirContext context) {
        this.context = context;
    }

    List<IBase> evaluate(String expression, Patient patient) {
        Engine lent = idle.pollFirst();
        Engine engine = lent == null ? new Engine(context.newFhirPath()) : lent;
        try {
            return engine.evaluate(expression, patient);
        } finally {
            idle.addFirst(engine);
        }
    }

    private static final class Engine implements IFhirPathEvaluationContext {

        private final IFhirPath path;
        private final Map<String, IParsedExpression> parsed = new HashMap<>();
        private @Nullable Patient patient;

        Engine(IFhirPath path) {
            this.path = path;
            path.setEvaluationContext(this);
        }

        List<IBase> evaluate(String expression, Patient about) {
            if (parsed.size() >= MOST_PARSED) {
                parsed.clear();
            }
            patient = about;
            try {
                IParsedExpression known = parsed.get(expression);
                if (known == null) {
                    known = path.parse(expression);
                    parsed.put(expression, known);
                }
                return path.evaluate(about, known, IBase.class);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) { // parse declares it
                throw new IllegalArgumentException(e.getMessage(), e);
            } finally {
                patient = null;
            }
        }

        @Override
        public List<IBase> resolveConstant(Object appContext, String name, ConstantEvaluationMode mode) {
            Patient about = patient;
            return about != null && PATIENT_NAMES.contains(name.replace("%", "")) ? List.of(about) : List.of();
        }
    }
}
