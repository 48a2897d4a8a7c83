package io.github.throughcare.care.transition;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
        boolean direct = narrowest.size() == 1 && wanted.size() == 1 && filter == null;
        Predicate<WorklistRow> all = row -> (filter == null || filter.test(row)) && isOnEach(row, wanted, narrowest);
        List<WorklistRow> rows = new ArrayList<>(count + 1);
        if (after == null || afterOverdue) {
            walk(narrowest, true, after).filter(all).limit(count + 1L).forEach(rows::add);
        }
        if (rows.size() <= count) {
            walk(narrowest, false, afterOverdue ? null : after)
                    .filter(all)
                    .limit(count + 1L - rows.size())
                    .forEach(rows::add);
        }
        int total = direct
                ? size(narrowest)
                : Math.toIntExact(Stream.concat(walk(narrowest, true, null), walk(narrowest, false, null))
                        .filter(all)
                        .count());
        boolean more = rows.size() > count;
        return new Page(more ? List.copyOf(rows.subList(0, count)) : rows, total, more);
    }

    private static boolean isOnEach(WorklistRow row, List<Set<String>> wanted, Set<String> known) {
        if (wanted.size() == 1) {
            return true;
        }
        Set<String> facets = row.facets();
        return wanted.stream().allMatch(w -> w == known || w.stream().anyMatch(facets::contains));
    }

    private int size(Set<String> facet) {
        return facet.stream()
                .map(shelves::get)
                .filter(java.util.Objects::nonNull)
                .mapToInt(Shelf::size)
                .sum();
    }

    private Stream<WorklistRow> walk(Set<String> facet, boolean overdue, @Nullable WorklistRow after) {
        List<NavigableSet<WorklistRow>> sets = facet.stream()
                .map(shelves::get)
                .filter(java.util.Objects::nonNull)
                .map(s -> overdue ? s.overdue : s.inTime)
                .map(s -> after == null ? s : s.tailSet(after, false))
                .toList();
        if (sets.size() == 1) {
            return sets.get(0).stream();
        }
        NavigableSet<WorklistRow> merged = new TreeSet<>(overdue ? WorklistRow.OVERDUE : WorklistRow.IN_TIME);
        sets.forEach(merged::addAll);
        return merged.stream();
    }

    /** How many stays there are. */
    int size() {
        return size(Set.of(ALL));
    }
}
