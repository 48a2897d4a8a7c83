package io.github.throughcare.care.outreach;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.OpenTasks;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
                .map(r -> "&organization=" + r.getReferenceElement().getIdPart())
                .orElse("");
        Map<String, List<EpisodeOfCare>> byManager = new TreeMap<>(
                resources.search(EpisodeOfCare.class, "status=active,onhold" + organization, call.visibility()).stream()
                        .filter(e -> e.getCareManager().hasReference())
                        .collect(Collectors.groupingBy(e -> e.getCareManager()
                                .getReferenceElement()
                                .toUnqualifiedVersionless()
                                .getValue())));
        Map<String, Long> overdue = overdue(List.copyOf(byManager.keySet()), call);
        Parameters out = new Parameters();
        byManager.entrySet().stream()
                .sorted(java.util.Comparator.comparing(
                                (Map.Entry<String, List<EpisodeOfCare>> e) -> Acuity.load(e.getValue()))
                        .reversed())
                .forEach(e -> {
                    ParametersParameterComponent manager = out.addParameter().setName("manager");
                    manager.addPart().setName("reference").setValue(new Reference(e.getKey()));
                    manager.addPart()
                            .setName("cases")
                            .setValue(new IntegerType(e.getValue().size()));
                    manager.addPart().setName("load").setValue(new DecimalType(Acuity.load(e.getValue())));
                    if (settings.caseloadCap() != null) {
                        manager.addPart().setName("cap").setValue(new DecimalType(settings.caseloadCap()));
                    }
                    manager.addPart()
                            .setName("overdue")
                            .setValue(new IntegerType(
                                    overdue.getOrDefault(e.getKey(), 0L).intValue()));
                });
        return out;
    }

    private Map<String, Long> overdue(List<String> managers, OperationCall call) {
        List<Task> tasks = new ArrayList<>();
        for (int from = 0; from < managers.size(); from += OWNERS) {
            String owners = String.join(",", managers.subList(from, Math.min(from + OWNERS, managers.size())));
            tasks.addAll(resources.search(
                    Task.class, "owner=" + owners + "&status=" + OpenTasks.STATUSES, call.visibility()));
        }
        Map<String, Long> overdue = new HashMap<>();
        tasks.stream()
                .filter(t -> OpenTasks.isOverdue(t, time.now(), time))
                .forEach(t -> overdue.merge(
                        t.getOwner()
                                .getReferenceElement()
                                .toUnqualifiedVersionless()
                                .getValue(),
                        1L,
                        Long::sum));
        return overdue;
    }
}
