package io.github.throughcare.care.transition;

import io.github.throughcare.care.RiskBand;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the discharge worklist keeps of one current inpatient stay to order and to filter it.
 *
 * @param id of the Encounter
 * @param patient id
 * @param places {@code Type/id} of the Locations where the patient is now, the service provider and the participants
 * @param planners {@code Type/id} of the participants
 * @param expected stretch of time in which the discharge is expected, null when it is not said
 * @param due when the earliest open work is due, {@link Instant#MAX} when there is none
 * @param bands bands of the stay's risk assessments
 * @param rank how high the highest of them is
 * @param points fewest points of the LACE index, -1 when it was not reckoned
 */
record WorklistRow(
        String id,
        String patient,
        Set<String> places,
        Set<String> planners,
        @Nullable Stretch expected,
        Instant due,
        Set<String> bands,
        int rank,
        int points) {

    /** There are as many of them as stays: the smallest sets there are. */
    WorklistRow {
        places = Set.copyOf(places);
        planners = Set.copyOf(planners);
        bands = Set.copyOf(bands);
    }

    private static final String PLANNER = "planner ";
    private static final String BAND = "band ";

    /** A stretch of time {@code [from, until)}. */
    record Stretch(Instant from, Instant until) {}

    /** From the least; every other code is below. */
    private static final List<String> BANDS = RiskBand.PUBLISHED;

    private static final Comparator<WorklistRow> BY_RISK = Comparator.comparingInt(WorklistRow::rank)
            .reversed()
            .thenComparing(Comparator.comparingInt(WorklistRow::points).reversed())
            .thenComparing(WorklistRow::id);

    /** Order of stays without overdue work: expected discharge, missing last; highest band; LACE points; id. */
    static final Comparator<WorklistRow> IN_TIME = Comparator.comparing((WorklistRow r) ->
                    r.expected() == null ? Instant.MAX : r.expected().from())
            .thenComparing(BY_RISK);

    /** Order of stays with overdue work: what is overdue longest, then as {@link #IN_TIME}. */
    static final Comparator<WorklistRow> OVERDUE =
            Comparator.comparing(WorklistRow::due).thenComparing(IN_TIME);

    /** The same stay with another risk. */
    WorklistRow with(Set<String> otherBands, int otherPoints) {
        return new WorklistRow(
                id, patient, places, planners, expected, due, otherBands, highest(otherBands), otherPoints);
    }

    boolean isOverdue(Instant now) {
        return due.isBefore(now);
    }

    static int highest(Set<String> bands) {
        return bands.stream().mapToInt(BANDS::indexOf).max().orElse(-1);
    }

    /** Everything it can be found by. */
    Set<String> facets() {
        Set<String> facets = new java.util.HashSet<>(places);
        facets.add(Worklist.ALL);
        planners.forEach(p -> facets.add(planner(p)));
        bands.forEach(b -> facets.add(band(b)));
        if (planners.isEmpty()) {
            facets.add(Worklist.UNASSIGNED);
        }
        return facets;
    }

    /** Whether it can be found by one of these. */
    boolean hasAny(Set<String> facets) {
        return facets.stream().anyMatch(this::has);
    }

    /** As {@code facets().contains}, without making them. */
    private boolean has(String facet) {
        if (facet.startsWith(PLANNER)) {
            return planners.contains(facet.substring(PLANNER.length()));
        }
        if (facet.startsWith(BAND)) {
            return bands.contains(facet.substring(BAND.length()));
        }
        return facet.equals(Worklist.ALL)
                || facet.equals(Worklist.UNASSIGNED) && planners.isEmpty()
                || places.contains(facet);
    }

    static String planner(String reference) {
        return PLANNER + reference;
    }

    static String band(String code) {
        return BAND + code;
    }
}
