package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.search.Criterion.Tokens;
import io.github.throughcare.fhir.search.SearchRequest.Sort;
import io.github.throughcare.fhir.storage.Sql;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a search is run: which criterion leads, and whether its rows are walked in the order of the answer (stopping at the page) or
 * gathered and sorted. Decided by {@link Planner} and fenced in SQL ({@code OFFSET 0}, {@code MATERIALIZED}), so that the plan does
 * not depend on what PostgreSQL guesses (docs/search.md).
 */
final class SearchPlan {

    private static final String ROW = "r.pk, r.type, r.id, r.ver, r.upd";
    private static final String FOUND = "x.pk, x.type, x.id, x.ver, x.upd, v.codec, v.body, x.k";
    private static final String RESULT =
            ") SELECT " + FOUND + " FROM x JOIN version v ON v.pk = x.pk AND v.ver = x.ver ORDER BY x.n";

    /** One by one, so that the order of the rows is seen to be that of the answer. */
    private static final String BODIES = " CROSS JOIN LATERAL (SELECT codec, body FROM version v"
            + " WHERE v.pk = x.pk AND v.ver = x.ver OFFSET 0) v ORDER BY ";

    private final long[] types;
    private final boolean everyType;
    private final List<Criterion> filters;
    private final @Nullable Criterion leader;
    private final List<Sort> sorts;
    private final boolean walk;
    private final long @Nullable [] visible;
    private final long estimate;
    private final RowSource source;

    SearchPlan(
            long[] types,
            boolean everyType,
            List<Criterion> filters,
            @Nullable Criterion leader,
            List<Sort> sorts,
            boolean walk,
            long @Nullable [] visible,
            long estimate) {
        this.types = types;
        this.everyType = everyType;
        this.filters = filters;
        this.leader = leader;
        this.sorts = sorts;
        this.walk = walk;
        this.visible = visible;
        this.estimate = estimate;
        this.source = new RowSource(types, everyType, filters, leader, sorts, walk);
    }

    /** Does {@link #page} bring the total along? */
    boolean countsAlong() {
        return !walk;
    }

    /** Can all matches be counted without looking at rows? */
    boolean countsCheaply() {
        return filters.isEmpty()
                && visible == null
                && (leader == null && types.length == 1 || leader instanceof Tokens t && t.keys().length == 1);
    }

    /** Does a walk come to rows without a sort value by a {@link Cursor#atMissing} of its own, after all others? */
    boolean walksMissingLast() {
        return walk
                && !sorts.isEmpty()
                && !sorts.get(0).descending()
                && sorts.get(0).walk() == SearchRequest.Walk.PRINCIPAL_DATE;
    }

    /** What the leader brings, roughly; the largest number when that is not known. */
    long estimate() {
        return estimate;
    }

    /** For those who want to see how it is done. */
    Shape shape() {
        return new Shape(walk, leader, filters);
    }

    record Shape(boolean walks, @Nullable Criterion leader, List<Criterion> filters) {}

    /**
     * One page: the columns of {@link io.github.throughcare.fhir.storage.Reader#select}, sort key = sort values and, when gathering
     * with {@code counted}, the number of all matches, separated by U+001F.
     *
     * @param counted bring the total along, if that is no walk and begins at the first
     */
    Sql page(int limit, @Nullable Cursor after, boolean counted) {
        return walk ? walked(limit, after) : gathered(limit, after, counted && after == null);
    }

    private Sql walked(int limit, @Nullable Cursor after) {
        if (sorts.isEmpty() && leader instanceof Tokens t && t.keys().length == 1) {
            return byToken(limit, after);
        }
        Sql sql = new Sql("WITH x AS MATERIALIZED (SELECT " + ROW + ", ");
        sql.add(sorts.isEmpty() ? "''" : "(" + sorts.get(0).expression() + ")::text || E'\\x1f'");
        sql.add(" AS k, row_number() OVER () AS n FROM (SELECT r.* FROM ");
        source.walked(sql, after);
        where(sql);
        return sql.add(" ORDER BY " + source.order() + " LIMIT ?) r LIMIT ?" + RESULT, limit, limit);
    }

    /**
     * An index-only scan is in order and cheapest at once, and to name its column lets PostgreSQL see that the page is in order too. Where
     * rows are walked themselves it is the two limits above that keep it from gathering and sorting them.
     */
    private Sql byToken(int limit, @Nullable Cursor after) {
        Sql sql = new Sql("SELECT " + FOUND + " FROM (SELECT t.pk, r.type, r.id, r.ver, r.upd, '' AS k FROM ");
        source.walked(sql, after);
        where(sql);
        return sql.add(" ORDER BY " + source.order() + " LIMIT ?) x" + BODIES + "pk DESC", limit);
    }

    private Sql gathered(int limit, @Nullable Cursor after, boolean counted) {
        Sql sql = new Sql("SELECT x.pk, x.type, x.id, x.ver, x.upd, v.codec, v.body, concat_ws(E'\\x1f', ");
        for (int i = 0; i < sorts.size(); i++) {
            sql.add("x.s" + i + "::text, ");
        }
        sql.add((counted ? "x.n" : "''") + ") FROM (SELECT *" + (counted ? ", count(*) OVER () AS n" : ""));
        sql.add(" FROM (SELECT " + ROW);
        for (int i = 0; i < sorts.size(); i++) {
            sql.add(
                    ", " + collated(sorts.get(i)) + " AS s" + i,
                    sorts.get(i).args().toArray());
        }
        sql.add(" FROM ");
        source.gathered(sql, estimate);
        where(sql);
        sql.add(") m");
        if (after != null) {
            sql.add(" WHERE ");
            keyset(sql, after);
        }
        return sql.add(" ORDER BY " + order() + " LIMIT ?) x" + BODIES + order(), limit);
    }

    /** The number of matches, at most {@code bound}. */
    Sql count(long bound) {
        if (countsCheaply()) {
            return leader instanceof Tokens t
                    ? new Sql("SELECT count(*) FROM (SELECT 1 FROM token WHERE h = ? LIMIT ?) x", t.keys()[0], bound)
                    : new Sql(
                            "SELECT count(*) FROM (SELECT 1 FROM resource WHERE type = ? LIMIT ?) x", types[0], bound);
        }
        Sql sql = new Sql("SELECT count(*) FROM (SELECT 1 FROM ");
        source.gathered(sql, estimate);
        where(sql);
        return sql.add(" LIMIT ?) x", bound);
    }

    /**
     * The number of matches if the leader brings no more than {@code rows} rows, else null counted as -1: what may be known without
     * looking at more than that.
     */
    Sql countWithin(long rows) {
        Sql sql = new Sql(
                "SELECT CASE WHEN count(*) > ? THEN -1 ELSE count(*) FILTER (WHERE x.m) END FROM (SELECT (", rows);
        conditions(sql);
        sql.add(") AS m FROM ");
        source.gatheredOneByOne(sql);
        return sql.add(" LIMIT ?) x", rows + 1);
    }

    /** What the matches yield, once each. */
    Sql distinct(Sql yield, int limit) {
        Sql sql = new Sql("SELECT DISTINCT y FROM (SELECT ").add(yield).add(" AS y FROM ");
        source.gathered(sql, estimate);
        where(sql);
        return sql.add(") z WHERE y IS NOT NULL LIMIT ?", limit);
    }

    /** Keys of the resources that the matches refer to by the parameter with this seed, once each. */
    Sql targets(long seed, int limit) {
        Sql sql = new Sql("SELECT DISTINCT l.self FROM ");
        source.gathered(sql, estimate);
        sql.add(", unnest(r.links) AS l(self)");
        where(sql);
        return sql.add(" AND (l.self # ?) = ANY(r.tokens) LIMIT ?", seed, limit);
    }

    /** All matches with their bodies, at most {@code limit}; sort key = the values of those sort keys that SQL knows. */
    Sql all(int limit) {
        Sql sql = new Sql("SELECT r.pk, r.type, r.id, r.ver, r.upd, v.codec, v.body, concat_ws(E'\\x1f', ");
        for (Sort s : sorts) {
            sql.add(
                    s.body() == null ? "(" + s.expression() + ")::text, " : "'', ",
                    s.args().toArray());
        }
        sql.add("'') FROM ");
        source.gatheredOneByOne(sql);
        sql.add(" JOIN version v ON v.pk = r.pk AND v.ver = r.ver");
        where(sql);
        return sql.add(" LIMIT ?", limit);
    }

    // ---------------------------------------------------------------- parts

    private void where(Sql sql) {
        sql.add(" WHERE ");
        conditions(sql);
    }

    private void conditions(Sql sql) {
        if (types.length == 1) {
            sql.add("r.type = ?", types[0]);
        } else if (everyType) {
            sql.add("true");
        } else {
            sql.add("r.type = ANY(?::bigint[])", (Object) types);
        }
        filters.forEach(c -> sql.add(" AND ").add(c.filter()));
        if (visible != null) {
            sql.add(" AND (r.patient IS NULL OR r.patient = ANY(?))", (Object) visible);
        }
    }

    private String order() {
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < sorts.size(); i++) {
            order.append("s").append(i).append(sorts.get(i).descending() ? " DESC, " : ", ");
        }
        return order + (lastDescending() ? "pk DESC" : "pk");
    }

    /** Ties go by row, in the direction of the last key, newest first without keys. */
    private boolean lastDescending() {
        return sorts.isEmpty() || sorts.get(sorts.size() - 1).descending();
    }

    private static String collated(Sort s) {
        return s.sqlType().equals("text") ? "(" + s.expression() + ") COLLATE \"C\"" : "(" + s.expression() + ")";
    }

    /** Strictly after the cursor, in the order of {@link #order}. */
    private void keyset(Sql sql, Cursor after) {
        sql.add("(");
        List<String> equal = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (int i = 0; i <= sorts.size(); i++) {
            sql.add(i == 0 ? "(" : " OR (");
            for (int j = 0; j < equal.size(); j++) {
                sql.add(equal.get(j) + " AND ", values.get(j));
            }
            if (i < sorts.size()) {
                Sort s = sorts.get(i);
                String value = "?::text::" + s.sqlType();
                sql.add(
                        "s" + i + (s.descending() ? " < " : " > ") + value,
                        after.keys().get(i));
                equal.add("s" + i + " = " + value);
                values.add(after.keys().get(i));
            } else {
                sql.add("pk " + (lastDescending() ? "<" : ">") + " ?", after.pk());
            }
            sql.add(")");
        }
        sql.add(")");
    }
}
