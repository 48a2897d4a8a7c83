package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.search.SearchRequest.Total;
import io.github.throughcare.fhir.storage.Reader;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Stored;
import io.github.throughcare.fhir.terminology.Terminology;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Searches. Thread-safe. Each method takes the {@link Reader} to read through, so that a transaction sees its own writes. */
public final class Searches {

    /** From so many rows of a token on it is not worth while to count up to 1,000. */
    private static final long KNOWN_DENSE = 10L * SearchSettings.CHEAP_TOTAL;

    /** Questions that are asked with one statement. */
    private static final int TOGETHER = 200;

    private final SearchParser parser;
    private final Store store;
    private final Planner planner;
    private final Includes includes;
    private final Cursor.Signer signer;
    private final SearchSettings settings;
    private final JsonMapper mapper = new JsonMapper();

    Searches(
            TypeIndex.Catalog catalog,
            Store store,
            ZoneId zone,
            Clock clock,
            SearchSettings settings,
            Terminology terminology,
            WholeResource whole) {
        this.settings = settings;
        this.store = store;
        this.planner = new Planner(store);
        this.parser = new SearchParser(
                catalog,
                new CriterionParser(
                        catalog,
                        store.types(),
                        zone,
                        clock::instant,
                        terminology,
                        new Hierarchies(
                                catalog.keys(),
                                caller -> store.visiblePatients(caller.visibility()),
                                type -> checkIndex(store, List.of(type)),
                                settings.maxChained())),
                new Sorts(catalog, store.types()),
                planner,
                settings,
                whole,
                store.index()::refresh);
        this.includes = new Includes(catalog, store, settings);
        this.signer = new Cursor.Signer(catalog.keys().text("page signature"));
    }

    /**
     * One page of a search in one type; as {@link #page(Scope, Map, boolean, Caller)}.
     */
    public SearchPage page(String type, Map<String, List<String>> query, boolean lenient, Caller caller) {
        return page(Scope.of(type), query, lenient, caller);
    }

    /**
     * One page.
     *
     * @param scope which resources it is about
     * @param query parameters as in a URL, decoded, with all their values
     * @param lenient leave out what is not known, with a warning, instead of refusing it
     * @throws Problem 400 naming what is wrong and what would be right
     */
    public SearchPage page(Scope scope, Map<String, List<String>> query, boolean lenient, Caller caller) {
        SearchRequest r = parser.parse(scope, query, lenient, caller);
        checkIndex(r);
        SearchPlan plan = plan(r, caller);
        if (r.countOnly()) {
            long total = caller.reader().number(plan.count(Long.MAX_VALUE));
            return new SearchPage(List.of(), List.of(), total, r.self(), r.cursor(), null, r.warnings());
        }
        String bound = bound(r, caller);
        Cursor after = r.cursor() == null ? null : signer.read(r.cursor(), bound);
        List<Stored> rows = rows(r, plan, after, caller.reader());
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

    /**
     * The first page of each of these searches, as {@link #page(String, Map, boolean, Caller)} gives it: all that neither sort nor include
     * with one statement, so that they see the same state.
     */
    public List<SearchPage> pages(List<Question> questions, Caller caller) {
        List<SearchRequest> requests = new ArrayList<>(questions.size());
        List<List<Stored>> found = new ArrayList<>(questions.size());
        Sql together = new Sql();
        for (Question q : questions) {
            SearchRequest r = parser.parse(Scope.of(q.type()), q.query(), false, caller);
            if (isPlain(r)) {
                checkIndex(r);
                unite(together, plan(r, caller).page(r.count() + 1, null, false), requests.size());
            }
            requests.add(r);
            found.add(new ArrayList<>());
        }
        if (!together.isEmpty()) {
            divide(caller.reader().select(together), found);
        }
        List<SearchPage> pages = new ArrayList<>(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            SearchRequest r = requests.get(i);
            pages.add(
                    isPlain(r)
                            ? first(r, found.get(i), caller)
                            : page(r.scope(), questions.get(i).query(), false, caller));
        }
        return pages;
    }

    /** Whether its rows are all there is to its first page. */
    private static boolean isPlain(SearchRequest r) {
        return r.sorts().isEmpty()
                && r.includes().isEmpty()
                && r.revIncludes().isEmpty()
                && r.total() == Total.NONE
                && !r.countOnly()
                && r.cursor() == null;
    }

    /** The first page of a plain search. */
    private SearchPage first(SearchRequest r, List<Stored> rows, Caller caller) {
        rows.sort(Comparator.comparingLong(Stored::pk)
                .reversed()); // the order of each part of a statement is not promised
        boolean more = rows.size() > r.count();
        List<Stored> matches = more ? rows.subList(0, r.count()) : rows;
        String next = more ? signer.write(cursor(matches.get(matches.size() - 1), r, null), bound(r, caller)) : null;
        return new SearchPage(matches, List.of(), null, r.self(), null, next, r.warnings());
    }

    /** What a cursor is good for. */
    private static String bound(SearchRequest r, Caller caller) {
        return r.scope().path() + "?" + r.self() + "#" + caller.visibility().hashCode();
    }

    /** How a search would be run. */
    Explanation explain(Scope scope, Map<String, List<String>> query, Caller caller) {
        SearchRequest r = parser.parse(scope, query, false, caller);
        SearchPlan plan = plan(r, caller);
        Sql sql = BodySort.isNeeded(r.sorts())
                ? plan.all(settings.maxSorted() + 1)
                : plan.page(r.count() + 1, null, r.total() != Total.NONE);
        SearchPlan.Shape shape = plan.shape();
        return new Explanation(
                scope.path() + (r.self().isEmpty() ? "" : "?" + r.self()),
                shape.walks(),
                shape.leader() == null ? null : Explanation.Node.of(shape.leader()),
                shape.filters().stream().map(Explanation.Node::of).toList(),
                plan.estimate() == Long.MAX_VALUE ? null : plan.estimate(),
                sql.text(),
                store.index().explain(sql));
    }

    /** @throws Problem 503 while the index that this search needs is made anew: an answer would not be whole */
    private void checkIndex(SearchRequest r) {
        if (needsIndex(r)) {
            checkIndex(store, r.types());
        }
        checkIndex(
                store,
                Stream.concat(r.includes().stream(), r.revIncludes().stream())
                        .map(SearchRequest.Include::source)
                        .toList());
    }

    /** @throws Problem 503 while the index of one of these types is made anew */
    static void checkIndex(Store store, Collection<String> types) {
        Set<String> rebuilding = store.index().rebuilding();
        if (!rebuilding.isEmpty() && types.stream().anyMatch(rebuilding::contains)) {
            throw new Problem(
                    503,
                    IssueType.TRANSIENT,
                    "The index is being made anew after an upgrade, and a search would miss resources; try again later."
                            + " Not ready yet: " + String.join(", ", new java.util.TreeSet<>(rebuilding)));
        }
    }

    private static boolean needsIndex(SearchRequest r) {
        return r.criteria().stream()
                        .anyMatch(c -> !(c instanceof Criterion.Ids
                                || c instanceof Yielded
                                || c instanceof Criterion.UpdatedIs))
                || r.sorts().stream()
                        .anyMatch(s -> s.body() == null
                                && s.walk() != SearchRequest.Walk.UPDATED
                                && !s.expression().equals("r.id"));
    }

    private SearchPlan plan(SearchRequest r, Caller caller) {
        return planner.plan(r.types(), r.criteria(), r.sorts(), caller.reader(), caller.visibility());
    }

    /** The page and one row more, if there is one. */
    private List<Stored> rows(SearchRequest r, SearchPlan plan, @Nullable Cursor after, Reader reader) {
        int limit = r.count() + 1;
        if (BodySort.isNeeded(r.sorts())) {
            BodySort sort = new BodySort(r.sorts(), mapper, settings.maxSorted());
            return sort.page(reader.select(plan.all(settings.maxSorted() + 1)), limit, after);
        }
        List<Stored> rows = reader.select(plan.page(limit, after, after == null && r.total() != Total.NONE));
        if (rows.size() < limit && plan.walksMissingLast() && (after == null || !after.isAtMissing())) {
            List<Stored> all = new ArrayList<>(rows);
            all.addAll(reader.select(plan.page(limit - rows.size(), Cursor.atMissing(null), false)));
            return all;
        }
        return rows;
    }

    /** The first matches, at most {@code most} of them: what conditional interactions ask. */
    public List<Stored> first(String type, Map<String, List<String>> query, int most, Caller caller) {
        SearchRequest r = exact(type, query, caller);
        return caller.reader()
                .select(planner.plan(type, r.criteria(), List.of(), caller.reader(), caller.visibility())
                        .page(most, null, false));
    }

    /** @throws Problem 400 where the answer may lack something: a write must not go by that */
    private SearchRequest exact(String type, Map<String, List<String>> query, Caller caller) {
        SearchRequest r = parser.parse(Scope.of(type), query, false, caller);
        if (!r.warnings().isEmpty()) {
            throw new Problem(
                    400,
                    IssueType.NOTSUPPORTED,
                    "No write can depend on this condition. " + r.warnings().get(0));
        }
        checkIndex(r);
        return r;
    }

    /** One of many questions: a type, and what its resources must meet. */
    public record Question(String type, Map<String, List<String>> query) {}

    /** The first matches of each, at most {@code most} of each, in the order of the questions: {@value #TOGETHER} with one statement. */
    public List<List<Stored>> firstOfEach(List<Question> questions, int most, Caller caller) {
        List<List<Stored>> found = new ArrayList<>();
        for (int from = 0; from < questions.size(); from += TOGETHER) {
            Sql all = new Sql();
            for (Question q : questions.subList(from, Math.min(questions.size(), from + TOGETHER))) {
                SearchRequest r = exact(q.type(), q.query(), caller);
                Sql one = planner.plan(q.type(), r.criteria(), List.of(), caller.reader(), caller.visibility())
                        .page(most, null, false);
                unite(all, one, found.size());
                found.add(new ArrayList<>(1));
            }
            divide(caller.reader().select(all), found);
        }
        return found;
    }

    /** One statement for many questions: their rows carry the question's number as the sort key. */
    private static void unite(Sql all, Sql one, int number) {
        all.add(all.isEmpty() ? "" : " UNION ALL ")
                .add("(SELECT q.pk, q.type, q.id, q.ver, q.upd, q.codec, q.body, '" + number + "' FROM (")
                .add(one)
                .add(") q)");
    }

    private static void divide(List<Stored> rows, List<List<Stored>> found) {
        for (Stored s : rows) {
            found.get(Integer.parseInt(String.valueOf(s.sortKey()))).add(s);
        }
    }

    private static @Nullable Long total(
            SearchRequest r, SearchPlan plan, List<Stored> rows, boolean more, @Nullable Cursor after, Reader reader) {
        if (r.total() == Total.NONE) {
            return null;
        }
        if (after != null) {
            return after.total();
        }
        if (!more) {
            return (long) rows.size();
        }
        if (plan.countsAlong()) {
            String key = String.valueOf(rows.get(0).sortKey());
            return Long.valueOf(key.substring(key.lastIndexOf('\u001f') + 1));
        }
        if (r.total() != Total.CHEAP) {
            return reader.number(plan.count(Long.MAX_VALUE));
        }
        long known = -1;
        if (plan.countsCheaply() && plan.estimate() <= KNOWN_DENSE) {
            known = reader.number(plan.count(SearchSettings.CHEAP_TOTAL + 1L));
        } else if (plan.estimate() <= SearchSettings.COUNTED_ROWS) {
            known = reader.number(plan.countWithin(SearchSettings.COUNTED_ROWS));
        }
        return known < 0 || known > SearchSettings.CHEAP_TOTAL ? null : known;
    }

    private static Cursor cursor(Stored last, SearchRequest r, @Nullable Long total) {
        String[] keys = String.valueOf(last.sortKey()).split("\u001f", -1);
        return new Cursor(last.pk(), Arrays.asList(keys).subList(0, r.sorts().size()), total);
    }
}
