package io.github.throughcare.care;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Ids that follow from what a resource comes from, so that doing the same thing twice meets the same resource. */
public final class DerivedIds {

    private DerivedIds() {}

    /** A name-based UUID of the parts, in their order. */
    public static String of(String... parts) {
        return UUID.nameUUIDFromBytes((Ig.BASE + "\n" + String.join("\n", parts)).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
