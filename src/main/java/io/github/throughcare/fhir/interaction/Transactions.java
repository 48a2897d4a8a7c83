package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.WriteRule;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Stored;
import io.github.throughcare.fhir.storage.Tx;
import io.github.throughcare.fhir.storage.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Carries out changes all or nothing (R4 http.html 3.1.0.11.2): finds the targets of conditions, gives ids, turns links between
 * entries and conditional references into references, and writes everything at once.
 */
final class Transactions {

    private final Store store;
    private final Conditions conditions;
    private final ConditionalReferences conditionalReferences;
    private final Ids ids;
    private final Rules rules;
    private final Actors actors;

    Transactions(
            Store store,
            Conditions conditions,
            ConditionalReferences conditionalReferences,
            Ids ids,
            Rules rules,
            Actors actors) {
        this.store = store;
        this.rules = rules;
        this.actors = actors;
        this.conditions = conditions;
        this.conditionalReferences = conditionalReferences;
        this.ids = ids;
    }

    /**
     * Carries them out.
     *
     * @param request that asks for them: absolute links to its base become relative; the write rules hear of its actor
     * @param after what else belongs into the same transaction, once all is written
     */
    <T> T run(List<Change> changes, Request request, Function<Outcome, T> after) {
        return run(changes, request, List.of(), after);
    }

    /** @param guards rules for this transaction alone */
    <T> T run(List<Change> changes, Request request, List<WriteRule> guards, Function<Outcome, T> after) {
        References references = new References();
        WriteRule.Actor actor = actors.of(request);
        return store.transaction(tx -> {
            references.undo();
            return after.apply(new Outcome(
                    tx,
                    new One(
                                    tx,
                                    request.base(),
                                    request.visibility(),
                                    references,
                                    request.history() ? null : actor,
                                    guards)
                            .run(changes)));
        });
    }

    /** The results in the order of the changes, and the transaction they still stand in. */
    record Outcome(Tx tx, List<Write.Result> results) {}

    /** What a change turned out to be about. */
    private record Target(
            String id, boolean isNew, @Nullable Stored existing, boolean nothing) {}

    private final class One {
        private final Tx tx;
        private final String base;
        private final Visibility visibility;
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
            this.references = references;
        }

        List<Write.Result> run(List<Change> changes) {
            List<Map.Entry<String, String>> conditional = changes.stream()
                    .filter(c -> c.condition() != null)
                    .map(c -> Map.entry(c.type(), String.valueOf(c.condition())))
                    .toList();
            if (!conditional.isEmpty()) {
                conditions.lock(conditional, tx);
            }
            List<Target> targets = changes.stream().map(this::target).toList();
            Map<String, String> links = links(changes, targets);
            rewrite(changes, links);
            List<Write> writes = new ArrayList<>();
            for (int i = 0; i < changes.size(); i++) {
                Target t = targets.get(i);
                if (t.existing == null && !t.nothing) {
                    writes.add(write(changes.get(i), t));
                }
            }
            List<Write.Result> written =
                    tx.write(actor == null ? writes : rules.apply(writes, tx, visibility, actor, guards), visibility);
            List<Write.Result> results = new ArrayList<>();
            int next = 0;
            for (Target t : targets) {
                results.add(
                        t.existing != null
                                ? new Write.Result(Write.Outcome.UNCHANGED, t.existing)
                                : t.nothing ? new Write.Result(Write.Outcome.ABSENT, null) : written.get(next++));
            }
            return results;
        }

        private Target target(Change c) {
            if (c.condition() == null) {
                return c.id() == null
                        ? new Target(ids.next(), true, null, false)
                        : new Target(c.id(), false, null, false);
            }
            Optional<Stored> match = conditions.find(c.type(), c.condition(), tx, visibility, c.place());
            return switch (c.kind()) {
                case CREATE ->
                    match.map(m -> new Target(m.id(), false, m, false))
                            .orElseGet(() -> new Target(ids.next(), true, null, false));
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
            Map<String, String> conditional = changes.stream().allMatch(c -> c.place() == null)
                    ? Map.of()
                    : conditionalReferences.resolve(changes, tx, visibility);
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
            for (Change c : changes) {
                if (c.body() != null) {
                    references.replace(c.body(), link);
                }
            }
        }

        private Write write(Change c, Target t) {
            return new Write(
                    c.type(),
                    t.id,
                    c.kind() == Change.Kind.DELETE ? null : c.requireBody(),
                    t.isNew,
                    c.ifMatch().isPresent() ? Integer.valueOf(c.ifMatch().getAsInt()) : null,
                    false,
                    c.place());
        }
    }
}
