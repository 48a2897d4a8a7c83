package io.github.throughcare.care.referral;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.OpenConditions;
import io.github.throughcare.care.Tokens;
import io.github.throughcare.care.referral.ServiceMatch.Seeker;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Coverage;
import org.hl7.fhir.r4.model.HealthcareService;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.springframework.stereotype.Component;

/** {@code HealthcareService/$match}: services that answer a need of a person, best first, each with its reasons. */
@Component
final class MatchOperation implements FhirOperation {

    private final Resources resources;
    private final FacilityTime time;

    MatchOperation(Resources resources, FacilityTime time) {
        this.resources = resources;
        this.time = time;
    }

    @Override
    public String definition() {
        return "HealthcareService-match";
    }

    @Override
    public Resource run(OperationCall call) {
        String id = call.value("patient", Reference.class)
                .map(Reference::getReferenceElement)
                .filter(r -> r.getIdPart() != null && (!r.hasResourceType() || "Patient".equals(r.getResourceType())))
                .map(r -> r.getIdPart())
                .orElseThrow(() -> Problem.malformed("patient names a Patient, as Patient/123", "patient"));
        Patient patient = resources
                .read(Patient.class, id, call.visibility())
                .orElseThrow(() -> Problem.unknown("Patient/" + id + " is not known"));
        Seeker seeker = new Seeker(
                patient,
                resources.search(Condition.class, "patient=" + id, call.visibility()).stream()
                        .filter(OpenConditions::isOpen)
                        .toList(),
                resources.search(Coverage.class, "patient=" + id + "&status=active", call.visibility()),
                time);
        List<HealthcareService> services = services(call);
        Map<String, Location> locations = locations(services, call);
        List<ServiceMatch> ranked = services.stream()
                .map(s -> ServiceMatch.of(s, of(s, locations), seeker))
                .sorted(ServiceMatch.ORDER)
                .toList();
        Bundle bundle = new Bundle().setType(BundleType.SEARCHSET).setTotal(ranked.size());
        for (ServiceMatch match : ranked) {
            BundleEntryComponent entry = bundle.addEntry().setResource(match.service());
            entry.getSearch().setMode(SearchEntryMode.MATCH).setScore(BigDecimal.valueOf(match.score()));
            match.reasons().forEach(r -> entry.getSearch().addExtension(Ig.extension("match-reason"), r));
        }
        return bundle;
    }

    /** Active services that name the need as category, type or specialty. */
    private List<HealthcareService> services(OperationCall call) {
        String need = call.value("need", StringType.class)
                .map(StringType::getValue)
                .filter(n -> !n.isBlank())
                .orElseThrow(() -> Problem.malformed(
                        "need is a token: system|code or code, e.g. a Gravity category such as food-insecurity",
                        "need"));
        Map<String, HealthcareService> found = new LinkedHashMap<>();
        for (String parameter : List.of("service-category", "service-type", "specialty")) {
            resources
                    .search(HealthcareService.class, parameter + "=" + Tokens.given(need), call.visibility())
                    .forEach(s -> found.put(s.getIdElement().getIdPart(), s));
        }
        return found.values().stream()
                .filter(s -> !s.hasActive() || s.getActive())
                .toList();
    }

    private Map<String, Location> locations(List<HealthcareService> services, OperationCall call) {
        List<String> ids = services.stream()
                .flatMap(s -> Stream.concat(s.getLocation().stream(), s.getCoverageArea().stream()))
                .map(r -> r.getReferenceElement().getIdPart())
                .filter(java.util.Objects::nonNull)
                .distinct()
                .toList();
        Map<String, Location> known = new HashMap<>();
        resources
                .read(Location.class, ids, call.visibility())
                .forEach(l -> known.put(l.getIdElement().getIdPart(), l));
        return known;
    }

    private static List<Location> of(HealthcareService service, Map<String, Location> locations) {
        return Stream.concat(service.getLocation().stream(), service.getCoverageArea().stream())
                .map(r -> locations.get(String.valueOf(r.getReferenceElement().getIdPart())))
                .filter(java.util.Objects::nonNull)
                .toList();
    }
}
