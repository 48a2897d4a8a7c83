package io.github.throughcare.fhir.rest;

import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.interaction.Answer;
import io.github.throughcare.fhir.interaction.Definitions;
import io.github.throughcare.fhir.interaction.JsonBodies;
import io.github.throughcare.fhir.interaction.Request;
import io.github.throughcare.fhir.interaction.Router;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings the implementation guide into the store before the first request is taken. What stands there already stays as it is; a
 * changed definition becomes a new version.
 */
final class DefinitionLoader implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(DefinitionLoader.class);

    private final Definitions definitions;
    private final Router router;
    private boolean running;

    DefinitionLoader(Definitions definitions, Router router) {
        this.definitions = definitions;
        this.router = router;
    }

    @Override
    public void start() {
        running = true;
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
        Answer.Entries answer = (Answer.Entries) router.route(
                new Request("POST", List.of(), Map.of(), Map.of(), () -> bundle, "", null, Visibility.everything()));
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
