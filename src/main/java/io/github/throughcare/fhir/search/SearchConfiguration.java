package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.storage.Store;
import java.time.Clock;
import java.time.ZoneId;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SearchSettings.class)
class SearchConfiguration {

    @Bean
    Searches searches(
            TypeIndex.Catalog catalog,
            Store store,
            @Qualifier("facilityZone") ZoneId zone,
            Clock clock,
            SearchSettings settings) {
        return new Searches(catalog, store, zone, clock, settings);
    }

    @Bean
    ExplainOperation explainOperation(Searches searches, Store store) {
        return new ExplainOperation(searches, store);
    }

    @Bean
    ReindexOperation reindexOperation(Store store) {
        return new ReindexOperation(store);
    }

    @Bean
    History history(Store store) {
        return new History(store);
    }

    @Bean
    Compartment compartment(Store store) {
        return new Compartment(store);
    }
}
