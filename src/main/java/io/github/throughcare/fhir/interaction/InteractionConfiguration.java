package io.github.throughcare.fhir.interaction;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.WriteRule;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.job.Jobs;
import io.github.throughcare.fhir.patch.Patches;
import io.github.throughcare.fhir.search.Compartment;
import io.github.throughcare.fhir.search.History;
import io.github.throughcare.fhir.search.IdentifierLookup;
import io.github.throughcare.fhir.search.LabelsInUse;
import io.github.throughcare.fhir.search.Searches;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.validation.Profiles;
import io.github.throughcare.fhir.validation.Structure;
import java.time.Clock;
import java.time.ZoneId;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class InteractionConfiguration {

    @Bean
    Structure structure(FhirContext context) {
        return new Structure(context);
    }

    @Bean
    Profiles profiles(FhirContext context, ObjectProvider<Resources> resources) {
        return new Profiles(context, resources::getObject);
    }

    @Bean
    Bodies bodies(
            SearchParameters parameters,
            FhirContext context,
            Profiles profiles,
            @Value("${throughcare.validation:enforce}") ClaimedProfiles.Policy policy) {
        return new Bodies(parameters, new Structure(context), new ClaimedProfiles(policy, profiles));
    }

    @Bean
    Transactions transactions(
            Store store,
            Searches searches,
            SearchParameters parameters,
            Bodies bodies,
            Clock clock,
            FhirContext context,
            ObjectProvider<WriteRule> rules,
            @Value("${throughcare.delete-many:1000}") int mostDeleted) {
        IdentifierLookup identifiers = new IdentifierLookup(store);
        return new Transactions(
                store,
                new Conditions(searches, identifiers, parameters, store.keys(), mostDeleted),
                new ConditionalReferences(parameters, searches, identifiers),
                bodies,
                new Ids(clock),
                new Rules(() -> rules.orderedStream().toList(), context, searches),
                new Actors(store, context));
    }

    @Bean
    Edits edits(Bodies bodies, FhirContext context) {
        return new Edits(new Patches(context, JsonBodies.mapper()), bodies);
    }

    @Bean
    Bundles bundles(Transactions transactions, Bodies bodies, Edits edits) {
        return new Bundles(transactions, bodies, edits);
    }

    @Bean
    BundleLoads bundleLoads(Bundles bundles) {
        return new BundleLoads(bundles);
    }

    @Bean
    Resources resources(
            Store store,
            Searches searches,
            Bundles bundles,
            FhirContext context,
            Transactions transactions,
            Bodies bodies,
            Profiles profiles) {
        StoredResources resources = new StoredResources(store, searches, bundles, transactions, bodies, context);
        transactions.onDefinitions(() -> {
            resources.forget();
            profiles.forget();
        });
        return resources;
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
            Edits edits,
            Bundles bundles,
            Profiles profiles,
            Operations operations) {
        Reads reads = new Reads(store, searches, history, compartment, zone);
        return new Router(
                parameters,
                new Validation(bodies, transactions, store, profiles),
                new MetaOperations(reads, transactions, edits, new LabelsInUse(store), store),
                reads,
                new Writes(transactions, bodies, edits),
                bundles,
                operations);
    }
}
