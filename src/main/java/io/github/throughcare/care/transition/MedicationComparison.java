package io.github.throughcare.care.transition;

import io.github.throughcare.care.Ig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.ListResource;
import org.hl7.fhir.r4.model.ListResource.ListEntryComponent;
import org.hl7.fhir.r4.model.ListResource.ListMode;
import org.hl7.fhir.r4.model.ListResource.ListStatus;
import org.hl7.fhir.r4.model.Reference;

/**
 * What the patient took before the stay, got in hospital and is to take after it, side by side as a List. It names what somebody has to
 * decide; it decides nothing. A medicine of before that no discharge order names and nobody stopped is {@code unaccounted}, never
 * silently gone. A pure function, whatever the order of its input.
 */
final class MedicationComparison {

    /** When a medicine is taken. */
    enum Phase {
        BEFORE,
        IN_HOSPITAL,
        AFTER;

        String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * One order, statement or administration.
     *
     * @param keys codes ({@code system|code}) or words of the medicine; it is the same as another when they share one
     * @param words the medicine as people call it
     * @param dosage as written, empty when not told
     * @param stopped it was stopped during the stay
     */
    record Line(Phase phase, Set<String> keys, String words, String dosage, String reference, boolean stopped) {}

    private static final String CHANGE = Ig.codeSystem("medication-change");
    private static final String SOURCE = Ig.extension("medication-source");

    private MedicationComparison() {}

    static String id(String encounter) {
        return TaskKind.id("List", encounter, TaskKind.RECONCILIATION.code);
    }

    static ListResource of(Discharge discharge, Collection<Line> lines, TransitionTasks at) {
        ListResource list = new ListResource();
        list.setId(id(discharge.encounter()));
        list.setStatus(ListStatus.CURRENT);
        list.setMode(ListMode.WORKING);
        list.setTitle("Medication before, during and after the stay");
        list.setCode(new CodeableConcept()
                .addCoding(new Coding().setSystem(Ig.codeSystem("list-kind")).setCode(TaskKind.RECONCILIATION.code))
                .setText("Medication reconciliation"));
        list.setSubject(new Reference("Patient/" + discharge.patient()));
        list.setEncounter(new Reference("Encounter/" + discharge.encounter()));
        list.setDateElement(at.time(at.now()));
        medicines(lines).stream()
                .sorted(Comparator.comparing(MedicationComparison::words)
                        .thenComparing(m -> m.get(0).reference()))
                .forEach(m -> list.addEntry(entry(m)));
        if (!list.hasEntry()) {
            list.setEmptyReason(new CodeableConcept()
                    .addCoding(new Coding()
                            .setSystem("http://terminology.hl7.org/CodeSystem/list-empty-reason")
                            .setCode("unavailable"))
                    .setText("No medication is on record: ask the patient."));
        }
        return list;
    }

    /**
     * The stored List as the record is now. What a person has added to it stays: entries of their own, and notes to entries whose
     * sources are the same.
     *
     * @return empty when nothing is to be changed
     */
    static Optional<ListResource> refreshed(ListResource stored, ListResource fresh) {
        Map<Set<String>, ListEntryComponent> known = new HashMap<>();
        stored.getEntry().forEach(e -> known.putIfAbsent(sources(e), e));
        List<ListEntryComponent> entries = new ArrayList<>();
        for (ListEntryComponent entry : fresh.getEntry()) {
            ListEntryComponent old = known.get(sources(entry));
            if (old == null) {
                entries.add(entry);
            } else {
                entries.add(old.copy().setFlag(entry.getFlag()).setItem(entry.getItem()));
            }
        }
        stored.getEntry().stream().filter(e -> sources(e).isEmpty()).forEach(entries::add);
        if (Base.compareDeep(stored.getEntry(), entries, true)) {
            return Optional.empty();
        }
        ListResource now = stored.copy();
        now.setEntry(entries);
        now.setEmptyReason(entries.isEmpty() ? fresh.getEmptyReason() : null);
        now.setDateElement(fresh.getDateElement());
        return Optional.of(now);
    }

    private static Set<String> sources(ListEntryComponent entry) {
        return entry.getExtension().stream()
                .filter(e -> SOURCE.equals(e.getUrl()))
                .map(e -> e.getExtension().stream()
                        .map(Extension::getValue)
                        .map(v -> v instanceof Reference r ? r.getReference() : String.valueOf(v))
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.toSet());
    }

    /** Lines of one medicine together. */
    static List<List<Line>> medicines(Collection<Line> lines) {
        List<List<Line>> groups = new ArrayList<>();
        List<Set<String>> keys = new ArrayList<>();
        lines.stream().sorted(Comparator.comparing(Line::reference)).forEach(line -> {
            List<Line> group = new ArrayList<>(List.of(line));
            Set<String> named = new HashSet<>(line.keys());
            for (int i = groups.size() - 1; i >= 0; i--) {
                if (keys.get(i).stream().anyMatch(named::contains)) {
                    group.addAll(groups.remove(i));
                    named.addAll(keys.remove(i));
                }
            }
            group.sort(Comparator.comparing(Line::phase).thenComparing(Line::reference));
            groups.add(group);
            keys.add(named);
        });
        return groups;
    }

    /** What becomes of a medicine: a code of {@code CodeSystem/medication-change}. */
    static String change(List<Line> medicine) {
        Map<Phase, List<Line>> by = new EnumMap<>(Phase.class);
        medicine.forEach(
                l -> by.computeIfAbsent(l.phase(), p -> new ArrayList<>()).add(l));
        List<Line> before = by.getOrDefault(Phase.BEFORE, List.of());
        List<Line> after = by.getOrDefault(Phase.AFTER, List.of());
        if (before.isEmpty()) {
            return after.isEmpty() ? "hospital-only" : "new";
        }
        if (after.isEmpty()) {
            return before.stream().allMatch(Line::stopped) ? "stopped" : "unaccounted";
        }
        Set<String> doses = doses(before);
        return doses.isEmpty() || doses(after).isEmpty() || doses.equals(doses(after)) ? "continued" : "dose-changed";
    }

    private static Set<String> doses(List<Line> lines) {
        Set<String> doses = new HashSet<>();
        lines.stream()
                .map(l -> l.dosage().strip().toLowerCase(Locale.ROOT))
                .filter(d -> !d.isEmpty())
                .forEach(doses::add);
        return doses;
    }

    private static ListEntryComponent entry(List<Line> medicine) {
        ListEntryComponent entry = new ListEntryComponent();
        entry.setFlag(
                new CodeableConcept().addCoding(new Coding().setSystem(CHANGE).setCode(change(medicine))));
        Line telling = medicine.get(medicine.size() - 1).phase() == Phase.AFTER
                ? medicine.get(medicine.size() - 1)
                : medicine.get(0);
        entry.setItem(new Reference(telling.reference()).setDisplay(words(medicine)));
        medicine.forEach(line -> {
            Extension source = entry.addExtension().setUrl(SOURCE);
            source.addExtension("phase", new CodeType(line.phase().code()));
            source.addExtension("reference", new Reference(line.reference()));
        });
        return entry;
    }

    private static String words(List<Line> medicine) {
        return medicine.stream()
                .map(Line::words)
                .filter(w -> !w.isBlank())
                .findFirst()
                .orElse("?");
    }
}
