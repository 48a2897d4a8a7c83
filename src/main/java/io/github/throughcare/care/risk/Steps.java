package io.github.throughcare.care.risk;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Points as a step function: each step begins at its key and reaches to the next.
 *
 * @param steps not empty; the first begins at the lowest value the item can have
 */
record Steps(NavigableMap<BigDecimal, Integer> steps) {

    Steps {
        steps = Collections.unmodifiableNavigableMap(new TreeMap<>(steps));
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("A point table needs a step");
        }
    }

    int least(BigDecimal low, @Nullable BigDecimal high) {
        return Collections.min(touched(low, high));
    }

    int most(BigDecimal low, @Nullable BigDecimal high) {
        return Collections.max(touched(low, high));
    }

    private Collection<Integer> touched(BigDecimal low, @Nullable BigDecimal high) {
        BigDecimal first = steps.floorKey(low) == null ? steps.firstKey() : steps.floorKey(low);
        BigDecimal last = high == null ? steps.lastKey() : steps.floorKey(high);
        return steps.subMap(first, true, last == null ? first : last, true).values();
    }
}
