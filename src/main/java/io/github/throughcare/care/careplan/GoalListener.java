package io.github.throughcare.care.careplan;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.ResourceChanged;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Lets a goal's achievementStatus follow its measurements ({@link Achievement}) whenever an Observation of them, or the goal itself, is
 * written. Most Observations measure no goal: those are not even told, by the codes that goals name as measures.
 */
@Component
final class GoalListener implements ChangeListener {

    /** More measures than this are not looked for one by one. */
    private static final int MOST_SOUGHT = 200;

    private static final int TOO_COSTLY = 413;

    private final Resources resources;
    private final Measurements measurements;
    private final Clock clock;
    private final CareSettings settings;
    /** Null until the stored goals were read, and where there are too many of them to know: then all Observations matter. */
    private volatile @Nullable Map<String, byte[]> measured;

    private boolean isRead;

    GoalListener(Resources resources, Measurements measurements, Clock clock, CareSettings settings) {
        this.resources = resources;
        this.measurements = measurements;
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public Set<String> types() {
        return Set.of("Observation", "Goal");
    }

    @Override
    public boolean wants(String type, byte[] json) {
        Map<String, byte[]> codes = measured;
        if (!type.equals("Observation") || codes == null) {
            return true;
        }
        return codes.size() > MOST_SOUGHT || codes.values().stream().anyMatch(c -> JsonBytes.contain(json, c));
    }

    @Override
    public void changed(ResourceChanged change) {
        readGoals();
        change.after(Goal.class).ifPresent(goal -> {
            remember(goal);
            follow(goal);
        });
        if (change.type().equals("Observation")) {
            Stream.of(change.after(Observation.class), change.before(Observation.class))
                    .flatMap(Optional::stream)
                    .flatMap(o -> goals(o).stream())
                    .collect(Collectors.toMap(PlanChanges::address, goal -> goal, (one, again) -> one))
                    .values()
                    .forEach(this::follow);
        }
    }

    private void readGoals() {
        if (isRead) {
            return;
        }
        try {
            Map<String, byte[]> codes = new ConcurrentHashMap<>();
            resources.search(Goal.class, "", Visibility.everything()).stream()
                    .flatMap(GoalListener::codes)
                    .forEach(code -> codes.put(code, quoted(code)));
            measured = codes;
        } catch (Problem problem) {
            if (problem.status() != TOO_COSTLY) {
                throw problem;
            }
        }
        isRead = true;
    }

    private void remember(Goal goal) {
        Map<String, byte[]> codes = measured;
        if (codes != null) {
            GoalListener.codes(goal).forEach(code -> codes.put(code, quoted(code)));
        }
    }

    private static byte[] quoted(String code) {
        return ('"' + code + '"').getBytes(StandardCharsets.UTF_8);
    }

    private static Stream<String> codes(Goal goal) {
        return goal.getTarget().stream()
                .flatMap(t -> t.getMeasure().getCoding().stream())
                .map(Coding::getCode)
                .filter(code -> code != null);
    }

    private List<Goal> goals(Observation observation) {
        String patient = observation.getSubject().getReferenceElement().getIdPart();
        if (patient == null
                || !"Patient"
                        .equals(observation.getSubject().getReferenceElement().getResourceType())) {
            return List.of();
        }
        Set<String> codes = Stream.concat(
                        observation.getCode().getCoding().stream(),
                        observation.getComponent().stream().flatMap(c -> c.getCode().getCoding().stream()))
                .map(Coding::getCode)
                .filter(code -> code != null)
                .collect(Collectors.toSet());
        return resources.search(Goal.class, "patient=" + patient, Visibility.everything()).stream()
                .filter(goal -> GoalListener.codes(goal).anyMatch(codes::contains))
                .toList();
    }

    private void follow(Goal goal) {
        if (!OpenPart.isOpen(goal) || Achievement.isPersonsEntry(goal)) {
            return;
        }
        LocalDate today = LocalDate.ofInstant(clock.instant(), settings.zoneId());
        List<TargetReading> readings = measurements.of(goal, Visibility.everything());
        Achievement.of(readings, today)
                .filter(code -> !code.equals(Achievement.code(goal)))
                .filter(code -> !cameTogether(goal, readings))
                .ifPresent(code -> store(goal, code, readings, today));
    }

    /** Who sends a goal and its measurements in one transaction has them from elsewhere, and has judged them or left them unjudged. */
    private boolean cameTogether(Goal goal, List<TargetReading> readings) {
        return readings.stream()
                .flatMap(r -> r.latest().stream())
                .map(m -> m.observation().substring(m.observation().indexOf('/') + 1))
                .flatMap(id -> resources.read(Observation.class, id, Visibility.everything()).stream())
                .allMatch(
                        o -> goal.getMeta().getLastUpdated().equals(o.getMeta().getLastUpdated()));
    }

    private void store(Goal goal, String code, List<TargetReading> readings, LocalDate today) {
        List<Measurement> latest =
                readings.stream().flatMap(r -> r.latest().stream()).toList();
        goal.setAchievementStatus(Achievement.byRule(code));
        goal.setStatusDateElement(new DateType(today.toString()));
        latest.stream()
                .map(Measurement::observation)
                .filter(o -> goal.getOutcomeReference().stream().noneMatch(r -> o.equals(r.getReference())))
                .forEach(o -> goal.addOutcomeReference(new Reference(o)));
        Resource changed = goal;
        resources.commit(
                PlanProvenance.change(
                        changed,
                        clock.instant(),
                        null,
                        "The latest measurement against the target: " + code,
                        latest.get(0).observation()),
                Visibility.everything());
    }
}
