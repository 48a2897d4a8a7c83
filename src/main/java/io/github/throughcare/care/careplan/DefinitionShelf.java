package io.github.throughcare.care.careplan;

import io.github.throughcare.care.ValueSetMembers;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Library;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r4.model.ValueSet.ValueSetExpansionComponent;
import org.jspecify.annotations.Nullable;

/**
 * Definitions that the clinical-reasoning library asks for, kept until one of them changes: it asks a dozen times a call. What was
 * not found is asked for again. Thread-safe; hand out copies of what it gives.
 */
final class DefinitionShelf implements ValueSetMembers.Definitions {

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
     * A value set with its members listed. The library would take the codes that the set itself lists for all that it has, and leave out
     * without a word what it includes otherwise.
     *
     * @throws IllegalStateException when they cannot be listed; the library makes a failed condition of it, which is told
     */
    Optional<ValueSet> expanded(String canonical) {
        return of(ValueSet.class, canonical)
                .map(ValueSet.class::cast)
                .map(ValueSet::copy)
                .map(set -> {
                    List<ValueSetMembers.Member> members = ValueSetMembers.of(set, this)
                            .orElseThrow(
                                    () -> new IllegalStateException(
                                            "The members of ValueSet " + canonical
                                                    + " cannot be listed from what is stored; list its codes, or store it with its expansion"));
                    ValueSetExpansionComponent expansion = new ValueSetExpansionComponent();
                    members.forEach(m -> expansion
                            .addContains()
                            .setSystem(m.coding().getSystem())
                            .setCode(m.coding().getCode()));
                    // of an empty expansion the library would turn to what the set lists
                    return set.setExpansion(expansion).setCompose(null);
                });
    }

    @Override
    public <T extends MetadataResource> Optional<T> find(Class<T> type, String canonical) {
        return of(type, canonical).map(type::cast);
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

    /** CQL libraries of this name, and version if one is given; not to be changed. */
    List<Library> named(String name, @Nullable String version) {
        String query = "name:exact=" + encode(name) + (version == null ? "" : "&version=" + encode(version));
        List<Library> known = byName.get(query);
        if (known != null) {
            return known;
        }
        List<Library> found = resources.search(Library.class, query, Visibility.everything());
        if (!found.isEmpty()) {
            byName.put(query, found);
        }
        return found;
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Whether what is kept was overtaken by this version of a definition, or by another definition of the same url. */
    boolean isOvertakenBy(String type, String id, int version, String url) {
        return Stream.concat(
                        byCanonical.values().stream(), byName.values().stream().flatMap(List::stream))
                .filter(kept -> kept.fhirType().equals(type))
                .filter(kept -> id.equals(kept.getIdElement().getIdPart()) || url.equals(kept.getUrl()))
                .anyMatch(kept -> !id.equals(kept.getIdElement().getIdPart())
                        || !String.valueOf(version).equals(kept.getMeta().getVersionId()));
    }

    void forget() {
        byCanonical.clear();
        byName.clear();
    }
}
