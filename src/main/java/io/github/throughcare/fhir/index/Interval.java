package io.github.throughcare.fhir.index;

/**
 * A stretch of time, half open: {@code lo <= t < hi}, in microseconds since 1970-01-01T00:00Z. {@link #OPEN_START} and
 * {@link #OPEN_END} stand for no bound.
 */
public record Interval(long lo, long hi) {

    /** In a column: there is no such date. Sorts before every date. */
    public static final long MISSING = Long.MIN_VALUE;

    public static final long OPEN_START = Long.MIN_VALUE + 1;
    public static final long OPEN_END = Long.MAX_VALUE;

    /** The smallest that holds both. */
    Interval span(Interval other) {
        return new Interval(Math.min(lo, other.lo), Math.max(hi, other.hi));
    }
}
