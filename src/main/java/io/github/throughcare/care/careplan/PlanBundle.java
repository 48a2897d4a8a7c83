package io.github.throughcare.care.careplan;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.WriteBack;
import io.github.throughcare.fhir.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** A drafted plan as Bundles: to store, as a preview, and as the answer. */
final class PlanBundle {

    private static final String URN = "urn:uuid:";

    private PlanBundle() {}

    /**
     * What must be stored, with its Provenance, as one transaction; with it goes the CarePlan even when it stays as it is, so that
     * nobody else has changed it meanwhile. What is stored already is written over only if nobody else wrote it.
     */
    static Bundle transaction(PlanChanges changes, PlanRequest request, List<Programme> programmes) {
        Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
        List<Resource> stored =
                changes.plan().stream().filter(changes::isChanged).toList();
        if (stored.isEmpty()) {
            return bundle;
        }
        changes.plan().stream()
                .filter(resource -> resource instanceof CarePlan || changes.isChanged(resource))
                .forEach(resource -> bundle.addEntry(WriteBack.entry(resource)));
        bundle.addEntry()
                .setResource(PlanProvenance.ofPlanning(request, programmes, stored))
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Provenance");
        return bundle;
    }

    /**
     * The plan after the commit.
     *
     * @param response the transaction-response, without entries when there was nothing to store
     */
    static Bundle stored(PlanChanges changes, Bundle response, List<Problem.Issue> leftOut) {
        Map<String, Resource> fresh = new HashMap<>();
        response.getEntry().stream()
                .map(BundleEntryComponent::getResource)
                .forEach(r -> fresh.put(PlanChanges.address(r), r));
        Bundle bundle = new Bundle().setType(BundleType.COLLECTION);
        changes.plan().forEach(r -> bundle.addEntry().setResource(fresh.getOrDefault(PlanChanges.address(r), r)));
        return withWarnings(bundle, leftOut, changes);
    }

    /** The plan as it would be: what is new has no id but a {@code urn:uuid:} fullUrl, and references follow it. */
    static Bundle preview(PlanChanges changes, FhirContext context, List<Problem.Issue> leftOut) {
        Map<String, String> urns = new HashMap<>();
        changes.plan().stream()
                .filter(r -> changes.isChanged(r) && !r.getMeta().hasVersionId())
                .forEach(r ->
                        urns.put(PlanChanges.address(r), URN + r.getIdElement().getIdPart()));
        Bundle bundle = new Bundle().setType(BundleType.COLLECTION);
        for (Resource resource : changes.plan()) {
            Resource copy = resource.copy();
            context.newTerser().getAllPopulatedChildElementsOfType(copy, Reference.class).stream()
                    .filter(reference -> urns.containsKey(reference.getReference()))
                    .forEach(reference -> reference.setReference(urns.get(reference.getReference())));
            BundleEntryComponent entry = bundle.addEntry().setResource(copy);
            String urn = urns.get(PlanChanges.address(resource));
            if (urn != null) {
                copy.setId((String) null);
                entry.setFullUrl(urn);
            }
        }
        return withWarnings(bundle, leftOut, changes);
    }

    private static Bundle withWarnings(Bundle bundle, List<Problem.Issue> leftOut, PlanChanges changes) {
        List<Problem.Issue> warnings =
                Stream.concat(changes.warnings().stream(), leftOut.stream()).toList();
        if (!warnings.isEmpty()) {
            OperationOutcome outcome = new OperationOutcome();
            warnings.forEach(issue -> outcome.addIssue()
                    .setSeverity(IssueSeverity.WARNING)
                    .setCode(issue.code())
                    .setDiagnostics(issue.text()));
            bundle.addEntry().setResource(outcome);
        }
        return bundle;
    }
}
