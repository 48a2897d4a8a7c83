package io.github.throughcare.care.careplan;

import io.github.throughcare.care.Look;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CarePlan.CarePlanActivityComponent;
import org.hl7.fhir.r4.model.CarePlan.CarePlanStatus;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ResourceFactory;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads a patient's living plan: the active CarePlan of category assess-plan that is this server's own, with its team, goals and
 * activities. A plan is our own when its id is the one that planning gives it, or when whoever wrote it put it into a programme that
 * is stored here ({@code instantiatesCanonical}). Any other is somebody else's: nothing is written into it.
 */
@Component
final class LivingPlans {

    private final Resources resources;
    private final ProgrammeShelf programmes;

    LivingPlans(Resources resources, ProgrammeShelf programmes) {
        this.resources = resources;
        this.programmes = programmes;
    }

    /** Every assess-plan CarePlan of the patient, our own and others, of whatever status. */
    static List<CarePlan> all(String patientId, Look look) {
        return look.search(
                CarePlan.class,
                "patient=" + patientId + "&category=" + encode(PlanDraft.CATEGORY_SYSTEM + "|" + PlanDraft.CATEGORY));
    }

    /**
     * The living plan among these.
     *
     * @param all what {@link #all} gave
     * @throws Problem 422 when the plan is on hold: a second one beside it would not be the one living plan
     */
    LivingPlan of(String patientId, List<CarePlan> all, Visibility visibility) {
        List<CarePlan> own = all.stream().filter(p -> isOwn(p, all.size())).toList();
        List<CarePlan> beside = all.stream()
                .filter(p -> p.getStatus() == CarePlanStatus.ACTIVE && !own.contains(p))
                .sorted(BY_ID)
                .toList();
        return own.stream()
                .filter(p -> p.getStatus() == CarePlanStatus.ACTIVE)
                .min(BY_ID)
                .map(p -> stored(p, visibility))
                .orElseGet(() -> none(patientId, own, all))
                .beside(beside);
    }

    private static final Comparator<CarePlan> BY_ID =
            Comparator.comparing(p -> p.getIdElement().getIdPart());

    /** @param most how many plans of its patient there are: no more of them can have ended before */
    private boolean isOwn(CarePlan plan, int most) {
        String patient = plan.getSubject().getReferenceElement().getIdPart();
        String id = plan.getIdElement().getIdPart();
        return IntStream.rangeClosed(0, most).anyMatch(round -> id.equals(PlanIds.plan(patient, round)))
                || plan.getInstantiatesCanonical().stream()
                        .anyMatch(c -> programmes.named(c.getValue()).isPresent());
    }

    /** What is in a plan, and the Tasks on it that are not: reviews that circumstances called for. */
    List<Resource> parts(CarePlan plan, Visibility visibility) {
        LivingPlan stored = stored(plan, visibility);
        return Stream.concat(
                        stored.parts().stream(),
                        stored.dropped().stream()
                                .filter(Task.class::isInstance)
                                .filter(task -> SameActivity.programmes(task).contains("plan")))
                .toList();
    }

    /** The active plan alone: our own, else the first of others, so that they can be told of what concerns them. */
    Optional<CarePlan> active(String patientId, Visibility visibility) {
        List<CarePlan> all = all(patientId, new Look(resources, visibility));
        return all.stream()
                .filter(p -> p.getStatus() == CarePlanStatus.ACTIVE)
                .min(Comparator.<CarePlan, Boolean>comparing(p -> !isOwn(p, all.size()))
                        .thenComparing(BY_ID));
    }

    /** A plan with its team, without its parts. */
    LivingPlan withTeam(CarePlan plan, Visibility visibility) {
        return new LivingPlan(plan.getIdElement().getIdPart(), plan, team(plan, visibility), List.of(), List.of());
    }

    private @Nullable CareTeam team(CarePlan plan, Visibility visibility) {
        return plan.getCareTeam().stream()
                .map(Reference::getReferenceElement)
                .filter(id -> id.hasIdPart())
                .flatMap(id -> resources.read(CareTeam.class, id.getIdPart(), visibility).stream())
                .findFirst()
                .orElse(null);
    }

    private static LivingPlan none(String patientId, List<CarePlan> own, List<CarePlan> all) {
        own.stream()
                .filter(p -> p.getStatus() == CarePlanStatus.ONHOLD)
                .findFirst()
                .ifPresent(p -> {
                    throw Problem.rule(
                            "CarePlan/" + p.getIdElement().getIdPart()
                                    + " is on hold: set its status to active, or end it, before planning anew",
                            "CarePlan.status");
                });
        Set<String> taken = all.stream().map(p -> p.getIdElement().getIdPart()).collect(Collectors.toSet());
        return LivingPlan.none(IntStream.iterate(own.size(), round -> round + 1)
                .mapToObj(round -> PlanIds.plan(patientId, round))
                .filter(id -> !taken.contains(id))
                .findFirst()
                .orElseThrow());
    }

    private LivingPlan stored(CarePlan plan, Visibility visibility) {
        CareTeam team = team(plan, visibility);
        List<String> held = Stream.concat(
                        plan.getGoal().stream(),
                        plan.getActivity().stream().map(CarePlanActivityComponent::getReference))
                .map(Reference::getReferenceElement)
                .filter(id -> id.hasIdPart() && id.hasResourceType() && !id.isLocal())
                .map(id -> id.getResourceType() + "/" + id.getIdPart())
                .toList();
        Map<String, Resource> found = madeFor(plan, visibility);
        // people put in what was not made for it
        held.stream()
                .filter(address -> !found.containsKey(address))
                .map(IdType::new)
                .collect(Collectors.groupingBy(
                        IdType::getResourceType, Collectors.mapping(IdType::getIdPart, Collectors.toList())))
                .forEach((type, ids) ->
                        read(type, ids, visibility).forEach(part -> found.put(PlanChanges.address(part), part)));
        // in the order of the plan; what is not there any more, or not for this caller to see, is left out
        List<Resource> parts =
                held.stream().map(found::get).filter(Objects::nonNull).toList();
        String id = plan.getIdElement().getIdPart();
        List<Resource> dropped = found.values().stream()
                .filter(part -> !held.contains(PlanChanges.address(part)))
                .filter(part -> !(part instanceof Goal goal) || isGoalOf(id, goal))
                .toList();
        return new LivingPlan(id, plan, team, parts, dropped);
    }

    /** A goal does not say for which plan it was made, but its id does. */
    private static boolean isGoalOf(String plan, Goal goal) {
        return LivingPlan.keys(goal).stream()
                .anyMatch(key -> PlanIds.part(plan, "Goal", key)
                        .equals(goal.getIdElement().getIdPart()));
    }

    /** All goals of the patient, and the activities based on this plan: whether they are still in it or not. */
    private Map<String, Resource> madeFor(CarePlan plan, Visibility visibility) {
        String based = "based-on=CarePlan/" + plan.getIdElement().getIdPart();
        String patient = plan.getSubject().getReferenceElement().getIdPart();
        Map<String, Resource> found = new LinkedHashMap<>();
        Stream.of(
                        resources.search(Goal.class, "patient=" + patient, visibility),
                        resources.search(ServiceRequest.class, based, visibility),
                        resources.search(Task.class, based, visibility))
                .flatMap(List::stream)
                .forEach(part -> found.put(PlanChanges.address(part), part));
        return found;
    }

    private List<? extends Resource> read(String type, List<String> ids, Visibility visibility) {
        return resources.read(ResourceFactory.createResource(type).getClass(), ids, visibility);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
