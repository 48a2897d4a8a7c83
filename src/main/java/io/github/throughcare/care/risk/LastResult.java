package io.github.throughcare.care.risk;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Quantity.QuantityComparator;

/**
 * The last result of a kind in the stay: final, amended or corrected, not after discharge, known by the time reckoned with. Its
 * value without a unit, or in one that cannot be converted, is unknown; an earlier result does not take its place.
 */
final class LastResult {

    private static final Set<ObservationStatus> REPORTED =
            Set.of(ObservationStatus.FINAL, ObservationStatus.AMENDED, ObservationStatus.CORRECTED);

    private LastResult() {}

    static Finding find(StayRecord record, RiskPolicy policy, Laboratory laboratory) {
        Optional<Observation> last = record.observations().stream()
                .filter(o -> laboratory.is(o.getCode()) && REPORTED.contains(o.getStatus()))
                .filter(o -> o.hasValueQuantity() && o.getValueQuantity().hasValue())
                .filter(o -> inStay(o, record.stay(), policy))
                .max(Comparator.comparing(
                                (Observation o) -> taken(o, policy).orElse(null),
                                Comparator.nullsFirst(Comparator.naturalOrder()))
                        .thenComparing(
                                o -> Moment.of(o.getIssuedElement(), policy.zone())
                                        .orElse(null),
                                Comparator.nullsFirst(Comparator.naturalOrder()))
                        .thenComparing(o -> o.getIdElement().getIdPart()));
        String item = laboratory.item();
        if (last.isEmpty()) {
            return Finding.unknown(item, "no result in the stay");
        }
        Quantity measured = last.get().getValueQuantity();
        List<String> evidence = List.of(StayRecord.reference(last.get()));
        Optional<BigDecimal> value = laboratory.convert(measured);
        if (value.isEmpty()) {
            return new Finding(
                    item,
                    Certainty.UNKNOWN,
                    BigDecimal.ZERO,
                    null,
                    null,
                    evidence,
                    "the last result has no unit that can be read as " + laboratory.unit());
        }
        return known(item, measured, value.get(), laboratory.unit(), evidence);
    }

    /** A result such as {@code <8} is a range; whether it settles the points is for the table to say. */
    private static Finding known(String item, Quantity measured, BigDecimal value, String unit, List<String> evidence) {
        QuantityComparator comparator = measured.getComparator();
        Quantity converted = new Quantity()
                .setValue(value.stripTrailingZeros().scale() < 0 ? value.setScale(0) : value.stripTrailingZeros())
                .setComparator(comparator)
                .setUnit(unit)
                .setSystem("http://unitsofmeasure.org")
                .setCode(unit);
        if (comparator == null) {
            return new Finding(item, Certainty.KNOWN, value, value, converted, evidence, null);
        }
        boolean below = comparator == QuantityComparator.LESS_THAN || comparator == QuantityComparator.LESS_OR_EQUAL;
        BigDecimal hair = comparator == QuantityComparator.LESS_THAN ? value.ulp() : BigDecimal.ZERO;
        return new Finding(
                item,
                Certainty.UNKNOWN,
                below ? BigDecimal.ZERO : value,
                below ? value.subtract(hair) : null,
                converted,
                evidence,
                "the last result is only a bound");
    }

    private static boolean inStay(Observation observation, Stay stay, RiskPolicy policy) {
        boolean reported = Moment.of(observation.getIssuedElement(), policy.zone())
                .or(() -> taken(observation, policy))
                .map(m -> m.by(policy.asOf()))
                .orElse(true);
        Optional<Moment> taken = taken(observation, policy);
        boolean here = stay.has(observation.getEncounter())
                || taken.map(t -> stay.covers(t, policy.asOf())).orElse(false);
        return reported
                && here
                && taken.map(t -> stay.notAfter(t, policy.asOf())).orElse(true);
    }

    private static Optional<Moment> taken(Observation observation, RiskPolicy policy) {
        BaseDateTimeType time = observation.hasEffectiveDateTimeType()
                ? observation.getEffectiveDateTimeType()
                : observation.hasEffectiveInstantType()
                        ? observation.getEffectiveInstantType()
                        : observation.hasEffectivePeriod()
                                ? observation.getEffectivePeriod().getStartElement()
                                : observation.getIssuedElement();
        return Moment.of(time, policy.zone());
    }
}
