package io.github.throughcare.care.careplan;

import ca.uhn.fhir.repository.IRepository;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hl7.elm.r1.VersionedIdentifier;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseParameters;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.execution.CqlEngine;
import org.opencds.cqf.cql.engine.execution.EvaluationResult;
import org.opencds.cqf.fhir.cql.EvaluationSettings;
import org.opencds.cqf.fhir.cql.LibraryEngine;
import org.opencds.cqf.fhir.cql.engine.parameters.CqlFhirParametersConverter;
import org.opencds.cqf.fhir.utility.CqfExpression;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The library's expression engine with three differences: time comes from our clock, and FHIRPath is evaluated as FHIRPath
 * (microseconds) instead of being compiled as a throw-away CQL library (130 ms of CPU); inline CQL is compiled once, as a library
 * of its own. One per call; not thread-safe.
 */
final class ExpressionEngine extends LibraryEngine {

    private static final Logger LOG = LoggerFactory.getLogger(ExpressionEngine.class);
    private static final String FHIRPATH = "text/fhirpath";
    private static final String IDENTIFIER = "text/cql-identifier";

    private final FhirPaths paths;
    private final InlineCql inline;
    private final CompiledOnce compiled;
    private final Function<VersionedIdentifier, Optional<EvaluationSettings>> shipped;
    private final Clock clock;
    private final ZoneId zone;
    private final Patient patient;
    private final Map<String, List<IBase>> known = new HashMap<>();
    private @Nullable CqlEngine kept;

    /**
     * @param shipped settings for a library that need not be compiled here
     * @param zone in which a day begins and ends
     */
    ExpressionEngine(
            IRepository repository,
            EvaluationSettings settings,
            FhirPaths paths,
            InlineCql inline,
            CompiledOnce compiled,
            Function<VersionedIdentifier, Optional<EvaluationSettings>> shipped,
            Clock clock,
            ZoneId zone,
            Patient patient) {
        super(repository, settings);
        this.paths = paths;
        this.inline = inline;
        this.compiled = compiled;
        this.shipped = shipped;
        this.clock = clock;
        this.zone = zone;
        this.patient = patient;
    }

    /**
     * Evaluates named definitions of one CQL library together, once for this call: setting an engine up costs more than what it
     * evaluates. When one of them fails none is kept, and each will be evaluated, and fail, for itself.
     */
    void prepare(String library, Set<String> asked) {
        Set<String> definitions = asked.stream()
                .filter(definition -> !known.containsKey(library + "#" + definition))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (definitions.isEmpty() || compiled.isBroken(library)) {
            return;
        }
        IBaseParameters results;
        try {
            results = evaluate(library, patientId(), null, null, null, null, definitions);
        } catch (RuntimeException e) {
            if (isCompilation(e)) {
                LOG.warn("{} cannot be compiled: {}", library, e.getMessage());
                compiled.fail(library, e);
            }
            LOG.debug("{} is evaluated one by one", library, e);
            return;
        }
        Map<String, List<IBase>> byName = new HashMap<>();
        ((Parameters) results)
                .getParameter()
                .forEach(p -> byName.computeIfAbsent(p.getName(), name -> new ArrayList<>())
                        .add(p));
        for (String definition : definitions) {
            List<IBase> values = resolveParameterValues(byName.get(definition));
            known.put(library + "#" + definition, values == null ? List.of() : values);
        }
    }

    private static boolean isCompilation(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t.getClass().getPackageName().startsWith("org.cqframework.cql")
                    || String.valueOf(t.getMessage()).contains("had errors")) {
                return true;
            }
        }
        return false;
    }

    String patientId() {
        return "Patient/" + patient.getIdElement().getIdPart();
    }

    @Override
    public List<IBase> resolveExpression(
            String patientId,
            CqfExpression expression,
            @Nullable IBaseParameters parameters,
            @Nullable Map<String, Object> rawParameters,
            @Nullable IBaseBundle bundle,
            @Nullable IBase context,
            @Nullable IBase resource) {
        if (FHIRPATH.equals(expression.getLanguage())) {
            return paths.evaluate(expression.getExpression(), patient);
        }
        if (InlineCql.isInline(expression)) {
            CqfExpression named = inline.named(expression);
            return resolveExpression(patientId, named, parameters, rawParameters, bundle, context, resource);
        }
        String library = expression.getLibraryUrl();
        compiled.check(library);
        List<IBase> prepared = library == null ? null : known.get(library + "#" + expression.getExpression());
        if (prepared != null) {
            return prepared;
        }
        List<IBase> values =
                super.resolveExpression(patientId, expression, parameters, rawParameters, bundle, context, resource);
        if (library != null && parameters == null && bundle == null && IDENTIFIER.equals(expression.getLanguage())) {
            known.put(library + "#" + expression.getExpression(), values == null ? List.of() : values);
        }
        return values;
    }

    @Override
    public EvaluationResult getEvaluationResult(
            VersionedIdentifier id,
            String patientId,
            @Nullable IBaseParameters parameters,
            @Nullable Map<String, Object> rawParameters,
            @Nullable IBaseBundle additionalData,
            @Nullable Set<String> expressions,
            @Nullable CqlFhirParametersConverter converter,
            @Nullable ZonedDateTime time,
            @Nullable CqlEngine engine) {
        CqlEngine ready = engine == null && additionalData == null
                ? ready(id, isEmpty(parameters) && (rawParameters == null || rawParameters.isEmpty()))
                : engine;
        try {
            return super.getEvaluationResult(
                    id,
                    patientId,
                    parameters,
                    rawParameters,
                    additionalData,
                    expressions,
                    converter,
                    time == null ? clock.instant().atZone(zone) : time,
                    ready);
        } catch (RuntimeException e) {
            kept = null; // nobody knows in which state it is
            throw e;
        }
    }

    /**
     * An engine for a library that need not be compiled here, the same throughout the call: it remembers what it found out about the
     * patient, so that what several libraries ask of a third is looked at once.
     *
     * @param plain whether it is asked without parameters: with them it would find out something else
     */
    private @Nullable CqlEngine ready(VersionedIdentifier id, boolean plain) {
        Optional<EvaluationSettings> settings = shipped.apply(id);
        if (settings.isEmpty()) {
            return null;
        }
        if (!plain) {
            return ReadyEngines.of(getRepository(), settings.get());
        }
        if (kept == null) {
            kept = ReadyEngines.of(getRepository(), settings.get());
        }
        return kept;
    }

    private static boolean isEmpty(@Nullable IBaseParameters parameters) {
        return parameters == null || parameters.isEmpty();
    }
}
