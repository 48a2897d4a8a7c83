package io.github.throughcare.care.careplan;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.ResourceChanged;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CarePlan.CarePlanStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.hl7.fhir.r4.model.Timing;
import org.springframework.stereotype.Component;

/**
 * When one turn of a repeating activity of a living plan has taken place, or has failed, the next one becomes a Task in the plan
 * ({@link NextTurn}). Nothing follows what a person cancelled, refused or took out of the plan, nor in a plan that is not active.
 */
@Component
final class NextTurnListener implements ChangeListener {

    private static final Set<TaskStatus> OVER = EnumSet.of(TaskStatus.COMPLETED, TaskStatus.FAILED);
    private static final byte[] OURS = PlanIds.PLAN_ACTIVITY.getBytes(StandardCharsets.UTF_8);

    private final Resources resources;
    private final ProgrammeShelf programmes;
    private final Clock clock;
    private final CareSettings settings;

    NextTurnListener(Resources resources, ProgrammeShelf programmes, Clock clock, CareSettings settings) {
        this.resources = resources;
        this.programmes = programmes;
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public Set<String> types() {
        return Set.of("Task");
    }

    @Override
    public boolean wants(String type, byte[] json) {
        return JsonBytes.contain(json, OURS);
    }

    @Override
    public void changed(ResourceChanged change) {
        change.after(Task.class)
                .filter(task -> OVER.contains(task.getStatus()))
                .filter(task -> change.before(Task.class)
                        .filter(before -> !OVER.contains(before.getStatus()))
                        .isPresent())
                .ifPresent(this::goOn);
    }

    private void goOn(Task done) {
        String address = PlanChanges.address(done);
        done.getBasedOn().stream()
                .map(Reference::getReferenceElement)
                .filter(id -> "CarePlan".equals(id.getResourceType()))
                .flatMap(id -> resources.read(CarePlan.class, id.getIdPart(), Visibility.everything()).stream())
                .filter(plan -> plan.getStatus() == CarePlanStatus.ACTIVE)
                .filter(plan -> plan.getActivity().stream()
                        .anyMatch(a -> address.equals(a.getReference().getReference())))
                .forEach(plan -> goOn(plan, done));
    }

    private void goOn(CarePlan plan, Task done) {
        String planId = plan.getIdElement().getIdPart();
        LocalDate today = LocalDate.ofInstant(clock.instant(), settings.zoneId());
        NextTurn.after(done, planId, timings(plan), action -> begun(planId, action, done), today, clock.instant())
                .filter(next -> resources
                        .read(Task.class, next.getIdElement().getIdPart(), Visibility.everything())
                        .isEmpty())
                .ifPresent(next -> {
                    plan.addActivity().setReference(new Reference(PlanChanges.address(next)));
                    resources.commit(
                            PlanProvenance.changes(
                                    List.of(next, plan),
                                    clock.instant(),
                                    null,
                                    "Next turn of what repeats: " + next.getDescription(),
                                    PlanChanges.address(done)),
                            Visibility.everything());
                });
    }

    /** What repeats in the programmes of the plan. */
    private Map<String, Timing> timings(CarePlan plan) {
        Map<String, Timing> timings = new HashMap<>();
        plan.getInstantiatesCanonical().stream()
                .map(CanonicalType::getValue)
                .flatMap(canonical -> programmes.named(canonical).stream())
                .forEach(programme -> programme.actions().forEach(action -> {
                    if (action.getTiming() instanceof Timing timing && timing.hasRepeat()) {
                        timings.put(programme.key(action.getId()), timing);
                    }
                }));
        return timings;
    }

    /** When the first turn began; where that is gone, when this one did. */
    private LocalDate begun(String planId, String action, Task done) {
        return Stream.concat(
                        resources.search(Task.class, "based-on=CarePlan/" + planId, Visibility.everything()).stream()
                                .filter(task -> LivingPlan.keys(task).contains(action)),
                        Stream.of(done))
                .map(task -> task.getRestriction().getPeriod())
                .filter(Period::hasStart)
                .map(period -> TimeLimit.date(period.getStartElement()))
                .findFirst()
                .orElse(LocalDate.ofInstant(clock.instant(), settings.zoneId()));
    }
}
