package io.github.throughcare.fhir.bulk;

import io.github.throughcare.fhir.interaction.BundleLoads;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.validation.Structure;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BulkSettings.class)
class BulkConfiguration {

    @Bean
    ImportSources importSources(BulkSettings settings) {
        return new ImportSources(settings.filesOrFolder(), settings.urls());
    }

    @Bean
    ImportLog importLog(Store store) {
        return new ImportLog(store);
    }

    @Bean
    ImportWriter importWriter(Store store, Structure structure) {
        return new ImportWriter(store, structure);
    }

    @Bean
    BundleFolder bundleFolder(BulkSettings settings, Store store, BundleLoads loads) {
        return new BundleFolder(settings.folder(), settings.writersOrCores(), store, loads);
    }
}
