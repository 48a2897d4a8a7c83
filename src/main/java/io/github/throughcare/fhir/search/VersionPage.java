package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.storage.Stored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of versions or of a compartment.
 *
 * @param entries in order
 * @param total of all, where it is known
 * @param next cursor of the next page; null: this is the last
 * @param asOf from where to go on another time (microseconds since 1970); null: now
 */
public record VersionPage(
        List<Stored> entries,
        @Nullable Long total,
        @Nullable String next,
        @Nullable Long asOf) {

    public VersionPage(List<Stored> entries, @Nullable Long total, @Nullable String next) {
        this(entries, total, next, null);
    }

    VersionPage asOf(long time) {
        return new VersionPage(entries, total, next, time);
    }
}
