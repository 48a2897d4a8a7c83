package io.github.throughcare.care.careplan;

import java.math.BigDecimal;
import java.util.Optional;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

/**
 * One measured value.
 *
 * @param value as the Observation, or its component, has it
 * @param when the clinically relevant time
 * @param observation {@code Observation/id}
 */
record Measurement(Type value, @Nullable DateTimeType when, String observation) {

    /** Whether it meets a target; empty where it cannot be compared, e.g. since the units differ. */
    Optional<Boolean> meets(Type detail) {
        Optional<TargetRange> range = TargetRange.of(detail);
        if (range.isPresent()) {
            return number(range.get()).map(range.get()::contains);
        }
        if (detail instanceof CodeableConcept wanted && value instanceof CodeableConcept measured) {
            return Optional.of(wanted.getCoding().stream()
                    .anyMatch(w -> measured.getCoding().stream()
                            .anyMatch(m -> w.hasCode()
                                    && w.getCode().equals(m.getCode())
                                    && String.valueOf(w.getSystem()).equals(String.valueOf(m.getSystem())))));
        }
        return detail instanceof BooleanType && value instanceof BooleanType
                ? Optional.of(detail.equalsDeep(value))
                : Optional.empty();
    }

    /** Its number, if it is in the unit of the range and exact. */
    Optional<BigDecimal> number(TargetRange range) {
        if (value instanceof IntegerType integer && range.unit().isEmpty()) {
            return Optional.of(BigDecimal.valueOf(integer.getValue()));
        }
        return value instanceof Quantity quantity
                        && quantity.hasValue()
                        && !quantity.hasComparator()
                        && TargetRange.unit(quantity).equals(range.unit())
                ? Optional.of(quantity.getValue())
                : Optional.empty();
    }
}
