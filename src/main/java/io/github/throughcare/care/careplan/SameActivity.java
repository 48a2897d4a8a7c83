package io.github.throughcare.care.careplan;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Goal.GoalTargetComponent;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;

/**
 * When two programmes want the same: one goal of the same targets, one service of a code, one Task to arrange it, one review of the plan. The one activity
 * carries the identifiers of both, serves the goals of both and is due when the first of them wants it.
 */
final class SameActivity {

    private SameActivity() {}

    /** An open activity of other programmes that does what the draft would do. */
    static Optional<Resource> find(List<Resource> parts, Resource draft, Set<String> fresh) {
        return parts.stream()
                .filter(OpenPart::isOpen)
                .filter(part -> ofOtherProgrammes(part, draft))
                .filter(part -> isSame(part, draft))
                .filter(part -> fresh.contains(PlanChanges.address(part)) || !isLater(part, draft))
                .findFirst();
    }

    private static boolean ofOtherProgrammes(Resource part, Resource draft) {
        Set<String> programmes = programmes(part);
        return !programmes.isEmpty() && programmes(draft).stream().noneMatch(programmes::contains);
    }

    static Set<String> programmes(Resource part) {
        return LivingPlan.keys(part).stream()
                .map(key -> key.substring(0, Math.max(0, key.indexOf('|'))))
                .collect(Collectors.toSet());
    }

    private static boolean isSame(Resource part, Resource draft) {
        if (part instanceof Goal one && draft instanceof Goal other) {
            return sameTargets(one, other);
        }
        if (part instanceof ServiceRequest one && draft instanceof ServiceRequest other) {
            return sameCode(one.getCode(), other.getCode())
                    && one.getDoNotPerform() == other.getDoNotPerform()
                    && codes(one.getOrderDetail()).equals(codes(other.getOrderDetail()));
        }
        if (part instanceof Task one && draft instanceof Task other) {
            boolean focused = one.hasFocus() || other.hasFocus();
            return sameCode(one.getCode(), other.getCode())
                    && codes(one.getPerformerType()).equals(codes(other.getPerformerType()))
                    && (focused
                            ? one.hasFocus()
                                    && other.hasFocus()
                                    && one.getFocus()
                                            .getReference()
                                            .equals(other.getFocus().getReference())
                            : one.hasDescription() && one.getDescription().equals(other.getDescription()));
        }
        return false;
    }

    /** The same values of the same measures; goals without a measure are the same by their words. */
    private static boolean sameTargets(Goal one, Goal other) {
        if (one.getTarget().stream().noneMatch(GoalTargetComponent::hasMeasure)) {
            return other.getTarget().stream().noneMatch(GoalTargetComponent::hasMeasure)
                    && String.valueOf(one.getDescription().getText())
                            .equals(other.getDescription().getText());
        }
        return one.getTarget().size() == other.getTarget().size()
                && one.getTarget().stream()
                        .allMatch(t -> other.getTarget().stream()
                                .anyMatch(o -> sameCode(t.getMeasure(), o.getMeasure())
                                        && t.hasDetail()
                                        && t.getDetail().equalsDeep(o.getDetail())));
    }

    private static boolean sameCode(CodeableConcept one, CodeableConcept other) {
        return one.getCoding().stream()
                .filter(Coding::hasCode)
                .anyMatch(c -> other.getCoding().stream()
                        .anyMatch(o -> c.getCode().equals(o.getCode())
                                && String.valueOf(c.getSystem()).equals(String.valueOf(o.getSystem()))));
    }

    private static Set<String> codes(List<CodeableConcept> concepts) {
        return concepts.stream()
                .map(c -> c.hasCoding()
                        ? c.getCodingFirstRep().getSystem() + "|"
                                + c.getCodingFirstRep().getCode()
                        : String.valueOf(c.getText()))
                .collect(Collectors.toSet());
    }

    /** An activity that is stored already keeps its date; where the other programme wants it earlier it needs one of its own. */
    private static boolean isLater(Resource stored, Resource draft) {
        return OpenPart.due(draft)
                .map(wanted ->
                        OpenPart.due(stored).map(due -> due.isAfter(wanted)).orElse(true))
                .orElse(false);
    }

    /**
     * Both in one.
     *
     * @param part the activity that is there; not changed
     * @param isFresh whether it is only just drafted, so that its date may still move
     */
    static Resource join(Resource part, Resource draft, boolean isFresh) {
        Resource joined = part.copy();
        LivingPlan.keys(draft).forEach(key -> addIdentifier(joined, key));
        if (joined instanceof DomainResource one && draft instanceof DomainResource other) {
            for (Extension goal : other.getExtensionsByUrl(ActivityDraft.PERTAINS_TO_GOAL)) {
                if (one.getExtension().stream().noneMatch(goal::equalsDeep)) {
                    one.addExtension(goal.copy());
                }
            }
        }
        if (joined instanceof Goal one && draft instanceof Goal other) {
            other.getAddresses().forEach(reason -> addReference(one.getAddresses(), reason));
            if (isFresh) {
                earlier(one, other);
            }
        }
        if (joined instanceof ServiceRequest one && draft instanceof ServiceRequest other) {
            other.getReasonReference().forEach(reason -> addReference(one.getReasonReference(), reason));
            if (isFresh
                    && one.getOccurrence() instanceof Period period
                    && other.getOccurrence() instanceof Period wanted) {
                earlier(part, draft, period, wanted);
            }
        }
        if (joined instanceof Task one && draft instanceof Task other && isFresh) {
            earlier(
                    part,
                    draft,
                    one.getRestriction().getPeriod(),
                    other.getRestriction().getPeriod());
        }
        return joined;
    }

    private static void earlier(Goal one, Goal other) {
        for (GoalTargetComponent target : one.getTarget()) {
            other.getTarget().stream()
                    .filter(o -> o.hasDueDateType() && target.hasDueDateType())
                    .filter(o -> o.getDueDateType()
                            .getValue()
                            .before(target.getDueDateType().getValue()))
                    .filter(o -> !o.hasMeasure() || sameCode(o.getMeasure(), target.getMeasure()))
                    .forEach(o -> target.setDue(o.getDueDateType().copy()));
        }
    }

    private static void earlier(Resource part, Resource draft, Period period, Period wanted) {
        if (isLater(part, draft)) {
            period.setStartElement(wanted.getStartElement().copy());
            period.setEndElement(wanted.getEndElement().copy());
        }
    }

    private static void addIdentifier(Resource joined, String key) {
        Identifier identifier = PlanIds.identifier(key);
        if (joined instanceof Goal goal) {
            goal.addIdentifier(identifier);
        } else if (joined instanceof ServiceRequest service) {
            service.addIdentifier(identifier);
        } else if (joined instanceof Task task) {
            task.addIdentifier(identifier);
        }
    }

    private static void addReference(List<Reference> references, Reference added) {
        if (references.stream().noneMatch(r -> added.getReference().equals(r.getReference()))) {
            references.add(added.copy());
        }
    }
}
