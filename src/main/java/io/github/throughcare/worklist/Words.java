package io.github.throughcare.worklist;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.jspecify.annotations.Nullable;

/** FHIR values as people read them, in the facility's time zone. */
record Words(ZoneId zone, Clock clock) {

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", Locale.ENGLISH);

    String time(@Nullable BaseDateTimeType time) {
        if (time == null || !time.hasValue()) {
            return "";
        }
        LocalDate day = day(time);
        if (day == null) {
            return time.getValueAsString();
        }
        return time.getPrecision() == TemporalPrecisionEnum.DAY
                ? DAY.format(day)
                : TIME.format(time.getValue().toInstant().atZone(zone));
    }

    /** The calendar day, null below a day's precision. */
    @Nullable
    LocalDate day(@Nullable BaseDateTimeType time) {
        if (time == null || !time.hasValue()) {
            return null;
        }
        if (time.getPrecision() == TemporalPrecisionEnum.DAY) {
            return LocalDate.parse(time.getValueAsString());
        }
        return time.getPrecision().compareTo(TemporalPrecisionEnum.DAY) > 0
                ? time.getValue().toInstant().atZone(zone).toLocalDate()
                : null;
    }

    LocalDate today() {
        return clock.instant().atZone(zone).toLocalDate();
    }

    /** Nights so far, as length of stay counts them. */
    String nightsSince(@Nullable BaseDateTimeType start) {
        LocalDate day = day(start);
        return day == null ? "" : String.valueOf(ChronoUnit.DAYS.between(day, today()));
    }

    /** Whether a Task was due before now; a day is over at its end. */
    boolean isOverdue(Task task) {
        BaseDateTimeType end = task.getRestriction().getPeriod().getEndElement();
        LocalDate day = day(end);
        if (day == null) {
            return false;
        }
        Instant late = end.getPrecision() == TemporalPrecisionEnum.DAY
                ? day.plusDays(1).atStartOfDay(zone).toInstant()
                : end.getValue().toInstant();
        return late.isBefore(clock.instant());
    }

    static String name(@Nullable Patient patient) {
        if (patient == null) {
            return "Unknown patient";
        }
        HumanName name = patient.getNameFirstRep();
        String given = name.getGiven().stream().map(g -> g.getValue()).collect(Collectors.joining(" "));
        String whole = name.hasText()
                ? name.getText()
                : name.hasFamily() ? name.getFamily() + (given.isBlank() ? "" : ", " + given) : given;
        return whole == null || whole.isBlank()
                ? "Patient " + patient.getIdElement().getIdPart()
                : whole;
    }

    static String code(CodeableConcept concept) {
        if (concept.hasText()) {
            return concept.getText();
        }
        return concept.getCoding().stream()
                .map(c -> c.hasDisplay() ? c.getDisplay() : c.getCode())
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElse("");
    }

    static String reference(Reference reference) {
        return reference.hasDisplay()
                ? reference.getDisplay()
                : reference.hasReference() ? reference.getReference() : "";
    }

    /** One segment or value of a URL. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
