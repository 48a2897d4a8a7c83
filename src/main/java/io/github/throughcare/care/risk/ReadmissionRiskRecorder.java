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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Stores the readmission risk of stays: one RiskAssessment per Encounter and index, and the Flag, in one transaction. Ids derive
 * from the Encounter, and a result that says the same as the stored one leaves it as it is, so that repeating changes nothing.
 * Thread-safe.
 */
@Component
public final class ReadmissionRiskRecorder {

    private final StayScores scores;
    private final StayReader reader;
    private final Resources resources;
    private final CareSettings settings;

    ReadmissionRiskRecorder(StayScores scores, StayReader reader, Resources resources, CareSettings settings) {
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
                .ifPresent(flag ->
                        commit(Map.of("Flag/" + id, RiskFlag.closed(flag, at, settings.zoneId())), visibility));
    }

    Bundle record(String encounter, RiskPolicy policy, Visibility visibility) {
        Scored scored = scores.ofEncounter(encounter, policy, visibility);
        Bundle bundle = new Bundle().setType(BundleType.COLLECTION);
        store(List.of(scored), policy, visibility, true)
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

        boolean flagged() {
            return flag != null && flag.getStatus() == Flag.FlagStatus.ACTIVE;
        }
    }

    /**
     * Stores the scores of some stays in one transaction; in their order.
     *
     * @param asStored the answer holds the resources as stored, with their versions; else as they were handed in, which is cheaper
     */
    List<Recorded> store(List<Scored> stays, RiskPolicy policy, Visibility visibility, boolean asStored) {
        Map<String, Resource> stored = stored(stays, visibility);
        List<Recorded> wanted =
                stays.stream().map(s -> wanted(s, policy, stored)).toList();
        Map<String, Resource> changed = new LinkedHashMap<>();
        wanted.stream()
                .flatMap(w -> w.all().stream())
                .filter(r -> stored.get(StayRecord.reference(r)) != r)
                .forEach(r -> changed.put(StayRecord.reference(r), r));
        Map<String, Resource> now = new HashMap<>(stored);
        if (asStored) {
            now.putAll(commit(changed, visibility));
        } else if (!changed.isEmpty()) {
            resources.store(transaction(changed), visibility);
        }
        return wanted.stream()
                .map(w -> new Recorded(
                        w.scored(),
                        w.assessments().stream()
                                .map(a -> (RiskAssessment) now.getOrDefault(StayRecord.reference(a), a))
                                .toList(),
                        w.flag() == null ? null : (Flag) now.getOrDefault(StayRecord.reference(w.flag()), w.flag()),
                        w.cleared()))
                .toList();
    }

    private Map<String, Resource> stored(List<Scored> stays, Visibility visibility) {
        Map<String, Resource> stored = new HashMap<>();
        List<String> assessments = stays.stream()
                .flatMap(s -> s.scores().stream()
                        .map(score -> RiskAssessments.id(
                                "RiskAssessment",
                                Linked.id(s.stay().index()),
                                score.table().code())))
                .toList();
        reader.byId(RiskAssessment.class, assessments, visibility).forEach(r -> stored.put(StayRecord.reference(r), r));
        List<String> flags = stays.stream().map(s -> RiskFlag.id(s.stay())).toList();
        reader.byId(Flag.class, flags, visibility).forEach(f -> stored.put(StayRecord.reference(f), f));
        return stored;
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

    private Map<String, Resource> commit(Map<String, Resource> changed, Visibility visibility) {
        if (changed.isEmpty()) {
            return Map.of();
        }
        Map<String, Resource> committed = new HashMap<>();
        for (BundleEntryComponent entry :
                resources.commit(transaction(changed), visibility).getEntry()) {
            committed.put(StayRecord.reference(entry.getResource()), entry.getResource());
        }
        return committed;
    }

    private static Bundle transaction(Map<String, Resource> changed) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        changed.forEach((url, resource) -> transaction
                .addEntry()
                .setResource(resource)
                .getRequest()
                .setMethod(HTTPVerb.PUT)
                .setUrl(url));
        return transaction;
    }
}
