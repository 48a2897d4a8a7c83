package io.github.throughcare.fhir.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where data live.
 *
 * @param home folder of the embedded PostgreSQL ({@code THROUGHCARE_HOME}), default {@code .throughcare}
 * @param url JDBC URL of an external PostgreSQL 15 or newer ({@code SPRING_DATASOURCE_URL}); nothing embedded starts then
 * @param username its user ({@code SPRING_DATASOURCE_USERNAME})
 * @param password its password ({@code SPRING_DATASOURCE_PASSWORD})
 * @param connections size of the pool, default 20
 * @param connectionTimeout how long a request waits for a free connection, in milliseconds, default 5,000; then 503
 * @param statementTimeout the longest one statement may take, in milliseconds, default 60,000
 * @param references what becomes of references that do not resolve ({@code THROUGHCARE_REFERENCES}), default enforce
 */
@ConfigurationProperties("throughcare.storage")
public record StorageSettings(
        @DefaultValue(".throughcare") Path home,
        @Nullable String url,
        @Nullable String username,
        @Nullable String password,
        @DefaultValue("20") int connections,
        @DefaultValue("5000") int connectionTimeout,
        @DefaultValue("60000") int statementTimeout,
        @DefaultValue("enforce") ReferencePolicy references) {

    boolean isExternal() {
        return url != null && !url.isBlank();
    }
}
