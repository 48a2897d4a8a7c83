package io.github.throughcare.care.careplan;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.springframework.stereotype.Component;

/**
 * {@code GET CarePlan/{id}/$progress}: how far the goals of a plan are, by their latest measurements, and what is open. Stores nothing. Its
 * shape stands in {@code ig/input/operations/OperationDefinition-CarePlan-progress.json}.
 */
@Component
final class CarePlanProgressOperation implements FhirOperation {

    private final Resources resources;
    private final LivingPlans plans;
    private final Measurements measurements;
    private final Clock clock;
    private final CareSettings settings;

    CarePlanProgressOperation(
            Resources resources, LivingPlans plans, Measurements measurements, Clock clock, CareSettings settings) {
        this.resources = resources;
        this.plans = plans;
        this.measurements = measurements;
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public String definition() {
        return "CarePlan-progress";
    }

    @Override
    public Resource run(OperationCall call) {
        CarePlan plan = resources
                .read(CarePlan.class, call.requireId(), call.visibility())
                .orElseThrow(() -> Problem.unknown("There is no CarePlan/" + call.id()));
        LocalDate today = LocalDate.ofInstant(clock.instant(), settings.zoneId());
        List<Resource> parts = plans.parts(plan, call.visibility());
        List<GoalProgress> goals = parts.stream()
                .filter(Goal.class::isInstance)
                .map(Goal.class::cast)
                .filter(GoalProgress::counts)
                .map(goal -> GoalProgress.of(goal, measurements.of(goal, call.visibility()), today))
                .toList();
        Parameters out = new Parameters();
        ParametersParameterComponent counts = out.addParameter().setName("goals");
        count(counts, "total", goals.stream());
        count(counts, "achieved", goals.stream().filter(GoalProgress::isAchieved));
        count(counts, "in-progress", goals.stream().filter(goal -> !goal.isAchieved()));
        count(counts, "overdue", goals.stream().filter(GoalProgress::isOverdue));
        goals.forEach(goal -> out.addParameter(part(goal)));
        List<Task> open = parts.stream()
                .filter(Task.class::isInstance)
                .map(Task.class::cast)
                .filter(OpenPart::isOpen)
                .toList();
        ParametersParameterComponent tasks = out.addParameter().setName("tasks");
        count(tasks, "open", open.stream());
        count(
                tasks,
                "overdue",
                open.stream()
                        .filter(task -> OpenPart.due(task)
                                .map(due -> due.isBefore(today))
                                .orElse(false)));
        reviewDue(open)
                .ifPresent(due -> out.addParameter().setName("reviewDue").setValue(new DateType(due.toString())));
        return out;
    }

    /** The earliest date of an open Task to review the plan. */
    private static Optional<LocalDate> reviewDue(List<Task> open) {
        return open.stream()
                .filter(task -> PlanTask.isOf(task, "plan-review"))
                .flatMap(task -> OpenPart.due(task).stream())
                .min(Comparator.naturalOrder());
    }

    private static void count(ParametersParameterComponent into, String name, Stream<?> what) {
        into.addPart().setName(name).setValue(new IntegerType((int) what.count()));
    }

    private static ParametersParameterComponent part(GoalProgress progress) {
        Goal goal = progress.goal();
        ParametersParameterComponent part = new ParametersParameterComponent().setName("goal");
        part.addPart().setName("reference").setValue(new Reference(PlanChanges.address(goal)));
        part.addPart()
                .setName("description")
                .setValue(new StringType(goal.getDescription().getText()));
        part.addPart()
                .setName("lifecycleStatus")
                .setValue(new CodeType(goal.getLifecycleStatus().toCode()));
        if (!progress.status().isEmpty()) {
            part.addPart().setName("achievementStatus").setValue(new CodeType(progress.status()));
        }
        GoalDates.due(goal).ifPresent(due -> part.addPart().setName("due").setValue(new DateType(due.toString())));
        part.addPart().setName("overdue").setValue(new BooleanType(progress.isOverdue()));
        progress.readings().forEach(reading -> part.addPart(target(reading)));
        return part;
    }

    private static ParametersParameterComponent target(TargetReading reading) {
        ParametersParameterComponent part = new ParametersParameterComponent().setName("target");
        if (reading.target().hasMeasure()) {
            part.addPart().setName("measure").setValue(reading.target().getMeasure());
        }
        if (reading.target().hasDetail()) {
            part.addPart().setName("detail").setValue(reading.target().getDetail());
        }
        reading.latest().ifPresent(latest -> {
            part.addPart().setName("latest").setValue(latest.value());
            Optional.ofNullable(latest.when())
                    .ifPresent(when -> part.addPart().setName("latestDate").setValue(when));
            part.addPart().setName("observation").setValue(new Reference(latest.observation()));
        });
        reading.isMet().ifPresent(met -> part.addPart().setName("met").setValue(new BooleanType(met)));
        return part;
    }
}
