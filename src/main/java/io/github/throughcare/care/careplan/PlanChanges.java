package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Resource;

/**
 * A drafted plan.
 *
 * @param plan everything in it: the CarePlan first, then CareTeam, Goals and activities
 * @param changed those of them that must be stored, by {@code Type/id}; empty when there is nothing new
 * @param warnings what people should know of it, e.g. goals that contradict each other
 */
record PlanChanges(List<Resource> plan, Set<String> changed, List<Problem.Issue> warnings) {

    PlanChanges {
        plan = List.copyOf(plan);
        changed = Set.copyOf(new LinkedHashSet<>(changed));
        warnings = List.copyOf(warnings);
    }

    static String address(Resource resource) {
        return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
    }

    boolean isChanged(Resource resource) {
        return changed.contains(address(resource));
    }
}
