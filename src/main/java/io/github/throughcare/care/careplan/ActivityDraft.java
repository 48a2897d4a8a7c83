package io.github.throughcare.care.careplan;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestPriority;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.hl7.fhir.r4.model.Timing;

/** One activity of the plan: what an ActivityDefinition made, with what only the plan knows (dates, roles, reasons, links). */
final class ActivityDraft {

    /** Links an activity to the goal it serves. */
    static final String PERTAINS_TO_GOAL = "http://hl7.org/fhir/StructureDefinition/resource-pertainsToGoal";

    private final PlanRequest request;
    private final LivingPlan plan;
    private final AppliedProgramme programme;
    private final CareTeam team;
    private final Map<String, String> goals;
    private final Schedule schedule;

    ActivityDraft(
            PlanRequest request,
            LivingPlan plan,
            AppliedProgramme programme,
            CareTeam team,
            Map<String, String> goals) {
        this.request = request;
        this.plan = plan;
        this.programme = programme;
        this.team = team;
        this.goals = goals;
        this.schedule = new Schedule(request.start(), programme);
    }

    /**
     * @param action an applied action with a resource
     * @param made that resource; not changed
     * @param around the ServiceRequest of the action around it, if there is one
     */
    Resource of(AppliedProgramme.Action action, Resource made, Optional<ServiceRequest> around) {
        Resource activity = made.copy();
        String key = programme.programme().key(action.id());
        activity.setId(activity.fhirType() + "/" + PlanIds.part(plan.id(), activity.fhirType(), key));
        if (activity.getNamedProperty("identifier") != null) {
            activity.setProperty("identifier", PlanIds.identifier(key));
        }
        if (activity instanceof DomainResource resource) {
            goals(action.definition()).stream()
                    .map(goal -> goals.get(programme.programme().key(goal.id())))
                    .filter(Objects::nonNull)
                    .distinct()
                    .forEach(goal -> resource.addExtension(PERTAINS_TO_GOAL, new Reference(goal)));
        }
        if (activity instanceof ServiceRequest service) {
            complete(service, action.definition());
        } else if (activity instanceof Task task) {
            complete(task, action.definition());
            around.ifPresent(r -> task.setFocus(new Reference(PlanChanges.address(r))));
        } else if (activity.getNamedProperty("basedOn") != null) {
            activity.setProperty("basedOn", basedOn());
        }
        return activity;
    }

    private void complete(ServiceRequest service, PlanDefinitionActionComponent action) {
        service.setBasedOn(List.of(basedOn()));
        service.setAuthoredOn(request.nowAsDate());
        Optional.ofNullable(request.author()).ifPresent(author -> service.setRequester(author.copy()));
        Optional.ofNullable(request.encounter()).ifPresent(encounter -> service.setEncounter(encounter.copy()));
        if (action.hasPriority()) {
            service.setPriority(
                    ServiceRequestPriority.fromCode(action.getPriority().toCode()));
        }
        action.getCode().forEach(category -> service.addCategory(category.copy()));
        if (action.getTiming() instanceof Timing repeating) {
            service.setOccurrence(repeating.copy());
        } else {
            schedule.due(action).ifPresent(due -> service.setOccurrence(period(action, due)));
        }
        CareTeamDraft.rolesOf(action).stream().findFirst().ifPresent(role -> {
            service.setPerformerType(role.copy());
            CareTeamDraft.holder(team, role).ifPresent(service::addPerformer);
        });
        service.setReasonReference(GoalDraft.references(reasons(action)));
    }

    private void complete(Task task, PlanDefinitionActionComponent action) {
        task.setBasedOn(List.of(basedOn()));
        task.setStatus(TaskStatus.REQUESTED);
        if (task.getIntent() == TaskIntent.PROPOSAL) {
            task.setIntent(TaskIntent.PLAN);
        }
        task.setAuthoredOn(request.nowAsDate());
        task.setLastModified(request.nowAsDate());
        Optional.ofNullable(request.author()).ifPresent(author -> task.setRequester(author.copy()));
        Optional.ofNullable(request.encounter()).ifPresent(encounter -> task.setEncounter(encounter.copy()));
        task.setPriority(
                action.hasPriority()
                        ? TaskPriority.fromCode(action.getPriority().toCode())
                        : TaskPriority.ROUTINE);
        if (action.hasTitle() || action.hasDescription()) {
            task.setDescription(action.hasDescription() ? action.getDescription() : action.getTitle());
        }
        schedule.due(action).ifPresent(due -> task.getRestriction().setPeriod(period(action, due)));
        for (CodeableConcept role : CareTeamDraft.rolesOf(action)) {
            task.addPerformerType(role.copy());
            if (!task.hasOwner()) {
                CareTeamDraft.holder(team, role).ifPresent(task::setOwner);
            }
        }
        GoalDraft.references(reasons(action)).stream().findFirst().ifPresent(task::setReasonReference);
    }

    private Period period(PlanDefinitionActionComponent action, LocalDate due) {
        Period period = new Period();
        period.setStartElement(PlanRequest.day(schedule.start(action)));
        period.setEndElement(PlanRequest.day(due));
        return period;
    }

    private Reference basedOn() {
        return new Reference("CarePlan/" + plan.id());
    }

    private List<AppliedProgramme.PlanGoal> goals(PlanDefinitionActionComponent action) {
        return programme.goals().stream()
                .filter(g -> action.getGoalId().stream().anyMatch(id -> g.id().equals(id.getIdPart())))
                .toList();
    }

    /** What an action is for: the Conditions of its goals, else those of the programme. */
    private List<Condition> reasons(PlanDefinitionActionComponent action) {
        List<Condition> ofGoals =
                goals(action).stream().flatMap(g -> g.addresses().stream()).toList();
        return ofGoals.isEmpty() ? programme.addresses() : ofGoals;
    }
}
