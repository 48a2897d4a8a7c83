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
 */
public record VersionPage(
        List<Stored> entries,
        @Nullable Long total,
        @Nullable String next) {}
