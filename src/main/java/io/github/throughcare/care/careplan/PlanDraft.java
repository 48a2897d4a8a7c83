package io.github.throughcare.care.careplan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CarePlan.CarePlanActivityComponent;
import org.hl7.fhir.r4.model.CarePlan.CarePlanIntent;
import org.hl7.fhir.r4.model.CarePlan.CarePlanStatus;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;

/**
 * Makes the one living plan of what was applied. Pure: the same input gives the same plan, with the same ids.
 *
 * <p>What the plan holds already, by {@code programme|action}, stays as it is, completed or changed by hand; only what is new
 * is added. Nothing is taken out: that is a decision for people, and what
 * they took out does not come back. Activities are references, never {@code activity.detail}
 * (MCC eCare Plan 1.0.0, profile mccCarePlan).
 */
final class PlanDraft {

    static final String CATEGORY_SYSTEM = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category";
    static final String CATEGORY = "assess-plan";

    private final PlanRequest request;
    private final LivingPlan plan;
    private final List<AppliedProgramme> programmes;
    private final List<Resource> parts = new ArrayList<>();
    private final Set<String> changed = new LinkedHashSet<>();

    private PlanDraft(PlanRequest request, LivingPlan plan, List<AppliedProgramme> programmes) {
        this.request = request;
        this.plan = plan;
        this.programmes = programmes;
    }

    static PlanChanges of(PlanRequest request, LivingPlan plan, List<AppliedProgramme> programmes) {
        return new PlanDraft(request, plan, programmes).draft();
    }

    private PlanChanges draft() {
        CareTeam team = CareTeamDraft.of(request, plan, programmes);
        mark(team, plan.careTeam());
        parts.addAll(plan.parts());
        for (AppliedProgramme programme : programmes) {
            programme.goals().forEach(goal -> addGoal(programme, goal));
            addActivities(programme, team);
        }
        CarePlan carePlan = carePlan(team);
        mark(carePlan, plan.carePlan());
        List<Resource> all = new ArrayList<>(List.of(carePlan, team));
        parts.stream().filter(Goal.class::isInstance).forEach(all::add);
        parts.stream().filter(p -> !(p instanceof Goal)).forEach(all::add);
        return new PlanChanges(all, changed);
    }

    private void addGoal(AppliedProgramme programme, AppliedProgramme.PlanGoal goal) {
        String key = programme.programme().key(goal.id());
        if (plan.part("Goal", key).isEmpty() && !plan.isDropped("Goal", key)) {
            add(GoalDraft.of(request, plan, programme.programme(), goal));
        }
    }

    private void addActivities(AppliedProgramme programme, CareTeam team) {
        ActivityDraft drafts = new ActivityDraft(request, plan, programme, team);
        Map<String, Resource> byAction = new HashMap<>();
        for (AppliedProgramme.Action action : programme.applied()) {
            Resource made = action.resource();
            if (made == null
                    || plan.isDropped(made.fhirType(), programme.programme().key(action.id()))) {
                continue;
            }
            Optional<Resource> stored =
                    plan.part(made.fhirType(), programme.programme().key(action.id()));
            Optional<ServiceRequest> around = Optional.ofNullable(action.parent())
                    .map(byAction::get)
                    .filter(ServiceRequest.class::isInstance)
                    .map(ServiceRequest.class::cast);
            Resource activity = stored.orElseGet(() -> add(drafts.of(action, made, around)));
            byAction.put(action.id(), activity);
        }
    }

    private Resource add(Resource part) {
        parts.add(part);
        changed.add(PlanChanges.address(part));
        return part;
    }

    private void mark(Resource drafted, Resource stored) {
        if (stored == null || !stored.equalsDeep(drafted)) {
            changed.add(PlanChanges.address(drafted));
        }
    }

    private CarePlan carePlan(CareTeam team) {
        CarePlan stored = plan.carePlan();
        CarePlan carePlan = stored == null ? empty() : stored.copy();
        for (AppliedProgramme programme : programmes) {
            if (!carePlan.hasInstantiatesCanonical(programme.programme().url())) {
                carePlan.addInstantiatesCanonical(programme.programme().url());
            }
        }
        addresses().forEach(condition -> reference(carePlan.getAddresses(), condition));
        reference(carePlan.getCareTeam(), PlanChanges.address(team));
        Set<String> activities = carePlan.getActivity().stream()
                .map(CarePlanActivityComponent::getReference)
                .map(Reference::getReference)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        for (Resource part : parts) {
            String address = PlanChanges.address(part);
            if (part instanceof Goal) {
                reference(carePlan.getGoal(), address);
            } else if (activities.add(address)) {
                carePlan.addActivity().setReference(new Reference(address));
            }
        }
        if (stored == null || !stored.equalsDeep(carePlan)) {
            carePlan.setText(PlanNarrative.of(titles(carePlan), parts));
        }
        return carePlan;
    }

    private CarePlan empty() {
        CarePlan carePlan = new CarePlan()
                .setStatus(CarePlanStatus.ACTIVE)
                .setIntent(CarePlanIntent.PLAN)
                .setTitle("Care plan")
                .setSubject(request.patient())
                .setCreated(request.nowAsDate());
        carePlan.addCategory().addCoding().setSystem(CATEGORY_SYSTEM).setCode(CATEGORY);
        carePlan.getPeriod().setStartElement(PlanRequest.day(request.start()));
        Optional.ofNullable(request.author()).ifPresent(author -> carePlan.setAuthor(author.copy()));
        Optional.ofNullable(request.encounter()).ifPresent(encounter -> carePlan.setEncounter(encounter.copy()));
        carePlan.setId("CarePlan/" + plan.id());
        return carePlan;
    }

    private List<String> addresses() {
        return programmes.stream()
                .flatMap(p ->
                        Stream.concat(p.addresses().stream(), p.goals().stream().flatMap(g -> g.addresses().stream())))
                .map((Condition c) -> "Condition/" + c.getIdElement().getIdPart())
                .distinct()
                .toList();
    }

    private static void reference(List<Reference> references, String address) {
        if (references.stream().noneMatch(r -> address.equals(r.getReference()))) {
            references.add(new Reference(address));
        }
    }

    /** Titles of the programmes just applied, canonicals of the others in the plan. */
    private List<String> titles(CarePlan carePlan) {
        Map<String, String> byUrl = programmes.stream()
                .collect(Collectors.toMap(
                        p -> p.programme().url(), p -> p.programme().title(), (one, again) -> one));
        return carePlan.getInstantiatesCanonical().stream()
                .map(CanonicalType::getValue)
                .map(url -> byUrl.getOrDefault(url, url))
                .toList();
    }
}
