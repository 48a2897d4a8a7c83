package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.search.Criterion.AnyOf;
import io.github.throughcare.fhir.search.Criterion.Ids;
import io.github.throughcare.fhir.search.Criterion.InTypes;
import io.github.throughcare.fhir.search.Criterion.Nothing;
import io.github.throughcare.fhir.search.Criterion.PatientIs;
import io.github.throughcare.fhir.search.Criterion.Tokens;
import io.github.throughcare.fhir.search.SearchRequest.Sort;
import io.github.throughcare.fhir.search.SearchRequest.Walk;
import io.github.throughcare.fhir.storage.Reader;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Store;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which criterion leads a search and whether its rows are walked in the order of the answer or gathered and sorted
 * (docs/search.md). Rows that a criterion would bring are known (ids), taken from PostgreSQL's statistics (tokens), or, where there
 * are none (dates, numbers, strings), counted up to the bound of gathering.
 */
final class Planner {

    /** Up to so many rows gathering is cheaper than walking past others. */
    static final long GATHER_UP_TO = 2000;

    /** As many ordered lists, of tokens or of types, are merged while walking. */
    static final int MERGED = 16;

    /** Cost of a criterion whose rows are more than gathering is good for, and not known better. */
    private static final long DENSE = 1_000_000;

    /** Rows of more tokens than can be merged, from which on walking the type is cheaper. */
    private static final long MANY = 20_000;

    private static final long UNKNOWN = 5000;
    private static final long NEVER = Long.MAX_VALUE;

    private final Store store;
    private final Frequencies frequencies = new Frequencies();

    Planner(Store store) {
        this.store = store;
    }

    /** @throws io.github.throughcare.fhir.Problem 503 while the index of this type is made anew */
    void checkIndex(String type) {
        Searches.checkIndex(store, List.of(type));
    }

    SearchPlan plan(String type, List<Criterion> criteria, List<Sort> sorts, Reader reader, Visibility visibility) {
        return plan(List.of(type), criteria, sorts, reader, visibility);
    }

    SearchPlan plan(
            List<String> types, List<Criterion> criteria, List<Sort> sorts, Reader reader, Visibility visibility) {
        return new Choice(types, ValueCriterion.flat(criteria), sorts, reader).plan(store.visiblePatients(visibility));
    }

    /** One value of the principal status: such rows stand together, in the order of their dates. */
    private static boolean isOneState(Criterion c) {
        return c instanceof Tokens t && t.state() && t.keys().length == 1;
    }

    private final class Choice {
        private final long[] types;
        private final List<Criterion> criteria;
        private final List<Sort> sorts;
        private final Reader reader;
        private final Map<Criterion, Long> costs = new IdentityHashMap<>();

        Choice(List<String> types, List<Criterion> criteria, List<Sort> sorts, Reader reader) {
            this.types = types.stream().mapToLong(t -> store.types().number(t)).toArray();
            this.criteria = PatientAndCode.joined(criteria);
            this.sorts = sorts;
            this.reader = reader;
        }

        SearchPlan plan(long @Nullable [] visible) {
            Walk order = sorts.size() == 1 && sorts.get(0).body() == null
                    ? sorts.get(0).walk()
                    : null;
            boolean mayWalk = sorts.isEmpty() || order != null && (types.length <= MERGED || order == Walk.UPDATED);
            Criterion leader = leader(mayWalk);
            long least = leader == null ? NEVER : cost(leader);
            boolean walk = false;
            if (sorts.isEmpty()) {
                int keys = leader instanceof Tokens t ? t.keys().length : 0;
                boolean ordered = keys == 1 || keys > 1 && keys <= MERGED && least > GATHER_UP_TO;
                walk = ordered || leader == null || least >= (keys > 0 ? MANY : DENSE);
                if (walk && !ordered) {
                    leader = null;
                }
            } else if (mayWalk) {
                Criterion state = types.length > 1
                        ? null
                        : criteria.stream()
                                .filter(Planner::isOneState)
                                .findFirst()
                                .orElse(null);
                long others = criteria.stream()
                        .filter(c -> c != state)
                        .mapToLong(this::cost)
                        .min()
                        .orElse(NEVER);
                walk = others > GATHER_UP_TO && (state != null || least > GATHER_UP_TO);
                if (walk) {
                    leader = state;
                    least = state == null ? NEVER : cost(state);
                }
            }
            if (leader == null) {
                least = types.length == 1 ? frequencies.ofType((int) types[0], reader) : NEVER;
            }
            Criterion leads = leader;
            List<Criterion> filters = criteria.stream()
                    .filter(c -> c != leads || c.bounds().isPresent())
                    .toList();
            return new SearchPlan(
                    types, types.length == store.types().all().size(), filters, leader, sorts, walk, visible, least);
        }

        private @Nullable Criterion leader(boolean probed) {
            while (true) {
                Criterion leader = null;
                long least = NEVER;
                for (Criterion c : criteria) {
                    long cost = cost(c);
                    if (cost < least) {
                        least = cost;
                        leader = c;
                    }
                }
                if (leader == null || !probed || !isGuess(leader, least)) {
                    return leader;
                }
                costs.put(leader, probe(leader));
            }
        }

        private boolean isGuess(Criterion c, long cost) {
            return cost == UNKNOWN && !(c instanceof ValueCriterion.Text);
        }

        /** Rows that it really brings, up to the bound of gathering. */
        private long probe(Criterion c) {
            Sql sql = new Sql("SELECT count(*) FROM (SELECT 1 FROM (");
            if (c.bounds().isPresent()) {
                Criterion.Bounds b = c.bounds().get();
                sql.add(
                        "SELECT 1 FROM resource WHERE type = ANY(?::bigint[]) AND " + b.column() + " >= ? AND "
                                + b.column() + " < ?",
                        types,
                        b.from(),
                        b.until());
            } else {
                sql.add(c.lead().orElseThrow());
            }
            long found = reader.number(sql.add(") x LIMIT ?) y", GATHER_UP_TO + 1));
            return found > GATHER_UP_TO ? DENSE : found;
        }

        /** Rows that the criterion would bring, roughly; the largest for one that cannot lead. */
        private long cost(Criterion c) {
            Long known = costs.get(c);
            return known != null ? known : estimate(c);
        }

        private long estimate(Criterion c) {
            if (c instanceof Ids ids) {
                return ids.selves().length;
            }
            if (c instanceof Yielded y) {
                return y.about();
            }
            if (c instanceof PatientIs p) {
                // few patients may be asked for because they have much; of many the average counts
                return Math.min(p.selves().length, 10) * 50L + Math.max(0, p.selves().length - 10) * 10L;
            }
            if (c instanceof Tokens t) {
                return t.walkable() ? frequencies.of(t.keys(), reader) : NEVER;
            }
            if (c instanceof Nothing) {
                return 0;
            }
            if (c instanceof InTypes in) {
                return c.lead().isPresent() ? cost(in.criterion()) : NEVER;
            }
            if (c instanceof AnyOf any) {
                if (any.lead().isEmpty()) {
                    return NEVER;
                }
                long sum = any.criteria().stream().mapToLong(this::cost).sum();
                return any.criteria().stream().allMatch(one -> cost(one) != UNKNOWN) ? sum : UNKNOWN;
            }
            return c.lead().isPresent() || c.bounds().isPresent() ? UNKNOWN : NEVER;
        }
    }
}
