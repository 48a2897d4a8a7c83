package io.github.throughcare.care.risk;

import java.math.BigDecimal;
import java.util.List;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

/**
 * What the record says of one item of an index: every value between {@code low} and {@code high} is possible.
 *
 * @param code the item, e.g. {@code length-of-stay}
 * @param low lowest possible value in the item's unit; for a yes/no item 0 is no and 1 is yes
 * @param high highest possible value, null when there is no upper bound
 * @param value what was found, in FHIR's type for it; of an unknown count what was found at least; null when nothing was found
 * @param evidence relative references of the resources it was read from, sorted
 * @param missing what is missing, null when nothing is
 */
record Finding(
        String code,
        Certainty certainty,
        BigDecimal low,
        @Nullable BigDecimal high,
        @Nullable Type value,
        List<String> evidence,
        @Nullable String missing) {

    Finding {
        evidence = evidence.size() < 2
                ? List.copyOf(evidence)
                : evidence.stream().distinct().sorted().toList();
    }

    static Finding known(String code, int number, List<String> evidence) {
        BigDecimal exact = BigDecimal.valueOf(number);
        return new Finding(code, Certainty.KNOWN, exact, exact, new IntegerType(number), evidence, null);
    }

    static Finding known(String code, boolean yes, List<String> evidence) {
        BigDecimal exact = yes ? BigDecimal.ONE : BigDecimal.ZERO;
        return new Finding(code, Certainty.KNOWN, exact, exact, new BooleanType(yes), evidence, null);
    }

    /** An item that may have any value. */
    static Finding unknown(String code, String missing) {
        return new Finding(code, Certainty.UNKNOWN, BigDecimal.ZERO, null, null, List.of(), missing);
    }

    /** A yes/no item of which neither is known. */
    static Finding yesOrNo(String code, String missing) {
        return new Finding(code, Certainty.UNKNOWN, BigDecimal.ZERO, BigDecimal.ONE, null, List.of(), missing);
    }

    /** A count that may be higher than what was found. A zero is no finding, so it is not given as one. */
    static Finding atLeast(String code, int number, List<String> evidence, String missing) {
        return new Finding(
                code,
                Certainty.UNKNOWN,
                BigDecimal.valueOf(number),
                null,
                number == 0 ? null : new IntegerType(number),
                evidence,
                missing);
    }

    Finding assumed() {
        return new Finding(code, Certainty.ASSUMED, low, high, value, evidence, null);
    }

    /** The same finding as an item of another index. */
    Finding as(String otherCode) {
        return new Finding(otherCode, certainty, low, high, value, evidence, missing);
    }

    boolean settled() {
        return certainty != Certainty.UNKNOWN;
    }

    boolean yes() {
        return settled() && low.signum() > 0;
    }

    boolean no() {
        return settled() && low.signum() == 0;
    }
}
