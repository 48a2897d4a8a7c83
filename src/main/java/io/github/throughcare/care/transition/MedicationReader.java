package io.github.throughcare.care.transition;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.transition.MedicationComparison.Line;
import io.github.throughcare.care.transition.MedicationComparison.Phase;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Dosage;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.ListResource;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.MedicationAdministration;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.MedicationStatement;
import org.hl7.fhir.r4.model.MedicationStatement.MedicationStatementStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads what a patient took before, got in hospital and is to take after (docs/spec-notes.md, "Medication reconciliation"). */
@Component
final class MedicationReader {

    private static final Set<MedicationRequestStatus> VOID = Set.of(
            MedicationRequestStatus.CANCELLED, MedicationRequestStatus.ENTEREDINERROR, MedicationRequestStatus.DRAFT);
    private static final Set<MedicationStatementStatus> TAKEN = Set.of(
            MedicationStatementStatus.ACTIVE, MedicationStatementStatus.ONHOLD, MedicationStatementStatus.UNKNOWN);

    private final StoredTransition store;
    private final ZoneId zone;

    MedicationReader(StoredTransition store, CareSettings settings) {
        this.store = store;
        this.zone = settings.zoneId();
    }

    ListResource compare(Encounter stay, Discharge discharge, TransitionTasks at) {
        String patient = "patient=" + StoredTransition.encode(discharge.patient());
        List<MedicationRequest> requests = store.search(MedicationRequest.class, patient);
        List<MedicationStatement> statements = store.search(MedicationStatement.class, patient);
        List<MedicationAdministration> given = store.search(
                MedicationAdministration.class,
                patient + "&context=Encounter%2F" + StoredTransition.encode(discharge.encounter()));
        Map<String, CodeableConcept> codes = codes(Stream.of(requests, statements, given)
                .flatMap(Collection::stream)
                .map(r -> (Resource) r));
        Instant admitted = Discharge.from(stay.getPeriod().getStartElement(), zone);
        List<Line> lines = new ArrayList<>();
        requests.forEach(r -> addRequest(lines, r, discharge, admitted, codes));
        statements.forEach(s -> addStatement(lines, s, discharge, admitted, codes));
        given.forEach(a -> add(lines, Phase.IN_HOSPITAL, a, a.getMedication(), "", false, codes));
        return MedicationComparison.of(discharge, lines, at);
    }

    private void addRequest(
            List<Line> lines,
            MedicationRequest request,
            Discharge discharge,
            @Nullable Instant admitted,
            Map<String, CodeableConcept> codes) {
        if (request.getStatus() == null || VOID.contains(request.getStatus())) {
            return;
        }
        boolean here = isOf(request.getEncounter(), discharge);
        Instant authored = Discharge.from(request.getAuthoredOnElement(), zone);
        boolean earlier = !here && authored != null && admitted != null && authored.isBefore(admitted);
        boolean during = here
                || !earlier
                        && authored != null
                        && !authored.isAfter(discharge.at().plusSeconds(86_400));
        boolean ended = request.getStatus() == MedicationRequestStatus.STOPPED
                || request.getStatus() == MedicationRequestStatus.COMPLETED;
        boolean endedSince = ended
                && admitted != null
                && request.getMeta().getLastUpdated() != null
                && !request.getMeta().getLastUpdated().toInstant().isBefore(admitted);
        Phase phase;
        if (during && is(request, "discharge")) {
            phase = Phase.AFTER;
        } else if (here) {
            phase = Phase.IN_HOSPITAL;
        } else if (earlier && (!ended || endedSince && request.getStatus() == MedicationRequestStatus.STOPPED)) {
            phase = Phase.BEFORE;
        } else {
            return;
        }
        if (phase == Phase.AFTER && ended) {
            return;
        }
        add(lines, phase, request, request.getMedication(), dosage(request.getDosageInstruction()), ended, codes);
    }

    private void addStatement(
            List<Line> lines,
            MedicationStatement statement,
            Discharge discharge,
            @Nullable Instant admitted,
            Map<String, CodeableConcept> codes) {
        if (isOf(statement.getContext(), discharge)) {
            return;
        }
        Instant since = statement.hasEffectivePeriod()
                ? Discharge.from(statement.getEffectivePeriod().getStartElement(), zone)
                : statement.hasEffectiveDateTimeType()
                        ? Discharge.from(statement.getEffectiveDateTimeType(), zone)
                        : Discharge.from(statement.getDateAssertedElement(), zone);
        Instant until = statement.hasEffectivePeriod()
                ? Discharge.at(statement.getEffectivePeriod().getEndElement(), zone)
                : null;
        boolean before = admitted == null || since == null || since.isBefore(admitted);
        boolean stopped = statement.getStatus() == MedicationStatementStatus.STOPPED
                && until != null
                && admitted != null
                && !until.isBefore(admitted);
        boolean taken = TAKEN.contains(statement.getStatus())
                && (until == null || admitted == null || !until.isBefore(admitted));
        if (before && (taken || stopped)) {
            add(
                    lines,
                    Phase.BEFORE,
                    statement,
                    statement.getMedication(),
                    dosage(statement.getDosage()),
                    stopped,
                    codes);
        }
    }

    private static boolean isOf(Reference encounter, Discharge discharge) {
        return discharge.encounter().equals(encounter.getReferenceElement().getIdPart());
    }

    /** {@code MedicationRequest.category}, http://terminology.hl7.org/CodeSystem/medicationrequest-category. */
    private static boolean is(MedicationRequest request, String category) {
        return request.getCategory().stream()
                .flatMap(c -> c.getCoding().stream())
                .anyMatch(c -> category.equals(c.getCode()));
    }

    private static String dosage(List<Dosage> dosages) {
        return dosages.stream()
                .map(d -> d.hasText()
                        ? d.getText()
                        : d.getDoseAndRate().stream()
                                .filter(r -> r.hasDoseQuantity())
                                .map(r -> r.getDoseQuantity().getValue() + " "
                                        + r.getDoseQuantity().getUnit() + " "
                                        + d.getTiming().getCode().getText())
                                .collect(Collectors.joining("; ")))
                .filter(t -> !t.isBlank())
                .collect(Collectors.joining("; "));
    }

    private static void add(
            List<Line> lines,
            Phase phase,
            Resource resource,
            Type medication,
            String dosage,
            boolean stopped,
            Map<String, CodeableConcept> codes) {
        CodeableConcept code = medication instanceof CodeableConcept c
                ? c
                : medication instanceof Reference r
                        ? codes.getOrDefault(key(r), new CodeableConcept().setText(r.getDisplay()))
                        : new CodeableConcept();
        Set<String> keys = new HashSet<>();
        code.getCoding().stream().filter(c -> c.hasCode()).forEach(c -> keys.add(c.getSystem() + "|" + c.getCode()));
        String words = code.hasText()
                ? code.getText()
                : code.getCoding().stream()
                        .filter(c -> c.hasDisplay())
                        .map(c -> c.getDisplay())
                        .findFirst()
                        .orElse("");
        if (!words.isBlank()) {
            keys.add(words.strip().toLowerCase(Locale.ROOT));
        }
        if (medication instanceof Reference r && r.hasReference()) {
            keys.add(r.getReference());
        }
        String reference = resource.fhirType() + "/" + resource.getIdElement().getIdPart();
        lines.add(new Line(phase, keys, words, dosage, reference, stopped));
    }

    /** Codes of the Medications that are referred to. */
    private Map<String, CodeableConcept> codes(Stream<Resource> resources) {
        Set<String> ids = resources
                .map(r -> r instanceof MedicationRequest m
                        ? m.getMedication()
                        : r instanceof MedicationStatement s
                                ? s.getMedication()
                                : ((MedicationAdministration) r).getMedication())
                .filter(Reference.class::isInstance)
                .map(r -> ((Reference) r).getReferenceElement())
                .filter(r -> "Medication".equals(r.getResourceType()))
                .map(r -> r.getIdPart())
                .collect(Collectors.toSet());
        Map<String, CodeableConcept> codes = new HashMap<>();
        store.read(Medication.class, ids)
                .forEach(m -> codes.put("Medication/" + m.getIdElement().getIdPart(), m.getCode()));
        return codes;
    }

    private static String key(Reference reference) {
        return "Medication/" + reference.getReferenceElement().getIdPart();
    }
}
