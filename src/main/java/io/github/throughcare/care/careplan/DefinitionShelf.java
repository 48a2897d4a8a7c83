package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.r4.model.Library;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Resource;

/**
 * Definitions that the clinical-reasoning library asks for, kept until one of them changes: it asks a dozen times a call. What was
 * not found is asked for again. Thread-safe; hand out copies of what it gives.
 */
final class DefinitionShelf {

    private final Resources resources;
    private final InlineCql inline;
    private final Map<String, MetadataResource> byCanonical = new ConcurrentHashMap<>();
    private final Map<String, List<Library>> byName = new ConcurrentHashMap<>();

    DefinitionShelf(Resources resources, InlineCql inline) {
        this.resources = resources;
        this.inline = inline;
    }

    Optional<MetadataResource> of(Class<? extends MetadataResource> type, String canonical) {
        String key = type.getSimpleName() + " " + canonical;
        MetadataResource cached = byCanonical.get(key);
        if (cached != null) {
            return Optional.of(cached);
        }
        Optional<MetadataResource> found = resources.definition(type, canonical).map(d -> d);
        found.ifPresent(d -> byCanonical.put(key, d));
        return found;
    }

    /**
     * CQL libraries.
     *
     * @param name the library's name
     * @param query the search for it
     */
    List<Resource> libraries(String name, String query) {
        List<Library> found = inline.libraries(name);
        if (found.isEmpty()) {
            found = byName.getOrDefault(query, List.of());
        }
        if (found.isEmpty()) {
            found = resources.search(Library.class, query, Visibility.everything());
            if (!found.isEmpty()) {
                byName.put(query, found);
            }
        }
        return found.stream().<Resource>map(Library::copy).toList();
    }

    void forget() {
        byCanonical.clear();
        byName.clear();
    }
}
