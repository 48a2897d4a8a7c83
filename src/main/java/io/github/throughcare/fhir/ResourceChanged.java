package io.github.throughcare.fhir;

import java.time.Instant;
import java.util.Optional;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * A committed change of one resource.
 *
 * @param type resource type
 * @param id logical id
 * @param version the version that the change made
 * @param before the version before, null when it was created
 * @param after the version itself, null when it was deleted
 * @param known it was committed before this: whatever was read later is not older than the change
 */
public record ResourceChanged(
        String type,
        String id,
        int version,
        @Nullable Resource before,
        @Nullable Resource after,
        Instant known) {

    public <T extends Resource> Optional<T> before(Class<T> as) {
        return Optional.ofNullable(before).filter(as::isInstance).map(as::cast);
    }

    public <T extends Resource> Optional<T> after(Class<T> as) {
        return Optional.ofNullable(after).filter(as::isInstance).map(as::cast);
    }
}
