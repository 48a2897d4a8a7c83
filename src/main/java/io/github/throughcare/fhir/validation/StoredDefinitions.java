package io.github.throughcare.fhir.validation;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import io.github.throughcare.fhir.Resources;
import java.util.function.Supplier;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.ValueSet;
import org.jspecify.annotations.Nullable;

/** The definitions in the store, the implementation guide's among them, for HAPI's validator. */
final class StoredDefinitions implements IValidationSupport {

    private final FhirContext context;
    private final Supplier<Resources> resources;

    StoredDefinitions(FhirContext context, Supplier<Resources> resources) {
        this.context = context;
        this.resources = resources;
    }

    @Override
    public FhirContext getFhirContext() {
        return context;
    }

    @Override
    public @Nullable IBaseResource fetchStructureDefinition(String url) {
        return find(StructureDefinition.class, url);
    }

    @Override
    public @Nullable IBaseResource fetchValueSet(String url) {
        return find(ValueSet.class, url);
    }

    @Override
    public @Nullable IBaseResource fetchCodeSystem(String url) {
        return find(CodeSystem.class, url);
    }

    /** A copy: the validator adds snapshots to what it is given. */
    private @Nullable IBaseResource find(Class<? extends MetadataResource> type, String url) {
        return resources
                .get()
                .definition(type, url)
                .map(d -> (IBaseResource) d.copy())
                .orElse(null);
    }
}
