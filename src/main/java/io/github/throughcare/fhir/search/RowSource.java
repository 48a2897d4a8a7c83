package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.Interval;
import io.github.throughcare.fhir.search.Criterion.Ids;
import io.github.throughcare.fhir.search.Criterion.PatientIs;
import io.github.throughcare.fhir.search.Criterion.PrincipalDateIs;
import io.github.throughcare.fhir.search.Criterion.Tokens;
import io.github.throughcare.fhir.search.SearchRequest.Sort;
import io.github.throughcare.fhir.storage.Sql;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows that a search looks at, as {@code r} in a FROM clause; when walking, in the order of the answer and from the cursor on. */
final class RowSource {

    private static final String LOOK_UP =
            " JOIN LATERAL (SELECT * FROM resource q WHERE q.pk = t.pk OFFSET 0) r ON true";

    /**
     * No bound, but the planner must suppose one and so asks for the first rows soon. Behind {@code OFFSET 0} it wants all of them, and
     * gathers and sorts where that is cheaper: in small stores, and where rows were changed in another order than that of the index.
     */
    private static final String FENCE = " LIMIT ?";

    /** An array of so many is a megabyte or two. */
    private static final long SWEPT = 100_000;

    private final long[] types;
    private final boolean everyType;
    private final List<Criterion> filters;
    private final @Nullable Criterion leader;
    private final @Nullable Sort sort;

    RowSource(
            long[] types,
            boolean everyType,
            List<Criterion> filters,
            @Nullable Criterion leader,
            List<Sort> sorts,
            boolean walk) {
        this.types = types;
        this.everyType = everyType;
        this.filters = filters;
        this.leader = leader;
        this.sort = walk && !sorts.isEmpty() ? sorts.get(0) : null;
    }

    /** The column that a sorted walk is ordered by. */
    String column() {
        return Objects.requireNonNull(Objects.requireNonNull(sort).walk()).column;
    }

    /** The order in which a walk gives its rows. */
    String order() {
        if (sort == null) {
            return leader == null ? "r.pk DESC" : "t.pk DESC";
        }
        String direction = sort.descending() ? " DESC" : "";
        String row = leader == null && types.length > Planner.MERGED ? "t." : "r.";
        return row + column() + direction + ", " + row + "pk" + direction;
    }

    /** In the order of the answer, from the cursor on. */
    void walked(Sql sql, @Nullable Cursor after) {
        if (sort != null) {
            sorted(sql, sort, after);
        } else {
            byRow(sql, after);
        }
    }

    // ---------------------------------------------------------------- walks

    private void sorted(Sql sql, Sort by, @Nullable Cursor after) {
        if (leader instanceof Tokens state) {
            sql.add("(SELECT * FROM resource WHERE state = ?", state.keys()[0]);
            range(sql, by, after, "state");
            sql.add(FENCE + ") r", Long.MAX_VALUE);
        } else if (types.length == 1) {
            sql.add("(SELECT * FROM resource WHERE type = ?", types[0]);
            range(sql, by, after, "type");
            sql.add(FENCE + ") r", Long.MAX_VALUE);
        } else if (types.length <= Planner.MERGED) {
            merged(sql, by, after);
        } else {
            versions(sql, by, after);
        }
    }

    private void range(Sql sql, Sort by, @Nullable Cursor after, String first) {
        String direction = by.descending() ? " DESC" : "";
        from(sql, by, after);
        sql.add(" ORDER BY " + first + direction + ", " + column() + direction + ", pk" + direction);
    }

    /** From the cursor on. Ascending, rows without a value are a walk of their own after all others ({@link Searches}). */
    private void from(Sql sql, Sort by, @Nullable Cursor after) {
        boolean last = !by.descending() && by.walk() == SearchRequest.Walk.PRINCIPAL_DATE;
        if (last && after != null && after.isAtMissing()) {
            sql.add(" AND sdate = " + Interval.MISSING + " AND pk > ?", after.pk());
            return;
        }
        if (last) {
            sql.add(" AND sdate > " + Interval.MISSING);
        }
        if (after != null) {
            sql.add(
                    " AND (" + column() + ", pk) " + (by.descending() ? "<" : ">") + " (?, ?)",
                    Long.parseLong(after.keys().get(0)),
                    after.pk());
        }
    }

    private void merged(Sql sql, Sort by, @Nullable Cursor after) {
        String direction = by.descending() ? " DESC" : "";
        sql.add("(SELECT * FROM (");
        for (int i = 0; i < types.length; i++) {
            sql.add((i == 0 ? "" : " UNION ALL ") + "(SELECT * FROM resource WHERE type = ?", types[i]);
            range(sql, by, after, "type");
            sql.add(FENCE + ")", Long.MAX_VALUE);
        }
        sql.add(") u ORDER BY " + column() + direction + ", pk" + direction + FENCE + ") r", Long.MAX_VALUE);
    }

    /** All resources by lastUpdated: no index of {@code resource} has that order, but that of {@code version} has. */
    private void versions(Sql sql, Sort by, @Nullable Cursor after) {
        String direction = by.descending() ? " DESC" : "";
        sql.add("(SELECT pk, ver, upd FROM version WHERE true");
        from(sql, by, after);
        sql.add(
                " ORDER BY upd" + direction + ", pk" + direction + FENCE
                        + ") t JOIN LATERAL (SELECT * FROM resource q WHERE q.pk = t.pk AND q.ver = t.ver OFFSET 0) r ON true",
                Long.MAX_VALUE);
    }

    private void byRow(Sql sql, @Nullable Cursor after) {
        String from = after == null ? "" : " AND pk < ?";
        Object[] at = after == null ? new Object[] {Long.MAX_VALUE} : new Object[] {after.pk(), Long.MAX_VALUE};
        if (leader instanceof Tokens t) {
            if (t.keys().length == 1) {
                sql.add("(SELECT pk FROM token WHERE h = ?", t.keys()[0]);
                sql.add(from + " ORDER BY h DESC, pk DESC" + FENCE + ") t", at);
            } else {
                sql.add("(SELECT DISTINCT ON (pk) pk FROM (");
                for (int i = 0; i < t.keys().length; i++) {
                    sql.add((i == 0 ? "" : " UNION ALL ") + "(SELECT pk FROM token WHERE h = ?", t.keys()[i]);
                    sql.add(from + " ORDER BY h DESC, pk DESC" + FENCE + ")", at);
                }
                sql.add(") u ORDER BY pk DESC" + FENCE + ") t", Long.MAX_VALUE);
            }
            sql.add(LOOK_UP);
        } else if (types.length == 1) {
            sql.add("(SELECT * FROM resource WHERE type = ?", types[0]);
            sql.add(from + " ORDER BY type DESC, pk DESC" + FENCE + ") r", at);
        } else if (types.length <= Planner.MERGED) {
            sql.add("(SELECT * FROM (");
            for (int i = 0; i < types.length; i++) {
                sql.add((i == 0 ? "" : " UNION ALL ") + "(SELECT * FROM resource WHERE type = ?", types[i]);
                sql.add(from + " ORDER BY type DESC, pk DESC" + FENCE + ")", at);
            }
            sql.add(") u ORDER BY pk DESC" + FENCE + ") r", Long.MAX_VALUE);
        } else {
            sql.add("(SELECT * FROM resource WHERE true" + from + " ORDER BY pk DESC" + FENCE + ") r", at);
        }
    }

    // ---------------------------------------------------------------- gathering

    /**
     * All of them, in no order. What tokens lead to is looked up in one sweep through the index, in the order of the rows: half
     * as many pages are touched as with a look-up for each, and what is found twice is there once. PostgreSQL holds the array in memory,
     * so that is for tokens, of which is known how many rows they have.
     *
     * @param rows how many there are, roughly
     */
    void gathered(Sql sql, long rows) {
        if (leader instanceof Tokens && rows <= SWEPT) {
            sql.add("(SELECT * FROM resource WHERE pk = ANY(ARRAY(")
                    .add(leader.lead().orElseThrow())
                    .add(")) OFFSET 0) r");
        } else {
            gatheredOneByOne(sql);
        }
    }

    /** The same for many, and for whoever stops after some: nothing is looked up before it is asked for. */
    void gatheredOneByOne(Sql sql) {
        if (leader == null) {
            sql.add("(SELECT * FROM resource");
            if (types.length == 1) {
                sql.add(" WHERE type = ?", types[0]);
            } else if (!everyType) {
                sql.add(" WHERE type = ANY(?::bigint[])", (Object) types);
            }
            sql.add(" OFFSET 0) r");
        } else if (leader instanceof PatientIs p) {
            if (p.selves().length == 1) {
                sql.add("(SELECT * FROM resource WHERE patient = ?", p.selves()[0]);
            } else {
                sql.add("(SELECT * FROM resource WHERE patient = ANY(?)", (Object) p.selves());
            }
            if (types.length == 1) {
                sql.add(" AND type = ?", types[0]);
                dates(sql);
            } else {
                sql.add(" AND type = ANY(?::bigint[])", (Object) types);
            }
            sql.add(" OFFSET 0) r");
        } else if (leader instanceof Ids ids) {
            sql.add("(SELECT * FROM resource WHERE self = ANY(?) OFFSET 0) r", (Object) ids.selves());
        } else if (leader instanceof Yielded y) {
            sql.add("(SELECT * FROM resource WHERE self = ANY(").add(y.keys()).add(") OFFSET 0) r");
        } else if (leader.bounds().isPresent()) {
            Criterion.Bounds b = leader.bounds().get();
            sql.add(
                    "(SELECT * FROM resource WHERE type = ANY(?::bigint[]) AND " + b.column() + " >= ? AND "
                            + b.column() + " < ? OFFSET 0) r",
                    types,
                    b.from(),
                    b.until());
        } else if (leader instanceof Tokens t && t.keys().length == 1) {
            sql.add("(SELECT pk FROM token WHERE h = ? OFFSET 0) t" + LOOK_UP, t.keys()[0]);
        } else {
            sql.add("(SELECT DISTINCT pk FROM (")
                    .add(leader.lead().orElseThrow())
                    .add(") d OFFSET 0) t" + LOOK_UP);
        }
    }

    /** One patient's rows within the dates that are asked for: the index has both ends of the principal date. */
    private void dates(Sql sql) {
        for (Criterion c : filters) {
            if (c instanceof PrincipalDateIs d) {
                d.bounds().ifPresent(b -> sql.add(" AND sdate >= ? AND sdate < ?", b.from(), b.until()));
                if (d.endsAfter() != Long.MIN_VALUE) {
                    sql.add(" AND edate > ?", d.endsAfter());
                }
            }
        }
    }
}
