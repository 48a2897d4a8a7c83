package io.github.throughcare.care.assessment;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Ids that follow from what a resource comes from, so that the same assessment sent again meets the same resources. */
final class DerivedId {

    private DerivedId() {}

    /** A name-based UUID of the parts, in their order. */
    static String of(String... parts) {
        return UUID.nameUUIDFromBytes(String.join("\n", parts).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
