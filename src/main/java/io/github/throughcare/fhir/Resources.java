package io.github.throughcare.fhir;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ResourceFactory;

/**
 * The stored resources, for code that works on them as FHIR objects. Thread-safe. Objects handed out are the caller's own
 * to change.
 */
public interface Resources {

    /**
     * Which of several definitions of one canonical counts: an active one before a draft, then the newer business version, then
     * what was stored last. The greatest is meant.
     */
    Comparator<MetadataResource> NEWEST = Comparator.<MetadataResource, Boolean>comparing(
                    d -> d.getStatus() == PublicationStatus.ACTIVE)
            .thenComparing(d -> new VersionOrder(d.getVersion()))
            .thenComparing(d -> d.getMeta().getLastUpdated(), Comparator.nullsFirst(Comparator.naturalOrder()));

    /** The current version; empty when it never was, was deleted, or is not visible. */
    <T extends Resource> Optional<T> read(Class<T> type, String id, Visibility visibility);

    /** Those of these ids that can be read as {@link #read(Class, String, Visibility)} does, in the order of the ids, once each. */
    default <T extends Resource> List<T> read(Class<T> type, Collection<String> ids, Visibility visibility) {
        return ids.stream()
                .distinct()
                .flatMap(id -> read(type, id, visibility).stream())
                .toList();
    }

    /**
     * Those of these that can be read as {@link #read(Class, String, Visibility)} does, of whatever types: cheaper than to ask for one after
     * the other.
     *
     * @param references {@code Type/id}
     * @return by reference
     */
    default Map<String, Resource> readAll(Collection<String> references, Visibility visibility) {
        Map<String, Resource> found = new LinkedHashMap<>();
        for (String reference : references) {
            int slash = reference.indexOf('/');
            Class<? extends Resource> type = ResourceFactory.createResource(reference.substring(0, slash))
                    .getClass();
            read(type, reference.substring(slash + 1), visibility).ifPresent(r -> found.put(reference, r));
        }
        return found;
    }

    /**
     * All matches of a search, in its order: every page, never cut short.
     *
     * @param query parameters as in a URL after the {@code ?}, values percent-encoded, e.g. {@code patient=7&code=a%7Cb&_sort=-date};
     *     {@code _include} is not supported here. With {@code _elements} an object may hold no more than these, id and meta: that is for
     *     who looks at a little of much, and must not be stored
     * @throws Problem 400 for an unknown parameter; 413 {@code too-costly} for more than 10,000 matches
     */
    <T extends Resource> List<T> search(Class<T> type, String query, Visibility visibility);

    /**
     * What any of these searches finds, once each.
     *
     * @throws Problem as {@link #search}, for the matches of each
     */
    default <T extends Resource> List<T> searchAny(Class<T> type, List<String> queries, Visibility visibility) {
        Map<String, T> found = new LinkedHashMap<>();
        for (String query : queries) {
            search(type, query, visibility)
                    .forEach(r -> found.putIfAbsent(r.getIdElement().getIdPart(), r));
        }
        return new ArrayList<>(found.values());
    }

    /**
     * What {@link #searchAny} finds in each of these types: cheaper than to ask one after the other, where little is found.
     *
     * @param queries of each type
     * @throws Problem as {@link #search}, for the matches of each search
     */
    default Map<Class<? extends Resource>, List<? extends Resource>> searchTogether(
            Map<Class<? extends Resource>, List<String>> queries, Visibility visibility) {
        Map<Class<? extends Resource>, List<? extends Resource>> found = new LinkedHashMap<>();
        queries.forEach((type, some) -> found.put(type, searchAny(type, some, visibility)));
        return found;
    }

    /**
     * All matches of a search, page by page in its order and without a bound: only one page is held at a time.
     *
     * @param page called for each page that is not empty
     */
    default <T extends Resource> void each(Class<T> type, String query, Visibility visibility, Consumer<List<T>> page) {
        List<T> all = search(type, query, visibility);
        if (!all.isEmpty()) {
            page.accept(all);
        }
    }

    /** How many resources a search matches; the same parameters as {@link #search}. */
    default long count(Class<? extends Resource> type, String query, Visibility visibility) {
        return search(type, query, visibility).size();
    }

    /**
     * The definition with this canonical URL: that version if {@code |version} is given, else of those that are not retired the
     * {@link #NEWEST}. Cached; do not change it.
     */
    <T extends MetadataResource> Optional<T> definition(Class<T> type, String canonical);

    /**
     * Stores a transaction Bundle (POST, PUT, DELETE entries, {@code urn:uuid:} links, ifNoneExist, ifMatch) all or nothing.
     *
     * @return a transaction-response Bundle in the same order: each entry with its {@code response} (status, location, etag)
     *     and, except for DELETE, the {@code resource} as stored, with id, meta.versionId and meta.lastUpdated
     * @throws Problem when any entry cannot be stored; nothing is then
     */
    Bundle commit(Bundle transaction, Visibility visibility);

    /** As {@link #commit}, for callers that do not look at what came of it: much cheaper for many resources. */
    default void store(Bundle transaction, Visibility visibility) {
        commit(transaction, visibility);
    }

    /**
     * Stores whole resources under the ids they have, all or nothing, whatever is there now: as so many PUTs of a transaction, and cheaper
     * for many of them.
     *
     * @return the version that each is now, in their order; of one that says what is there already the old version
     * @throws Problem when any of them cannot be stored; nothing is then
     */
    default List<Integer> put(List<? extends Resource> whole, Visibility visibility) {
        return commit(puts(whole), visibility).getEntry().stream()
                .map(e -> Integer.valueOf(e.getResource().getMeta().getVersionId()))
                .toList();
    }

    /** The transaction that {@link #put} stands for, for callers who look at what came of it. */
    static Bundle puts(List<? extends Resource> whole) {
        Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        whole.forEach(r -> transaction
                .addEntry()
                .setResource(r)
                .getRequest()
                .setMethod(Bundle.HTTPVerb.PUT)
                .setUrl(r.fhirType() + "/" + r.getIdElement().getIdPart()));
        return transaction;
    }

    /**
     * As {@link #commit(Bundle, Visibility)}, for what must be decided on the state at the moment of the commit.
     *
     * @param guard asked within the transaction beside the rules that stand there for all writes
     */
    default Bundle commit(Bundle transaction, Visibility visibility, WriteRule guard) {
        throw new UnsupportedOperationException("These resources know no guards");
    }
}
