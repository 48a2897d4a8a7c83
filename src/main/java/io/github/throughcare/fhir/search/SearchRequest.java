package io.github.throughcare.fhir.search;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A search, understood.
 *
 * @param scope which resources
 * @param types their types
 * @param criteria all must hold
 * @param sorts in order; empty: newest row first
 * @param count matches on a page
 * @param total how {@code Bundle.total} is asked for
 * @param countOnly only the total
 * @param includes {@code _include}s
 * @param revIncludes {@code _revinclude}s
 * @param self the query string that was really searched
 * @param warnings what was left out under lenient handling
 * @param cursor where the page starts, as given
 */
public record SearchRequest(
        Scope scope,
        List<String> types,
        List<Criterion> criteria,
        List<Sort> sorts,
        int count,
        Total total,
        boolean countOnly,
        List<Include> includes,
        List<Include> revIncludes,
        String self,
        List<String> warnings,
        @Nullable String cursor) {

    /** {@code _total}. */
    public enum Total {
        /** Exact when it is cheap to know, else absent. */
        CHEAP,
        NONE,
        /** Exact as well: a planner's guess would not be counted upon by anybody. */
        ESTIMATE,
        ACCURATE
    }

    /**
     * One sort key.
     *
     * @param expression SQL over {@code r}, never null
     * @param sqlType its type, for the cursor
     * @param walk the index that gives this order, for walking; null: gather and sort
     * @param body reads the value from the resource, where the index has none to sort by; null: the expression does
     */
    record Sort(
            String expression,
            String sqlType,
            List<Object> args,
            boolean descending,
            @Nullable Walk walk,
            @Nullable BodyKey body) {}

    /** A sort value out of a resource of this type; empty: it has none. */
    interface BodyKey {
        Optional<String> of(String type, ObjectNode resource);
    }

    /** Orders that an index of {@code resource} gives. */
    enum Walk {
        UPDATED("upd"),
        PRINCIPAL_DATE("sdate");

        final String column;

        Walk(String column) {
            this.column = column;
        }
    }

    /**
     * An include.
     *
     * @param source type that holds the reference
     * @param param reference parameter; {@code *}: all
     * @param target only resources of this type; null: any
     * @param iterate applies to included resources too
     */
    record Include(String source, String param, @Nullable String target, boolean iterate) {}
}
