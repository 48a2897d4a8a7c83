package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.Interval;
import io.github.throughcare.fhir.storage.Sql;
import java.util.List;
import java.util.Optional;

/**
 * One condition on a row {@code r} of {@code resource}. Every criterion can filter a row; some can also lead: name the rows to look
 * at from an index of their own.
 */
interface Criterion {

    /** More keys than these are hashed by PostgreSQL ({@code IN (SELECT ...)}) rather than compared one by one. */
    int FEW = 32;

    /** A boolean expression over {@code r}; never null in SQL's sense. */
    Sql filter();

    /**
     * The rows to look at when this criterion leads, as a query of {@code pk}s, each at least once; empty when it can only filter.
     */
    default Optional<Sql> lead() {
        return Optional.empty();
    }

    /**
     * One of these keys is among the row's tokens.
     *
     * @param walkable the keys have rows in {@code token}
     * @param state they are values of the principal status, which is a single code: the row's state is one of them
     * @param keyedByPatient each has a key together with the row's patient as well
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Tokens(long[] keys, boolean walkable, boolean state, boolean keyedByPatient) implements Criterion {

        Tokens(long[] keys, boolean walkable, boolean state) {
            this(keys, walkable, state, false);
        }

        @Override
        public Sql filter() {
            return keys.length <= FEW
                    ? new Sql("r.tokens && ?", (Object) keys)
                    : exists("SELECT true FROM unnest(r.tokens) h WHERE h IN (SELECT unnest(?))", (Object) keys);
        }

        @Override
        public Optional<Sql> lead() {
            return walkable
                    ? Optional.of(new Sql("SELECT pk FROM token WHERE h = ANY(?)", (Object) keys))
                    : Optional.empty();
        }
    }

    /** The row belongs to one of these Patients. */
    @SuppressWarnings("ArrayRecordComponent")
    record PatientIs(long[] selves) implements Criterion {
        @Override
        public Sql filter() {
            return selves.length <= FEW
                    ? new Sql("coalesce(r.patient = ANY(?), false)", (Object) selves)
                    : new Sql("coalesce(r.patient IN (SELECT unnest(?)), false)", (Object) selves);
        }

        @Override
        public Optional<Sql> lead() {
            return Optional.of(new Sql("SELECT pk FROM resource WHERE patient = ANY(?)", (Object) selves));
        }
    }

    /** The row is one of these resources. */
    @SuppressWarnings("ArrayRecordComponent")
    record Ids(long[] selves) implements Criterion {
        @Override
        public Sql filter() {
            return selves.length <= FEW
                    ? new Sql("r.self = ANY(?)", (Object) selves)
                    : new Sql("r.self IN (SELECT unnest(?))", (Object) selves);
        }

        @Override
        public Optional<Sql> lead() {
            return Optional.of(new Sql("SELECT pk FROM resource WHERE self = ANY(?)", (Object) selves));
        }
    }

    /** A folded string under seed h lies between lo and hi. */
    record StringBetween(long h, String lo, String hi) implements Criterion {
        @Override
        public Sql filter() {
            return exists(
                    "SELECT true FROM idx_string s WHERE s.pk = r.pk AND s.h = ? AND s.v >= ? AND s.v < ?", h, lo, hi);
        }

        @Override
        public Optional<Sql> lead() {
            return Optional.of(new Sql("SELECT pk FROM idx_string WHERE h = ? AND v >= ? AND v < ?", h, lo, hi));
        }
    }

    /** A date under seed h compares so with the stretch of time. */
    record DateIs(long h, Prefix prefix, Interval value) implements Criterion {
        @Override
        public Sql filter() {
            return exists(new Sql("SELECT true FROM idx_date s WHERE s.pk = r.pk AND s.h = ? AND ", h)
                    .add(Comparison.date("s.lo", "s.hi", prefix, value)));
        }

        @Override
        public Optional<Sql> lead() {
            return Optional.of(new Sql("SELECT pk FROM idx_date s WHERE s.h = ? AND ", h)
                    .add(Comparison.date("s.lo", "s.hi", prefix, value)));
        }
    }

    /**
     * Bounds on a column of the row that every match keeps: {@code from <= column < until}. Wider than the criterion, which still
     * filters.
     */
    record Bounds(String column, long from, long until) {}

    /** The range of an index of {@code resource} that holds all matches, if there is one. */
    default Optional<Bounds> bounds() {
        return Optional.empty();
    }

    /** The row's principal date compares so. */
    record PrincipalDateIs(int type, Prefix prefix, Interval value) implements Criterion {
        @Override
        public Sql filter() {
            return new Sql("(r.sdate <> " + Interval.MISSING + " AND ")
                    .add(Comparison.date("r.sdate", "r.edate", prefix, value))
                    .add(")");
        }

        @Override
        public Optional<Bounds> bounds() {
            long some = Interval.MISSING + 1;
            return switch (prefix) {
                case EQ -> Optional.of(new Bounds("sdate", value.lo(), value.hi()));
                case LT, EB -> Optional.of(new Bounds("sdate", some, value.lo()));
                case LE, AP -> Optional.of(new Bounds("sdate", some, value.hi()));
                case SA -> Optional.of(new Bounds("sdate", value.hi(), Long.MAX_VALUE));
                case GE, GT, NE -> Optional.empty();
            };
        }

        /** Every match ends after this; the smallest number where that says nothing. */
        long endsAfter() {
            return switch (prefix) {
                case EQ, GE, AP, SA -> value.lo();
                case GT -> value.hi();
                case LT, LE, EB, NE -> Long.MIN_VALUE;
            };
        }
    }

    /** meta.lastUpdated compares so. */
    record UpdatedIs(Prefix prefix, Interval value) implements Criterion {
        /** Microseconds that one shown instant stands for. */
        private static final long SHOWN = 1000;

        @Override
        public Sql filter() {
            return Comparison.date("r.upd", "(r.upd + " + SHOWN + ")", prefix, value);
        }

        @Override
        public Optional<Bounds> bounds() {
            return switch (prefix) {
                case EQ -> Optional.of(new Bounds("upd", value.lo(), value.hi()));
                case LT, EB -> Optional.of(new Bounds("upd", 0, value.lo()));
                case LE -> Optional.of(new Bounds("upd", 0, value.hi()));
                case GE -> Optional.of(new Bounds("upd", value.lo() - SHOWN, Long.MAX_VALUE));
                case GT, SA -> Optional.of(new Bounds("upd", value.hi() - SHOWN, Long.MAX_VALUE));
                case AP -> Optional.of(new Bounds("upd", value.lo() - SHOWN, value.hi()));
                case NE -> Optional.empty();
            };
        }
    }

    /** The parameter with this bit has, or has not, a value. */
    record Present(int bit, boolean there) implements Criterion {
        @Override
        public Sql filter() {
            return new Sql("(r.present & ?) " + (there ? "<>" : "=") + " 0", 1L << bit);
        }
    }

    record Not(Criterion criterion) implements Criterion {
        @Override
        public Sql filter() {
            return new Sql("NOT (").add(criterion.filter()).add(")");
        }
    }

    /** It holds in rows of these types; rows of others do not match. */
    @SuppressWarnings("ArrayRecordComponent")
    record InTypes(long[] types, Criterion criterion) implements Criterion {
        @Override
        public Sql filter() {
            return new Sql("(r.type = ANY(?::bigint[]) AND ", (Object) types)
                    .add(criterion.filter())
                    .add(")");
        }

        @Override
        public Optional<Sql> lead() {
            if (criterion instanceof PatientIs p) {
                return Optional.of(new Sql(
                        "SELECT pk FROM resource WHERE patient = ANY(?) AND type = ANY(?::bigint[])",
                        p.selves(),
                        types));
            }
            return criterion instanceof Tokens ? criterion.lead() : Optional.empty();
        }
    }

    record AnyOf(List<Criterion> criteria) implements Criterion {
        @Override
        public Sql filter() {
            Sql sql = new Sql("(");
            for (int i = 0; i < criteria.size(); i++) {
                sql.add(i == 0 ? "" : " OR ").add(criteria.get(i).filter());
            }
            return sql.add(")");
        }

        @Override
        public Optional<Sql> lead() {
            Sql sql = new Sql();
            for (int i = 0; i < criteria.size(); i++) {
                Optional<Sql> one = criteria.get(i).lead();
                if (one.isEmpty()) {
                    return Optional.empty();
                }
                sql.add(i == 0 ? "(" : " UNION ALL (").add(one.get()).add(")");
            }
            return Optional.of(sql);
        }
    }

    /** Nothing matches. */
    record Nothing() implements Criterion {
        @Override
        public Sql filter() {
            return new Sql("false");
        }

        @Override
        public Optional<Sql> lead() {
            return Optional.of(new Sql("SELECT pk FROM resource WHERE false"));
        }
    }

    /** One of them, without an OR around a single one. */
    static Criterion anyOf(List<Criterion> criteria) {
        return criteria.isEmpty() ? new Nothing() : criteria.size() == 1 ? criteria.get(0) : new AnyOf(criteria);
    }

    /** A scalar subquery, which the planner cannot turn into a join of its own choosing. */
    private static Sql exists(String select, Object... args) {
        return exists(new Sql(select, args));
    }

    static Sql exists(Sql select) {
        return new Sql("coalesce((").add(select).add(" LIMIT 1), false)");
    }
}
