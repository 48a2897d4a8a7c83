package io.github.throughcare.care.risk;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An index, scored: between {@link #least} and {@link #most} points, and why. */
record Score(IndexTable table, List<Item> items) {

    /** The band of a score whose extremes fall in different bands. */
    static final String UNCERTAIN = "uncertain";

    /** One item with the fewest and the most points that its finding allows. */
    record Item(Finding finding, int least, int most) {

        static Item of(Finding finding, Steps steps) {
            return new Item(
                    finding, steps.least(finding.low(), finding.high()), steps.most(finding.low(), finding.high()));
        }

        /** Known when no value of what is missing could change the points. */
        Certainty certainty() {
            return finding.certainty() == Certainty.UNKNOWN && least == most ? Certainty.KNOWN : finding.certainty();
        }

        boolean complete() {
            return least == most;
        }
    }

    int least() {
        int sum = 0;
        for (Item item : items) {
            sum += item.least();
        }
        return sum;
    }

    int most() {
        int sum = 0;
        for (Item item : items) {
            sum += item.most();
        }
        return sum;
    }

    boolean complete() {
        return least() == most();
    }

    String lowestBand() {
        return table.bands().floorEntry(least()).getValue();
    }

    String highestBand() {
        return table.bands().floorEntry(most()).getValue();
    }

    String band() {
        return lowestBand().equals(highestBand()) ? lowestBand() : UNCERTAIN;
    }

    /** The published probability, 0 to 1; empty when the score is a range or nothing is published. */
    Optional<BigDecimal> probability() {
        return complete()
                ? Optional.ofNullable(table.probabilities().floorEntry(least())).map(Map.Entry::getValue)
                : Optional.empty();
    }
}
