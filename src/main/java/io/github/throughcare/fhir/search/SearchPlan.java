package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.search.Criterion.Ids;
import io.github.throughcare.fhir.search.Criterion.PatientIs;
import io.github.throughcare.fhir.search.Criterion.Tokens;
import io.github.throughcare.fhir.search.SearchRequest.Sort;
import io.github.throughcare.fhir.storage.Reader;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Store;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a search is run: which criterion leads, and whether its rows are walked in the order of the answer (stopping at the page) or
 * gathered and sorted. Decided here from statistics and fenced in SQL ({@code OFFSET 0}, {@code MATERIALIZED}), so that the plan does
 * not depend on what PostgreSQL guesses (docs/search.md).
 */
final class SearchPlan {

    /** Up to so many rows gathering is cheaper than walking past others. */
    private static final long GATHER_UP_TO = 2000;

    private static final String ROW = "r.pk, r.type, r.id, r.ver, r.upd";

    private final int type;
    private final List<Criterion> filters;
    private final @Nullable Criterion leader;
    private final List<Sort> sorts;
    private final boolean walk;
    private final long @Nullable [] visible;

    private SearchPlan(
            int type,
            List<Criterion> filters,
            @Nullable Criterion leader,
            List<Sort> sorts,
            boolean walk,
            long @Nullable [] visible) {
        this.type = type;
        this.filters = filters;
        this.leader = leader;
        this.sorts = sorts;
        this.walk = walk;
        this.visible = visible;
    }

    /** Makes plans. */
    static final class Planner {

        private final Store store;
        private final Frequencies frequencies = new Frequencies();

        Planner(Store store) {
            this.store = store;
        }

        SearchPlan plan(String type, List<Criterion> asked, List<Sort> sorts, Reader reader, Visibility visibility) {
            List<Criterion> criteria = ValueCriterion.flat(asked);
            Criterion leader = null;
            long least = Long.MAX_VALUE;
            for (Criterion c : criteria) {
                long cost = cost(c, reader);
                if (cost < least) {
                    least = cost;
                    leader = c;
                }
            }
            boolean byRow = sorts.isEmpty();
            boolean walk;
            if (byRow) {
                walk = leader == null || leader instanceof Tokens t && t.keys().length == 1;
            } else {
                Criterion state = criteria.stream()
                        .filter(Planner::isOneState)
                        .findFirst()
                        .orElse(null);
                long others = criteria.stream()
                        .filter(c -> c != state)
                        .mapToLong(c -> cost(c, reader))
                        .min()
                        .orElse(Long.MAX_VALUE);
                boolean indexed = sorts.size() == 1 && sorts.get(0).walk() != null;
                walk = indexed && others > GATHER_UP_TO && (state != null || least > GATHER_UP_TO);
                if (walk) {
                    leader = state;
                }
            }
            Criterion leads = leader;
            List<Criterion> filters = criteria.stream().filter(c -> c != leads).toList();
            return new SearchPlan(
                    store.types().number(type), filters, leader, sorts, walk, store.visiblePatients(visibility));
        }

        /** One value of the principal status: such rows stand together, in the order of their dates. */
        private static boolean isOneState(Criterion c) {
            return c instanceof Tokens t && t.state() && t.keys().length == 1;
        }

        /** Rows that the criterion would bring, roughly; the largest for one that cannot lead. */
        private long cost(Criterion c, Reader reader) {
            if (c instanceof Ids ids) {
                return ids.selves().length;
            }
            if (c instanceof PatientIs p) {
                return p.selves().length * 50L;
            }
            if (c instanceof Tokens t) {
                return t.walkable() ? frequencies.of(t.keys(), reader) : Long.MAX_VALUE;
            }
            if (c instanceof Criterion.Nothing) {
                return 0;
            }
            if (c instanceof Criterion.AnyOf any) {
                return any.lead().isEmpty()
                        ? Long.MAX_VALUE
                        : any.criteria().stream()
                                .mapToLong(one -> cost(one, reader))
                                .sum();
            }
            if (c instanceof Criterion.StringBetween) {
                return 500;
            }
            return c.lead().isPresent() ? 5000 : Long.MAX_VALUE;
        }
    }

    /** Does {@link #page} bring the total along? */
    boolean countsAlong() {
        return !walk;
    }

    /** Can the matches be counted without looking at rows? */
    boolean countsCheaply() {
        return filters.isEmpty() && visible == null && (leader == null || leader instanceof Tokens);
    }

    /**
     * One page: the columns of {@link io.github.throughcare.fhir.storage.Reader#select}, sort key = sort values, and, when gathering,
     * the number of all matches, separated by U+001F.
     */
    Sql page(int limit, @Nullable Cursor after) {
        String order = order();
        Sql sql = new Sql("WITH x AS MATERIALIZED (SELECT " + ROW + ", ");
        sql.add("concat_ws(E'\\x1f', ");
        for (Sort s : sorts) {
            sql.add("(" + s.expression() + ")::text, ", s.args().toArray());
        }
        sql.add(walk || after != null ? "0" : "count(*) OVER ()");
        sql.add(") AS k, row_number() OVER () AS n FROM (SELECT r.* FROM ");
        source(sql, after);
        where(sql);
        if (after != null && !(walk)) {
            sql.add(" AND ");
            keyset(sql, after);
        }
        sql.add(" ORDER BY " + order, orderArgs());
        sql.add(walk ? " LIMIT ?" : "", walk ? new Object[] {limit} : new Object[0]);
        sql.add(
                ") r LIMIT ?) SELECT x.pk, x.type, x.id, x.ver, x.upd, v.codec, v.body, x.k FROM x JOIN version v ON v.pk = x.pk AND v.ver = x.ver ORDER BY x.n",
                limit);
        return sql;
    }

    /** The number of matches, at most {@code bound}. */
    Sql count(long bound) {
        if (countsCheaply()) {
            if (leader instanceof Tokens t && t.keys().length == 1) {
                return new Sql("SELECT count(*) FROM (SELECT 1 FROM token WHERE h = ? LIMIT ?) x", t.keys()[0], bound);
            }
            if (leader == null) {
                return new Sql("SELECT count(*) FROM (SELECT 1 FROM resource WHERE type = ? LIMIT ?) x", type, bound);
            }
        }
        Sql sql = new Sql("SELECT count(*) FROM (SELECT 1 FROM ");
        source(sql, null);
        where(sql);
        return sql.add(" LIMIT ?) x", bound);
    }

    /** What the matches yield, once each. */
    Sql distinct(Sql yield, int limit) {
        Sql sql = new Sql("SELECT DISTINCT y FROM (SELECT ").add(yield).add(" AS y FROM ");
        source(sql, null);
        where(sql);
        return sql.add(") z WHERE y IS NOT NULL LIMIT ?", limit);
    }

    // ---------------------------------------------------------------- parts

    /** The rows to look at, as {@code r}; when walking, in the order of the answer and from the cursor on. */
    private void source(Sql sql, @Nullable Cursor after) {
        boolean byState = walk && !sorts.isEmpty() && leader instanceof Tokens;
        if (leader == null || byState) {
            if (leader instanceof Tokens state) {
                sql.add("(SELECT * FROM resource WHERE state = ?", state.keys()[0]);
            } else {
                sql.add("(SELECT * FROM resource WHERE type = ?", type);
            }
            if (walk && !sorts.isEmpty()) {
                Sort s = sorts.get(0);
                String column = java.util.Objects.requireNonNull(s.walk()).column;
                String direction = s.descending() ? " DESC" : "";
                if (after != null) {
                    sql.add(
                            " AND (" + column + ", pk) " + (s.descending() ? "<" : ">") + " (?, ?)",
                            Long.parseLong(after.keys().get(0)),
                            after.pk());
                }
                sql.add(" ORDER BY " + (byState ? "state" : "type") + direction + ", " + column + direction + ", pk"
                        + direction);
            } else if (walk) {
                if (after != null) {
                    sql.add(" AND pk < ?", after.pk());
                }
                sql.add(" ORDER BY type DESC, pk DESC");
            }
            sql.add(" OFFSET 0) r");
        } else if (leader instanceof PatientIs p) {
            sql.add("(SELECT * FROM resource WHERE patient = ANY(?) AND type = ? OFFSET 0) r", p.selves(), type);
        } else if (leader instanceof Ids ids) {
            sql.add("(SELECT * FROM resource WHERE self = ANY(?) OFFSET 0) r", (Object) ids.selves());
        } else if (walk && leader instanceof Tokens t) {
            sql.add("(SELECT pk FROM token WHERE h = ?", t.keys()[0]);
            if (after != null) {
                sql.add(" AND pk < ?", after.pk());
            }
            sql.add(
                    " ORDER BY h DESC, pk DESC OFFSET 0) t JOIN LATERAL (SELECT * FROM resource q WHERE q.pk = t.pk OFFSET 0) r ON true");
        } else {
            sql.add("(")
                    .add(leader.lead().orElseThrow())
                    .add(" OFFSET 0) t JOIN LATERAL (SELECT * FROM resource q WHERE q.pk = t.pk OFFSET 0) r ON true");
        }
    }

    private void where(Sql sql) {
        sql.add(" WHERE r.type = ?", type);
        for (Criterion c : filters) {
            sql.add(" AND ").add(c.filter());
        }
        if (visible != null) {
            sql.add(" AND (r.patient IS NULL OR r.patient = ANY(?))", (Object) visible);
        }
    }

    private String order() {
        if (walk) {
            if (sorts.isEmpty()) {
                return leader == null ? "r.pk DESC" : "t.pk DESC";
            }
            Sort s = sorts.get(0);
            String direction = s.descending() ? " DESC" : "";
            return s.expression() + direction + ", r.pk" + direction;
        }
        StringBuilder order = new StringBuilder();
        for (Sort s : sorts) {
            order.append(collated(s)).append(s.descending() ? " DESC, " : ", ");
        }
        return order + (lastDescending() ? "r.pk DESC" : "r.pk");
    }

    private Object[] orderArgs() {
        return walk
                ? new Object[0]
                : sorts.stream().flatMap(s -> s.args().stream()).toArray();
    }

    /** Ties go by row, in the direction of the last key, newest first without keys. */
    private boolean lastDescending() {
        return sorts.isEmpty() || sorts.get(sorts.size() - 1).descending();
    }

    private static String collated(Sort s) {
        return s.sqlType().equals("text") ? "(" + s.expression() + ") COLLATE \"C\"" : s.expression();
    }

    /** Strictly after the cursor, in the order of {@link #order}. */
    private void keyset(Sql sql, Cursor after) {
        sql.add("(");
        List<Sort> equal = new ArrayList<>();
        for (int i = 0; i <= sorts.size(); i++) {
            sql.add(i == 0 ? "(" : " OR (");
            for (int j = 0; j < equal.size(); j++) {
                compare(sql, equal.get(j), "=", after.keys().get(j));
                sql.add(" AND ");
            }
            if (i < sorts.size()) {
                Sort s = sorts.get(i);
                compare(sql, s, s.descending() ? "<" : ">", after.keys().get(i));
                equal.add(s);
            } else {
                sql.add("r.pk " + (lastDescending() ? "<" : ">") + " ?", after.pk());
            }
            sql.add(")");
        }
        sql.add(")");
    }

    private static void compare(Sql sql, Sort s, String operator, String value) {
        List<Object> args = new ArrayList<>(s.args());
        args.add(value);
        sql.add(collated(s) + " " + operator + " ?::" + s.sqlType(), args.toArray());
    }
}
