package io.github.throughcare.fhir.interaction;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Profiles, tags and security labels of a resource: three sets. Two codings are the same when system and code are (R4 resource.html
 * 2.26.3.4); what is there already stays as it is.
 */
final class Labels {

    private static final List<String> SETS = List.of("profile", "security", "tag");

    private Labels() {}

    /**
     * The resource with more labels, or fewer.
     *
     * @param add or else take away
     */
    static ObjectNode change(ObjectNode resource, ObjectNode meta, boolean add) {
        ObjectNode changed = resource.deepCopy();
        ObjectNode own = changed.get("meta") instanceof ObjectNode o ? o : changed.putObject("meta");
        for (String set : SETS) {
            ArrayNode kept = own.arrayNode();
            own.path(set).forEach(label -> {
                if (add || !holds(meta.path(set), label)) {
                    kept.add(label);
                }
            });
            if (add) {
                meta.path(set).forEach(label -> {
                    if (!holds(kept, label)) {
                        kept.add(label);
                    }
                });
            }
            own.remove(set);
            if (!kept.isEmpty()) {
                own.set(set, kept);
            }
        }
        return changed;
    }

    private static boolean holds(JsonNode labels, JsonNode label) {
        return labels.valueStream().anyMatch(l -> key(l).equals(key(label)));
    }

    private static String key(JsonNode label) {
        return label.isString()
                ? label.asString()
                : label.path("system").asString("") + "|" + label.path("code").asString("");
    }

    /** The three sets of a resource, as a Meta. */
    static ObjectNode of(ObjectNode resource) {
        return resource.get("meta") instanceof ObjectNode meta ? meta : resource.objectNode();
    }
}
