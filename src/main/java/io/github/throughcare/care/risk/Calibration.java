package io.github.throughcare.care.risk;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How well an index has told discharges that were followed by a readmission from those that were not: counts per score, and the C statistic,
 * the chance that of two such discharges the one with the readmission had more points, a tie counting half (Hanley and McNeil 1982,
 * doi:10.1148/radiology.143.1.7063747). Pure; the order of what is added does not matter.
 */
final class Calibration {

    /** Discharges with the same points. */
    record Count(int discharges, int readmitted) {

        /** Observed rate, 0 to 1. */
        BigDecimal rate() {
            return BigDecimal.valueOf(readmitted).divide(BigDecimal.valueOf(discharges), 4, RoundingMode.HALF_UP);
        }
    }

    private final NavigableMap<Integer, Count> byPoints = new TreeMap<>();
    private int incomplete;

    /** A discharge whose score was complete. */
    void add(int points, boolean readmitted) {
        byPoints.merge(
                points,
                new Count(1, readmitted ? 1 : 0),
                (a, b) -> new Count(a.discharges() + b.discharges(), a.readmitted() + b.readmitted()));
    }

    /** A discharge whose score was a range: it has no points to compare. */
    void addIncomplete() {
        incomplete++;
    }

    NavigableMap<Integer, Count> byPoints() {
        return Collections.unmodifiableNavigableMap(byPoints);
    }

    int discharges() {
        return byPoints.values().stream().mapToInt(Count::discharges).sum();
    }

    int readmitted() {
        return byPoints.values().stream().mapToInt(Count::readmitted).sum();
    }

    int incomplete() {
        return incomplete;
    }

    /** The C statistic, 0 to 1; empty when all or none were readmitted. */
    Optional<BigDecimal> cStatistic() {
        long readmitted = readmitted();
        long others = discharges() - readmitted;
        if (readmitted == 0 || others == 0) {
            return Optional.empty();
        }
        long othersBelow = 0;
        long twice = 0;
        for (Count count : byPoints.values()) {
            long here = count.discharges() - count.readmitted();
            twice += count.readmitted() * (2 * othersBelow + here);
            othersBelow += here;
        }
        return Optional.of(BigDecimal.valueOf(twice)
                .divide(
                        BigDecimal.valueOf(2 * readmitted).multiply(BigDecimal.valueOf(others)),
                        4,
                        RoundingMode.HALF_UP));
    }
}
