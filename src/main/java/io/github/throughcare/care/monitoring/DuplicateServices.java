package io.github.throughcare.care.monitoring;

import io.github.throughcare.care.FacilityTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.r4.model.DetectedIssue.DetectedIssueSeverity;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestIntent;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;

/** Finds services that a person gets twice. Pure. */
final class DuplicateServices {

    private DuplicateServices() {}

    /** Services of one code that run at the same time. */
    static List<Gap> of(List<ServiceRequest> all, FacilityTime time) {
        Overlap overlap = new Overlap(time);
        Map<String, List<ServiceRequest>> families = new TreeMap<>();
        all.stream()
                .filter(r ->
                        r.getStatus() == ServiceRequestStatus.ACTIVE || r.getStatus() == ServiceRequestStatus.ONHOLD)
                .filter(r ->
                        r.getIntent() != ServiceRequestIntent.PROPOSAL && r.getIntent() != ServiceRequestIntent.OPTION)
                .forEach(r -> Gaps.family(r.getCode())
                        .forEach(f -> families.computeIfAbsent(f, k -> new ArrayList<>())
                                .add(r)));
        Map<List<String>, Gap> gaps = new LinkedHashMap<>();
        families.forEach((family, requests) -> {
            List<String> sides = requests.stream()
                    .filter(r -> requests.stream()
                            .anyMatch(
                                    o -> o != r && overlap.of(r.getOccurrence(), o.getOccurrence()) && !derived(r, o)))
                    .map(Gaps::local)
                    .sorted()
                    .toList();
            if (!sides.isEmpty()) {
                gaps.putIfAbsent(
                        sides,
                        new Gap(
                                Gap.DUPLICATE,
                                family,
                                sides,
                                DetectedIssueSeverity.MODERATE,
                                sides.size() + " services of one kind ("
                                        + Gaps.name(requests.get(0).getCode(), family) + ") at the same time"));
            }
        });
        return List.copyOf(gaps.values());
    }

    /** One was made of the other: what a coordination platform passes on, or an order from a plan. */
    private static boolean derived(ServiceRequest one, ServiceRequest other) {
        return Gaps.refers(one.getBasedOn(), other)
                || Gaps.refers(other.getBasedOn(), one)
                || Gaps.refers(one.getReplaces(), other)
                || Gaps.refers(other.getReplaces(), one);
    }
}
