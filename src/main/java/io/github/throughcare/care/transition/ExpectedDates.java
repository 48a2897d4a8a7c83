package io.github.throughcare.care.transition;

import io.github.throughcare.care.transition.WorklistRow.Stretch;
import io.github.throughcare.fhir.Problem;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Predicate;
import org.hl7.fhir.r4.model.DateTimeType;
import org.jspecify.annotations.Nullable;

/**
 * A date with a prefix as a filter on the expected discharge, as a search compares dates (FHIR R4, search, 3.1.1.4.7): {@code eq} holds
 * when the expected time lies within the stretch that the date names. A stay without an expected discharge passes none.
 */
final class ExpectedDates {

    private static final List<String> PREFIXES = List.of("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb");

    private ExpectedDates() {}

    /** @throws Problem 400 for an unknown prefix and for what is no date */
    static Predicate<Stretch> filter(String text, ZoneId zone) {
        boolean prefixed = text.length() > 2 && Character.isLetter(text.charAt(0));
        String prefix = prefixed ? text.substring(0, 2) : "eq";
        Stretch value = prefixed && !PREFIXES.contains(prefix) ? null : date(prefixed ? text.substring(2) : text, zone);
        if (value == null) {
            throw Problem.malformed(
                    "expected is a date or dateTime with one of the prefixes " + PREFIXES
                            + " before it, e.g. le2026-11-24, not " + text + ".",
                    "Parameters.parameter.where(name='expected')");
        }
        return switch (prefix) {
            case "ne" -> is -> !isWithin(is, value);
            case "gt" -> is -> is.until().isAfter(value.until());
            case "lt" -> is -> is.from().isBefore(value.from());
            case "ge" -> is -> is.until().isAfter(value.until()) || isWithin(is, value);
            case "le" -> is -> is.from().isBefore(value.from()) || isWithin(is, value);
            case "sa" -> is -> !is.from().isBefore(value.until());
            case "eb" -> is -> !is.until().isAfter(value.from());
            default -> is -> isWithin(is, value);
        };
    }

    private static boolean isWithin(Stretch is, Stretch value) {
        return !is.from().isBefore(value.from()) && !is.until().isAfter(value.until());
    }

    private static @Nullable Stretch date(String text, ZoneId zone) {
        try {
            return WorklistReader.stretch(new DateTimeType(text), zone);
        } catch (RuntimeException e) {
            return null;
        }
    }
}
