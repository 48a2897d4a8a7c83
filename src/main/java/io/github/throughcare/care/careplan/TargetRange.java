package io.github.throughcare.care.careplan;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Quantity.QuantityComparator;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

/**
 * The values that meet a goal's target. Bounds are inclusive, as those of a FHIR Range are, unless a comparator says otherwise. Units
 * are compared as written: a wrong conversion is worse than none.
 *
 * @param low null: no lower bound
 * @param high null: no upper bound
 * @param unit UCUM code, or the unit as written; empty for plain numbers and scores
 */
record TargetRange(
        @Nullable BigDecimal low, boolean lowOpen, @Nullable BigDecimal high, boolean highOpen, String unit) {

    /** Units of plain numbers: UCUM's 1, and annotations such as {@code {score}}. */
    private static final Set<String> PLAIN = Set.of("1", "");

    /** Empty for a detail that is no number. */
    static Optional<TargetRange> of(Type detail) {
        if (detail instanceof Range range && (range.hasLow() || range.hasHigh())) {
            Quantity one = range.hasHigh() ? range.getHigh() : range.getLow();
            return Optional.of(new TargetRange(
                    range.hasLow() ? range.getLow().getValue() : null,
                    false,
                    range.hasHigh() ? range.getHigh().getValue() : null,
                    false,
                    unit(one)));
        }
        if (detail instanceof IntegerType integer && integer.hasValue()) {
            BigDecimal value = BigDecimal.valueOf(integer.getValue());
            return Optional.of(new TargetRange(value, false, value, false, ""));
        }
        if (detail instanceof Quantity quantity && quantity.hasValue()) {
            BigDecimal value = quantity.getValue();
            QuantityComparator comparator = quantity.getComparator();
            if (comparator == QuantityComparator.LESS_THAN || comparator == QuantityComparator.LESS_OR_EQUAL) {
                return Optional.of(new TargetRange(
                        null, false, value, comparator == QuantityComparator.LESS_THAN, unit(quantity)));
            }
            if (comparator == QuantityComparator.GREATER_THAN || comparator == QuantityComparator.GREATER_OR_EQUAL) {
                return Optional.of(new TargetRange(
                        value, comparator == QuantityComparator.GREATER_THAN, null, false, unit(quantity)));
            }
            return Optional.of(new TargetRange(value, false, value, false, unit(quantity)));
        }
        return Optional.empty();
    }

    static String unit(Quantity quantity) {
        String unit = quantity.hasCode() ? quantity.getCode() : quantity.hasUnit() ? quantity.getUnit() : "";
        return PLAIN.contains(unit) || unit.startsWith("{") ? "" : unit;
    }

    boolean contains(BigDecimal value) {
        return distance(value).signum() == 0 && !isOnOpenBound(value);
    }

    private boolean isOnOpenBound(BigDecimal value) {
        return low != null && lowOpen && value.compareTo(low) == 0
                || high != null && highOpen && value.compareTo(high) == 0;
    }

    /** How far the value is from the nearest that would do; 0 within. */
    BigDecimal distance(BigDecimal value) {
        if (low != null && value.compareTo(low) < 0) {
            return low.subtract(value);
        }
        return high != null && value.compareTo(high) > 0 ? value.subtract(high) : BigDecimal.ZERO;
    }

    /** No value meets both; false where the units differ, since then nobody can say. */
    boolean excludes(TargetRange other) {
        return unit.equals(other.unit) && (isBelow(other) || other.isBelow(this));
    }

    private boolean isBelow(TargetRange other) {
        if (high == null || other.low == null) {
            return false;
        }
        int order = high.compareTo(other.low);
        return order < 0 || order == 0 && (highOpen || other.lowOpen);
    }

    String inWords() {
        String what = unit.isEmpty() ? "" : " " + unit;
        if (low != null && high != null) {
            return low.compareTo(high) == 0
                    ? low.toPlainString() + what
                    : low.toPlainString() + " to " + high.toPlainString() + what;
        }
        return high != null
                ? (highOpen ? "below " : "at most ") + high.toPlainString() + what
                : (lowOpen ? "above " : "at least ") + String.valueOf(low) + what;
    }
}
