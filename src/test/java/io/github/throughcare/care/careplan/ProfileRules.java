package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;

/**
 * What US Core 6.1.0 (us-core-careplan, -careteam, -goal, -servicerequest), MCC eCare Plan 1.0.0 (no {@code activity.detail}) and our own
 * contract demand of what a plan consists of.
 */
final class ProfileRules {

    private ProfileRules() {}

    static void check(Bundle plan) {
        List<Resource> all =
                plan.getEntry().stream().map(BundleEntryComponent::getResource).toList();
        assertThat(all.get(0)).isInstanceOf(CarePlan.class);
        all.forEach(resource -> {
            if (resource instanceof CarePlan carePlan) {
                check(carePlan);
            } else if (resource instanceof CareTeam team) {
                check(team);
            } else if (resource instanceof Goal goal) {
                check(goal);
            } else if (resource instanceof ServiceRequest service) {
                check(service);
            } else if (resource instanceof Task task) {
                check(task);
            }
        });
    }

    private static void check(CarePlan plan) {
        assertThat(plan.getText().getStatus()).isIn(NarrativeStatus.GENERATED, NarrativeStatus.ADDITIONAL);
        assertThat(plan.getText().getDiv().allText()).isNotBlank();
        assertThat(plan.hasStatus() && plan.hasIntent() && isPatient(plan.getSubject()))
                .isTrue();
        assertThat(plan.getCategory())
                .anyMatch(c -> c.hasCoding("http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "assess-plan"));
        assertThat(plan.getActivity()).isNotEmpty().allMatch(a -> a.hasReference() && !a.hasDetail());
        assertThat(plan.getGoal()).isNotEmpty();
        assertThat(plan.getInstantiatesCanonical()).isNotEmpty();
    }

    private static void check(CareTeam team) {
        assertThat(team.hasStatus() && isPatient(team.getSubject())).isTrue();
        assertThat(team.getParticipant()).isNotEmpty().allSatisfy(p -> {
            assertThat(p.getRole()).hasSize(1);
            assertThat(p.getMember().hasReference() || p.getMember().hasDisplay())
                    .isTrue();
        });
    }

    private static void check(Goal goal) {
        assertThat(goal.hasLifecycleStatus() && goal.hasDescription() && isPatient(goal.getSubject()))
                .isTrue();
        assertThat(goal.hasStartDateType()).isTrue();
        assertThat(goal.getTarget())
                .isNotEmpty()
                .allMatch(t -> t.hasDueDateType() && (!t.hasDetail() || t.hasMeasure()));
    }

    private static void check(ServiceRequest service) {
        assertThat(service.hasStatus() && service.hasIntent() && service.hasAuthoredOn())
                .isTrue();
        assertThat(service.hasCategory() && service.hasOccurrence() && isPatient(service.getSubject()))
                .isTrue();
        assertThat(service.getCode().hasCoding() || service.getCode().hasText()).isTrue();
    }

    private static void check(Task task) {
        assertThat(task.hasStatus() && task.hasIntent() && task.hasAuthoredOn()).isTrue();
        assertThat(isPatient(task.getFor())).isTrue();
        assertThat(task.getCode().getCoding()).isNotEmpty();
        assertThat(task.getPerformerType()).isNotEmpty();
        assertThat(task.getRestriction().getPeriod().hasEnd()).isTrue();
        assertThat(task.getBasedOnFirstRep().getReference()).startsWith("CarePlan/");
    }

    /** US Core wants a Patient, where R4 takes groups, places and devices too. */
    private static boolean isPatient(Reference subject) {
        return "Patient".equals(subject.getReferenceElement().getResourceType());
    }
}
