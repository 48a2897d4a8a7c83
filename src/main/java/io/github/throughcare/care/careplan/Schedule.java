package io.github.throughcare.care.careplan;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.PlanDefinition.ActionRelationshipType;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionRelatedActionComponent;

/**
 * When each applied action of a programme starts and until when it is due. An action {@code after-start} or {@code after-end} of
 * another starts so much later; an action whose forerunner does not apply starts at once.
 */
final class Schedule {

    private static final int DEEPEST_CHAIN = 50;

    private final LocalDate start;
    private final Map<String, PlanDefinitionActionComponent> actions;

    Schedule(LocalDate start, AppliedProgramme programme) {
        this.start = start;
        this.actions = programme.applied().stream()
                .map(AppliedProgramme.Action::definition)
                .collect(Collectors.toMap(PlanDefinitionActionComponent::getId, Function.identity()));
    }

    LocalDate start(PlanDefinitionActionComponent action) {
        return start(action, 0);
    }

    /** The last day, empty when the programme sets no limit. */
    Optional<LocalDate> due(PlanDefinitionActionComponent action) {
        return TimeLimit.end(action.getTiming(), start(action));
    }

    private LocalDate start(PlanDefinitionActionComponent action, int depth) {
        LocalDate latest = start;
        if (depth > DEEPEST_CHAIN) {
            return latest; // actions that wait for each other
        }
        for (PlanDefinitionActionRelatedActionComponent related : action.getRelatedAction()) {
            PlanDefinitionActionComponent before = actions.get(related.getActionId());
            if (before == null) {
                continue;
            }
            LocalDate from = start(before, depth + 1);
            if (related.getRelationship() == ActionRelationshipType.AFTEREND) {
                from = TimeLimit.whole(before.getTiming(), from).orElse(from);
            } else if (related.getRelationship() != ActionRelationshipType.AFTERSTART) {
                continue;
            }
            LocalDate begin = TimeLimit.end(related.getOffset(), from).orElse(from);
            latest = begin.isAfter(latest) ? begin : latest;
        }
        return latest;
    }
}
