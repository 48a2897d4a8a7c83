package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.storage.Stored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a search.
 *
 * @param matches in order
 * @param included not among the matches, once each
 * @param total all matches, where it is known
 * @param self query string that was searched, without the cursor
 * @param cursor of the page itself, as it was given; null: the first
 * @param next cursor of the next page; null: this is the last
 * @param warnings to be told in an outcome entry
 */
public record SearchPage(
        List<Stored> matches,
        List<Stored> included,
        @Nullable Long total,
        String self,
        @Nullable String cursor,
        @Nullable String next,
        List<String> warnings) {}
