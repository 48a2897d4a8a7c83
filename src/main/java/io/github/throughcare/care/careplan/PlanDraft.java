package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.jspecify.annotations.Nullable;

/**
 * Makes the one living plan of what was applied. Pure: the same input gives the same plan, with the same ids.
 *
 * <p>What the plan holds already, by {@code programme|action}, stays as it is, completed or changed by hand; only what is new
 * is added. What two programmes want is one activity. Nothing is taken out: that is a decision for people, so what no longer
 * applies is put before them ({@link Revocations}), and what they took out does not come back. Activities are references, never
 * {@code activity.detail} (MCC eCare Plan 1.0.0, profile mccCarePlan).
 */
final class PlanDraft {

    static final String CATEGORY_SYSTEM = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category";
    static final String CATEGORY = "assess-plan";

    private final PlanRequest request;
    private final LivingPlan plan;
    private final List<AppliedProgramme> programmes;
    private final List<Programme> lapsed;
    private final List<Resource> parts = new ArrayList<>();
    private final Set<String> changed = new LinkedHashSet<>();
    private final Set<String> fresh = new HashSet<>();
    /** {@code programme|goal} to the address of the Goal that stands for it. */
    private final Map<String, String> goals = new HashMap<>();

    private PlanDraft(PlanRequest request, LivingPlan plan, List<AppliedProgramme> programmes, List<Programme> lapsed) {
        this.request = request;
        this.plan = plan;
        this.programmes = programmes;
        this.lapsed = lapsed;
    }

    /**
     * @param programmes what was applied, in the order of their precedence
     * @param lapsed programmes in the plan that are not for this patient any more
     */
    static PlanChanges of(
            PlanRequest request, LivingPlan plan, List<AppliedProgramme> programmes, List<Programme> lapsed) {
        return new PlanDraft(request, plan, programmes, lapsed).draft();
    }

    private PlanChanges draft() {
        CareTeam team = CareTeamDraft.of(request, plan, programmes);
        mark(team, plan.careTeam());
        parts.addAll(plan.parts());
        for (AppliedProgramme programme : programmes) {
            programme.goals().forEach(goal -> addGoal(programme, goal));
            addActivities(programme, team);
        }
        new Revocations(request, plan, programmes, lapsed).propose(parts, team).forEach(this::put);
        GoalConflicts conflicts = GoalConflicts.among(parts);
        conflicts.tasks(request, plan, team).stream()
                .filter(task -> indexOf(task) < 0)
                .forEach(this::put);
        Agreement.ask(request, plan, parts, team).ifPresent(this::put);
        CarePlan carePlan = CarePlanDraft.of(request, plan, programmes, parts, team);
        mark(carePlan, plan.carePlan());
        List<Resource> all = new ArrayList<>(List.of(carePlan, team));
        parts.stream().filter(Goal.class::isInstance).forEach(all::add);
        parts.stream().filter(p -> !(p instanceof Goal)).forEach(all::add);
        return new PlanChanges(
                all,
                changed,
                Stream.concat(conflicts.issues().stream(), plansBeside()).toList());
    }

    /** Somebody else's plan is neither taken over nor kept silent about. */
    private Stream<Problem.Issue> plansBeside() {
        return plan.beside().stream()
                .map(other -> new Problem.Issue(
                        IssueType.INFORMATIONAL,
                        "The patient has another active plan, " + PlanChanges.address(other)
                                + (other.hasTitle() ? " (" + other.getTitle() + ")" : "")
                                + ", which was not made here and stays as it is; see that the two agree, or end one of them",
                        "CarePlan.supportingInfo"));
    }

    private void addGoal(AppliedProgramme programme, AppliedProgramme.PlanGoal goal) {
        String key = programme.programme().key(goal.id());
        if (plan.isDropped("Goal", key)) {
            return;
        }
        Resource kept = plan.part("Goal", key)
                .orElseGet(() -> addOrJoin(GoalDraft.of(request, plan, programme.programme(), goal)));
        goals.put(key, PlanChanges.address(kept));
    }

    private void addActivities(AppliedProgramme programme, CareTeam team) {
        ActivityDraft drafts = new ActivityDraft(request, plan, programme, team, goals);
        Map<String, Resource> byAction = new HashMap<>();
        for (AppliedProgramme.Action action : programme.applied()) {
            Resource made = action.resource();
            String key = programme.programme().key(action.id());
            if (made == null || plan.isDropped(made.fhirType(), key)) {
                continue;
            }
            Optional<ServiceRequest> around = Optional.ofNullable(action.parent())
                    .map(byAction::get)
                    .filter(ServiceRequest.class::isInstance)
                    .map(ServiceRequest.class::cast);
            Resource activity =
                    plan.part(made.fhirType(), key).orElseGet(() -> addOrJoin(drafts.of(action, made, around)));
            byAction.put(action.id(), activity);
        }
    }

    private Resource addOrJoin(Resource draft) {
        return SameActivity.find(parts, draft, fresh)
                .map(same -> put(SameActivity.join(same, draft, fresh.contains(PlanChanges.address(same)))))
                .orElseGet(() -> {
                    fresh.add(PlanChanges.address(draft));
                    return put(draft);
                });
    }

    /** Adds it, or puts it in the place of what it was before. */
    private Resource put(Resource part) {
        int place = indexOf(part);
        if (place < 0) {
            parts.add(part);
        } else {
            parts.set(place, part);
        }
        changed.add(PlanChanges.address(part));
        return part;
    }

    private int indexOf(Resource part) {
        String address = PlanChanges.address(part);
        for (int i = 0; i < parts.size(); i++) {
            if (PlanChanges.address(parts.get(i)).equals(address)) {
                return i;
            }
        }
        return -1;
    }

    private void mark(Resource drafted, @Nullable Resource stored) {
        if (stored == null || !stored.equalsDeep(drafted)) {
            changed.add(PlanChanges.address(drafted));
        }
    }
}
