package io.github.throughcare.care.careplan;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.ResourceChanged;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.springframework.stereotype.Component;

/**
 * Opens a review Task ({@code plan-review}) on the living plan when circumstances change ({@link Circumstance}): one for each change,
 * however often it is told. What happened long ago, what the plan was made with and what it addresses opens none, so that
 * loading history does not.
 */
@Component
final class PlanReviewListener implements ChangeListener {

    private static final Duration NEWS = Duration.ofDays(30);
    private static final String REVIEW = "plan-review";

    private final Resources resources;
    private final LivingPlans plans;
    private final PlannedPatients planned;
    private final Clock clock;
    private final CareSettings settings;

    PlanReviewListener(
            Resources resources, LivingPlans plans, PlannedPatients planned, Clock clock, CareSettings settings) {
        this.planned = planned;
        this.resources = resources;
        this.plans = plans;
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public Set<String> types() {
        return Set.of("Condition", "MedicationRequest", "MedicationStatement", "Encounter", "Appointment");
    }

    /** What happened long ago is no news, and loading history is full of it. A day more than {@link #NEWS}, for all time zones. */
    @Override
    public boolean wants(String type, byte[] json) {
        LocalDate since =
                LocalDate.ofInstant(clock.instant().minus(NEWS), ZoneOffset.UTC).minusDays(1);
        return JsonBytes.mayBeSince(json, since);
    }

    @Override
    public boolean concerns(String type, byte[] json) {
        return wants(type, json) && planned.mayBeOf(json);
    }

    @Override
    public void changed(ResourceChanged change) {
        Instant old = clock.instant().minus(NEWS);
        Circumstance.of(change)
                .filter(c -> c.happened() == null || !c.happened().isBefore(old))
                .ifPresent(c -> plans.active(c.patient(), Visibility.everything())
                        .filter(plan -> isNewsTo(plan, change))
                        .ifPresent(plan -> review(plan, c, change)));
    }

    /** What came in one transaction with the plan was known to whoever made it; so was what the plan addresses, or what is older. */
    private static boolean isNewsTo(CarePlan plan, ResourceChanged change) {
        Resource after = change.after();
        String address = change.type() + "/" + change.id();
        Date written = after == null ? null : after.getMeta().getLastUpdated();
        return plan.getAddresses().stream().noneMatch(a -> address.equals(a.getReference()))
                && (written == null
                        || !written.equals(plan.getMeta().getLastUpdated())
                                && (!plan.hasCreated() || written.after(plan.getCreated())));
    }

    private void review(CarePlan carePlan, Circumstance circumstance, ResourceChanged change) {
        LivingPlan plan = plans.withTeam(carePlan, Visibility.everything());
        LocalDate today = LocalDate.ofInstant(clock.instant(), settings.zoneId());
        PlanRequest request =
                new PlanRequest(circumstance.patient(), today, today, clock.instant(), null, null, Map.of());
        String cause = change.type() + "/" + change.id();
        String key = "plan|" + REVIEW + "|" + cause + "/" + change.version();
        Task task = PlanTask.of(
                request, plan, plan.careTeam(), REVIEW, key, CareTeamDraft.caseManager(), circumstance.days());
        String id = task.getIdElement().getIdPart();
        if (resources.read(Task.class, id, Visibility.everything()).isPresent()) {
            return;
        }
        task.setDescription(circumstance.inWords() + ". Review the plan with the person and adjust it");
        task.setReasonCode(new CodeableConcept().setText(circumstance.inWords()));
        task.setReasonReference(new Reference(cause));
        resources.commit(
                PlanProvenance.change(task, clock.instant(), null, circumstance.inWords(), cause),
                Visibility.everything());
    }
}
