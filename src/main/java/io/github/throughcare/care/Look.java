package io.github.throughcare.care;

import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Resource;

/**
 * A look at what is stored before something is decided. It remembers what was asked and found, so that the commit can ask again
 * ({@link UnchangedSince}). For one decision; not thread-safe.
 */
public final class Look {

    /** @param found {@code Type/id/_history/version} of each match */
    record Asked(Class<? extends Resource> type, String query, List<String> found) {}

    private final Resources resources;
    private final Visibility visibility;
    private final List<Asked> asked = new ArrayList<>();

    public Look(Resources resources, Visibility visibility) {
        this.resources = resources;
        this.visibility = visibility;
    }

    /** All matches of a search, as {@link Resources#search} gives them. */
    public <T extends Resource> List<T> search(Class<T> type, String query) {
        List<T> found = resources.search(type, query, visibility);
        asked.add(new Asked(
                type,
                query,
                found.stream()
                        .map(r -> r.fhirType() + "/" + r.getIdElement().getIdPart() + "/_history/"
                                + r.getMeta().getVersionId())
                        .toList()));
        return found;
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }
}
