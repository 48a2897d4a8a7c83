package io.github.throughcare.care;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A look at stored JSON without parsing it, for a {@code ChangeListener} that has to say quickly whether it wants to hear more. */
public final class JsonBytes {

    private static final byte[] PATIENT = "\"reference\":\"Patient/".getBytes(StandardCharsets.UTF_8);

    /** Says when it was stored here, not when it happened. */
    private static final byte[] WHEN_STORED = "\"lastUpdated\":".getBytes(StandardCharsets.US_ASCII);

    private JsonBytes() {}

    /** The id in the first reference to a Patient; null when there is none. */
    public static @Nullable String patient(byte[] json) {
        int from = at(json, PATIENT);
        if (from < 0) {
            return null;
        }
        int until = from + PATIENT.length;
        while (until < json.length && json[until] != '"') {
            until++;
        }
        return new String(json, from + PATIENT.length, until - from - PATIENT.length, StandardCharsets.UTF_8);
    }

    /** Where the bytes stand in the JSON, -1 when they do not. */
    public static int at(byte[] json, byte[] wanted) {
        for (int i = 0; i <= json.length - wanted.length; i++) {
            int j = 0;
            while (j < wanted.length && json[i + j] == wanted[j]) {
                j++;
            }
            if (j == wanted.length) {
                return i;
            }
        }
        return -1;
    }

    public static boolean contain(byte[] json, byte[] wanted) {
        return at(json, wanted) >= 0;
    }

    /**
     * Whether any string of it begins like a date on or after this day, or it holds no date at all. Years and months count when they
     * may reach that day; when it was stored does not count. Says yes too often (of a text that begins like a date), never no too often.
     */
    public static boolean mayBeSince(byte[] json, LocalDate day) {
        byte[] first = day.toString().getBytes(StandardCharsets.US_ASCII);
        boolean dated = false;
        for (int i = 0; i + 5 < json.length; i++) {
            if (json[i] == '"'
                    && isYear(json, i + 1)
                    && (json[i + 5] == '-' || json[i + 5] == '"')
                    && !endsWith(json, i, WHEN_STORED)) {
                dated = true;
                if (compare(json, i + 1, first) >= 0) {
                    return true;
                }
            }
        }
        return !dated;
    }

    private static boolean endsWith(byte[] json, int until, byte[] wanted) {
        return until >= wanted.length && Arrays.equals(json, until - wanted.length, until, wanted, 0, wanted.length);
    }

    private static boolean isYear(byte[] json, int from) {
        for (int i = from; i < from + 4; i++) {
            if (json[i] < '0' || json[i] > '9') {
                return false;
            }
        }
        return true;
    }

    /** Up to the end of the string or of the day: a date that begins the same is as late. */
    private static int compare(byte[] json, int from, byte[] day) {
        for (int i = 0; i < day.length && from + i < json.length && json[from + i] != '"'; i++) {
            if (json[from + i] != day[i]) {
                return json[from + i] - day[i];
            }
        }
        return 0;
    }
}
