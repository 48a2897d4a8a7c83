package io.github.throughcare.fhir.rest;

import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.interaction.Answer;
import io.github.throughcare.fhir.interaction.Definitions;
import io.github.throughcare.fhir.interaction.JsonBodies;
import io.github.throughcare.fhir.interaction.Request;
import io.github.throughcare.fhir.interaction.Router;
import io.github.throughcare.fhir.storage.Store;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings the implementation guide into the store before the first request is taken, when it is another one than at the last start: a
 * changed definition becomes a new version, what is the same stays. With the same guide nothing is touched, also not what somebody
 * changed or deleted over REST.
 */
final class DefinitionLoader implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(DefinitionLoader.class);

    private final Definitions definitions;
    private final Router router;
    private final Store store;
    private boolean running;

    DefinitionLoader(Definitions definitions, Router router, Store store) {
        this.definitions = definitions;
        this.router = router;
        this.store = store;
    }

    @Override
    public void start() {
        running = true;
        long digest = definitions.digest();
        if (digest != store.guide()) {
            load();
            store.guide(digest);
        }
    }

    private void load() {
        ObjectNode bundle = JsonBodies.mapper().createObjectNode();
        bundle.put("resourceType", "Bundle").put("type", "transaction");
        ArrayNode entries = bundle.putArray("entry");
        for (ObjectNode resource : definitions.all()) {
            ObjectNode entry = entries.addObject();
            entry.set("resource", resource);
            entry.putObject("request")
                    .put("method", "PUT")
                    .put(
                            "url",
                            resource.get("resourceType").asString() + "/"
                                    + resource.get("id").asString());
        }
        if (entries.isEmpty()) {
            return;
        }
        Answer.Entries answer = (Answer.Entries) router.route(new Request(
                "POST",
                List.of(),
                Map.of(),
                Map.of(Request.INTERNAL, "true"),
                () -> bundle,
                "",
                null,
                Visibility.everything()));
        LOG.info(
                "Definitions: {} in the implementation guide, {} new in the store",
                entries.size(),
                answer.entries().stream().filter(a -> a.status() == 201).count());
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the web server, which starts in a late phase. */
    @Override
    public int getPhase() {
        return 0;
    }
}
