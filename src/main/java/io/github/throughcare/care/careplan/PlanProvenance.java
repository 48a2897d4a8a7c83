package io.github.throughcare.care.careplan;

import io.github.throughcare.care.WriteBack;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Who changed what in a plan, and why: one Provenance for each change, stored with it. {@code GET Provenance?target=CarePlan/[id]}
 * beside {@code CarePlan/[id]/_history} is the history of the plan.
 *
 * @see <a href="http://hl7.org/fhir/us/core/StructureDefinition/us-core-provenance">US Core Provenance</a>
 */
final class PlanProvenance {

    private static final String SERVER = "Throughcare";

    private PlanProvenance() {}

    /** Programmes were applied; {@code changed} is what was stored for it. */
    static Provenance ofPlanning(PlanRequest request, List<Programme> programmes, List<Resource> changed) {
        String titles = programmes.stream().map(Programme::title).collect(Collectors.joining(", "));
        boolean isNew =
                changed.stream().allMatch(resource -> !resource.getMeta().hasVersionId());
        Provenance provenance = of(
                request.now(),
                request.author(),
                isNew ? "CREATE" : "UPDATE",
                "Programmes applied ($generate-care-plan): " + titles,
                changed.stream().map(PlanChanges::address).toList());
        programmes.forEach(programme -> provenance
                .addEntity()
                .setRole(ProvenanceEntityRole.SOURCE)
                .setWhat(new Reference("PlanDefinition/" + programme.id()).setDisplay(programme.title())));
        return provenance;
    }

    /** A rule of ours, or a person through us, changed one resource because of another. */
    static Bundle change(Resource changed, Instant now, @Nullable Reference who, String reason, String because) {
        return changes(List.of(changed), now, who, reason, because);
    }

    /** The same for several resources, in one transaction: an update if one of them was there before. */
    static Bundle changes(
            List<? extends Resource> changed, Instant now, @Nullable Reference who, String reason, String because) {
        Bundle bundle = WriteBack.transaction(changed);
        boolean isNew = changed.stream().noneMatch(r -> r.getMeta().hasVersionId());
        Provenance provenance = of(
                now,
                who,
                isNew ? "CREATE" : "UPDATE",
                reason,
                changed.stream().map(PlanChanges::address).toList());
        provenance.addEntity().setRole(ProvenanceEntityRole.SOURCE).setWhat(new Reference(because));
        bundle.addEntry()
                .setResource(provenance)
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Provenance");
        return bundle;
    }

    private static Provenance of(
            Instant now, @Nullable Reference who, String activity, String reason, List<String> targets) {
        Provenance provenance = new Provenance().setRecorded(Date.from(now));
        targets.forEach(target -> provenance.addTarget(new Reference(target)));
        provenance.setOccurred(new DateTimeType(Date.from(now)));
        provenance.setActivity(new CodeableConcept(
                new Coding("http://terminology.hl7.org/CodeSystem/v3-DataOperation", activity, null)));
        provenance.addReason(new CodeableConcept().setText(reason));
        provenance
                .addAgent()
                .setType(participant(who == null ? "assembler" : "author"))
                .setWho(who == null ? new Reference().setDisplay(SERVER) : who.copy());
        return provenance;
    }

    private static CodeableConcept participant(String code) {
        return new CodeableConcept(
                new Coding("http://terminology.hl7.org/CodeSystem/provenance-participant-type", code, null));
    }
}
