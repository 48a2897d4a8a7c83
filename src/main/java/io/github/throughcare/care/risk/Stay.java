package io.github.throughcare.care.risk;

import io.github.throughcare.fhir.Problem;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;

/**
 * An inpatient stay: the Encounter asked for with those that are the same visit or a transfer without a gap of more than a day.
 *
 * @param index the Encounter asked for
 * @param chain all Encounters of the stay in the order of their start, {@link #index} among them
 * @param start null when no start is recorded to the day
 * @param end null when the stay is open, or when it has ended and no end is recorded to the day
 * @param open not ended as of the time reckoned with
 */
record Stay(
        Encounter index,
        List<Encounter> chain,
        @Nullable Moment start,
        @Nullable Moment end,
        boolean open) {

    private static final Set<EncounterStatus> BEGUN =
            Set.of(EncounterStatus.INPROGRESS, EncounterStatus.ONLEAVE, EncounterStatus.FINISHED);
    private static final Set<EncounterStatus> NOT_HAPPENED =
            Set.of(EncounterStatus.PLANNED, EncounterStatus.CANCELLED, EncounterStatus.ENTEREDINERROR);
    /** Whoever went home, or left against advice, was not transferred: the next admission is a readmission. */
    private static final Set<String> WENT_HOME = Set.of("home", "alt-home", "aadvice");

    /**
     * The stay that an Encounter belongs to.
     *
     * @param others the patient's Encounters, in any order; those that are no hospital stays are left aside
     * @throws Problem 422 when the Encounter is no inpatient stay that had begun
     */
    static Stay of(Encounter index, Collection<Encounter> others, Set<String> inpatient, Instant asOf, ZoneId zone) {
        if (!inpatient.contains(index.getClass_().getCode())) {
            throw Problem.rule(
                    "Encounter/" + Linked.id(index) + " is no inpatient stay: its class would be one of "
                            + inpatient.stream().sorted().toList() + ".",
                    "Encounter.class");
        }
        if (!begun(index.getStatus()) || !begun(index, asOf, zone)) {
            throw Problem.rule(
                    "Encounter/" + Linked.id(index)
                            + " is no stay that had begun: its status would be in-progress, onleave or finished, and its start not after the time reckoned with.",
                    "Encounter.status");
        }
        List<Encounter> candidates = happened(others, inpatient, asOf, zone).stream()
                .filter(e -> !Linked.id(e).equals(Linked.id(index)))
                .collect(Collectors.toList());
        candidates.add(index);
        Set<Encounter> chain = chains(candidates, asOf, zone).stream()
                .filter(c -> c.contains(index))
                .findFirst()
                .orElseThrow();
        return of(index, chain, asOf, zone);
    }

    private static Stay of(Encounter index, Set<Encounter> chain, Instant asOf, ZoneId zone) {
        List<Encounter> ordered = chain.stream().sorted(oldestFirst(zone)).toList();
        Moment start = start(ordered.get(0), zone).filter(Moment::namesDay).orElse(null);
        boolean open = chain.stream().anyMatch(e -> open(e, asOf, zone));
        Moment end = chain.stream()
                .flatMap(e -> end(e, zone).stream())
                .max(Comparator.comparing(Moment::until))
                .filter(Moment::namesDay)
                .orElse(null);
        boolean endless = chain.stream()
                .filter(e -> end(e, zone).isEmpty())
                .anyMatch(e -> end == null
                        || start(e, zone)
                                .filter(s -> s.from().isAfter(end.until()))
                                .isPresent());
        return new Stay(index, ordered, start, open || endless ? null : end, open);
    }

    /** Encounters of these classes that had begun by then, sorted by id, so that their order never matters. */
    static List<Encounter> happened(Collection<Encounter> encounters, Set<String> classes, Instant asOf, ZoneId zone) {
        return encounters.stream()
                .filter(e -> classes.contains(e.getClass_().getCode()))
                .filter(e -> e.hasStatus() && !NOT_HAPPENED.contains(e.getStatus()))
                .filter(e -> begun(e, asOf, zone))
                .sorted(Comparator.comparing(Linked::id))
                .toList();
    }

    /** Stays in hospital: the same visit, or transfers. */
    static List<Set<Encounter>> chains(List<Encounter> encounters, Instant asOf, ZoneId zone) {
        return Linked.groups(encounters, (a, b) -> Linked.sameVisit(a, b) || transferred(a, b, asOf, zone));
    }

    /** Whether one follows the other within a day: 24 hours, or the next date where no time of day is recorded. */
    private static boolean transferred(Encounter first, Encounter next, Instant asOf, ZoneId zone) {
        Moment from = start(first, zone).orElse(null);
        Moment to = start(next, zone).orElse(null);
        Moment end = end(first, zone).orElse(null);
        if (from == null || to == null || end == null || open(first, asOf, zone) || from.compareTo(to) > 0) {
            return false;
        }
        boolean wentHome = first.getHospitalization().getDischargeDisposition().getCoding().stream()
                .anyMatch(c -> WENT_HOME.contains(c.getCode()));
        if (wentHome && !to.from().isBefore(end.from())) {
            return false;
        }
        return end.namesTime() && to.namesTime()
                ? !to.from().isAfter(end.from().plusDays(1))
                : ChronoUnit.DAYS.between(end.until().toLocalDate(), to.date()) <= 1;
    }

    static boolean begun(@Nullable EncounterStatus status) {
        return status != null && BEGUN.contains(status);
    }

    private static boolean begun(Encounter encounter, Instant asOf, ZoneId zone) {
        return start(encounter, zone).map(s -> s.by(asOf)).orElse(true);
    }

    /** In progress, or ended only after the time reckoned with. */
    static boolean open(Encounter encounter, Instant asOf, ZoneId zone) {
        return encounter.getStatus() != EncounterStatus.FINISHED
                || end(encounter, zone).map(e -> !e.by(asOf)).orElse(false);
    }

    static Optional<Moment> start(Encounter encounter, ZoneId zone) {
        return Moment.of(encounter.getPeriod().getStartElement(), zone);
    }

    static Optional<Moment> end(Encounter encounter, ZoneId zone) {
        return Moment.of(encounter.getPeriod().getEndElement(), zone);
    }

    /** By start, those without one last; a part after its whole. */
    static Comparator<Encounter> oldestFirst(ZoneId zone) {
        return Comparator.comparing(
                        (Encounter e) -> start(e, zone).orElse(null), Comparator.nullsLast(Comparator.naturalOrder()))
                .thenComparing(Encounter::hasPartOf)
                .thenComparing(Linked::id);
    }

    /** The Encounter that the patient is, or was last, in. */
    Encounter last() {
        return chain.get(chain.size() - 1);
    }

    Set<String> ids() {
        return chain.stream().map(Linked::id).collect(Collectors.toSet());
    }

    boolean has(Reference encounter) {
        String id = encounter.getReferenceElement().getIdPart();
        return id != null && chain.stream().anyMatch(e -> Linked.id(e).equals(id));
    }

    /** Whether something happened during the stay; a date on its first or last day did. */
    boolean covers(Moment moment, Instant asOf) {
        return start != null && !moment.until().isBefore(start.from()) && notAfter(moment, asOf);
    }

    /** Whether something happened by the end of the stay, or by the time reckoned with when it is open. */
    boolean notAfter(Moment moment, Instant asOf) {
        return end == null ? moment.by(asOf) : !moment.from().isAfter(end.until());
    }

    /** Relative references of the stay's Encounters. */
    List<String> evidence() {
        return chain.stream().map(e -> "Encounter/" + Linked.id(e)).toList();
    }

    /** Logical id of the patient. */
    String patient() {
        return Objects.requireNonNull(index.getSubject().getReferenceElement().getIdPart(), "checked when it was read");
    }
}
