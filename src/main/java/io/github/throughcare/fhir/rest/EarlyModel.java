package io.github.throughcare.fhir.rest;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.ParserOptions;
import ca.uhn.fhir.context.PerformanceOptionsEnum;
import ca.uhn.fhir.parser.LenientErrorHandler;
import io.github.throughcare.fhir.validation.TypeNames;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;

/**
 * Makes the FhirContext, and reads the model classes that the start needs, beside Spring's own start. Registered in
 * {@code META-INF/spring.factories}.
 */
final class EarlyModel implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

    private static final String TRANSFORMER = "javax.xml.transform.TransformerFactory";

    private static @Nullable CompletableFuture<FhirContext> starting;

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        if (Boolean.getBoolean("spring.aot.processing")) {
            return; // the build looks at the beans and starts none
        }
        // Spring looks for an XSLT processor at start and would find Saxon, a signed jar whose every class is then
        // verified
        if (System.getProperty(TRANSFORMER) == null) {
            System.setProperty(TRANSFORMER, "com.sun.org.apache.xalan.internal.xsltc.trax.TransformerFactoryImpl");
        }
        begin(CompletableFuture.supplyAsync(EarlyModel::context, task -> {
            Thread thread = new Thread(task, "fhir-model");
            thread.setDaemon(true);
            thread.start();
        }));
    }

    private static synchronized void begin(CompletableFuture<FhirContext> future) {
        starting = future;
    }

    /** The context that was made early, or one made now. */
    static synchronized FhirContext take() {
        CompletableFuture<FhirContext> early = starting;
        starting = null;
        return early == null ? context() : early.join();
    }

    private static FhirContext context() {
        // the one that HAPI and the clinical-reasoning library take by themselves: a second model costs a second of CPU
        FhirContext context = FhirContext.forR4Cached();
        // scans a type when it is first met: seconds of start-up, and memory
        context.setPerformanceOptions(PerformanceOptionsEnum.DEFERRED_MODEL_SCANNING);
        context.setValidationSupport(new TypeNames(context));
        ParserOptions options = context.getParserOptions();
        options.setStripVersionsFromReferences(false);
        options.setOverrideResourceIdWithBundleEntryFullUrl(false);
        context.setParserErrorHandler(new LenientErrorHandler(false));
        context.getResourceDefinition("CapabilityStatement"); // what RestfulServer asks for at its start
        return context;
    }
}
