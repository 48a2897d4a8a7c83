package io.github.throughcare.care.careplan;

import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.PlanDefinition.ActionConditionKind;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * What is in the plan and open, but what its programme would not put in today. It stays until a person decides: for each such
 * activity or goal there is one Task ({@code propose-revocation}) whose focus it is. A Task whose reason has gone is cancelled.
 */
final class Revocations {

    private static final int DAYS = 7;
    private static final String KEY = "plan|" + PlanTask.REVOCATION + "|";

    private final PlanRequest request;
    private final LivingPlan plan;
    private final Set<String> considered = new HashSet<>();
    private final Set<String> current = new HashSet<>();
    private final Map<String, String> whys = new HashMap<>();

    Revocations(PlanRequest request, LivingPlan plan, List<AppliedProgramme> programmes, List<Programme> lapsed) {
        this.request = request;
        this.plan = plan;
        for (AppliedProgramme programme : programmes) {
            Programme of = programme.programme();
            considered.add(of.id());
            programme.applied().forEach(action -> current.add(of.key(action.id())));
            programme.goals().forEach(goal -> current.add(of.key(goal.id())));
            explain(of, of.definition().getAction(), List.of());
        }
        for (Programme of : lapsed) {
            considered.add(of.id());
            explain(of, of.definition().getAction(), List.of());
        }
    }

    /** Says of each action which conditions open the way to it, its own and those of the actions around it. */
    private void explain(Programme of, List<PlanDefinitionActionComponent> actions, List<String> around) {
        for (PlanDefinitionActionComponent action : actions) {
            List<String> conditions = Stream.concat(
                            around.stream(),
                            action.getCondition().stream()
                                    .filter(c -> c.getKind() == ActionConditionKind.APPLICABILITY)
                                    .map(c -> c.getExpression())
                                    .map(e -> e.hasDescription() ? e.getDescription() : e.getExpression()))
                    .toList();
            whys.put(of.key(action.getId()), of.title() + ": " + String.join("; ", conditions));
            explain(of, action.getAction(), conditions);
        }
    }

    /** The Tasks that are new or changed. */
    List<Task> propose(List<Resource> parts, CareTeam team) {
        Map<String, Resource> lapsed = parts.stream()
                .filter(OpenPart::isOpen)
                .filter(this::hasLapsed)
                .collect(Collectors.toMap(PlanChanges::address, part -> part, (one, again) -> one));
        List<Task> tasks = new ArrayList<>();
        for (Resource part : lapsed.values().stream()
                .sorted((one, other) -> PlanChanges.address(one).compareTo(PlanChanges.address(other)))
                .toList()) {
            boolean goesWithItsService = part instanceof Task task
                    && lapsed.containsKey(task.getFocus().getReference());
            if (!goesWithItsService && !isProposed(part)) {
                tasks.add(task(part, lapsed, team));
            }
        }
        parts.stream()
                .filter(Task.class::isInstance)
                .map(Task.class::cast)
                .filter(task -> PlanTask.isOf(task, PlanTask.REVOCATION) && OpenPart.isOpen(task))
                .filter(task -> isConsidered(task)
                        && !lapsed.containsKey(task.getFocus().getReference()))
                .forEach(task -> tasks.add(withdrawn(task)));
        return tasks;
    }

    private boolean hasLapsed(Resource part) {
        List<String> keys = LivingPlan.keys(part);
        return !keys.isEmpty()
                && keys.stream()
                        .map(key -> Turn.of(key).action())
                        .allMatch(action -> considered.contains(programme(action)) && !current.contains(action));
    }

    private static String programme(String key) {
        return key.substring(0, Math.max(0, key.indexOf('|')));
    }

    /** Whether the programmes of a proposal are among those that were looked at now. */
    private boolean isConsidered(Task proposal) {
        return LivingPlan.keys(proposal).stream()
                .filter(key -> key.startsWith(KEY))
                .map(key -> programme(key.substring(KEY.length())))
                .anyMatch(considered::contains);
    }

    /** Whether people were asked already; asked once and answered, they are not asked the same again. */
    private boolean isProposed(Resource part) {
        return plan.part("Task", key(part))
                .map(task -> !isWithdrawn((Task) task))
                .orElse(plan.isDropped("Task", key(part)));
    }

    private static boolean isWithdrawn(Task task) {
        return task.getStatus() == TaskStatus.CANCELLED
                && WITHDRAWN.equals(task.getStatusReason().getText());
    }

    private static final String WITHDRAWN = "It applies again, or has ended";

    private static String key(Resource part) {
        return KEY + LivingPlan.keys(part).get(0);
    }

    private Task task(Resource part, Map<String, Resource> lapsed, CareTeam team) {
        Set<String> reasons = LivingPlan.keys(part).stream()
                .map(key -> whys.getOrDefault(key, "the programme " + programme(key) + " does not have it any more"))
                .collect(Collectors.toCollection(TreeSet::new));
        Task task = PlanTask.of(request, plan, team, PlanTask.REVOCATION, key(part), CareTeamDraft.caseManager(), DAYS);
        task.setIntent(TaskIntent.PROPOSAL);
        task.setFocus(new Reference(PlanChanges.address(part)).setDisplay(PlanNarrative.label(part)));
        task.setDescription("No longer applies: " + PlanNarrative.label(part) + ". Revoke it, or say why it stays.");
        task.setReasonCode(new CodeableConcept().setText("Not met any more (" + String.join("), (", reasons) + ")"));
        lapsed.values().stream()
                .filter(other -> other instanceof Task inner
                        && PlanChanges.address(part).equals(inner.getFocus().getReference()))
                .forEach(inner -> task.addInput()
                        .setType(PlanTask.inputType("Goes with it"))
                        .setValue(new Reference(PlanChanges.address(inner))));
        plan.part("Task", key(part))
                .ifPresent(before -> task.setMeta(before.getMeta().copy()));
        return task;
    }

    private Task withdrawn(Task task) {
        return task.copy()
                .setStatus(TaskStatus.CANCELLED)
                .setStatusReason(new CodeableConcept().setText(WITHDRAWN))
                .setLastModified(Date.from(request.now()));
    }
}
