package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.storage.Sql;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Stores transaction Bundles that come from the server's own side rather than from a client. They bring history as it was elsewhere:
 * write rules are not asked.
 */
public final class BundleLoads {

    private final Bundles bundles;

    BundleLoads(Bundles bundles) {
        this.bundles = bundles;
    }

    /**
     * Stores a Bundle and, in the same transaction, a note of it.
     *
     * @param note an INSERT that changes no row when the Bundle was noted before
     * @return how many resources of each type were written; empty when it was noted before, and then nothing is
     * @throws Problem when any entry cannot be stored; nothing is then, and it is not noted
     */
    public Map<String, Long> load(ObjectNode bundle, Sql note) {
        Request request = new Request(
                "POST",
                List.of(),
                Map.of(),
                Map.of(Request.HISTORY, "true"),
                () -> bundle,
                "",
                null,
                Visibility.everything());
        Map<String, Long> types = new TreeMap<>();
        boolean stored = bundles.load(request, note, result -> {
            if (result.stored() != null) {
                types.merge(result.stored().type(), 1L, Long::sum);
            }
        });
        return stored ? types : Map.of();
    }
}
