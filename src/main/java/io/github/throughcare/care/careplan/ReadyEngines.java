package io.github.throughcare.care.careplan;

import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.repository.IRepository;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cqframework.cql.cql2elm.LibraryManager;
import org.cqframework.cql.cql2elm.ModelManager;
import org.opencds.cqf.cql.engine.data.DataProvider;
import org.opencds.cqf.cql.engine.execution.CqlEngine;
import org.opencds.cqf.cql.engine.execution.Environment;
import org.opencds.cqf.cql.engine.terminology.TerminologyProvider;
import org.opencds.cqf.fhir.cql.EvaluationSettings;
import org.opencds.cqf.fhir.cql.engine.retrieve.FederatedDataProvider;
import org.opencds.cqf.fhir.cql.engine.retrieve.RepositoryRetrieveProvider;
import org.opencds.cqf.fhir.cql.engine.terminology.RepositoryTerminologyProvider;
import org.opencds.cqf.fhir.utility.Constants;
import org.opencds.cqf.fhir.utility.model.FhirModelResolverCache;

/**
 * A CQL engine for libraries that are compiled already. The library's own way ({@code Engines.forRepository}) makes each engine ready to
 * compile, and looks for models in every jar of the class path to that end, which costs more than what a programme evaluates.
 */
final class ReadyEngines {

    private static final ModelManager MODELS = new ModelManager();

    private ReadyEngines() {}

    /** @param settings with all that will be asked for in its cache of libraries */
    static CqlEngine of(IRepository repository, EvaluationSettings settings) {
        TerminologyProvider terminology = new RepositoryTerminologyProvider(
                repository, settings.getValueSetCache(), settings.getTerminologySettings());
        Map<String, DataProvider> data = new HashMap<>();
        data.put(
                Constants.FHIR_MODEL_URI,
                new FederatedDataProvider(
                        FhirModelResolverCache.resolverForVersion(FhirVersionEnum.R4),
                        List.of(new RepositoryRetrieveProvider(
                                repository, terminology, settings.getRetrieveSettings()))));
        LibraryManager libraries = new LibraryManager(
                MODELS, settings.getCqlOptions().getCqlCompilerOptions(), settings.getLibraryCache());
        return new CqlEngine(
                new Environment(libraries, data, terminology),
                settings.getCqlOptions().getCqlEngineOptions().getOptions());
    }
}
