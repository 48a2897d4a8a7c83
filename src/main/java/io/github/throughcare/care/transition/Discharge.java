package io.github.throughcare.care.transition;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.jspecify.annotations.Nullable;

/**
 * The end of an inpatient stay, as one version of its Encounter tells it.
 *
 * @param encounter logical id
 * @param patient logical id
 * @param date the day of discharge in the facility's zone
 * @param at the moment of discharge; the end of the day where only the day is recorded
 * @param recorded the time of discharge is in the record; else it is the time at which the Encounter was found finished
 */
record Discharge(
        String encounter, String patient, LocalDate date, Instant at, boolean recorded, Destination destination) {

    /** Discharges before that many days ago are history and start nothing. */
    static final int HISTORY_DAYS = 30;

    /**
     * Reads a discharge.
     *
     * @return empty unless it is a finished inpatient Encounter of a Patient; and where neither end nor start tells that the
     *     discharge may be recent
     */
    static Optional<Discharge> of(@Nullable Encounter encounter, Destination.Codes codes, ZoneId zone) {
        if (encounter == null
                || encounter.getStatus() != EncounterStatus.FINISHED
                || !codes.inpatient(encounter.getClass_())) {
            return Optional.empty();
        }
        String patient = patient(encounter);
        Instant end = at(encounter.getPeriod().getEndElement(), zone);
        Instant found = encounter.getMeta().getLastUpdated() == null
                ? null
                : encounter.getMeta().getLastUpdated().toInstant();
        Instant at = end != null ? end : found;
        if (patient == null || at == null) {
            return Optional.empty();
        }
        return Optional.of(new Discharge(
                encounter.getIdElement().getIdPart(),
                patient,
                at.atZone(zone).toLocalDate(),
                at,
                end != null,
                codes.of(encounter.getHospitalization().getDischargeDisposition())));
    }

    /** Whether another version tells of the same discharge; where no time is recorded, any time is the same. */
    boolean saysTheSame(Discharge other) {
        return destination == other.destination
                && recorded == other.recorded
                && (!recorded || at.equals(other.at))
                && patient.equals(other.patient);
    }

    /** Whether it is too long ago to start anything. */
    boolean isHistory(Instant now, ZoneId zone) {
        return date.isBefore(now.atZone(zone).toLocalDate().minusDays(HISTORY_DAYS));
    }

    /** Logical id of the Encounter's patient, null when its subject is none. */
    static @Nullable String patient(Encounter encounter) {
        String type = encounter.getSubject().getReferenceElement().getResourceType();
        return type == null || type.equals("Patient")
                ? encounter.getSubject().getReferenceElement().getIdPart()
                : null;
    }

    /** The latest moment that a dateTime may mean: a day reaches to its end. Null below a day's precision. */
    static @Nullable Instant at(@Nullable DateTimeType time, ZoneId zone) {
        if (time == null || !time.hasValue()) {
            return null;
        }
        if (time.getPrecision() == TemporalPrecisionEnum.DAY) {
            return LocalDate.parse(time.getValueAsString())
                    .plusDays(1)
                    .atStartOfDay(zone)
                    .toInstant()
                    .minusSeconds(1);
        }
        return time.getPrecision().compareTo(TemporalPrecisionEnum.DAY) > 0
                ? time.getValue().toInstant()
                : null;
    }

    /** The earliest moment that a dateTime may mean. */
    static @Nullable Instant from(@Nullable DateTimeType time, ZoneId zone) {
        if (time == null || !time.hasValue()) {
            return null;
        }
        String text = time.getValueAsString();
        return switch (time.getPrecision()) {
            case YEAR -> LocalDate.parse(text + "-01-01").atStartOfDay(zone).toInstant();
            case MONTH -> LocalDate.parse(text + "-01").atStartOfDay(zone).toInstant();
            case DAY -> LocalDate.parse(text).atStartOfDay(zone).toInstant();
            default -> time.getValue().toInstant();
        };
    }
}
