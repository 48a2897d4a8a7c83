package io.github.throughcare.care.careplan;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.Goal.GoalTargetComponent;

/**
 * A target with what was measured for it since the goal started.
 *
 * @param measurements the latest first
 */
record TargetReading(GoalTargetComponent target, List<Measurement> measurements) {

    Optional<Measurement> latest() {
        return measurements.stream().findFirst();
    }

    Optional<Boolean> isMet() {
        return latest().flatMap(m -> m.meets(target.getDetail()));
    }

    /** Below 0: nearer to the target than the time before; above 0: further away; empty: nothing to compare. */
    Optional<Integer> trend() {
        return TargetRange.of(target.getDetail())
                .filter(range -> measurements.size() > 1)
                .flatMap(range ->
                        distance(0, range).flatMap(now -> distance(1, range).map(before -> now.compareTo(before))));
    }

    private Optional<BigDecimal> distance(int index, TargetRange range) {
        return measurements.get(index).number(range).map(range::distance);
    }
}
