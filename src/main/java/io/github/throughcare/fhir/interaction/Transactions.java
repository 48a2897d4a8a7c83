package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.WriteRule;
import io.github.throughcare.fhir.index.LocalReference;
import io.github.throughcare.fhir.search.Caller;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Stored;
import io.github.throughcare.fhir.storage.Tx;
import io.github.throughcare.fhir.storage.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Carries out changes all or nothing (R4 http.html 3.1.0.11.2): finds the targets of conditions, gives ids, turns links between
 * entries and conditional references into references, and writes everything at once.
 */
final class Transactions {

    private static final Set<String> DEFINITIONS = Set.of("StructureDefinition", "ValueSet", "CodeSystem");

    private final Store store;
    private final Conditions conditions;
    private final ConditionalReferences conditionalReferences;
    private final Bodies bodies;
    private final Ids ids;
    private final Rules rules;
    private final Actors actors;
    private volatile Runnable definitionsChanged = () -> {};

    Transactions(
            Store store,
            Conditions conditions,
            ConditionalReferences conditionalReferences,
            Bodies bodies,
            Ids ids,
            Rules rules,
            Actors actors) {
        this.store = store;
        this.bodies = bodies;
        this.rules = rules;
        this.actors = actors;
        this.conditions = conditions;
        this.conditionalReferences = conditionalReferences;
        this.ids = ids;
    }

    /**
     * Carries them out.
     *
     * @param r for what they are asked: its base makes absolute links relative, the write rules hear of its actor, and what it says
     *     of their provenance is stored too. History that is kept as it was is held to no rule, nor its references to what is here
     * @param after what else belongs into the same transaction, once all is written
     */
    <T> T run(List<Change> changes, Request r, Function<Outcome, T> after) {
        return run(changes, r, List.of(), after);
    }

    /** @param guards rules for this transaction alone */
    <T> T run(List<Change> changes, Request r, List<WriteRule> guards, Function<Outcome, T> after) {
        References references = new References();
        Optional<ProvenanceHeader> provenance = ProvenanceHeader.of(r, bodies);
        WriteRule.Actor actor = r.history() ? null : actors.of(r);
        Function<Tx, T> work = tx -> {
            references.undo();
            One one = new One(tx, r.base(), r.visibility(), references, actor, guards);
            Each each = one.each(changes);
            List<Write.Result> results = one.run(each.changes());
            provenance.flatMap(p -> p.about(results)).ifPresent(p -> record(p, tx, r.visibility()));
            return after.apply(each.outcome(tx, results));
        };
        T done = r.history() ? store.loading(work) : store.transaction(work);
        if (changes.stream().anyMatch(c -> DEFINITIONS.contains(c.type()))) {
            definitionsChanged.run();
        }
        return done;
    }

    private void record(ObjectNode provenance, Tx tx, Visibility visibility) {
        tx.write(
                List.of(new Write("Provenance", ids.next(), provenance, true, null, false, "X-Provenance")),
                visibility);
    }

    /** Called after each commit of definitions that a profile may be made of. */
    void onDefinitions(Runnable changed) {
        definitionsChanged = changed;
    }

    /**
     * What came of the changes, in their order, and the transaction they still stand in.
     *
     * @param results of a deletion of many: that of the last one, or that there was none
     * @param deleted how many, by position, for changes that may delete many
     */
    record Outcome(Tx tx, List<Write.Result> results, Map<Integer, Integer> deleted) {}

    /** What a change turned out to be about. */
    private record Target(
            String id, boolean isNew, @Nullable Stored existing, boolean nothing) {}

    /**
     * The changes with each deletion of many as so many deletions (R4 http.html 3.1.0.7.1), together or not at all.
     *
     * @param counts how many each of those asked for became; -1: it is itself
     */
    private record Each(List<Change> changes, List<Integer> counts) {

        Outcome outcome(Tx tx, List<Write.Result> results) {
            if (counts.stream().allMatch(n -> n < 0)) {
                return new Outcome(tx, results, Map.of());
            }
            List<Write.Result> merged = new ArrayList<>();
            Map<Integer, Integer> deleted = new HashMap<>();
            int next = 0;
            for (int n : counts) {
                if (n >= 0) {
                    deleted.put(merged.size(), n);
                }
                int end = next + (n < 0 ? 1 : n);
                merged.add(n == 0 ? new Write.Result(Write.Outcome.ABSENT, null) : results.get(end - 1));
                next = end;
            }
            return new Outcome(tx, merged, deleted);
        }
    }

    private final class One {
        private final Tx tx;
        private final String base;
        private final Visibility visibility;
        /** Who asks what conditions mean: an absolute reference below the base is a local one there too. */
        private final Caller caller;

        private final References references;
        private final WriteRule.@Nullable Actor actor;
        private final List<WriteRule> guards;

        One(
                Tx tx,
                String base,
                Visibility visibility,
                References references,
                WriteRule.@Nullable Actor actor,
                List<WriteRule> guards) {
            this.guards = guards;
            this.actor = actor;
            this.tx = tx;
            this.base = base;
            this.visibility = visibility;
            this.caller = new Caller(tx, visibility, base);
            this.references = references;
        }

        /** Takes the locks of all conditions, and finds what is to be deleted by those that may name many. */
        Each each(List<Change> asked) {
            conditions.lock(asked, tx);
            if (!Conditions.any(asked)
                    || asked.stream().noneMatch(c -> conditions.most(c).isPresent())) {
                return new Each(asked, java.util.Collections.nCopies(asked.size(), -1));
            }
            List<Change> changes = new ArrayList<>();
            List<Integer> counts = new ArrayList<>();
            for (Change c : asked) {
                OptionalInt most = conditions.most(c);
                if (most.isEmpty()) {
                    changes.add(c);
                    counts.add(-1);
                } else {
                    List<Stored> all = conditions.all(c, most.getAsInt(), caller);
                    all.forEach(s -> changes.add(c.of(s.id())));
                    counts.add(all.size());
                }
            }
            return new Each(changes, counts);
        }

        List<Write.Result> run(List<Change> asked) {
            Map<Change, Optional<Stored>> matches = conditions.find(asked, caller);
            List<Target> targets = new ArrayList<>(asked.size());
            for (Change c : asked) {
                targets.add(target(c, matches));
            }
            Map<String, String> links = links(asked, targets);
            List<Change> changes = edited(asked, targets);
            rewrite(changes, links);
            List<Write> writes = new ArrayList<>();
            for (int i = 0; i < changes.size(); i++) {
                Target t = targets.get(i);
                if (t.existing == null && !t.nothing) {
                    writes.add(changes.get(i).write(t.id, t.isNew));
                }
            }
            List<Write.Result> written =
                    tx.write(actor == null ? writes : rules.apply(writes, tx, visibility, actor, guards), visibility);
            List<Write.Result> results = new ArrayList<>();
            int next = 0;
            for (int i = 0; i < targets.size(); i++) {
                Target t = targets.get(i);
                results.add(
                        t.existing != null
                                ? new Write.Result(Write.Outcome.UNCHANGED, t.existing)
                                : t.nothing
                                        ? new Write.Result(Write.Outcome.ABSENT, null)
                                        : written.get(next++)
                                                .with(changes.get(i).warnings()));
            }
            return results;
        }

        private Target target(Change c, Map<Change, Optional<Stored>> matches) {
            if (c.condition() == null) {
                return c.id() == null
                        ? new Target(ids.next(), true, null, false)
                        : new Target(c.id(), false, null, false);
            }
            Optional<Stored> match = matches.getOrDefault(c, Optional.empty());
            return switch (c.kind()) {
                case CREATE ->
                    match.map(m -> new Target(m.id(), false, m, false))
                            .orElseGet(() -> new Target(ids.next(), true, null, false));
                case EDIT ->
                    match.map(m -> new Target(m.id(), false, null, false))
                            .orElseThrow(() -> new Problem(
                                    404,
                                    IssueType.NOTFOUND,
                                    "No " + c.type() + " matches " + c.condition(),
                                    c.place()));
                case DELETE ->
                    match.map(m -> new Target(m.id(), false, null, false))
                            .orElseGet(() -> new Target("", false, null, true));
                case UPDATE -> {
                    String own = c.requireBody().has("id")
                            ? c.requireBody().get("id").asString()
                            : null;
                    if (match.isPresent()
                            && own != null
                            && !own.equals(match.get().id())) {
                        throw Problem.malformed(
                                "The body's id is " + own + ", but the condition matches " + c.type() + "/"
                                        + match.get().id(),
                                c.place());
                    }
                    if (own != null) {
                        Ids.check(own);
                    }
                    yield match.map(m -> new Target(m.id(), false, null, false))
                            .orElseGet(() -> own == null
                                    ? new Target(ids.next(), true, null, false)
                                    : new Target(own, false, null, false));
                }
            };
        }

        /** fullUrl -> Type/id; refuses two entries for one resource. */
        private Map<String, String> links(List<Change> changes, List<Target> targets) {
            Map<String, String> links = new HashMap<>();
            Map<String, String> seen = new HashMap<>();
            for (int i = 0; i < changes.size(); i++) {
                Change c = changes.get(i);
                Target t = targets.get(i);
                if (t.nothing) {
                    continue;
                }
                String local = c.type() + "/" + t.id;
                String before = t.existing == null ? seen.put(local, String.valueOf(c.place())) : null;
                if (before != null) {
                    throw Problem.malformed(
                            "A transaction names each resource once, but " + local + " stands in " + before + " and in "
                                    + c.place(),
                            c.place());
                }
                if (c.fullUrl() != null && c.kind() != Change.Kind.DELETE && links.put(c.fullUrl(), local) != null) {
                    throw Problem.malformed("Two entries have the fullUrl " + c.fullUrl(), c.place() + ".fullUrl");
                }
            }
            return links;
        }

        private void rewrite(List<Change> changes, Map<String, String> links) {
            if (base.isEmpty() && links.isEmpty() && changes.stream().allMatch(c -> c.place() == null)) {
                return; // the server's own
            }
            List<List<References.Link>> found = changes.stream()
                    .map(c -> c.body() == null ? List.<References.Link>of() : References.of(c.body()))
                    .toList();
            Map<String, String> conditional = changes.stream().allMatch(c -> c.place() == null)
                    ? Map.of()
                    : conditionalReferences.resolve(changes, found, caller);
            UnaryOperator<String> link = value -> {
                String known = links.get(value);
                if (known == null) {
                    known = conditional.get(value);
                }
                return known != null
                        ? known
                        : value.startsWith(base) && value.startsWith("/", base.length())
                                ? value.substring(base.length() + 1)
                                : value;
            };
            found.forEach(each -> references.replace(each, link));
        }

        /** Edits are carried out on versions that nobody else can change until this is over. */
        private List<Change> edited(List<Change> changes, List<Target> targets) {
            if (changes.stream().noneMatch(c -> c.kind() == Change.Kind.EDIT)) {
                return changes;
            }
            List<LocalReference> held = new ArrayList<>();
            for (int i = 0; i < changes.size(); i++) {
                if (changes.get(i).kind() == Change.Kind.EDIT) {
                    held.add(new LocalReference(changes.get(i).type(), targets.get(i).id));
                }
            }
            Map<LocalReference, Stored> current = new HashMap<>();
            tx.hold(held, visibility).forEach(s -> current.put(new LocalReference(s.type(), s.id()), s));
            List<Change> edited = new ArrayList<>();
            for (int i = 0; i < changes.size(); i++) {
                Change c = changes.get(i);
                edited.add(
                        c.kind() == Change.Kind.EDIT
                                ? edited(
                                        c,
                                        targets.get(i).id,
                                        current.get(new LocalReference(c.type(), targets.get(i).id)))
                                : c);
            }
            return edited;
        }

        private Change edited(Change c, String id, @Nullable Stored current) {
            if (current == null) {
                boolean deleted = tx.read(c.type(), id, visibility).isPresent();
                throw new Problem(
                        deleted ? 410 : 404,
                        deleted ? IssueType.DELETED : IssueType.NOTFOUND,
                        c.type() + "/" + id + (deleted ? " was deleted" : " is not known"),
                        c.place());
            }
            if (c.ifMatch().isPresent() && c.ifMatch().getAsInt() != current.version()) {
                throw new Problem(
                        412,
                        IssueType.CONFLICT,
                        "If-Match does not name the current version of " + c.type() + "/" + id + ", which is "
                                + current.version(),
                        c.place());
            }
            return c.with(Objects.requireNonNull(c.edit()).of(JsonBodies.parse(current.requireJson())));
        }
    }
}
