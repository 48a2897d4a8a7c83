package io.github.throughcare.fhir.storage;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The instant of a stored version as FHIR writes it (R4 datatypes.html#instant): milliseconds, in UTC. Written by hand because it stands in every
 * answer, and a formatter takes longer than all else there.
 */
public final class InstantText {

    private static final long SECOND = 1_000_000;

    private InstantText() {}

    /** @param micros microseconds since 1970, of the years 0 to 9999; what is less than a millisecond is cut off */
    public static String of(long micros) {
        LocalDateTime t = LocalDateTime.ofEpochSecond(Math.floorDiv(micros, SECOND), 0, ZoneOffset.UTC);
        StringBuilder out = new StringBuilder(24).append(t.toLocalDate()).append('T');
        digits(out, t.getHour(), 10).append(':');
        digits(out, t.getMinute(), 10).append(':');
        digits(out, t.getSecond(), 10).append('.');
        return digits(out, (int) (Math.floorMod(micros, SECOND) / 1000), 100)
                .append('Z')
                .toString();
    }

    /** With zeros in front, as many digits as {@code unit} has. */
    private static StringBuilder digits(StringBuilder out, int number, int unit) {
        for (int u = unit; u > 1 && number < u; u /= 10) {
            out.append('0');
        }
        return out.append(number);
    }
}
