package io.github.throughcare.care.risk;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Patient;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds a stay, reads what it is scored from, and scores it. Stores nothing. */
@Component
final class StayScores {

    /** A stay with its scores. */
    record Scored(Stay stay, List<Score> scores) {}

    private final Resources resources;
    private final StayReader reader;
    private final CurrentTables tables;
    private final OwnIndices ownIndices;

    StayScores(Resources resources, StayReader reader, CurrentTables tables, OwnIndices ownIndices) {
        this.resources = resources;
        this.reader = reader;
        this.tables = tables;
        this.ownIndices = ownIndices;
    }

    /**
     * The stay of one Encounter.
     *
     * @throws Problem 404 when there is no such Encounter, 422 when it is no inpatient stay of a patient
     */
    Scored ofEncounter(String id, RiskPolicy policy, Visibility visibility) {
        return ofEncounters(List.of(encounter(id, visibility)), policy, visibility)
                .get(0);
    }

    /**
     * An Encounter of a patient.
     *
     * @throws Problem 404 when there is no such Encounter, 422 when it has no Patient
     */
    Encounter encounter(String id, Visibility visibility) {
        return requirePatient(
                id, resources.read(Encounter.class, id, visibility).orElse(null));
    }

    /**
     * An Encounter of a patient, as it was read.
     *
     * @param encounter null: there is none
     * @throws Problem 404 when there is no such Encounter, 422 when it has no Patient
     */
    static Encounter requirePatient(String id, @Nullable Encounter encounter) {
        if (encounter == null) {
            throw Problem.unknown("There is no Encounter/" + id + ".");
        }
        if (patient(encounter) == null) {
            throw Problem.rule("Encounter/" + id + " has no Patient as its subject.", "Encounter.subject");
        }
        return encounter;
    }

    /** Codes of all indices: the published ones and the hospital's own. */
    List<String> indices() {
        RiskTables now = tables.get();
        return Stream.concat(
                        Stream.of(now.lace(), now.hospital().get("2016"), now.simplified()),
                        ownIndices.all().stream().map(OwnIndex::table))
                .map(IndexTable::code)
                .toList();
    }

    /**
     * The current inpatient stay of a patient, else the latest.
     *
     * @throws Problem 404 when there is no such Patient, 422 when the patient has no inpatient stay
     */
    Scored ofPatient(String id, RiskPolicy policy, Visibility visibility) {
        if (resources.read(Patient.class, id, visibility).isEmpty()) {
            throw Problem.unknown("There is no Patient/" + id + ".");
        }
        RiskTables now = tables.get();
        Map<String, List<Encounter>> encounters = reader.encounters(List.of(id), now, visibility);
        Stay stay = latest(encounters.getOrDefault(id, List.of()), policy, now);
        return score(List.of(stay), encounters, policy, now, visibility).get(0);
    }

    /**
     * The stays of Encounters of patients, in their order, as these are now.
     *
     * @throws Problem 422 when one is no inpatient stay that had begun
     */
    List<Scored> ofEncounters(List<Encounter> indexes, RiskPolicy policy, Visibility visibility) {
        return ofEncounters(indexes, policy, visibility, e -> true);
    }

    /** The same without those that are no inpatient stays any more. */
    List<Scored> ofCurrent(List<Encounter> indexes, RiskPolicy policy, Visibility visibility) {
        Set<String> inpatient = tables.get().inpatient();
        return ofEncounters(
                indexes,
                policy,
                visibility,
                e -> inpatient.contains(e.getClass_().getCode())
                        && Stay.begun(e.getStatus())
                        && Stay.start(e, policy.zone())
                                .map(s -> s.by(policy.asOf()))
                                .orElse(true));
    }

    private List<Scored> ofEncounters(
            List<Encounter> indexes, RiskPolicy policy, Visibility visibility, Predicate<Encounter> wanted) {
        RiskTables now = tables.get();
        List<String> patients = indexes.stream()
                .map(StayScores::patient)
                .filter(Objects::nonNull)
                .toList();
        Map<String, List<Encounter>> encounters = reader.encounters(patients, now, visibility);
        List<Stay> stays = indexes.stream()
                .map(e -> asRead(e, encounters))
                .filter(wanted)
                .map(e -> Stay.of(
                        e,
                        encounters.getOrDefault(String.valueOf(patient(e)), List.of()),
                        now.inpatient(),
                        policy.asOf(),
                        policy.zone()))
                .toList();
        return score(stays, encounters, policy, now, visibility);
    }

    /** The version that was read last: some seconds may have passed since it was found. */
    private static Encounter asRead(Encounter index, Map<String, List<Encounter>> encounters) {
        return encounters.getOrDefault(String.valueOf(patient(index)), List.of()).stream()
                .filter(e -> Linked.id(e).equals(Linked.id(index)))
                .findFirst()
                .orElse(index);
    }

    private List<Scored> score(
            List<Stay> stays,
            Map<String, List<Encounter>> encounters,
            RiskPolicy policy,
            RiskTables tables,
            Visibility visibility) {
        List<StayRecord> records = reader.records(stays, encounters, policy, tables, visibility);
        List<List<Score>> own = ownIndices.scores(records, policy, tables, visibility);
        List<Scored> scored = new ArrayList<>(records.size());
        for (int i = 0; i < records.size(); i++) {
            StayRecord record = records.get(i);
            List<Score> scores = new ArrayList<>(ReadmissionRisk.scores(record, policy, tables));
            scores.addAll(own.get(i));
            scored.add(new Scored(record.stay(), scores));
        }
        return scored;
    }

    private static Stay latest(Collection<Encounter> encounters, RiskPolicy policy, RiskTables tables) {
        return Stay.happened(encounters, tables.inpatient(), policy.asOf(), policy.zone()).stream()
                .filter(e -> Stay.begun(e.getStatus()))
                .max(Comparator.comparing((Encounter e) -> Stay.open(e, policy.asOf(), policy.zone()))
                        .thenComparing(
                                e -> Stay.start(e, policy.zone()).orElse(null),
                                Comparator.nullsFirst(Comparator.naturalOrder()))
                        .thenComparing(e -> !e.hasPartOf())
                        .thenComparing(Linked::id))
                .map(e -> Stay.of(e, encounters, tables.inpatient(), policy.asOf(), policy.zone()))
                .orElseThrow(() -> Problem.rule(
                        "The patient has no inpatient stay that had begun by the time reckoned with: an Encounter of class "
                                + tables.inpatient().stream().sorted().toList() + ".",
                        null));
    }

    /** Logical id of the Encounter's patient, null when its subject is none. */
    static @Nullable String patient(Encounter encounter) {
        String type = encounter.getSubject().getReferenceElement().getResourceType();
        return type == null || type.equals("Patient")
                ? encounter.getSubject().getReferenceElement().getIdPart()
                : null;
    }
}
