package io.github.throughcare.care.careplan;

import io.github.throughcare.care.Ig;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Goal;

/**
 * The rule by which a goal's achievementStatus follows its measurements. What the rule wrote bears the extension
 * {@code set-by-rule} with the code it set; a status without it, or with another code than it says, is a person's own entry, and
 * the rule keeps off.
 *
 * @see <a href="http://hl7.org/fhir/R4/valueset-goal-achievement.html">Goal achievement status</a>
 */
final class Achievement {

    static final String SYSTEM = "http://terminology.hl7.org/CodeSystem/goal-achievement";
    static final String SET_BY_RULE = Ig.extension("set-by-rule");
    static final String ACHIEVED = "achieved";
    private static final Set<String> REACHED = Set.of(ACHIEVED, "sustaining");

    private Achievement() {}

    /** A status as the rule writes it. */
    static CodeableConcept byRule(String code) {
        CodeableConcept status = new CodeableConcept();
        status.addCoding().setSystem(SYSTEM).setCode(code).setDisplay(display(code));
        status.addExtension(new Extension(SET_BY_RULE, new CodeType(code)));
        return status;
    }

    private static String display(String code) {
        return switch (code) {
            case "in-progress" -> "In Progress";
            case "improving" -> "Improving";
            case "worsening" -> "Worsening";
            case "no-change" -> "No Change";
            case ACHIEVED -> "Achieved";
            default -> "Not Achieved";
        };
    }

    static String code(Goal goal) {
        return goal.getAchievementStatus().getCoding().stream()
                .filter(c -> SYSTEM.equals(c.getSystem()))
                .map(Coding::getCode)
                .findFirst()
                .orElse("");
    }

    static boolean isReached(String code) {
        return REACHED.contains(code);
    }

    /** Whether a person said how far it is. */
    static boolean isPersonsEntry(Goal goal) {
        if (!goal.hasAchievementStatus()) {
            return false;
        }
        Extension mark = goal.getAchievementStatus().getExtensionByUrl(SET_BY_RULE);
        return mark == null
                || mark.getValue() == null
                || !code(goal).equals(mark.getValue().primitiveValue());
    }

    /**
     * What the measurements say: {@code achieved} when the latest of every target meets it; {@code not-achieved} when one does not and
     * its date has passed; else {@code improving}, {@code worsening} or {@code no-change} against the measurement before, and
     * {@code in-progress} where there is none before.
     *
     * @return empty when nothing was measured, or nothing that can be compared: then no measurement speaks
     */
    static Optional<String> of(List<TargetReading> readings, LocalDate today) {
        List<TargetReading> measurable = readings.stream()
                .filter(r -> r.target().hasMeasure() && r.target().hasDetail())
                .toList();
        List<TargetReading> unmet = measurable.stream()
                .filter(r -> r.isMet().isPresent() && !r.isMet().get())
                .toList();
        if (measurable.isEmpty() || measurable.stream().allMatch(r -> r.isMet().isEmpty())) {
            return Optional.empty();
        }
        if (measurable.stream().allMatch(r -> r.isMet().orElse(false))) {
            return Optional.of(ACHIEVED);
        }
        if (unmet.stream().anyMatch(r -> isOver(r, today))) {
            return Optional.of("not-achieved");
        }
        List<Integer> trends = unmet.stream().flatMap(r -> r.trend().stream()).toList();
        if (trends.isEmpty()) {
            return Optional.of("in-progress");
        }
        return Optional.of(
                trends.stream().anyMatch(t -> t > 0)
                        ? "worsening"
                        : trends.stream().anyMatch(t -> t < 0) ? "improving" : "no-change");
    }

    private static boolean isOver(TargetReading reading, LocalDate today) {
        return reading.target().hasDueDateType()
                && GoalDates.day(reading.target().getDueDateType())
                        .map(due -> due.isBefore(today))
                        .orElse(false);
    }
}
