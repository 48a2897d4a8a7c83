package io.github.throughcare.fhir;

import java.math.BigInteger;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Business versions as people count them (R4 leaves their form open): 0.10.0 comes after 0.9.0, a date after an earlier one, a release
 * after its own candidates ({@code 1.0.0-rc1}); what is no number is compared as text, and before any number; none comes first.
 */
record VersionOrder(@Nullable String version) implements Comparable<VersionOrder> {

    @Override
    public int compareTo(VersionOrder other) {
        if (version == null || other.version == null) {
            return Boolean.compare(version != null, other.version != null);
        }
        String[] mine = core(version);
        String[] theirs = core(other.version);
        int release = parts(mine[0], theirs[0]);
        if (release != 0) {
            return release;
        }
        return mine.length != theirs.length
                ? Integer.compare(theirs.length, mine.length)
                : mine.length > 1 ? parts(mine[1], theirs[1]) : version.compareTo(other.version);
    }

    /** The release, and what stands after the first hyphen; build metadata after a plus decides nothing. */
    private static String[] core(String version) {
        return version.split("\\+", 2)[0].split("-", 2);
    }

    private static int parts(String one, String other) {
        String[] mine = one.split("[.\\-]");
        String[] theirs = other.split("[.\\-]");
        for (int i = 0; i < Math.min(mine.length, theirs.length); i++) {
            int order = part(mine[i], theirs[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(mine.length, theirs.length);
    }

    private static int part(String mine, String theirs) {
        if (isNumber(mine) && isNumber(theirs)) {
            return new BigInteger(mine).compareTo(new BigInteger(theirs));
        }
        return Comparator.comparing(VersionOrder::isNumber)
                .thenComparing(Comparator.<String>naturalOrder())
                .compare(mine, theirs);
    }

    private static boolean isNumber(String part) {
        return !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
