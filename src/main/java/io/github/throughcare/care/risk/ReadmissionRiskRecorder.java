package io.github.throughcare.care.risk;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.risk.StayScores.Scored;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Stores the readmission risk of stays: one RiskAssessment per Encounter and index, and the Flag, in one transaction. Ids derive
 * from the Encounter, and a result that says the same as the stored one leaves it as it is, so that repeating changes nothing. When
 * the same stay's risk is stored by somebody else meanwhile, it is reckoned again: what stays is of data that were read last.
 * Thread-safe.
 */
@Component
public final class ReadmissionRiskRecorder {

    /** So often it is reckoned again when somebody else stored a risk of the same stay meanwhile. */
    private static final int ATTEMPTS = 4;

    private final StayScores scores;
    private final StayReader reader;
    private final Resources resources;
    private final AssessedPatients assessed;
    private final CareSettings settings;

    ReadmissionRiskRecorder(
            StayScores scores,
            StayReader reader,
            Resources resources,
            AssessedPatients assessed,
            CareSettings settings) {
        this.assessed = assessed;
        this.scores = scores;
        this.reader = reader;
        this.resources = resources;
        this.settings = settings;
    }

    /**
     * Computes and stores the risk of one stay, with what was assumed when it was last recorded, else with nothing assumed.
     *
     * @param encounter logical id of an inpatient Encounter
     * @param asOf reckon with what was on record by then
     * @return a collection Bundle: a RiskAssessment per index, then the Flag if there is one, each as stored
     * @throws Problem 404 when there is no such Encounter, 422 when it is no inpatient stay
     */
    public Bundle record(String encounter, Instant asOf, Visibility visibility) {
        RiskPolicy policy = recorded(encounter, visibility)
                .map(r -> RiskPolicy.like(r, asOf, settings.zoneId()))
                .orElseGet(() -> RiskPolicy.standard(asOf, settings.zoneId()));
        return record(encounter, policy, visibility);
    }

    private Optional<RiskAssessment> recorded(String encounter, Visibility visibility) {
        return resources.read(
                RiskAssessment.class, RiskAssessments.id("RiskAssessment", encounter, "lace"), visibility);
    }

    /** Whether a band of a recorded risk is high. */
    public static boolean isHigh(Bundle recorded) {
        return recorded.getEntry().stream()
                .map(BundleEntryComponent::getResource)
                .filter(RiskAssessment.class::isInstance)
                .flatMap(r -> ((RiskAssessment) r).getPrediction().stream())
                .flatMap(p -> p.getQualitativeRisk().getCoding().stream())
                .anyMatch(c -> Ig.SCORE_BAND.equals(c.getSystem()) && RiskFlag.HIGH.equals(c.getCode()));
    }

    /** Whether a Flag warns of a readmission. */
    public static boolean isOfRisk(Flag flag) {
        return flag.getCode().getCoding().stream()
                .anyMatch(c -> Ig.FLAG_KIND.equals(c.getSystem()) && RiskFlag.KIND.equals(c.getCode()));
    }

    /** Whether the risk of a stay has been recorded before. */
    public boolean isRecorded(String encounter, Visibility visibility) {
        return recorded(encounter, visibility).isPresent();
    }

    /**
     * Closes the Flag of a stay that has no readmission to fear any more: the patient died, or the stay was none.
     *
     * @param encounter logical id; there need be no such Encounter
     */
    public void close(String encounter, Instant at, Visibility visibility) {
        String id = RiskAssessments.id("Flag", encounter, RiskFlag.KIND);
        resources
                .read(Flag.class, id, visibility)
                .filter(f -> f.getStatus() == Flag.FlagStatus.ACTIVE)
                .ifPresent(flag -> resources.put(List.of(RiskFlag.closed(flag, at, settings.zoneId())), visibility));
    }

    Bundle record(String encounter, RiskPolicy policy, Visibility visibility) {
        String reference = "Encounter/" + encounter;
        Map<String, Resource> read = stored(List.of(encounter), List.of(reference), visibility);
        Encounter stay = StayScores.requirePatient(encounter, (Encounter) read.remove(reference));
        Bundle bundle = new Bundle().setType(BundleType.COLLECTION);
        assess(List.of(stay), policy, visibility, read)
                .get(0)
                .all()
                .forEach(r -> bundle.addEntry().setResource(r));
        return bundle;
    }

    /**
     * What is stored of a stay.
     *
     * @param flag null when there is none and none is needed
     * @param cleared the Flag was active before and is not now
     */
    record Recorded(
            Scored scored,
            List<RiskAssessment> assessments,
            @Nullable Flag flag,
            boolean cleared) {

        List<Resource> all() {
            List<Resource> all = new ArrayList<>(assessments);
            if (flag != null) {
                all.add(flag);
            }
            return all;
        }

        /** Logical id of the stay's Encounter. */
        String id() {
            return Linked.id(scored.stay().index());
        }

        /** The same with the resources as they are stored now, as far as that is known. */
        Recorded as(Map<String, Resource> now, boolean wasCleared) {
            return new Recorded(
                    scored,
                    assessments.stream()
                            .map(a -> (RiskAssessment) now.getOrDefault(StayRecord.reference(a), a))
                            .toList(),
                    flag == null ? null : (Flag) now.getOrDefault(StayRecord.reference(flag), flag),
                    wasCleared);
        }

        boolean flagged() {
            return flag != null && flag.getStatus() == Flag.FlagStatus.ACTIVE;
        }
    }

    /**
     * Computes and stores the risk of some current stays in one transaction; stays that are none any more are left out. The resources
     * are given as they were handed in, without their versions, which is cheaper.
     */
    List<Recorded> recordAll(List<Encounter> stays, RiskPolicy policy, Visibility visibility) {
        return assess(stays, policy, visibility, null);
    }

    /**
     * @param ofOne what is stored of the only stay, read with it: then the answer is as stored, and a stay that cannot be scored is a
     *     Problem
     */
    private List<Recorded> assess(
            List<Encounter> stays, RiskPolicy policy, Visibility visibility, @Nullable Map<String, Resource> ofOne) {
        boolean one = ofOne != null;
        List<String> ids = stays.stream().map(Linked::id).toList();
        Set<String> patients =
                stays.stream().map(StayScores::patient).filter(Objects::nonNull).collect(Collectors.toSet());
        assessed.begin(patients);
        try {
            Set<String> cleared = new HashSet<>();
            for (int attempt = 1; ; attempt++) {
                // read before the record is: an assessment that somebody stores meanwhile, of newer data, is seen by
                // its version
                Map<String, Resource> stored =
                        ofOne != null && attempt == 1 ? ofOne : stored(ids, List.of(), visibility);
                List<Recorded> wanted = (one
                                ? scores.ofEncounters(stays, policy, visibility)
                                : scores.ofCurrent(stays, policy, visibility))
                        .stream().map(s -> wanted(s, policy, stored)).toList();
                List<Resource> changed = wanted.stream()
                        .flatMap(w -> w.all().stream())
                        .filter(r -> stored.get(StayRecord.reference(r)) != r)
                        .toList();
                wanted.stream().filter(Recorded::cleared).forEach(w -> cleared.add(w.id()));
                Map<String, Resource> now = new HashMap<>(stored);
                boolean alone = one ? committed(changed, stored, visibility, now) : put(changed, stored, visibility);
                if (alone || attempt == ATTEMPTS) {
                    return wanted.stream()
                            .map(w -> w.as(now, cleared.contains(w.id())))
                            .toList();
                }
            }
        } finally {
            assessed.end(patients);
        }
    }

    /** Whether nobody else has stored one of them since they were read. */
    private boolean put(List<Resource> changed, Map<String, Resource> stored, Visibility visibility) {
        if (changed.isEmpty()) {
            return true;
        }
        List<Integer> versions = resources.put(changed, visibility);
        return IntStream.range(0, changed.size()).allMatch(i -> versions.get(i) == next(changed.get(i), stored));
    }

    private boolean committed(
            List<Resource> changed, Map<String, Resource> stored, Visibility visibility, Map<String, Resource> now) {
        if (changed.isEmpty()) {
            return true;
        }
        boolean alone = true;
        for (BundleEntryComponent entry :
                resources.commit(Resources.puts(changed), visibility).getEntry()) {
            Resource resource = entry.getResource();
            now.put(StayRecord.reference(resource), resource);
            alone &= Integer.parseInt(resource.getMeta().getVersionId()) == next(resource, stored);
        }
        return alone;
    }

    /** The version that it becomes when nobody else writes it. */
    private static int next(Resource changed, Map<String, Resource> stored) {
        Resource before = stored.get(StayRecord.reference(changed));
        return before == null ? 1 : Integer.parseInt(before.getMeta().getVersionId()) + 1;
    }

    /**
     * What is stored of these stays now, by reference.
     *
     * @param stays ids of their Encounters
     * @param others references of what is read with it
     */
    private Map<String, Resource> stored(List<String> stays, List<String> others, Visibility visibility) {
        List<String> indices = scores.indices();
        List<String> references = new ArrayList<>(others);
        for (String stay : stays) {
            indices.forEach(
                    code -> references.add("RiskAssessment/" + RiskAssessments.id("RiskAssessment", stay, code)));
            references.add("Flag/" + RiskAssessments.id("Flag", stay, RiskFlag.KIND));
        }
        return new HashMap<>(resources.readAll(references, visibility));
    }

    private static Recorded wanted(Scored scored, RiskPolicy policy, Map<String, Resource> stored) {
        List<RiskAssessment> assessments = scored.scores().stream()
                .map(score -> RiskAssessments.of(score, scored.stay(), policy))
                .map(fresh ->
                        stored.get(StayRecord.reference(fresh)) instanceof RiskAssessment old && saysTheSame(old, fresh)
                                ? old
                                : fresh)
                .toList();
        Flag old = (Flag) stored.get("Flag/" + RiskFlag.id(scored.stay()));
        Optional<Flag> flag = RiskFlag.of(scored.scores(), scored.stay(), policy, old);
        boolean cleared = old != null
                && old.getStatus() == Flag.FlagStatus.ACTIVE
                && flag.map(f -> f.getStatus() != Flag.FlagStatus.ACTIVE).orElse(true);
        return new Recorded(scored, assessments, flag.orElse(null), cleared);
    }

    /** Equal but for version and time: computing a result again is no news. */
    static boolean saysTheSame(RiskAssessment old, RiskAssessment fresh) {
        IdType id = fresh.getIdElement();
        Type occurrence = fresh.getOccurrence();
        // both are large, and to copy them costs more than to compare them
        fresh.setIdElement(old.getIdElement());
        fresh.setMeta(old.getMeta());
        fresh.setText(old.getText());
        fresh.setOccurrence(old.getOccurrence());
        try {
            return old.equalsDeep(fresh);
        } finally {
            fresh.setIdElement(id);
            fresh.setMeta(null);
            fresh.setText(null);
            fresh.setOccurrence(occurrence);
        }
    }
}
