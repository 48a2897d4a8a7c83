package io.github.throughcare.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/** The door over a map, for tests without a database: keeps {@link ResourcesContract}, as the real one does. Thread-safe. */
public final class InMemoryResources implements Resources {

    /** What is stored, by {@code Type/id}. */
    public final Map<String, Resource> stored = new LinkedHashMap<>();

    /** The searches made, as {@code Type?query}. */
    public final List<String> queries = new ArrayList<>();

    /** How many commits were made. */
    public int commits;

    /** More matches than this are too costly. */
    public int most = 10_000;

    private final FhirContext context;
    private final InMemorySearch search;

    public InMemoryResources(FhirContext context) {
        this.context = context;
        this.search = new InMemorySearch(context);
    }

    /** Stores every definition of the implementation guide, as the server does at start. */
    public InMemoryResources withGuide() {
        for (String folder : List.of(
                "plandefinitions",
                "activitydefinitions",
                "cql",
                "valuesets",
                "codesystems",
                "questionnaires",
                "conceptmaps")) {
            try (Stream<Path> files = Files.list(Path.of("ig/input", folder))) {
                files.filter(f -> f.toString().endsWith(".json"))
                        .map(this::parse)
                        .forEach(this::put);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return this;
    }

    public Resource parse(Path file) {
        try {
            return (Resource) context.newJsonParser().parseResource(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stores them under their own ids. */
    public InMemoryResources with(Resource... resources) {
        Stream.of(resources).forEach(this::put);
        return this;
    }

    /** Stores a version; the object stays the test's own, to change what is stored behind everybody's back. */
    public synchronized <T extends Resource> T put(T resource) {
        String key = resource.fhirType() + "/" + resource.getIdElement().getIdPart();
        Resource before = stored.get(key);
        int version = before == null ? 1 : Integer.parseInt(before.getMeta().getVersionId()) + 1;
        resource.setId(key);
        resource.getMeta().setVersionId(String.valueOf(version)).setLastUpdated(new Date());
        stored.put(key, resource);
        return resource;
    }

    public synchronized List<Resource> all() {
        return List.copyOf(stored.values());
    }

    /** Those of a type. */
    public synchronized <T extends Resource> List<T> all(Class<T> type) {
        return stored.values().stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public synchronized <T extends Resource> Optional<T> read(Class<T> type, String id, Visibility visibility) {
        return Optional.ofNullable(stored.get(context.getResourceType(type) + "/" + id))
                .filter(r -> search.visible(r, visibility))
                .map(Resource::copy)
                .map(type::cast);
    }

    @Override
    public synchronized <T extends Resource> List<T> search(Class<T> type, String query, Visibility visibility) {
        queries.add(context.getResourceType(type) + "?" + query);
        List<T> found = search.matches(context.getResourceType(type), stored.values(), query).stream()
                .filter(r -> search.visible(r, visibility))
                .map(r -> type.cast(r.copy()))
                .toList();
        if (found.size() > most) {
            throw new Problem(413, IssueType.TOOCOSTLY, "More than " + most + " matches.");
        }
        return found;
    }

    @Override
    public synchronized <T extends MetadataResource> Optional<T> definition(Class<T> type, String canonical) {
        String[] parts = canonical.split("\\|", 2);
        return all(type).stream()
                .filter(d -> parts[0].equals(d.getUrl()))
                .filter(d -> parts.length == 1
                        ? d.getStatus() != PublicationStatus.RETIRED
                        : parts[1].equals(d.getVersion()))
                .max(NEWEST);
    }

    @Override
    public synchronized Bundle commit(Bundle transaction, Visibility visibility) {
        commits++;
        Map<String, String> links = new HashMap<>();
        List<String> keys = new ArrayList<>();
        for (BundleEntryComponent entry : transaction.getEntry()) {
            String key = key(entry);
            ifMatch(entry.getRequest(), stored.get(key));
            keys.add(key);
            if (entry.hasFullUrl()) {
                links.put(entry.getFullUrl(), key);
            }
        }
        Bundle response = new Bundle().setType(BundleType.TRANSACTIONRESPONSE);
        for (int i = 0; i < keys.size(); i++) {
            BundleEntryComponent entry = transaction.getEntry().get(i);
            if (entry.getRequest().getMethod() == HTTPVerb.DELETE) {
                stored.remove(keys.get(i));
                response.addEntry().getResponse().setStatus("204");
            } else {
                written(entry, keys.get(i), links, response.addEntry());
            }
        }
        return response;
    }

    /** Called before a guarded commit looks, as if another process wrote at that moment. */
    public Runnable meanwhile = () -> {};

    @Override
    public synchronized Bundle commit(Bundle transaction, Visibility visibility, WriteRule guard) {
        Runnable others = meanwhile;
        meanwhile = () -> {};
        others.run();
        for (BundleEntryComponent entry : transaction.getEntry()) {
            Resource there = stored.get(entry.getRequest().getUrl());
            ifMatch(entry.getRequest(), there);
            if (entry.hasResource()
                    && guard.types().contains(entry.getResource().fhirType())) {
                guard.check(new Guarded(there, entry.getResource(), transaction));
            }
        }
        return commit(transaction, visibility);
    }

    /** A write about to be made: a search gives what this transaction writes as it will be. */
    private final class Guarded implements WriteRule.Intent {
        private final @Nullable Resource before;
        private final Resource after;
        private final Map<String, Resource> pending = new HashMap<>();

        Guarded(@Nullable Resource before, Resource after, Bundle transaction) {
            this.before = before;
            this.after = after;
            transaction.getEntry().forEach(e -> pending.put(e.getRequest().getUrl(), e.getResource()));
        }

        @Override
        public @Nullable Resource before() {
            return before;
        }

        @Override
        public Resource after() {
            return after;
        }

        @Override
        public WriteRule.Actor actor() {
            return WriteRule.Actor.INTERNAL;
        }

        @Override
        public <T extends Resource> Optional<T> current(Class<T> type, String id) {
            return read(type, id, Visibility.everything());
        }

        @Override
        public <T extends Resource> List<T> search(Class<T> type, String query) {
            return search.matches(context.getResourceType(type), stored.values(), query).stream()
                    .map(r -> pending.getOrDefault(
                            r.fhirType() + "/" + r.getIdElement().getIdPart(), r))
                    .map(type::cast)
                    .toList();
        }

        @Override
        public List<String> versions(Class<? extends Resource> type, String query) {
            return search.matches(context.getResourceType(type), stored.values(), query).stream()
                    .map(r -> r.fhirType() + "/" + r.getIdElement().getIdPart() + "/_history/"
                            + r.getMeta().getVersionId())
                    .toList();
        }

        @Override
        public <T extends Resource> List<T> written(Class<T> type) {
            return pending.values().stream()
                    .filter(type::isInstance)
                    .map(type::cast)
                    .toList();
        }

        @Override
        public void put(Resource resource) {
            throw new UnsupportedOperationException("Guards of these resources add nothing");
        }
    }

    /** Where an entry writes to: a POST makes an id, unless ifNoneExist finds one. */
    private String key(BundleEntryComponent entry) {
        BundleEntryRequestComponent request = entry.getRequest();
        if (request.getMethod() != HTTPVerb.POST) {
            return request.getUrl();
        }
        String type = entry.getResource().fhirType();
        List<Resource> there =
                request.hasIfNoneExist() ? search.matches(type, stored.values(), request.getIfNoneExist()) : List.of();
        if (there.size() > 1) {
            throw new Problem(412, IssueType.CONFLICT, "Several match " + request.getIfNoneExist());
        }
        return there.isEmpty()
                ? type + "/" + UUID.randomUUID()
                : type + "/" + there.get(0).getIdElement().getIdPart();
    }

    private static void ifMatch(BundleEntryRequestComponent request, Resource there) {
        if (request.hasIfMatch()
                && (there == null
                        || !request.getIfMatch().equals("W/\"" + there.getMeta().getVersionId() + "\""))) {
            throw new Problem(
                    412, IssueType.CONFLICT, "Another version of " + request.getUrl() + " is the current one.");
        }
    }

    private void written(
            BundleEntryComponent entry, String key, Map<String, String> links, BundleEntryComponent answer) {
        Resource before = stored.get(key);
        boolean found = entry.getRequest().getMethod() == HTTPVerb.POST && before != null;
        Resource resource = entry.getResource().copy();
        resource.setId(key);
        context.newTerser().getAllPopulatedChildElementsOfType(resource, Reference.class).stream()
                .filter(r -> links.containsKey(r.getReference()))
                .forEach(r -> r.setReference(links.get(r.getReference())));
        if (!found && (before == null || changes(before, resource))) {
            put(resource);
        }
        Resource now = stored.get(key);
        String version = now.getMeta().getVersionId();
        answer.setResource(now.copy())
                .getResponse()
                .setStatus(before == null ? "201" : "200")
                .setEtag("W/\"" + version + "\"")
                .setLocation(key + "/_history/" + version);
    }

    private static boolean changes(Resource before, Resource after) {
        Resource one = before.copy();
        Resource other = after.copy();
        Stream.of(one, other).forEach(r -> r.getMeta().setVersionId(null).setLastUpdated(null));
        return !one.equalsDeep(other);
    }
}
