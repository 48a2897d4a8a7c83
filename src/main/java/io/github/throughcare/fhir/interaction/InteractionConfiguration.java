package io.github.throughcare.fhir.interaction;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.job.Jobs;
import io.github.throughcare.fhir.search.Compartment;
import io.github.throughcare.fhir.search.History;
import io.github.throughcare.fhir.search.Searches;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.validation.Structure;
import java.time.Clock;
import java.time.ZoneId;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class InteractionConfiguration {

    @Bean
    Structure structure(FhirContext context) {
        return new Structure(context);
    }

    @Bean
    Bodies bodies(SearchParameters parameters, Structure structure) {
        return new Bodies(parameters, structure);
    }

    @Bean
    Transactions transactions(Store store, Searches searches, SearchParameters parameters, Clock clock) {
        return new Transactions(
                store,
                new Conditions(searches, store.keys()),
                new ConditionalReferences(parameters, searches),
                new Ids(clock));
    }

    @Bean
    Bundles bundles(Transactions transactions, Bodies bodies) {
        return new Bundles(transactions, bodies);
    }

    @Bean
    BundleLoads bundleLoads(Bundles bundles) {
        return new BundleLoads(bundles);
    }

    @Bean
    Resources resources(Store store, Searches searches, Bundles bundles, FhirContext context) {
        return new StoredResources(store, searches, bundles, context);
    }

    @Bean
    Definitions definitions() {
        return new Definitions();
    }

    @Bean
    Operations operations(
            ObjectProvider<FhirOperation> operations, Definitions definitions, FhirContext context, Jobs jobs) {
        return new Operations(operations.orderedStream().toList(), definitions, context, jobs);
    }

    @Bean
    Router router(
            SearchParameters parameters,
            Store store,
            Searches searches,
            History history,
            Compartment compartment,
            @Qualifier("facilityZone") ZoneId zone,
            Transactions transactions,
            Bodies bodies,
            Bundles bundles,
            Operations operations) {
        return new Router(
                parameters,
                new Reads(store, searches, history, compartment, zone),
                new Writes(transactions, bodies),
                bundles,
                operations);
    }
}
