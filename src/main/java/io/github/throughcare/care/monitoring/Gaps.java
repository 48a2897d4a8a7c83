package io.github.throughcare.care.monitoring;

import static java.util.stream.Collectors.toSet;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.OpenConditions;
import io.github.throughcare.care.OpenTasks;
import io.github.throughcare.care.referral.Referrals;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.Appointment.AppointmentStatus;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CarePlan.CarePlanStatus;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.DetectedIssue.DetectedIssueSeverity;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Goal.GoalLifecycleStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/** Finds the gaps in the coordination of one person's care. Pure. */
final class Gaps {

    private static final Set<GoalLifecycleStatus> OPEN_GOALS = EnumSet.of(
            GoalLifecycleStatus.PROPOSED,
            GoalLifecycleStatus.PLANNED,
            GoalLifecycleStatus.ACCEPTED,
            GoalLifecycleStatus.ACTIVE,
            GoalLifecycleStatus.ONHOLD);
    private static final Set<GoalLifecycleStatus> VOID_GOALS =
            EnumSet.of(GoalLifecycleStatus.CANCELLED, GoalLifecycleStatus.REJECTED, GoalLifecycleStatus.ENTEREDINERROR);
    private static final String ACCEPTANCE = "http://hl7.org/fhir/StructureDefinition/goal-acceptance";
    private static final int REVIEW_DAYS = 365;

    /** All that is looked at of one person. */
    record PersonRecord(
            List<Condition> conditions,
            List<Goal> goals,
            List<CarePlan> plans,
            List<ServiceRequest> requests,
            List<Task> tasks,
            List<Appointment> appointments) {}

    private final PersonRecord record;
    private final FacilityTime time;
    private final Instant now;
    private final boolean patient;

    private Gaps(PersonRecord record, int grace, FacilityTime time) {
        this.record = record;
        this.time = time;
        this.patient = grace > 0;
        this.now = time.now().minus(grace, ChronoUnit.DAYS);
    }

    /** @param grace days that something may be late before it counts */
    static List<Gap> of(PersonRecord record, int grace, FacilityTime time) {
        Gaps gaps = new Gaps(record, grace, time);
        return Stream.of(
                        DuplicateServices.of(record.requests(), time),
                        gaps.needs(),
                        gaps.reviews(),
                        gaps.appointments(),
                        gaps.agreement(),
                        gaps.conflicts(),
                        gaps.outcomes())
                .flatMap(List::stream)
                .toList();
    }

    static Set<String> family(CodeableConcept code) {
        Set<String> coded = code.getCoding().stream()
                .filter(Coding::hasCode)
                .map(c -> c.getSystem() + "|" + c.getCode())
                .collect(toSet());
        return coded.isEmpty() && code.hasText()
                ? Set.of("text|" + code.getText().strip().toLowerCase(java.util.Locale.ROOT))
                : coded;
    }

    static String name(CodeableConcept code, String family) {
        return code.hasText()
                ? code.getText()
                : code.getCoding().stream()
                        .map(Coding::getDisplay)
                        .filter(java.util.Objects::nonNull)
                        .findFirst()
                        .orElse(family);
    }

    static boolean refers(List<Reference> references, Resource to) {
        return references.stream().anyMatch(r -> local(to).equals(key(r)));
    }

    /** Open needs that nothing answers. */
    private List<Gap> needs() {
        Set<String> answered = Stream.of(
                        record.requests().stream()
                                .filter(r -> r.getStatus() != ServiceRequestStatus.REVOKED
                                        && r.getStatus() != ServiceRequestStatus.ENTEREDINERROR)
                                .flatMap(r ->
                                        Stream.concat(r.getReasonReference().stream(), r.getSupportingInfo().stream())),
                        record.goals().stream()
                                .filter(g -> !VOID_GOALS.contains(g.getLifecycleStatus()))
                                .flatMap(g -> g.getAddresses().stream()),
                        record.plans().stream()
                                .filter(p -> p.getStatus() == CarePlanStatus.ACTIVE
                                        || p.getStatus() == CarePlanStatus.DRAFT
                                        || p.getStatus() == CarePlanStatus.ONHOLD)
                                .flatMap(p -> p.getAddresses().stream()))
                .flatMap(s -> s)
                .map(Gaps::key)
                .collect(toSet());
        return record.conditions().stream()
                .filter(Gaps::isNeed)
                .filter(c -> !answered.contains(local(c)))
                .filter(c -> !c.hasRecordedDate() || isLate(time.start(c.getRecordedDateElement())))
                .map(c -> new Gap(
                        "need-without-plan",
                        local(c),
                        List.of(local(c)),
                        DetectedIssueSeverity.HIGH,
                        "No service, goal or plan answers: " + name(c.getCode(), local(c))))
                .toList();
    }

    /** Has it had the days of grace? */
    private boolean isLate(Instant since) {
        return !patient || since.isBefore(now);
    }

    private static boolean isNeed(Condition c) {
        return OpenConditions.isOpen(c)
                && c.getCategory().stream()
                        .flatMap(k -> k.getCoding().stream())
                        .anyMatch(k -> "health-concern".equals(k.getCode())
                                || "sdoh".equals(k.getCode())
                                || String.valueOf(k.getSystem()).contains("sdoh-clinicalcare"));
    }

    /** Plans and goals that were to be looked at again. */
    private List<Gap> reviews() {
        List<Gap> gaps = new ArrayList<>();
        for (CarePlan plan : record.plans()) {
            if (plan.getStatus() != CarePlanStatus.ACTIVE) {
                continue;
            }
            List<Task> reviews = record.tasks().stream()
                    .filter(t -> t.getCode().hasCoding(Ig.TASK_KIND, "plan-review"))
                    .filter(t -> t.getBasedOn().isEmpty() || refers(t.getBasedOn(), plan))
                    .toList();
            List<Task> late = reviews.stream()
                    .filter(t -> OpenTasks.isOverdue(t, now, time))
                    .toList();
            boolean ended = plan.getPeriod().hasEnd()
                    && !time.end(plan.getPeriod().getEndElement()).isAfter(now);
            if (ended || !late.isEmpty() || reviews.isEmpty() && old(plan)) {
                List<String> sides = new ArrayList<>(List.of(local(plan)));
                late.forEach(t -> sides.add(local(t)));
                gaps.add(new Gap(
                        "review-overdue",
                        local(plan),
                        sides,
                        DetectedIssueSeverity.MODERATE,
                        ended
                                ? "The plan is active, and its period is over"
                                : late.isEmpty()
                                        ? "The plan is over a year old and was never reviewed"
                                        : "The review of the plan is overdue"));
            }
        }
        record.goals().stream()
                .filter(g -> g.getLifecycleStatus() == GoalLifecycleStatus.ACTIVE
                        || g.getLifecycleStatus() == GoalLifecycleStatus.ACCEPTED)
                .filter(g -> g.getTarget().stream()
                        .anyMatch(t -> t.getDue() instanceof DateType due
                                && due.hasValue()
                                && !time.end(due).isAfter(now)))
                .filter(g ->
                        !g.getAchievementStatus().getCoding().stream().anyMatch(c -> "achieved".equals(c.getCode())))
                .forEach(g -> gaps.add(new Gap(
                        "review-overdue",
                        local(g),
                        List.of(local(g)),
                        DetectedIssueSeverity.MODERATE,
                        "The goal was due and nobody says what came of it: " + name(g.getDescription(), local(g)))));
        return gaps;
    }

    private boolean old(CarePlan plan) {
        BaseDateTimeType begun = plan.getPeriod().hasStart()
                ? plan.getPeriod().getStartElement()
                : plan.hasCreated() ? plan.getCreatedElement() : null;
        return begun != null && time.start(begun).isBefore(now.minus(REVIEW_DAYS, ChronoUnit.DAYS));
    }

    /** Missed appointments that nobody made up for. */
    private List<Gap> appointments() {
        return record.appointments().stream()
                .filter(a -> a.getStatus() == AppointmentStatus.NOSHOW)
                .filter(a -> !a.hasStart() || !a.getStart().toInstant().isAfter(now))
                .filter(a -> record.appointments().stream().noneMatch(o -> follows(o, a)))
                .map(a -> new Gap(
                        "missed-appointment",
                        local(a),
                        List.of(local(a)),
                        DetectedIssueSeverity.MODERATE,
                        "An appointment was missed and none has followed"))
                .toList();
    }

    private static boolean follows(Appointment later, Appointment missed) {
        boolean held = later.getStatus() != AppointmentStatus.NOSHOW
                && later.getStatus() != AppointmentStatus.CANCELLED
                && later.getStatus() != AppointmentStatus.ENTEREDINERROR;
        Set<String> kinds = kinds(missed);
        Set<String> others = kinds(later);
        boolean sameKind =
                kinds.isEmpty() || others.isEmpty() || others.stream().anyMatch(kinds::contains);
        return held
                && sameKind
                && (!missed.hasStart() || later.hasStart() && later.getStart().after(missed.getStart()));
    }

    private static Set<String> kinds(Appointment a) {
        return a.getServiceType().stream().flatMap(c -> family(c).stream()).collect(toSet());
    }

    /** Goals that are pursued and that the person never agreed to. */
    private List<Gap> agreement() {
        return record.goals().stream()
                .filter(g -> OPEN_GOALS.contains(g.getLifecycleStatus()))
                .filter(g -> g.getLifecycleStatus() != GoalLifecycleStatus.ACCEPTED)
                .filter(g -> !agreed(g))
                .filter(g -> !(g.getStart() instanceof DateType start) || isLate(time.start(start)))
                .map(g -> new Gap(
                        "goal-not-agreed",
                        local(g),
                        List.of(local(g)),
                        DetectedIssueSeverity.LOW,
                        "The person has not agreed to the goal: " + name(g.getDescription(), local(g))))
                .toList();
    }

    private static boolean agreed(Goal goal) {
        String by = goal.getExpressedBy().getReferenceElement().getResourceType();
        return "Patient".equals(by)
                || "RelatedPerson".equals(by)
                || goal.getExtensionsByUrl(ACCEPTANCE).stream()
                        .map(e -> e.getExtensionByUrl("status"))
                        .anyMatch(s -> s != null
                                && s.getValue() != null
                                && "agree".equals(s.getValue().primitiveValue()));
    }

    /** Active plans of one kind at the same time, neither of which is part of the other. */
    private List<Gap> conflicts() {
        List<CarePlan> active = record.plans().stream()
                .filter(p -> p.getStatus() == CarePlanStatus.ACTIVE)
                .sorted(Comparator.comparing(Gaps::local))
                .toList();
        List<Gap> gaps = new ArrayList<>();
        for (int i = 0; i < active.size(); i++) {
            for (int j = i + 1; j < active.size(); j++) {
                CarePlan one = active.get(i);
                CarePlan other = active.get(j);
                if (sameKind(one, other) && together(one, other) && !related(one, other) && !related(other, one)) {
                    gaps.add(new Gap(
                            "conflicting-plans",
                            local(one) + " " + local(other),
                            List.of(local(one), local(other)),
                            DetectedIssueSeverity.HIGH,
                            "Two active plans of the same kind; there should be one"));
                }
            }
        }
        return gaps;
    }

    private static boolean sameKind(CarePlan one, CarePlan other) {
        Set<String> kinds =
                one.getCategory().stream().flatMap(c -> family(c).stream()).collect(toSet());
        Set<String> others =
                other.getCategory().stream().flatMap(c -> family(c).stream()).collect(toSet());
        return kinds.isEmpty() && others.isEmpty() || kinds.stream().anyMatch(others::contains);
    }

    private boolean together(CarePlan one, CarePlan other) {
        return new Overlap(time).of(one.getPeriod(), other.getPeriod());
    }

    private static boolean related(CarePlan one, CarePlan other) {
        return refers(one.getPartOf(), other) || refers(one.getBasedOn(), other) || refers(one.getReplaces(), other);
    }

    /** Referrals that were completed and say nothing of what was done. */
    private List<Gap> outcomes() {
        return record.tasks().stream()
                .filter(Referrals::isReferral)
                .filter(t -> t.getStatus() == TaskStatus.COMPLETED && !t.hasOutput())
                .map(t -> new Gap(
                        "referral-without-outcome",
                        local(t),
                        Stream.of(local(t), key(t.getFocus()))
                                .filter(k -> !k.isEmpty())
                                .collect(Collectors.toList()),
                        DetectedIssueSeverity.MODERATE,
                        "The referral was completed and nothing says what came of it"))
                .toList();
    }

    static String local(Resource r) {
        return r.fhirType() + "/" + r.getIdElement().getIdPart();
    }

    private static String key(Reference r) {
        return r.hasReference()
                ? r.getReferenceElement().toUnqualifiedVersionless().getValue()
                : "";
    }
}
