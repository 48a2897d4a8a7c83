package io.github.throughcare.care.transition;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Current stays in the order of the worklist, each under everything it can be found by, so that a page costs what it shows and what its
 * narrowest filter holds, not what the house holds. Not thread-safe.
 */
final class Worklist {

    static final String ALL = "";
    static final String UNASSIGNED = "unassigned";

    /** Stays under one facet: those with overdue work, and those in time. */
    private static final class Shelf {
        private final NavigableSet<WorklistRow> overdue = new TreeSet<>(WorklistRow.OVERDUE);
        private final NavigableSet<WorklistRow> inTime = new TreeSet<>(WorklistRow.IN_TIME);

        int size() {
            return overdue.size() + inTime.size();
        }
    }

    /**
     * Rows of one page and the number of all.
     *
     * @param more there are rows after these
     */
    record Page(List<WorklistRow> rows, int total, boolean more) {}

    private final Map<String, Shelf> shelves = new HashMap<>();
    private final Map<String, List<WorklistRow>> byPatient = new HashMap<>();
    /** Stays in time whose work will be overdue, the next first. */
    private final NavigableSet<WorklistRow> next =
            new TreeSet<>(Comparator.comparing(WorklistRow::due).thenComparing(WorklistRow::id));

    private Instant now = Instant.MIN;

    /** Replaces all that is known of a patient. */
    void put(String patient, Collection<WorklistRow> rows) {
        List<WorklistRow> old = rows.isEmpty() ? byPatient.remove(patient) : byPatient.put(patient, List.copyOf(rows));
        if (old != null) {
            old.forEach(this::remove);
        }
        rows.forEach(this::add);
    }

    /** The stays of a patient. */
    List<WorklistRow> of(String patient) {
        return byPatient.getOrDefault(patient, List.of());
    }

    private void add(WorklistRow row) {
        boolean overdue = row.isOverdue(now);
        row.facets().forEach(f -> {
            Shelf shelf = shelves.computeIfAbsent(f, k -> new Shelf());
            (overdue ? shelf.overdue : shelf.inTime).add(row);
        });
        if (!overdue && !row.due().equals(Instant.MAX)) {
            next.add(row);
        }
    }

    private void remove(WorklistRow row) {
        row.facets().forEach(f -> {
            Shelf shelf = shelves.get(f);
            if (shelf != null) {
                shelf.overdue.remove(row);
                shelf.inTime.remove(row);
                if (shelf.size() == 0) {
                    shelves.remove(f);
                }
            }
        });
        next.remove(row);
    }

    /** Lets time pass: what has become overdue moves. */
    void at(Instant time) {
        if (time.isBefore(now)) {
            now = time;
            List.copyOf(byPatient.keySet()).forEach(p -> put(p, byPatient.get(p)));
            return;
        }
        now = time;
        while (!next.isEmpty() && next.first().isOverdue(now)) {
            WorklistRow row = next.pollFirst();
            row.facets().forEach(f -> {
                Shelf shelf = shelves.get(f);
                if (shelf != null && shelf.inTime.remove(row)) {
                    shelf.overdue.add(row);
                }
            });
        }
    }

    /**
     * One page.
     *
     * @param facets for each of these, a row has one of its members
     * @param filter what else has to hold; null: nothing
     * @param after the last row of the page before, null for the first page
     * @param afterOverdue that row stood among those with overdue work
     */
    Page page(
            List<Set<String>> facets,
            @Nullable Predicate<WorklistRow> filter,
            @Nullable WorklistRow after,
            boolean afterOverdue,
            int count) {
        List<Set<String>> wanted = facets.isEmpty() ? List.of(Set.of(ALL)) : facets;
        Set<String> narrowest =
                wanted.stream().min(Comparator.comparingInt(this::size)).orElseThrow();
        boolean counted = narrowest.size() == 1 && wanted.size() == 1 && filter == null;
        List<Set<String>> others = wanted.stream().filter(w -> w != narrowest).toList();
        Predicate<WorklistRow> matches =
                row -> (filter == null || filter.test(row)) && others.stream().allMatch(row::hasAny);
        Window window = new Window(count, counted);
        if (!counted || after == null || afterOverdue) {
            window.walk(
                    rows(narrowest, true, counted ? after : null), matches, after, WorklistRow.OVERDUE, afterOverdue);
        }
        if (!window.isFull()) {
            WorklistRow from = afterOverdue ? null : after;
            window.walk(rows(narrowest, false, counted ? from : null), matches, from, WorklistRow.IN_TIME, true);
        }
        int total = counted ? size(narrowest) : window.matched;
        boolean more = window.rows.size() > count;
        return new Page(more ? List.copyOf(window.rows.subList(0, count)) : window.rows, total, more);
    }

    /** Gathers a page, and counts what matches where it has to be looked at one by one. */
    private static final class Window {
        private final int count;
        /** The number of all is known: nothing after the page need be looked at. */
        private final boolean counted;

        private final List<WorklistRow> rows = new ArrayList<>();
        private int matched;

        Window(int count, boolean counted) {
            this.count = count;
            this.counted = counted;
        }

        boolean isFull() {
            return counted && rows.size() > count;
        }

        /**
         * @param after only rows after this are on the page; null: all
         * @param shown whether any of these can be
         */
        void walk(
                Iterator<WorklistRow> some,
                Predicate<WorklistRow> matches,
                @Nullable WorklistRow after,
                Comparator<WorklistRow> order,
                boolean shown) {
            boolean reached = after == null;
            while (!isFull() && some.hasNext()) {
                WorklistRow row = some.next();
                if (!matches.test(row)) {
                    continue;
                }
                matched++;
                reached = reached || order.compare(row, after) > 0;
                if ((shown || after == null) && reached && rows.size() <= count) {
                    rows.add(row);
                }
            }
        }
    }

    private int size(Set<String> facet) {
        return facet.stream()
                .map(shelves::get)
                .filter(Objects::nonNull)
                .mapToInt(Shelf::size)
                .sum();
    }

    /** Rows on any of these shelves in their order, each once. */
    private Iterator<WorklistRow> rows(Set<String> facet, boolean overdue, @Nullable WorklistRow after) {
        List<NavigableSet<WorklistRow>> sets = facet.stream()
                .map(shelves::get)
                .filter(Objects::nonNull)
                .map(s -> overdue ? s.overdue : s.inTime)
                .map(s -> after == null ? s : s.tailSet(after, false))
                .filter(s -> !s.isEmpty())
                .toList();
        return sets.size() == 1
                ? sets.get(0).iterator()
                : new Merged(sets, overdue ? WorklistRow.OVERDUE : WorklistRow.IN_TIME);
    }

    /** Sorted sets one after the other's row, read as far as it is asked. */
    private static final class Merged implements Iterator<WorklistRow> {

        private record Head(WorklistRow row, Iterator<WorklistRow> rest) {}

        private final PriorityQueue<Head> heads;

        Merged(List<NavigableSet<WorklistRow>> sets, Comparator<WorklistRow> order) {
            heads = new PriorityQueue<>(Math.max(1, sets.size()), Comparator.comparing(Head::row, order));
            sets.forEach(s -> advance(s.iterator()));
        }

        private void advance(Iterator<WorklistRow> rows) {
            if (rows.hasNext()) {
                heads.add(new Head(rows.next(), rows));
            }
        }

        @Override
        public boolean hasNext() {
            return !heads.isEmpty();
        }

        @Override
        public WorklistRow next() {
            WorklistRow row = heads.element().row();
            while (!heads.isEmpty() && heads.element().row() == row) {
                advance(heads.remove().rest());
            }
            return row;
        }
    }

    /** How many stays there are. */
    int size() {
        return size(Set.of(ALL));
    }
}
