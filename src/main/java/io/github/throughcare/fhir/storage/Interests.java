package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.index.Keys;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Which changes somebody listens to: those of whole types, and those of resources with certain tokens.
 *
 * @param byType for each type that is listened to the keys of which a resource has to have one, none: any resource
 */
record Interests(Map<String, long[]> byType) {

    static final Interests NONE = new Interests(Map.of());

    /** Reads {@code Type} and {@code Type?parameter=token,token}. */
    static Interests of(Set<String> declared, Keys keys) {
        Map<String, long[]> byType = new HashMap<>();
        for (String one : declared) {
            int question = one.indexOf('?');
            String type = question < 0 ? one : one.substring(0, question);
            long[] wanted = question < 0 ? new long[0] : keys(type, one.substring(question + 1), keys);
            byType.merge(
                    type,
                    wanted,
                    (a, b) -> a.length == 0 || b.length == 0
                            ? new long[0]
                            : LongStream.concat(Arrays.stream(a), Arrays.stream(b))
                                    .toArray());
        }
        return new Interests(byType);
    }

    private static long[] keys(String type, String filter, Keys keys) {
        int equals = filter.indexOf('=');
        long seed = keys.seed(type, filter.substring(0, equals));
        return Stream.of(filter.substring(equals + 1).split(","))
                .mapToLong(token -> {
                    int bar = token.indexOf('|');
                    return seed
                            ^ (bar < 0
                                    ? keys.code(token)
                                    : keys.systemCode(token.substring(0, bar), token.substring(bar + 1)));
                })
                .toArray();
    }

    /** Whether a declaration is of this type. */
    static boolean isOf(String declared, String type) {
        return declared.equals(type) || declared.startsWith(type + "?");
    }

    /**
     * Whether a change is listened to.
     *
     * @param now keys of the version that it made, none for a deletion
     * @param before keys of the version before
     */
    boolean includes(String type, long[] now, long[] before) {
        long[] wanted = byType.get(type);
        return wanted != null && (wanted.length == 0 || meet(wanted, now) || meet(wanted, before));
    }

    private static boolean meet(long[] wanted, long[] tokens) {
        for (long token : tokens) {
            for (long one : wanted) {
                if (one == token) {
                    return true;
                }
            }
        }
        return false;
    }
}
