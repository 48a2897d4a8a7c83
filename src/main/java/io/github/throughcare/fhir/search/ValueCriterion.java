package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.IndexValues;
import io.github.throughcare.fhir.storage.Sql;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Criteria over what stands together in one element, over positions and over pieces of text. */
sealed interface ValueCriterion extends Criterion {

    /** All of them; any that can may lead. */
    record AllOf(List<Criterion> criteria) implements ValueCriterion {
        @Override
        public Sql filter() {
            Sql sql = new Sql("(");
            for (int i = 0; i < criteria.size(); i++) {
                sql.add(i == 0 ? "" : " AND ").add(criteria.get(i).filter());
            }
            return sql.add(")");
        }

        /** From the part that usually brings the fewest rows, narrowed by the others. */
        @Override
        public Optional<Sql> lead() {
            Optional<Criterion> leader =
                    criteria.stream().filter(c -> c.lead().isPresent()).min(Comparator.comparingInt(AllOf::rank));
            return leader.flatMap(Criterion::lead).map(rows -> {
                Sql sql = new Sql("SELECT l.pk FROM (")
                        .add(rows)
                        .add(
                                " OFFSET 0) l JOIN LATERAL (SELECT * FROM resource q WHERE q.pk = l.pk OFFSET 0) r ON true WHERE true");
                criteria.stream()
                        .filter(c -> c != leader.get())
                        .forEach(c -> sql.add(" AND ").add(c.filter()));
                return sql;
            });
        }

        private static int rank(Criterion c) {
            if (c instanceof Nothing || c instanceof Ids || c instanceof Yielded) {
                return 0;
            }
            if (c instanceof PatientIs) {
                return 1;
            }
            return c instanceof Tokens || c instanceof StringBetween ? 2 : 3;
        }
    }

    /** All of them, without an AND around a single one. */
    static Criterion allOf(List<Criterion> criteria) {
        return criteria.size() == 1 ? criteria.get(0) : new AllOf(List.copyOf(criteria));
    }

    /** The parts of a conjunction, each for itself: a planner may choose among them. */
    static List<Criterion> flat(List<Criterion> criteria) {
        List<Criterion> flat = new ArrayList<>(criteria.size());
        for (Criterion c : criteria) {
            if (c instanceof AllOf all) {
                flat.addAll(flat(all.criteria()));
            } else {
                flat.add(c);
            }
        }
        return flat;
    }

    /**
     * A number under seed h compares so, and one of these codes stands in the same element.
     *
     * @param unit key that the unit must have; 0: any
     * @param code key that the bare code, or the unit as written, must have; 0: any
     * @param beside keys of the codes; empty: whatever stands beside it
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Measure(long h, Prefix prefix, Comparison.Number value, long unit, long code, long[] beside)
            implements ValueCriterion {
        @Override
        public Sql filter() {
            return Criterion.exists(
                    new Sql("SELECT true FROM idx_number s WHERE s.pk = r.pk AND s.h = ? AND ", h).add(compared()));
        }

        @Override
        public Optional<Sql> lead() {
            return Optional.of(new Sql("SELECT pk FROM idx_number s WHERE s.h = ? AND ", h).add(compared()));
        }

        private Sql compared() {
            Sql sql = Comparison.number("s.lo", "s.hi", prefix, value);
            if (unit != 0) {
                sql.add(" AND s.unit = ?", unit);
            }
            if (code != 0) {
                sql.add(" AND (s.code = ? OR s.also @> ARRAY[?])", code, code);
            }
            if (beside.length > 0) {
                sql.add(" AND s.also && ?", (Object) beside);
            }
            return sql;
        }
    }

    /** A row of two numbers under seed h: the first in lo, the second in hi. */
    record TwoNumbers(long h, Prefix first, Comparison.Number one, Prefix second, Comparison.Number two)
            implements ValueCriterion {
        @Override
        public Sql filter() {
            return Criterion.exists(
                    new Sql("SELECT true FROM idx_number s WHERE s.pk = r.pk AND s.h = ? AND ", h).add(compared()));
        }

        @Override
        public Optional<Sql> lead() {
            return Optional.of(new Sql("SELECT pk FROM idx_number s WHERE s.h = ? AND ", h).add(compared()));
        }

        private Sql compared() {
            return Comparison.number("s.lo", "s.lo", first, one)
                    .add(" AND ")
                    .add(Comparison.number("s.hi", "s.hi", second, two));
        }
    }

    /**
     * The position under seed h (latitude in lo, longitude in hi) is at most so far away, on a sphere of the Earth's mean radius: the
     * great circle is within 0.5 % of the way over the WGS84 ellipsoid.
     */
    record Near(long h, double latitude, double longitude, double metres) implements ValueCriterion {
        /** Twice the mean radius (IUGG R1 = 6,371,008.8 m). */
        private static final double DIAMETER = 12_742_017.6;

        private static final double DEGREE = DIAMETER * Math.PI / 360;

        @Override
        public Sql filter() {
            return Criterion.exists(
                    new Sql("SELECT true FROM idx_number s WHERE s.pk = r.pk AND s.h = ? AND ", h).add(within()));
        }

        @Override
        public Optional<Sql> lead() {
            return Optional.of(new Sql("SELECT pk FROM idx_number s WHERE s.h = ? AND ", h).add(within()));
        }

        private Sql within() {
            double degrees = metres / DEGREE * 1.000001;
            return new Sql(
                    "s.lo >= ? AND s.lo <= ? AND " + DIAMETER
                            + " * asin(least(1.0::float8, sqrt(sind((s.lo - ?) / 2) ^ 2"
                            + " + cosd(?) * cosd(s.lo) * sind((s.hi - ?) / 2) ^ 2))) <= ?",
                    latitude - degrees,
                    latitude + degrees,
                    latitude,
                    latitude,
                    longitude,
                    metres);
        }
    }

    /**
     * These words are in it, as PostgreSQL's web search reads them: all of them, {@code "a phrase"}, {@code or}, {@code -without}.
     *
     * @param column of {@code fulltext}
     */
    record HasWords(String column, WordQuery words) implements ValueCriterion {
        @Override
        public Sql filter() {
            return new Sql("coalesce((SELECT f." + column + " @@ ")
                    .add(words.sql())
                    .add(" FROM fulltext f WHERE f.pk = r.pk), false)");
        }

        @Override
        public Optional<Sql> lead() {
            return Optional.of(new Sql("SELECT pk FROM fulltext f WHERE f." + column + " @@ ").add(words.sql()));
        }
    }

    /** How a folded string is compared. */
    enum Way {
        /** It is this. */
        EQUALS,
        /** It is something else. */
        DIFFERS,
        CONTAINS,
        ENDS
    }

    /** A folded string under seed h compares so; longer ones stand in pieces ({@link IndexValues#OVERLAP}). */
    record Text(long h, Way way, String value) implements ValueCriterion {
        @Override
        public Sql filter() {
            return Criterion.exists(new Sql("SELECT true FROM idx_string s WHERE s.pk = r.pk AND ").add(compared()));
        }

        @Override
        public Optional<Sql> lead() {
            return Optional.of(new Sql("SELECT pk FROM idx_string s WHERE ").add(compared()));
        }

        private Sql compared() {
            long last = IndexValues.lastPieceSeed(h);
            return switch (way) {
                case EQUALS -> new Sql("s.h = ? AND s.v = ?", h, value);
                case DIFFERS -> new Sql("s.h = ? AND s.v <> ?", h, value);
                case CONTAINS ->
                    new Sql(
                            "s.h = ANY(?) AND position(? IN s.v) > 0",
                            new long[] {h, IndexValues.piecesSeed(h), last},
                            value);
                case ENDS ->
                    new Sql(
                            "(s.h = ? AND length(s.v) < " + IndexValues.LONGEST + " OR s.h = ?) AND right(s.v, ?) = ?",
                            h,
                            last,
                            value.codePointCount(0, value.length()),
                            value);
            };
        }
    }
}
