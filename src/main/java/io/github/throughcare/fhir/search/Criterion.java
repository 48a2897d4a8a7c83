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

    /** A boolean expression over {@code r}; never null in SQL's sense. */
    Sql filter();

    /** The rows to look at when this criterion leads, as a query of {@code pk}s; empty when it can only filter. */
    default Optional<Sql> lead() {
        return Optional.empty();
    }

    /**
     * One of these keys is among the row's tokens.
     *
     * @param walkable the keys have rows in {@code token}
     * @param state they are values of the principal status, which is a single code: the row's state is one of them
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Tokens(long[] keys, boolean walkable, boolean state) implements Criterion {
        @Override
        public Sql filter() {
            return new Sql("r.tokens && ?", (Object) keys);
        }

        @Override
        public Optional<Sql> lead() {
            return walkable
                    ? Optional.of(new Sql("SELECT DISTINCT pk FROM token WHERE h = ANY(?)", (Object) keys))
                    : Optional.empty();
        }
    }

    /** The row belongs to one of these Patients. */
    @SuppressWarnings("ArrayRecordComponent")
    record PatientIs(long[] selves) implements Criterion {
        @Override
        public Sql filter() {
            return new Sql("coalesce(r.patient = ANY(?), false)", (Object) selves);
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
            return new Sql("r.self = ANY(?)", (Object) selves);
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
            return Optional.of(
                    new Sql("SELECT DISTINCT pk FROM idx_string WHERE h = ? AND v >= ? AND v < ?", h, lo, hi));
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
            return Optional.of(new Sql("SELECT DISTINCT pk FROM idx_date s WHERE s.h = ? AND ", h)
                    .add(Comparison.date("s.lo", "s.hi", prefix, value)));
        }
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
        public Optional<Sql> lead() {
            if (prefix == Prefix.EQ) {
                return Optional.of(new Sql(
                        "SELECT pk FROM resource WHERE type = ? AND sdate >= ? AND sdate < ? AND edate <= ?",
                        type,
                        value.lo(),
                        value.hi(),
                        value.hi()));
            }
            return Optional.empty();
        }
    }

    /** meta.lastUpdated compares so. */
    record UpdatedIs(Prefix prefix, Interval value) implements Criterion {
        @Override
        public Sql filter() {
            return Comparison.date("r.upd", "(r.upd + 1000)", prefix, value);
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
                sql.add(i == 0 ? "(" : " UNION (").add(one.get()).add(")");
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
