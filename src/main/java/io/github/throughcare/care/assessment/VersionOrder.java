package io.github.throughcare.care.assessment;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Versions as people count them: 0.10.0 comes after 0.9.0; what is no number is compared as text; none comes first. */
record VersionOrder(@Nullable String version) implements Comparable<VersionOrder> {

    @Override
    public int compareTo(VersionOrder other) {
        if (version == null || other.version == null) {
            return Boolean.compare(version != null, other.version != null);
        }
        String[] mine = version.split("[.\\-+]");
        String[] theirs = other.version.split("[.\\-+]");
        for (int i = 0; i < Math.min(mine.length, theirs.length); i++) {
            int order = isNumber(mine[i]) && isNumber(theirs[i])
                    ? new BigInteger(mine[i]).compareTo(new BigInteger(theirs[i]))
                    : mine[i].compareTo(theirs[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(mine.length, theirs.length);
    }

    private static boolean isNumber(String part) {
        return !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
