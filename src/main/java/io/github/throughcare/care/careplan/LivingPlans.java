package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CarePlan.CarePlanActivityComponent;
import org.hl7.fhir.r4.model.CarePlan.CarePlanStatus;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ResourceFactory;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;
import org.springframework.stereotype.Component;

/** Reads a patient's living plan: the active CarePlan of category assess-plan, with its team, goals and activities. */
@Component
final class LivingPlans {

    private final Resources resources;

    LivingPlans(Resources resources) {
        this.resources = resources;
    }

    /**
     * @throws Problem 422 when the plan is on hold: a second one beside it would not be the one living plan
     */
    LivingPlan of(String patientId, Visibility visibility) {
        List<CarePlan> plans = resources.search(
                CarePlan.class,
                "patient=" + patientId + "&category=" + encode(PlanDraft.CATEGORY_SYSTEM + "|" + PlanDraft.CATEGORY),
                visibility);
        return plans.stream()
                .filter(p -> p.getStatus() == CarePlanStatus.ACTIVE)
                .min(Comparator.comparing(p -> p.getIdElement().getIdPart()))
                .map(p -> stored(p, visibility))
                .orElseGet(() -> none(patientId, plans));
    }

    private static LivingPlan none(String patientId, List<CarePlan> ended) {
        ended.stream()
                .filter(p -> p.getStatus() == CarePlanStatus.ONHOLD)
                .findFirst()
                .ifPresent(p -> {
                    throw Problem.rule(
                            "CarePlan/" + p.getIdElement().getIdPart()
                                    + " is on hold: set its status to active, or end it, before planning anew",
                            "CarePlan.status");
                });
        return LivingPlan.none(PlanIds.plan(patientId, ended.size()));
    }

    private LivingPlan stored(CarePlan plan, Visibility visibility) {
        CareTeam team = plan.getCareTeam().stream()
                .map(Reference::getReferenceElement)
                .flatMap(id -> resources.read(CareTeam.class, id.getIdPart(), visibility).stream())
                .findFirst()
                .orElse(null);
        List<IIdType> ids = Stream.concat(
                        plan.getGoal().stream(),
                        plan.getActivity().stream().map(CarePlanActivityComponent::getReference))
                .map(Reference::getReferenceElement)
                .filter(id -> id.hasIdPart() && id.hasResourceType() && !id.isLocal())
                .toList();
        Map<String, Resource> found = new HashMap<>();
        ids.stream()
                .collect(Collectors.groupingBy(
                        IIdType::getResourceType, Collectors.mapping(IIdType::getIdPart, Collectors.toList())))
                .forEach((type, ofType) ->
                        read(type, ofType, visibility).forEach(part -> found.put(PlanChanges.address(part), part)));
        // in the order of the plan; what is not there any more, or not for this caller to see, is left out
        List<Resource> parts = ids.stream()
                .map(id -> found.get(id.getResourceType() + "/" + id.getIdPart()))
                .filter(Objects::nonNull)
                .toList();
        return new LivingPlan(
                plan.getIdElement().getIdPart(), plan, team, parts, dropped(plan, found.keySet(), visibility));
    }

    /** What was made for this plan and is not in it any more. */
    private List<Resource> dropped(CarePlan plan, Set<String> held, Visibility visibility) {
        String id = plan.getIdElement().getIdPart();
        String based = "based-on=CarePlan/" + id;
        String patient = plan.getSubject().getReferenceElement().getIdPart();
        // a goal does not say for which plan it was made, but its id does
        Stream<? extends Resource> goals = resources.search(Goal.class, "patient=" + patient, visibility).stream()
                .filter(goal -> LivingPlan.keys(goal).stream()
                        .anyMatch(key -> PlanIds.part(id, "Goal", key)
                                .equals(goal.getIdElement().getIdPart())));
        Stream<? extends Resource> services = resources.search(ServiceRequest.class, based, visibility).stream();
        Stream<? extends Resource> tasks = resources.search(Task.class, based, visibility).stream();
        return Stream.of(goals, services, tasks)
                .<Resource>flatMap(found -> found)
                .filter(part -> !held.contains(PlanChanges.address(part)))
                .toList();
    }

    private List<? extends Resource> read(String type, List<String> ids, Visibility visibility) {
        return resources.search(
                ResourceFactory.createResource(type).getClass(), "_id=" + String.join(",", ids), visibility);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
