package io.github.throughcare.care.outreach;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.OpenTasks;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.springframework.stereotype.Component;

/** {@code EpisodeOfCare/$caseload}: who carries how much, heaviest load first: cases that are active or on hold, weighed by acuity. */
@Component
final class CaseloadOperation implements FhirOperation {

    private static final int OWNERS = 100;

    /** What one manager carries. */
    private record Load(int cases, BigDecimal points) {

        Load and(Load other) {
            return new Load(cases + other.cases, points.add(other.points));
        }
    }

    private final Resources resources;
    private final CoordinationSettings settings;
    private final FacilityTime time;

    CaseloadOperation(Resources resources, CoordinationSettings settings, FacilityTime time) {
        this.resources = resources;
        this.settings = settings;
        this.time = time;
    }

    @Override
    public String definition() {
        return "EpisodeOfCare-caseload";
    }

    @Override
    public Resource run(OperationCall call) {
        String organization = call.value("organization", Reference.class)
                .map(r -> "&organization=" + organization(r))
                .orElse("");
        Map<String, Load> loads = new TreeMap<>();
        resources.each(
                EpisodeOfCare.class,
                "status=active,onhold" + organization,
                call.visibility(),
                page -> page.stream()
                        .filter(e -> e.getCareManager().hasReference())
                        .forEach(
                                e -> loads.merge(local(e.getCareManager()), new Load(1, Acuity.points(e)), Load::and)));
        Map<String, Integer> overdue = overdue(List.copyOf(loads.keySet()), call);
        Parameters out = new Parameters();
        loads.entrySet().stream()
                .sorted(Comparator.comparing(
                                (Map.Entry<String, Load> e) -> e.getValue().points())
                        .reversed())
                .forEach(e -> {
                    ParametersParameterComponent manager = out.addParameter().setName("manager");
                    manager.addPart().setName("reference").setValue(new Reference(e.getKey()));
                    manager.addPart()
                            .setName("cases")
                            .setValue(new IntegerType(e.getValue().cases()));
                    manager.addPart()
                            .setName("load")
                            .setValue(new DecimalType(e.getValue().points()));
                    if (settings.caseloadCap() != null) {
                        manager.addPart().setName("cap").setValue(new DecimalType(settings.caseloadCap()));
                    }
                    manager.addPart().setName("overdue").setValue(new IntegerType(overdue.getOrDefault(e.getKey(), 0)));
                });
        return out;
    }

    private static String organization(Reference organization) {
        IIdType id = organization.getReferenceElement();
        if (id.getIdPart() == null || id.hasResourceType() && !"Organization".equals(id.getResourceType())) {
            throw Problem.malformed("organization names an Organization, not " + id.getValue(), "organization");
        }
        return id.getIdPart();
    }

    /** Page by page: a house may have more cases and open Tasks than one answer may hold. */
    private Map<String, Integer> overdue(List<String> managers, OperationCall call) {
        Map<String, Integer> overdue = new HashMap<>();
        for (int from = 0; from < managers.size(); from += OWNERS) {
            String owners = String.join(",", managers.subList(from, Math.min(from + OWNERS, managers.size())));
            resources.each(
                    Task.class,
                    "owner=" + owners + "&status=" + OpenTasks.STATUSES,
                    call.visibility(),
                    page -> page.stream()
                            .filter(t -> OpenTasks.isOverdue(t, time.now(), time))
                            .forEach(t -> overdue.merge(local(t.getOwner()), 1, Integer::sum)));
        }
        return overdue;
    }

    private static String local(Reference reference) {
        return reference.getReferenceElement().toUnqualifiedVersionless().getValue();
    }
}
