package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.storage.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/**
 * Starts the embedded PostgreSQL as soon as its folder is known, beside everything that Spring does until somebody wants a connection.
 * Registered in {@code META-INF/spring.factories}.
 */
final class EarlyDatabase implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

    private static @Nullable CompletableFuture<EmbeddedPostgres> starting;

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        if (Boolean.getBoolean("spring.aot.processing")) {
            return; // the build looks at the beans and starts none
        }
        Environment environment = event.getEnvironment();
        if (environment.getProperty("throughcare.storage.url", "").isBlank()) {
            Path home = Path.of(environment.getProperty("throughcare.storage.home", ".throughcare"));
            begin(CompletableFuture.supplyAsync(() -> EmbeddedPostgres.start(home), task -> {
                Thread thread = new Thread(task, "embedded-postgres");
                thread.setDaemon(true);
                thread.start();
            }));
        }
    }

    private static synchronized void begin(CompletableFuture<EmbeddedPostgres> future) {
        starting = future;
    }

    /** The database that was started early, or one started now. */
    static synchronized EmbeddedPostgres take(Path home) {
        CompletableFuture<EmbeddedPostgres> early = starting;
        starting = null;
        try {
            return early == null ? EmbeddedPostgres.start(home) : early.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException r ? r : e;
        }
    }
}
