package io.github.throughcare.care.careplan;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.Library;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.ValueSet;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.fhir.cql.EvaluationSettings;
import org.opencds.cqf.fhir.cql.engine.retrieve.RetrieveSettings.TERMINOLOGY_FILTER_MODE;
import org.opencds.cqf.fhir.cql.engine.terminology.TerminologySettings.VALUESET_EXPANSION_MODE;
import org.opencds.cqf.fhir.cr.CrSettings;
import org.springframework.stereotype.Component;

/**
 * The clinical-reasoning library, set up once: compiled CQL, models and value sets are cached in one {@link CrSettings} for all
 * calls, until a definition changes. Thread-safe.
 *
 * @see <a href="http://hl7.org/fhir/R4/plandefinition-operation-apply.html">PlanDefinition/$apply</a>
 */
@Component
final class ClinicalReasoning {

    /** Definition types of which {@link #changed} must be told. */
    static final Set<String> CACHED_TYPES =
            Set.of("Library", "ValueSet", "CodeSystem", "ActivityDefinition", "PlanDefinition");

    private static final Duration LOOK = Duration.ofSeconds(5);
    /** A write may be committed a little later than the time it bears. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    /** What the library keeps between calls, and the CQL that came compiled. */
    private record Caches(CrSettings settings, ShippedElm elm) {

        static Caches empty() {
            EvaluationSettings evaluation = evaluation();
            EvaluationSettings shipped = evaluation();
            shipped.setValueSetCache(evaluation.getValueSetCache());
            return new Caches(
                    CrSettings.getDefault().withEvaluationSettings(evaluation),
                    new ShippedElm(ShippedElm::onClassPath, shipped));
        }

        private static EvaluationSettings evaluation() {
            EvaluationSettings evaluation = EvaluationSettings.getDefault();
            // the library cannot know that a foreign repository has no $expand; search by the codes themselves
            evaluation.getRetrieveSettings().setTerminologyParameterMode(TERMINOLOGY_FILTER_MODE.USE_INLINE_CODES);
            evaluation
                    .getTerminologySettings()
                    .setValuesetExpansionMode(VALUESET_EXPANSION_MODE.PERFORM_NAIVE_EXPANSION);
            return evaluation;
        }
    }

    private final FhirContext context;
    private final Resources resources;
    private final Clock clock;
    private final CareSettings care;
    private final CompiledOnce compiled = new CompiledOnce();
    private final InlineCql inline = new InlineCql();
    private final FhirPaths paths;
    private final DefinitionShelf definitions;
    private final AtomicReference<Instant> looked;
    private final AtomicInteger callers = new AtomicInteger();
    private volatile @Nullable Instant served;
    private @Nullable Caches caches;

    ClinicalReasoning(FhirContext context, Resources resources, Clock clock, CareSettings settings) {
        this.context = context;
        this.resources = resources;
        this.clock = clock;
        this.care = settings;
        this.looked = new AtomicReference<>(clock.instant());
        this.paths = new FhirPaths(context);
        this.definitions = new DefinitionShelf(resources, inline);
    }

    /** Made when first asked for: the library's classes are many, and the start of the server does without them. */
    private synchronized Caches caches() {
        Caches made = caches;
        if (made == null) {
            SharedModel.install(context);
            made = Caches.empty();
            caches = made;
        }
        return made;
    }

    private synchronized Optional<Caches> cachesIfAny() {
        return Optional.ofNullable(caches);
    }

    /** Answers a call, from its first step to its last; meanwhile what can wait stands aside ({@link #isQuietFor}). */
    <T> T serving(Supplier<T> call) {
        callers.incrementAndGet();
        try {
            return call.get();
        } finally {
            served = clock.instant();
            callers.decrementAndGet();
        }
    }

    /** Whether nobody is served now, nor was within this time. */
    boolean isQuietFor(Duration time) {
        Instant last = served;
        return callers.get() == 0 && (last == null || clock.instant().isAfter(last.plus(time)));
    }

    /** Reasoning about one patient. */
    PatientReasoning about(Patient patient, Visibility visibility) {
        hearOfOtherServers();
        Caches kept = caches();
        ResourcesRepository repository = new ResourcesRepository(context, resources, visibility, definitions, patient);
        ExpressionEngine engine = new ExpressionEngine(
                repository,
                kept.settings().getEvaluationSettings(),
                paths,
                inline,
                compiled,
                id -> kept.elm().settingsFor(id, definitions::named),
                clock,
                care.zoneId(),
                patient);
        return new PatientReasoning(repository, kept.settings(), compiled, engine);
    }

    /**
     * Of several server processes on one database one delivers changes to its listeners; the others would keep for ever what they
     * have read. So each looks itself, at most every {@link #LOOK}.
     */
    private void hearOfOtherServers() {
        Instant now = clock.instant();
        Instant since = looked.get();
        if (now.isBefore(since.plus(LOOK)) || !looked.compareAndSet(since, now)) {
            return;
        }
        for (Class<? extends MetadataResource> type :
                List.of(Library.class, ValueSet.class, CodeSystem.class, ActivityDefinition.class)) {
            resources
                    .search(type, "_lastUpdated=ge" + since.minus(MARGIN), Visibility.everything())
                    .forEach(definition -> changed(
                            definition.fhirType(),
                            definition.getIdElement().getIdPart(),
                            Integer.parseInt(definition.getMeta().getVersionId()),
                            String.valueOf(definition.getUrl())));
        }
    }

    /**
     * Drops what a changed definition has overtaken, since the caches of the library know no expiry. What the change does not
     * concern stays: after the first start every definition of the guide is told once, and compiling costs seconds.
     *
     * @param url of the definition; empty when not known
     */
    void changed(String type, String id, int version, String url) {
        compiled.tryAgain();
        if (!definitions.isOvertakenBy(type, id, version, url)) {
            return;
        }
        definitions.forget();
        if (type.equals("Library")) {
            cachesIfAny().ifPresent(kept -> {
                kept.settings().getEvaluationSettings().getLibraryCache().clear();
                kept.elm().forget();
            });
            compiled.forget();
        } else if (type.equals("ValueSet") || type.equals("CodeSystem")) {
            cachesIfAny()
                    .ifPresent(kept -> kept.settings()
                            .getEvaluationSettings()
                            .getValueSetCache()
                            .clear());
        }
    }
}
