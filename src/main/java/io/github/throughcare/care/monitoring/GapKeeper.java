package io.github.throughcare.care.monitoring;

import io.github.throughcare.care.DerivedIds;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.FreshLook;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.WriteBack;
import io.github.throughcare.care.monitoring.Gaps.PersonRecord;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DetectedIssue;
import org.hl7.fhir.r4.model.DetectedIssue.DetectedIssueStatus;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;
import org.springframework.stereotype.Component;

/**
 * Looks for a person's gaps and keeps them as DetectedIssues. The id of an issue derives from the person and from what it is about, so
 * that finding it again changes nothing, and one that is gone is closed with the day and the reason. Thread-safe.
 */
@Component
final class GapKeeper {

    /** Marks the issues that this keeper wrote; others it never touches. */
    static final String IDENTIFIER = Ig.BASE + "/NamingSystem/coordination-gap";

    private static final String ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    private final Resources resources;
    private final FacilityTime time;

    GapKeeper(Resources resources, FacilityTime time) {
        this.resources = resources;
        this.time = time;
    }

    /** What is found now; nothing is stored. */
    List<DetectedIssue> look(String patient, int grace, Visibility visibility) {
        String query = "patient=" + patient;
        PersonRecord person = new PersonRecord(
                resources.search(Condition.class, query, visibility),
                resources.search(Goal.class, query, visibility),
                resources.search(CarePlan.class, query, visibility),
                resources.search(ServiceRequest.class, query, visibility),
                resources.search(Task.class, query, visibility),
                resources.search(Appointment.class, query, visibility));
        return Gaps.of(person, grace, time).stream().map(g -> issue(g, patient)).toList();
    }

    /** Stores what is found, and closes what is gone. */
    List<DetectedIssue> keep(String patient, int grace, Visibility visibility) {
        return FreshLook.untilAlone(() -> keepOnce(patient, grace, visibility));
    }

    private List<DetectedIssue> keepOnce(String patient, int grace, Visibility visibility) {
        Map<String, DetectedIssue> known = new HashMap<>();
        resources
                .search(DetectedIssue.class, "patient=" + patient, visibility)
                .forEach(i -> known.put(i.getIdElement().getIdPart(), i));
        Map<String, DetectedIssue> now = new LinkedHashMap<>();
        List<DetectedIssue> changed = new ArrayList<>();
        for (DetectedIssue found : look(patient, grace, visibility)) {
            String id = found.getIdElement().getIdPart();
            DetectedIssue old = known.get(id);
            if (old != null && old.getStatus() == DetectedIssueStatus.PRELIMINARY && saysTheSame(old, found)) {
                now.put(id, old);
            } else {
                if (old != null) {
                    found.setMeta(old.getMeta());
                    found.setMitigation(old.getMitigation());
                    if (old.getStatus() == DetectedIssueStatus.PRELIMINARY) {
                        found.setIdentified(old.getIdentified());
                    }
                }
                now.put(id, found);
                changed.add(found);
            }
        }
        known.values().stream()
                .filter(i -> i.getStatus() == DetectedIssueStatus.PRELIMINARY
                        && i.getIdentifier().stream().anyMatch(x -> IDENTIFIER.equals(x.getSystem()))
                        && !now.containsKey(i.getIdElement().getIdPart()))
                .forEach(i -> changed.add(closed(i)));
        store(changed, visibility).forEach((id, stored) -> now.replace(id, stored));
        return List.copyOf(now.values());
    }

    private Map<String, DetectedIssue> store(List<DetectedIssue> changed, Visibility visibility) {
        if (changed.isEmpty()) {
            return Map.of();
        }
        Map<String, DetectedIssue> stored = new HashMap<>();
        resources
                .commit(WriteBack.transaction(changed), visibility)
                .getEntry()
                .forEach(e -> stored.put(e.getResource().getIdElement().getIdPart(), (DetectedIssue) e.getResource()));
        return stored;
    }

    private DetectedIssue issue(Gap gap, String patient) {
        DetectedIssue issue = new DetectedIssue();
        issue.setId(DerivedIds.of("DetectedIssue", patient, gap.code(), gap.key()));
        issue.addIdentifier()
                .setSystem(IDENTIFIER)
                .setValue(issue.getIdElement().getIdPart());
        issue.setStatus(DetectedIssueStatus.PRELIMINARY);
        issue.setCode(new CodeableConcept(new Coding()
                .setSystem(gap.code().equals(Gap.DUPLICATE) ? ACT_CODE : Ig.codeSystem("gap-kind"))
                .setCode(gap.code())));
        issue.setSeverity(gap.severity());
        issue.setPatient(new Reference("Patient/" + patient));
        issue.setIdentified(time.stamp());
        gap.implicated().forEach(i -> issue.addImplicated(new Reference(i)));
        issue.setDetail(gap.detail());
        return issue;
    }

    private DetectedIssue closed(DetectedIssue issue) {
        issue.setStatus(DetectedIssueStatus.FINAL);
        issue.addMitigation()
                .setDateElement(time.stamp())
                .setAction(
                        new CodeableConcept().setText("No longer found on " + time.today() + ": " + issue.getDetail()));
        return issue;
    }

    private static boolean saysTheSame(DetectedIssue old, DetectedIssue found) {
        return refs(old).equals(refs(found)) && String.valueOf(old.getDetail()).equals(found.getDetail());
    }

    private static List<String> refs(DetectedIssue issue) {
        return issue.getImplicated().stream().map(Reference::getReference).toList();
    }
}
