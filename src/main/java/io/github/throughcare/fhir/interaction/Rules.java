package io.github.throughcare.fhir.interaction;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.WriteRule;
import io.github.throughcare.fhir.index.LocalReference;
import io.github.throughcare.fhir.search.Caller;
import io.github.throughcare.fhir.search.SearchPage;
import io.github.throughcare.fhir.search.Searches;
import io.github.throughcare.fhir.storage.ModelReader;
import io.github.throughcare.fhir.storage.Stored;
import io.github.throughcare.fhir.storage.Tx;
import io.github.throughcare.fhir.storage.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Asks the {@link WriteRule}s about the writes of a transaction, and makes of them what the rules say. */
final class Rules {

    private static final int MOST = 10_000;

    private final Supplier<List<WriteRule>> beans;
    private final FhirContext context;
    private final ModelReader model;
    private final ModelWriter writer;
    private final Searches searches;
    private volatile @Nullable Map<String, List<WriteRule>> byType;

    /** @param beans asked for when first needed: rules are made of what needs the store */
    Rules(Supplier<List<WriteRule>> beans, FhirContext context, Searches searches) {
        this.beans = beans;
        this.context = context;
        this.model = new ModelReader(context);
        this.writer = new ModelWriter(context);
        this.searches = searches;
    }

    private Map<String, List<WriteRule>> byType() {
        Map<String, List<WriteRule>> known = byType;
        if (known == null) {
            Map<String, List<WriteRule>> fresh = new HashMap<>();
            for (WriteRule rule : beans.get()) {
                rule.types()
                        .forEach(type -> fresh.computeIfAbsent(type, t -> new ArrayList<>())
                                .add(rule));
            }
            known = Map.copyOf(fresh);
            byType = known;
        }
        return known;
    }

    /**
     * The writes as the rules want them.
     *
     * @param guards asked beside the beans
     * @return the same writes in the same order, amended where a rule amends, and after them what rules add
     */
    List<Write> apply(List<Write> writes, Tx tx, Visibility visibility, WriteRule.Actor actor, List<WriteRule> guards) {
        Map<String, List<WriteRule>> rules = guards.isEmpty() ? byType() : with(guards);
        if (writes.stream().noneMatch(w -> rules.containsKey(w.type()))) {
            return writes;
        }
        return new Ruled(writes, tx, visibility, actor).run(rules);
    }

    private Map<String, List<WriteRule>> with(List<WriteRule> guards) {
        Map<String, List<WriteRule>> all = new HashMap<>(byType());
        guards.forEach(g -> g.types()
                .forEach(type -> all.merge(
                        type,
                        List.of(g),
                        (some, more) -> java.util.stream.Stream.concat(some.stream(), more.stream())
                                .toList())));
        return all;
    }

    /** The writes of one transaction. */
    private final class Ruled {
        private final Tx tx;
        private final Visibility visibility;
        private final WriteRule.Actor actor;
        private final Map<String, Write> pending = new LinkedHashMap<>();
        private final Map<String, Resource> parsed = new HashMap<>();
        private final Set<String> locked = new HashSet<>();
        private final Map<String, Stored> there = new HashMap<>();
        private final Set<String> hidden = new HashSet<>();

        Ruled(List<Write> writes, Tx tx, Visibility visibility, WriteRule.Actor actor) {
            this.tx = tx;
            this.visibility = visibility;
            this.actor = actor;
            writes.forEach(w -> pending.put(w.type() + "/" + w.id(), w));
        }

        List<Write> run(Map<String, List<WriteRule>> rules) {
            // all rows the caller names, in one order, as the writer would lock them
            List<String> named = pending.values().stream()
                    .filter(w -> !w.isNew())
                    .map(w -> w.type() + "/" + w.id())
                    .toList();
            if (!pending.values().stream().allMatch(w -> w.isNew() || rules.containsKey(w.type()))) {
                tx.lockRows(named);
            } // else they are locked as they are read
            look(rules);
            locked.addAll(named);
            for (Write w : List.copyOf(pending.values())) {
                List<WriteRule> ofType = rules.getOrDefault(w.type(), List.of());
                if (!ofType.isEmpty()) {
                    ask(w, ofType);
                }
            }
            return List.copyOf(pending.values());
        }

        /** What is there now of all that rules will be asked about, however many. */
        private void look(Map<String, List<WriteRule>> rules) {
            List<LocalReference> asked = pending.values().stream()
                    .filter(w -> !w.isNew() && rules.containsKey(w.type()))
                    .map(w -> new LocalReference(w.type(), w.id()))
                    .toList();
            if (asked.isEmpty()) {
                return;
            }
            tx.hold(asked, Visibility.everything()).forEach(s -> there.put(s.type() + "/" + s.id(), s));
            if (visibility.patients() != null) {
                hidden.addAll(there.keySet());
                tx.hold(asked, visibility).forEach(s -> hidden.remove(s.type() + "/" + s.id()));
            }
        }

        private void ask(Write w, List<WriteRule> ofType) {
            String local = w.type() + "/" + w.id();
            Optional<Stored> row = Optional.ofNullable(there.get(local));
            boolean hidden = this.hidden.contains(local);
            if (hidden
                    || w.ifVersion() != null
                            && row.map(Stored::version)
                                    .filter(w.ifVersion()::equals)
                                    .isEmpty()) {
                return; // the writer refuses it, and says nothing of what stands there
            }
            try {
                One one = new One(w.type(), w.id(), row.map(Rules.this::parse).orElse(null));
                ofType.forEach(rule -> rule.check(one));
            } catch (Problem p) {
                throw at(p, w);
            }
        }

        private Optional<Resource> seen(Stored s) {
            String local = s.type() + "/" + s.id();
            return pending.containsKey(local) ? Optional.ofNullable(pending(local)) : Optional.of(parse(s));
        }

        private @Nullable Resource pending(String local) {
            Write w = pending.get(local);
            return w == null || w.body() == null ? null : parse(w);
        }

        /** Parsed once for all rules that only look. */
        private @Nullable Resource look(String local) {
            Resource known = parsed.get(local);
            if (known == null) {
                known = pending(local);
                if (known != null) {
                    parsed.put(local, known);
                }
            }
            return known;
        }

        private final class One implements WriteRule.Intent {
            private final String type;
            private final String id;
            private final @Nullable Resource before;

            One(String type, String id, @Nullable Resource before) {
                this.type = type;
                this.id = id;
                this.before = before;
            }

            @Override
            public @Nullable Resource before() {
                return before;
            }

            @Override
            public @Nullable Resource after() {
                return look(type + "/" + id);
            }

            @Override
            public <T extends Resource> List<T> written(Class<T> as) {
                String name = context.getResourceType(as) + "/";
                return List.copyOf(pending.keySet()).stream()
                        .filter(local -> local.startsWith(name))
                        .map(Ruled.this::look)
                        .filter(java.util.Objects::nonNull)
                        .map(as::cast)
                        .toList();
            }

            @Override
            public WriteRule.Actor actor() {
                return actor;
            }

            @Override
            public <T extends Resource> Optional<T> current(Class<T> as, String of) {
                String local = context.getResourceType(as) + "/" + of;
                if (pending.containsKey(local)) {
                    return Optional.ofNullable(pending(local)).map(as::cast);
                }
                if (locked.add(local)) {
                    tx.lockRows(List.of(local));
                }
                return tx.read(context.getResourceType(as), of, visibility)
                        .filter(s -> !s.deleted())
                        .map(s -> as.cast(parse(s)));
            }

            @Override
            public <T extends Resource> List<T> search(Class<T> as, String query) {
                return matches(as, query).stream()
                        .flatMap(s -> seen(s).map(as::cast).stream())
                        .toList();
            }

            @Override
            public List<String> versions(Class<? extends Resource> as, String query) {
                return matches(as, query).stream()
                        .map(s -> s.type() + "/" + s.id() + "/_history/" + s.version())
                        .toList();
            }

            private List<Stored> matches(Class<? extends Resource> as, String query) {
                Map<String, List<String>> parameters = new LinkedHashMap<>(QueryStrings.parse(query));
                parameters.put("_count", List.of("1000"));
                parameters.put("_total", List.of("none"));
                List<Stored> all = new ArrayList<>();
                while (all.size() < MOST) {
                    SearchPage page = searches.page(
                            context.getResourceType(as), parameters, false, new Caller(tx, visibility, ""));
                    all.addAll(page.matches());
                    if (page.next() == null) {
                        break;
                    }
                    parameters.put("_cursor", List.of(page.next()));
                }
                return all;
            }

            @Override
            public void put(Resource resource) {
                String of = resource.getIdElement().getIdPart();
                String name = resource.fhirType();
                parsed.remove(name + "/" + of);
                ObjectNode body = writer.write(resource);
                pending.compute(
                        name + "/" + of,
                        (local, w) -> w == null
                                ? new Write(name, of, body, false, null, false, null)
                                : new Write(name, of, body, w.isNew(), w.ifVersion(), w.patch(), w.place()));
            }
        }
    }

    private Resource parse(Stored stored) {
        return model.read(stored.requireJson());
    }

    private Resource parse(Write write) {
        Resource resource = model.read(JsonBodies.mapper().writeValueAsBytes(write.body()));
        resource.setId(write.type() + "/" + write.id());
        return resource;
    }

    /** A rule names the place within its resource; the caller sees it within what he sent. */
    private static Problem at(Problem p, Write w) {
        String place = w.place();
        if (place == null) {
            return p;
        }
        return new Problem(
                p.status(),
                p.issues().stream()
                        .map(i -> new Problem.Issue(
                                i.code(),
                                i.text(),
                                place + ".resource"
                                        + (i.expression() == null
                                                ? ""
                                                : i.expression().replaceFirst("^" + w.type(), ""))))
                        .toList());
    }
}
