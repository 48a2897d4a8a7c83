package io.github.throughcare.fhir.index;

import java.math.BigDecimal;

/** Numbers as the range their written precision implies: 100 is [99.5, 100.5), 1.0 is [0.95, 1.05) (R4 search.html 3.1.1.4.6). */
public final class Decimals {

    /** Half open, as float8 in the index. */
    public record Range(double lo, double hi) {}

    private Decimals() {}

    public static Range of(BigDecimal value) {
        BigDecimal half = halfStep(value);
        return new Range(value.subtract(half).doubleValue(), value.add(half).doubleValue());
    }

    /** Half a step of the last written digit; of a single digit with an exponent, as R4's example 1e2 = [95, 105), of the one after it. */
    public static BigDecimal halfStep(BigDecimal value) {
        int last = value.scale() < 0 && value.precision() == 1 ? value.scale() + 1 : value.scale();
        return BigDecimal.ONE.movePointLeft(last).divide(BigDecimal.valueOf(2));
    }

    /** A value stored in a resource counts as exact. */
    public static Range exact(BigDecimal value) {
        double v = value.doubleValue();
        return new Range(v, v);
    }
}
