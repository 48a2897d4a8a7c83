package io.github.throughcare.care;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** A look at stored JSON without parsing it, for a {@code ChangeListener} that has to say quickly whether it wants to hear more. */
public final class JsonBytes {

    private static final byte[] PATIENT = "\"reference\":\"Patient/".getBytes(StandardCharsets.UTF_8);

    private static final int[] SHIFT = shifts();
    private static final byte[] VERSION = "\"versionId\":\"".getBytes(StandardCharsets.US_ASCII);

    /** Says when it was stored here, not when it happened. */
    private static final byte[] WHEN_STORED = "\"lastUpdated\":".getBytes(StandardCharsets.US_ASCII);

    private JsonBytes() {}

    /** The ids in its references to Patients, once each; none when it refers to none by a relative reference. */
    public static Set<String> patients(byte[] json) {
        Set<String> found = Set.of();
        for (int from = patient(json, 0); from >= 0; from = patient(json, from)) {
            from += PATIENT.length;
            int until = from;
            while (until < json.length && json[until] != '"' && json[until] != '/') {
                until++;
            }
            String id = new String(json, from, until - from, StandardCharsets.UTF_8);
            if (found.isEmpty()) {
                found = Set.of(id);
            } else if (!found.contains(id)) {
                found = new HashSet<>(found);
                found.add(id);
            }
            from = until;
        }
        return found;
    }

    /** Where the next reference to a Patient begins, -1 when there is none; looks at a fraction of the bytes (Horspool). */
    private static int patient(byte[] json, int from) {
        int last = PATIENT.length - 1;
        for (int end = from + last; end < json.length; end += SHIFT[json[end] & 0xff]) {
            int i = last;
            while (i >= 0 && json[end - last + i] == PATIENT[i]) {
                i--;
            }
            if (i < 0) {
                return end - last;
            }
        }
        return -1;
    }

    /** How far to go on when this byte stands where the reference might end. */
    private static int[] shifts() {
        int[] shifts = new int[256];
        Arrays.fill(shifts, PATIENT.length);
        for (int i = 0; i < PATIENT.length - 1; i++) {
            shifts[PATIENT[i] & 0xff] = PATIENT.length - 1 - i;
        }
        return shifts;
    }

    /** Whether it is about a patient who may be one of these; so it may be when it does not say whom it is about. */
    public static boolean mayBeOf(byte[] json, Predicate<String> patients) {
        Set<String> named = patients(json);
        return named.isEmpty() || named.stream().anyMatch(patients);
    }

    /** Whether stored JSON is the first version: meta stands in front, versionId first in it. */
    public static boolean isFirst(byte[] json) {
        int at = at(json, VERSION, 0) + VERSION.length;
        return at >= VERSION.length && at + 1 < json.length && json[at] == '1' && json[at + 1] == '"';
    }

    /** Where the bytes stand in the JSON, -1 when they do not. */
    public static int at(byte[] json, byte[] wanted) {
        return at(json, wanted, 0);
    }

    private static int at(byte[] json, byte[] wanted, int from) {
        for (int i = from; i <= json.length - wanted.length; i++) {
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
