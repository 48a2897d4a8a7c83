package io.github.throughcare.fhir.interaction;

import ca.uhn.fhir.context.FhirContext;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.WriteRule;
import io.github.throughcare.fhir.search.Caller;
import io.github.throughcare.fhir.search.SearchPage;
import io.github.throughcare.fhir.search.Searches;
import io.github.throughcare.fhir.storage.ModelReader;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Stored;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The door's {@link Resources} over the store. */
public final class StoredResources implements Resources {

    private static final int MOST = 10_000;
    private static final int PAGE = 1000;
    /** What comes in larger numbers is not read again soon, and would push out what is. */
    private static final int FEW = 100;

    private static final int MOST_PARSED_BYTES = 2_000_000;

    private final Store store;
    private final Searches searches;
    private final Bundles bundles;
    private final Transactions transactions;
    private final Bodies bodies;
    private final FhirContext context;
    private final ModelReader model;
    private final ModelWriter writer;
    private final Cache<String, Optional<MetadataResource>> definitions = Caffeine.newBuilder()
            .maximumSize(1000)
            .expireAfterWrite(Duration.ofSeconds(2))
            .build();

    /**
     * Versions read lately, as objects: work on one patient reads the same again from call to call, and copying an object costs a
     * fraction of parsing it. A version never changes. Bounded by the length of its JSON, some ten times of which an object takes.
     */
    private final Cache<Version, Resource> parsed = Caffeine.newBuilder()
            .maximumWeight(MOST_PARSED_BYTES)
            .<Version, Resource>weigher((version, resource) -> version.bytes())
            .expireAfterAccess(Duration.ofSeconds(30))
            .build();

    /** What was read once: what is read again is worth to be kept. */
    private final Cache<Version, Boolean> seen = Caffeine.newBuilder()
            .maximumSize(20_000)
            .expireAfterAccess(Duration.ofSeconds(30))
            .build();

    private record Version(long pk, int version, long updated, int bytes) {}

    StoredResources(
            Store store,
            Searches searches,
            Bundles bundles,
            Transactions transactions,
            Bodies bodies,
            FhirContext context) {
        this.transactions = transactions;
        this.bodies = bodies;
        this.store = store;
        this.searches = searches;
        this.bundles = bundles;
        this.context = context;
        this.model = new ModelReader(context);
        this.writer = new ModelWriter(context);
    }

    @Override
    public <T extends Resource> Optional<T> read(Class<T> type, String id, Visibility visibility) {
        return store.read(name(type), id, visibility).filter(s -> !s.deleted()).map(s -> type.cast(parse(s)));
    }

    @Override
    public <T extends Resource> List<T> read(Class<T> type, Collection<String> ids, Visibility visibility) {
        return objects(type, store.current(name(type), ids, visibility));
    }

    @Override
    public Map<String, Resource> readAll(Collection<String> references, Visibility visibility) {
        List<Stored> current = store.current(references, visibility);
        List<Resource> objects = objects(Resource.class, current);
        Map<String, Resource> found = new HashMap<>();
        for (int i = 0; i < objects.size(); i++) {
            found.put(current.get(i).type() + "/" + current.get(i).id(), objects.get(i));
        }
        return found;
    }

    @Override
    public <T extends Resource> List<T> search(Class<T> type, String query, Visibility visibility) {
        return searchAny(type, List.of(query), visibility);
    }

    /** What two searches find is made an object of once. */
    @Override
    public <T extends Resource> List<T> searchAny(Class<T> type, List<String> queries, Visibility visibility) {
        Gathered all = new Gathered();
        for (String query : queries) {
            pages(question(name(type), query), null, visibility, all.search());
        }
        return objects(type, all.found, elements(queries));
    }

    @Override
    public Map<Class<? extends Resource>, List<? extends Resource>> searchTogether(
            Map<Class<? extends Resource>, List<String>> queries, Visibility visibility) {
        List<Searches.Question> questions = queries.entrySet().stream()
                .flatMap(e -> e.getValue().stream().map(query -> question(name(e.getKey()), query)))
                .toList();
        Iterator<SearchPage> first =
                searches.pages(questions, new Caller(store, visibility, "")).iterator();
        Iterator<Searches.Question> asked = questions.iterator();
        Map<Class<? extends Resource>, List<? extends Resource>> found = new LinkedHashMap<>();
        queries.forEach((type, some) -> {
            Gathered all = new Gathered();
            some.forEach(query -> pages(asked.next(), first.next(), visibility, all.search()));
            found.put(type, objects(type, all.found, elements(some)));
        });
        return found;
    }

    /** What some searches find, once each. */
    private static final class Gathered {
        private final List<Stored> found = new ArrayList<>();
        private final Set<Long> seen = new HashSet<>();

        /** Takes the pages of one more search. */
        Consumer<List<Stored>> search() {
            int[] matches = {0};
            return page -> {
                matches[0] += page.size();
                if (matches[0] > MOST) {
                    throw new Problem(
                            413,
                            IssueType.TOOCOSTLY,
                            "More than " + MOST + " " + page.get(0).type() + " resources are needed for this");
                }
                page.stream().filter(s -> seen.add(s.pk())).forEach(found::add);
            };
        }
    }

    @Override
    public <T extends Resource> void each(Class<T> type, String query, Visibility visibility, Consumer<List<T>> each) {
        Set<String> only = elements(List.of(query));
        pages(question(name(type), query), null, visibility, page -> each.accept(objects(type, page, only)));
    }

    private static Searches.Question question(String type, String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>(QueryStrings.parse(query));
        parameters.putIfAbsent("_count", List.of(Integer.toString(PAGE)));
        parameters.put("_total", List.of("none"));
        return new Searches.Question(type, parameters);
    }

    /** @param first page, where it is known */
    private void pages(
            Searches.Question question,
            @Nullable SearchPage first,
            Visibility visibility,
            Consumer<List<Stored>> each) {
        Caller caller = new Caller(store, visibility, "");
        Map<String, List<String>> parameters = question.query();
        SearchPage page = first == null ? searches.page(question.type(), parameters, false, caller) : first;
        while (true) {
            if (!page.matches().isEmpty()) {
                each.accept(page.matches());
            }
            if (page.next() == null) {
                return;
            }
            parameters.put("_cursor", List.of(page.next()));
            page = searches.page(question.type(), parameters, false, caller);
        }
    }

    /** What all of these ask for by {@code _elements}; null: everything, because one of them does not say. */
    private static @Nullable Set<String> elements(List<String> queries) {
        Set<String> all = new HashSet<>();
        for (String query : queries) {
            List<String> some = query.contains("_elements=")
                    ? QueryStrings.parse(query).getOrDefault("_elements", List.of())
                    : List.of();
            if (some.isEmpty()) {
                return null;
            }
            some.forEach(names -> all.addAll(List.of(names.split(","))));
        }
        return all;
    }

    private <T extends Resource> List<T> objects(Class<T> type, List<Stored> found, @Nullable Set<String> only) {
        if (only == null) {
            return objects(type, found);
        }
        List<T> objects = new ArrayList<>(found.size());
        found.forEach(s -> objects.add(type.cast(model.read(s.requireJson(), only))));
        return objects;
    }

    private <T extends Resource> List<T> objects(Class<T> type, List<Stored> found) {
        boolean bulk = found.size() > FEW;
        List<T> objects = new ArrayList<>(found.size());
        found.forEach(s -> objects.add(type.cast(bulk ? model.read(s.requireJson()) : parse(s))));
        return objects;
    }

    @Override
    public long count(Class<? extends Resource> type, String query, Visibility visibility) {
        Map<String, List<String>> parameters = new LinkedHashMap<>(QueryStrings.parse(query));
        parameters.put("_summary", List.of("count"));
        return Optional.ofNullable(searches.page(name(type), parameters, false, new Caller(store, visibility, ""))
                        .total())
                .orElseThrow();
    }

    @Override
    public <T extends MetadataResource> Optional<T> definition(Class<T> type, String canonical) {
        return definitions
                .get(name(type) + " " + canonical, k -> find(type, canonical))
                .map(type::cast);
    }

    private <T extends MetadataResource> Optional<MetadataResource> find(Class<T> type, String canonical) {
        int bar = canonical.indexOf('|');
        String url = bar < 0 ? canonical : canonical.substring(0, bar);
        String version = bar < 0 ? null : canonical.substring(bar + 1);
        return search(type, "url=" + encode(url), Visibility.everything()).stream()
                .map(MetadataResource.class::cast)
                .filter(d -> version == null
                        ? d.getStatus() != org.hl7.fhir.r4.model.Enumerations.PublicationStatus.RETIRED
                        : version.equals(d.getVersion()))
                .max(NEWEST);
    }

    /** Definitions have changed. */
    void forget() {
        definitions.invalidateAll();
    }

    @Override
    public void store(Bundle transaction, Visibility visibility) {
        run(transaction, visibility, List.of());
    }

    @Override
    public List<Integer> put(List<? extends Resource> whole, Visibility visibility) {
        List<Change> changes = new ArrayList<>(whole.size());
        for (Resource resource : whole) {
            String id = resource.getIdElement().getIdPart();
            Ids.check(String.valueOf(id));
            changes.add(Change.whole(id, writer.write(resource), bodies));
        }
        return transactions.run(
                changes,
                internal(visibility, JsonBodies.mapper()::createObjectNode),
                o -> o.results().stream().map(r -> r.requireStored().version()).toList());
    }

    @Override
    public Bundle commit(Bundle transaction, Visibility visibility) {
        return commit(transaction, visibility, List.of());
    }

    @Override
    public Bundle commit(Bundle transaction, Visibility visibility, WriteRule guard) {
        return commit(transaction, visibility, List.of(guard));
    }

    private Answer.Entries run(Bundle transaction, Visibility visibility, List<WriteRule> guards) {
        return (Answer.Entries) bundles.run(
                internal(visibility, () -> writer.write(transaction)),
                r -> {
                    throw new Problem(400, IssueType.NOTSUPPORTED, "Reads have no place in a commit");
                },
                guards);
    }

    private static Request internal(Visibility visibility, Supplier<ObjectNode> body) {
        return new Request("POST", List.of(), Map.of(), Map.of(Request.INTERNAL, "true"), body, "", null, visibility);
    }

    private Bundle commit(Bundle transaction, Visibility visibility, List<WriteRule> guards) {
        Answer.Entries answer = run(transaction, visibility, guards);
        Bundle response = new Bundle().setType(Bundle.BundleType.TRANSACTIONRESPONSE);
        for (Answer a : answer.entries()) {
            Bundle.BundleEntryComponent entry = response.addEntry();
            entry.getResponse().setStatus(Integer.toString(a.status()));
            if (a instanceof Answer.One one && one.stored() != null) {
                Stored s = one.stored();
                entry.getResponse()
                        .setEtag("W/\"" + s.version() + "\"")
                        .setLocation(s.type() + "/" + s.id() + "/_history/" + s.version());
                if (!s.deleted()) {
                    entry.setResource(parse(s));
                }
            }
        }
        return response;
    }

    private Resource parse(Stored stored) {
        byte[] json = stored.requireJson();
        Version version = new Version(stored.pk(), stored.version(), stored.updated(), json.length);
        Resource known = parsed.getIfPresent(version);
        if (known == null) {
            if (seen.asMap().putIfAbsent(version, true) == null) {
                return model.read(json); // most are read once
            }
            known = model.read(json);
            parsed.put(version, known);
        }
        return known.copy();
    }

    private String name(Class<? extends Resource> type) {
        return context.getResourceType(type);
    }

    private static String encode(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
