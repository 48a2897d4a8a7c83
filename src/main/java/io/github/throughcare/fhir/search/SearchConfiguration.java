package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.storage.FullText;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.terminology.Terminology;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SearchSettings.class)
class SearchConfiguration {

    @Bean
    Searches searches(
            TypeIndex.Catalog catalog,
            Store store,
            @Qualifier("facilityZone") ZoneId zone,
            Clock clock,
            SearchSettings settings,
            FullText fullText,
            JsonMapper mapper) {
        return new Searches(
                catalog,
                store,
                zone,
                clock,
                settings,
                new Terminology(catalog, mapper, type -> Searches.checkIndex(store, List.of(type))),
                new WholeResource(catalog.keys(), fullText, mapper));
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
    Compartment compartment(Store store, TypeIndex.Catalog catalog) {
        return new Compartment(store, catalog);
    }
}
