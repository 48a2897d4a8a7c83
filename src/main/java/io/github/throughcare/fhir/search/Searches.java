package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.search.SearchRequest.Total;
import io.github.throughcare.fhir.storage.Reader;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Stored;
import io.github.throughcare.fhir.terminology.Terminology;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Searches. Thread-safe. Each method takes the {@link Reader} to read through, so that a transaction sees its own writes. */
public final class Searches {

    private final SearchParser parser;
    private final SearchPlan.Planner planner;
    private final Includes includes;
    private final Cursor.Signer signer;

    Searches(
            TypeIndex.Catalog catalog,
            Store store,
            ZoneId zone,
            Clock clock,
            SearchSettings settings,
            Terminology terminology,
            WholeResource whole) {
        this.planner = new SearchPlan.Planner(store);
        this.parser = new SearchParser(
                catalog,
                new CriterionParser(catalog, store.types(), zone, clock::instant, terminology),
                planner,
                settings,
                whole);
        this.includes = new Includes(catalog, store, settings);
        this.signer = new Cursor.Signer(catalog.keys().text("page signature"));
    }

    /**
     * One page.
     *
     * @param query parameters as in a URL, decoded, with all their values
     * @param lenient leave out what is not known, with a warning, instead of refusing it
     * @throws Problem 400 naming what is wrong and what would be right
     */
    public SearchPage page(String type, Map<String, List<String>> query, boolean lenient, Caller caller) {
        SearchRequest r = parser.parse(type, query, lenient, caller);
        SearchPlan plan = planner.plan(type, r.criteria(), r.sorts(), caller.reader(), caller.visibility());
        if (r.countOnly()) {
            long total = caller.reader().number(plan.count(Long.MAX_VALUE));
            return new SearchPage(List.of(), List.of(), total, r.self(), r.cursor(), null, r.warnings());
        }
        String bound = type + "?" + r.self() + "#" + caller.visibility().hashCode();
        Cursor after = r.cursor() == null ? null : signer.read(r.cursor(), bound);
        List<Stored> rows = caller.reader().select(plan.page(r.count() + 1, after));
        boolean more = rows.size() > r.count();
        List<Stored> matches = more ? rows.subList(0, r.count()) : rows;
        Long total = total(r, plan, rows, more, after, caller.reader());
        String next = more ? signer.write(cursor(matches.get(matches.size() - 1), r, total), bound) : null;
        return new SearchPage(
                matches,
                includes.of(r, matches, caller.reader(), caller.visibility()),
                total,
                r.self(),
                r.cursor(),
                next,
                r.warnings());
    }

    /** The ids of the matches, at most {@code most} of them: what conditional interactions ask. */
    public List<Stored> first(String type, Map<String, List<String>> query, int most, Caller caller) {
        SearchRequest r = parser.parse(type, query, false, caller);
        return caller.reader()
                .select(planner.plan(type, r.criteria(), List.of(), caller.reader(), caller.visibility())
                        .page(most, null));
    }

    private static @Nullable Long total(
            SearchRequest r, SearchPlan plan, List<Stored> rows, boolean more, @Nullable Cursor after, Reader reader) {
        if (after != null) {
            return after.total();
        }
        if (!more) {
            return (long) rows.size();
        }
        if (r.total() == Total.NONE) {
            return null;
        }
        if (plan.countsAlong()) {
            String key = String.valueOf(rows.get(0).sortKey());
            return Long.valueOf(key.substring(key.lastIndexOf('\u001f') + 1));
        }
        if (r.total() != Total.CHEAP) {
            return reader.number(plan.count(Long.MAX_VALUE));
        }
        if (!plan.countsCheaply()) {
            return null;
        }
        long counted = reader.number(plan.count(SearchSettings.CHEAP_TOTAL + 1L));
        return counted > SearchSettings.CHEAP_TOTAL ? null : counted;
    }

    private static Cursor cursor(Stored last, SearchRequest r, @Nullable Long total) {
        String[] keys = String.valueOf(last.sortKey()).split("\u001f", -1);
        return new Cursor(last.pk(), Arrays.asList(keys).subList(0, r.sorts().size()), total);
    }
}
