package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.Interval;
import io.github.throughcare.fhir.storage.Sql;

/**
 * Ordered comparisons as SQL over two columns lo and hi. Dates follow R4 search.html 3.1.1.4.7: the stored value is the stretch
 * [lo, hi), the search value the stretch [L, H), {@code eq} is containment. Numbers follow 3.1.1.4.6: for {@code eq} and {@code ne} the
 * search value is the range of its precision, for all others it is exact.
 */
final class Comparison {

    /**
     * @param lo and hi: the range of its precision, half open
     * @param low and high: what is approximately the same, 10 % either way
     */
    record Number(double exact, double lo, double hi, double low, double high) {}

    private Comparison() {}

    static Sql date(String lo, String hi, Prefix prefix, Interval v) {
        return switch (prefix) {
            case EQ -> new Sql("(" + lo + " >= ? AND " + hi + " <= ?)", v.lo(), v.hi());
            case NE -> new Sql("NOT (" + lo + " >= ? AND " + hi + " <= ?)", v.lo(), v.hi());
            case GT -> new Sql("(" + hi + " > ?)", v.hi());
            case LT -> new Sql("(" + lo + " < ?)", v.lo());
            case GE -> new Sql("(" + hi + " > ? OR (" + lo + " >= ? AND " + hi + " <= ?))", v.hi(), v.lo(), v.hi());
            case LE -> new Sql("(" + lo + " < ? OR (" + lo + " >= ? AND " + hi + " <= ?))", v.lo(), v.lo(), v.hi());
            case SA -> new Sql("(" + lo + " >= ?)", v.hi());
            case EB -> new Sql("(" + hi + " <= ?)", v.lo());
            case AP -> new Sql("(" + lo + " < ? AND " + hi + " > ?)", v.hi(), v.lo());
        };
    }

    static Sql number(String lo, String hi, Prefix prefix, Number v) {
        return switch (prefix) {
            case EQ -> new Sql("(" + lo + " >= ? AND " + hi + " < ?)", v.lo(), v.hi());
            case NE -> new Sql("NOT (" + lo + " >= ? AND " + hi + " < ?)", v.lo(), v.hi());
            case GT -> new Sql("(" + hi + " > ?)", v.exact());
            case LT -> new Sql("(" + lo + " < ?)", v.exact());
            case GE -> new Sql("(" + hi + " >= ?)", v.exact());
            case LE -> new Sql("(" + lo + " <= ?)", v.exact());
            case SA -> new Sql("(" + lo + " > ?)", v.exact());
            case EB -> new Sql("(" + hi + " < ?)", v.exact());
            case AP -> new Sql("(" + lo + " <= ? AND " + hi + " >= ?)", v.high(), v.low());
        };
    }
}
