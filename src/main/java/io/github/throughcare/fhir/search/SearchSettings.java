package io.github.throughcare.fhir.search;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bounds of a search; over one is 400 {@code too-costly}.
 *
 * @param pageSize matches on a page when {@code _count} is absent, default 20
 * @param maxPageSize larger {@code _count}s are capped to this, default 1,000
 * @param maxIncluded resources included with one page, default 10,000
 * @param maxChained resources that the inner part of a chain or {@code _has} may match, default 50,000
 * @param maxSorted matches that may be sorted by a code or a reference, which is done by reading all of them, default 10,000
 */
@ConfigurationProperties("throughcare.search")
public record SearchSettings(
        @DefaultValue("20") int pageSize,
        @DefaultValue("1000") int maxPageSize,
        @DefaultValue("10000") int maxIncluded,
        @DefaultValue("50000") int maxChained,
        @DefaultValue("10000") int maxSorted) {

    static final int MAX_SORT_KEYS = 10;
    static final int MAX_CRITERIA = 100;
    static final int MAX_OR_VALUES = 1000;
    static final int MAX_CHAIN = 5;
    /** Matches up to which a total is counted unasked. */
    static final int CHEAP_TOTAL = 1000;
    /** Rows that are looked at for such a total, at most. */
    static final long COUNTED_ROWS = 5000;
}
