package io.github.throughcare.fhir.bulk;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where bulk data may come from; by default nowhere.
 *
 * @param folder folder of Bundles to load at the start ({@code THROUGHCARE_IMPORT}), empty: none
 * @param files folder that {@code file:} URLs of {@code $import} may lie under ({@code THROUGHCARE_IMPORT_FILES}), default
 *     {@code folder}; empty: no files
 * @param urls what {@code http:} and {@code https:} URLs of {@code $import} must begin with, scheme, host and path, separated by
 *     commas ({@code THROUGHCARE_IMPORT_URLS}); empty: none
 * @param writers batches that are written at the same time ({@code THROUGHCARE_IMPORT_WRITERS}); 0: as many as there are cores, at
 *     least 2
 */
@ConfigurationProperties("throughcare.import")
record BulkSettings(
        @DefaultValue("") String folder,
        @DefaultValue("") String files,
        @DefaultValue List<String> urls,
        @DefaultValue("0") int writers) {

    String filesOrFolder() {
        return files.isBlank() ? folder : files;
    }

    int writersOrCores() {
        return writers > 0 ? writers : Math.max(2, Runtime.getRuntime().availableProcessors());
    }
}
