package io.github.throughcare.fhir;

import ca.uhn.fhir.context.FhirContext;

/** The fake keeps the contract. */
class InMemoryResourcesTest implements ResourcesContract {

    private final Resources resources = new InMemoryResources(FhirContext.forR4Cached());

    @Override
    public Resources resources() {
        return resources;
    }
}
