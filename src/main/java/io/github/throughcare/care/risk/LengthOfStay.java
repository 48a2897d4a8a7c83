package io.github.throughcare.care.risk;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/**
 * Days in hospital: the difference of the calendar dates of admission and discharge in the facility's time zone, the same day
 * being 0. Some sources count both days; {@code losPolicy=inclusive} does. An open stay is reckoned to the time asked for.
 */
final class LengthOfStay {

    static final String CODE = "length-of-stay";

    private LengthOfStay() {}

    static Finding find(StayRecord record, RiskPolicy policy) {
        Stay stay = record.stay();
        Moment start = stay.start();
        if (start == null) {
            return Finding.unknown(CODE, "the stay has no start (Encounter.period.start)");
        }
        LocalDate today = policy.asOf().atZone(policy.zone()).toLocalDate();
        Moment end = stay.end();
        if (end == null && !stay.open()) {
            return new Finding(
                    CODE,
                    Certainty.UNKNOWN,
                    BigDecimal.ZERO,
                    BigDecimal.valueOf(days(start.date(), today, policy)),
                    null,
                    stay.evidence(),
                    "the stay is finished and has no end (Encounter.period.end)");
        }
        int days = days(start.date(), end == null ? today : end.date(), policy);
        return days < 0
                ? Finding.unknown(CODE, "the stay ends before it starts (Encounter.period)")
                : Finding.known(CODE, days, stay.evidence());
    }

    private static int days(LocalDate first, LocalDate last, RiskPolicy policy) {
        return Math.toIntExact(ChronoUnit.DAYS.between(first, last)) + (policy.inclusive() ? 1 : 0);
    }
}
