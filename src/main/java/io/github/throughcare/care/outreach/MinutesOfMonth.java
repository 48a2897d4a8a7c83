package io.github.throughcare.care.outreach;

import io.github.throughcare.care.FacilityTime;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;

/**
 * The minutes of care management of one patient in one calendar month (CMS MLN909188, May 2024), by role. Pure.
 *
 * @param byRole role code to minutes; a performer without a known role is clinical staff
 * @param uncounted Observations of the month whose value is no time in min, h or s: they are told, not dropped in silence
 */
record MinutesOfMonth(Map<String, BigDecimal> byRole, int uncounted) {

    static final String STAFF = "clinical-staff";
    static final String PHYSICIAN = "physician";

    private static final Set<ObservationStatus> HELD = Set.of(
            ObservationStatus.FINAL,
            ObservationStatus.AMENDED,
            ObservationStatus.CORRECTED,
            ObservationStatus.PRELIMINARY);

    /** Codes of roles that bill in their own name: physicians and non-physician practitioners. */
    private static final Set<String> BILLING = Set.of(
            "physician", "doctor", "309343006", "59058001", "nurse-practitioner", "physician-assistant", "224571005");

    private static final Map<String, BigDecimal> UNITS = Map.of("min", BigDecimal.ONE, "h", BigDecimal.valueOf(60));

    /** What role a performer works in. */
    interface Roles {
        Optional<String> of(Reference performer);
    }

    /**
     * A billing threshold.
     *
     * @param role whose minutes count
     * @param minutes from which it is reached
     * @param each further minutes for each further unit; 0: one unit only
     */
    record Threshold(String code, String role, int minutes, int each) {}

    /**
     * @param missing minutes to the threshold, 0 when it is reached
     * @param units how often the code is reached
     */
    record Reached(boolean reached, BigDecimal missing, int units) {}

    static MinutesOfMonth of(List<Observation> entries, YearMonth month, Roles roles, FacilityTime time) {
        Instant from = month.atDay(1).atStartOfDay(time.zone()).toInstant();
        Instant until = month.plusMonths(1).atDay(1).atStartOfDay(time.zone()).toInstant();
        Map<String, BigDecimal> sums = new TreeMap<>();
        int uncounted = 0;
        for (Observation entry : entries) {
            Optional<Instant> when = when(entry, time);
            if (!HELD.contains(entry.getStatus())
                    || when.isEmpty()
                    || when.get().isBefore(from)
                    || !when.get().isBefore(until)) {
                continue;
            }
            Optional<BigDecimal> minutes = minutes(entry);
            if (minutes.isEmpty()) {
                uncounted++;
            } else {
                sums.merge(role(entry, roles), minutes.get(), BigDecimal::add);
            }
        }
        return new MinutesOfMonth(sums, uncounted);
    }

    private static Optional<Instant> when(Observation entry, FacilityTime time) {
        if (entry.getEffective() instanceof BaseDateTimeType at && at.hasValue()) {
            return Optional.of(time.start(at));
        }
        if (entry.getEffective() instanceof Period period && period.hasStart()) {
            return Optional.of(time.start(period.getStartElement()));
        }
        return entry.hasIssued() ? Optional.of(entry.getIssued().toInstant()) : Optional.empty();
    }

    private static Optional<BigDecimal> minutes(Observation entry) {
        if (entry.getValue() instanceof IntegerType i && i.getValue() != null && i.getValue() >= 0) {
            return Optional.of(BigDecimal.valueOf(i.getValue()));
        }
        if (!(entry.getValue() instanceof Quantity q)
                || q.getValue() == null
                || q.getValue().signum() < 0) {
            return Optional.empty();
        }
        String unit = q.hasCode() ? q.getCode() : q.hasUnit() ? q.getUnit() : "min";
        if (unit.equals("s")) {
            return Optional.of(q.getValue().divide(BigDecimal.valueOf(60), 2, java.math.RoundingMode.FLOOR));
        }
        return Optional.ofNullable(UNITS.get(unit.equals("minutes") || unit.equals("minute") ? "min" : unit))
                .map(q.getValue()::multiply);
    }

    private static String role(Observation entry, Roles roles) {
        return entry.getPerformer().stream()
                .flatMap(p -> roles.of(p).stream())
                .findFirst()
                .map(code -> BILLING.contains(code) ? PHYSICIAN : code)
                .orElse(STAFF);
    }

    /** Minutes that count for a role: staff are all who do not bill in their own name and have no codes of their own. */
    private BigDecimal of(String role) {
        if (!role.equals(STAFF)) {
            return byRole.getOrDefault(role, BigDecimal.ZERO);
        }
        return byRole.entrySet().stream()
                .filter(e -> !Set.of(PHYSICIAN, "community-health-worker", "patient-navigator", "peer-support")
                        .contains(e.getKey()))
                .map(Map.Entry::getValue)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    Reached against(Threshold t) {
        BigDecimal minutes = of(t.role());
        BigDecimal missing = BigDecimal.valueOf(t.minutes()).subtract(minutes).max(BigDecimal.ZERO);
        if (missing.signum() > 0) {
            return new Reached(false, missing, 0);
        }
        int further = t.each() == 0
                ? 0
                : minutes.subtract(BigDecimal.valueOf(t.minutes())).intValue() / t.each();
        return new Reached(true, BigDecimal.ZERO, 1 + further);
    }

    /** The thresholds of the guide: properties {@code role}, {@code minutes} and {@code each} of its concepts. */
    static List<Threshold> thresholds(CodeSystem billing) {
        return billing.getConcept().stream()
                .map(c -> new Threshold(
                        c.getCode(),
                        property(c, "role").orElse(STAFF),
                        Integer.parseInt(property(c, "minutes").orElseThrow()),
                        property(c, "each").map(Integer::parseInt).orElse(0)))
                .toList();
    }

    private static Optional<String> property(ConceptDefinitionComponent concept, String code) {
        return concept.getProperty().stream()
                .filter(p -> p.getCode().equals(code))
                .map(p -> p.getValue().primitiveValue())
                .findFirst();
    }
}
