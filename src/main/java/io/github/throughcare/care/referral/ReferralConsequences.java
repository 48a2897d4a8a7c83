package io.github.throughcare.care.referral;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.outreach.CaseOpening;
import io.github.throughcare.fhir.WriteRule.Intent;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;

/** What a move of a referral brings with it, in the same transaction: times, the ServiceRequest, the case. */
final class ReferralConsequences {

    static final String TIME_TO_ACCEPT = Ig.extension("time-to-accept");
    static final String TIME_TO_SERVICE = Ig.extension("time-to-service");

    private static final Set<TaskStatus> SERVED = EnumSet.of(TaskStatus.INPROGRESS, TaskStatus.COMPLETED);
    private static final Set<TaskStatus> LIVE = EnumSet.of(
            TaskStatus.REQUESTED, TaskStatus.ACCEPTED, TaskStatus.INPROGRESS, TaskStatus.ONHOLD, TaskStatus.COMPLETED);

    private final FacilityTime time;

    ReferralConsequences(FacilityTime time) {
        this.time = time;
    }

    /** @param task the Task as it will be stored; it gets its times */
    void of(@Nullable Task before, Task task, Intent intent) {
        boolean relay = isRelay(task, intent); // its Task before the request: one order of locks for all
        ServiceRequest request = request(task, intent);
        keepTimes(before, task);
        measure(before, task, request);
        if (request == null) {
            return;
        }
        if (!relay) {
            follow(task, request, intent);
        }
        if (task.getStatus() == TaskStatus.ACCEPTED && CaseOpening.asksForCase(request)) {
            openCase(task, request, intent);
        }
    }

    private static @Nullable ServiceRequest request(Task task, Intent intent) {
        return "ServiceRequest".equals(task.getFocus().getReferenceElement().getResourceType())
                ? intent.current(
                                ServiceRequest.class,
                                task.getFocus().getReferenceElement().getIdPart())
                        .orElse(null)
                : null;
    }

    /** Times are the server's: a body cannot change or lose them. */
    static void keepTimes(@Nullable Task before, Task task) {
        for (String url : List.of(TIME_TO_ACCEPT, TIME_TO_SERVICE)) {
            Extension known = before == null ? null : before.getExtensionByUrl(url);
            Extension sent = task.getExtensionByUrl(url);
            if (known == null || !known.equalsDeep(sent)) {
                task.getExtension().removeIf(e -> url.equals(e.getUrl()));
                if (known != null) {
                    task.addExtension(known.copy());
                }
            }
        }
    }

    private void measure(@Nullable Task before, Task task, @Nullable ServiceRequest request) {
        Instant asked = asked(before, task, request);
        if (task.getStatus() == TaskStatus.ACCEPTED && !task.hasExtension(TIME_TO_ACCEPT)) {
            task.addExtension(TIME_TO_ACCEPT, minutes(asked));
        }
        if (SERVED.contains(task.getStatus()) && !task.hasExtension(TIME_TO_SERVICE)) {
            task.addExtension(TIME_TO_SERVICE, minutes(asked));
        }
    }

    private Instant asked(@Nullable Task before, Task task, @Nullable ServiceRequest request) {
        if (request != null && request.hasAuthoredOn()) {
            return time.start(request.getAuthoredOnElement());
        }
        if (task.hasAuthoredOn()) {
            return time.start(task.getAuthoredOnElement());
        }
        return before != null && before.getMeta().hasLastUpdated()
                ? before.getMeta().getLastUpdated().toInstant()
                : time.now();
    }

    private org.hl7.fhir.r4.model.Duration minutes(Instant since) {
        org.hl7.fhir.r4.model.Duration duration = new org.hl7.fhir.r4.model.Duration();
        duration.setValue(Math.max(0, Duration.between(since, time.now()).toMinutes()))
                .setUnit("min")
                .setSystem("http://unitsofmeasure.org")
                .setCode("min");
        return duration;
    }

    /** A Task that a coordination platform made for the same request: the request follows the platform's own Task. */
    private static boolean isRelay(Task task, Intent intent) {
        String focus = task.getFocus().getReference();
        return task.getPartOf().stream()
                .filter(p -> "Task".equals(p.getReferenceElement().getResourceType()))
                .flatMap(p -> intent.current(Task.class, p.getReferenceElement().getIdPart()).stream())
                .anyMatch(p -> String.valueOf(focus).equals(p.getFocus().getReference()));
    }

    private static void follow(Task task, ServiceRequest request, Intent intent) {
        ServiceRequestStatus is = request.getStatus();
        ServiceRequestStatus to = ReferralLife.request(task.getStatus()).orElse(is);
        boolean ends = to == ServiceRequestStatus.REVOKED || to == ServiceRequestStatus.ENTEREDINERROR;
        if (is == to || is == ServiceRequestStatus.ENTEREDINERROR || ends && others(task, request, intent)) {
            return;
        }
        request.setStatus(to);
        intent.put(request);
    }

    /** Does another referral still stand for this request? Looked at with the request locked. */
    private static boolean others(Task task, ServiceRequest request, Intent intent) {
        String own = task.getIdElement().getIdPart();
        return intent
                .search(
                        Task.class,
                        "focus=ServiceRequest/" + request.getIdElement().getIdPart())
                .stream()
                .filter(t -> !t.getIdElement().getIdPart().equals(own))
                .filter(t -> t.getPartOf().stream().noneMatch(p -> ("Task/" + own).equals(p.getReference())))
                .anyMatch(t -> Referrals.isReferral(t) && LIVE.contains(t.getStatus()));
    }

    private void openCase(Task task, ServiceRequest request, Intent intent) {
        String patient = request.getSubject().getReferenceElement().getIdPart();
        if (!"Patient".equals(request.getSubject().getReferenceElement().getResourceType())
                || task.getOwner().isEmpty()) {
            return;
        }
        Reference organization = CaseOpening.organization(task.getOwner(), intent);
        List<EpisodeOfCare> existing = CaseOpening.existing(patient, intent);
        intent.put(CaseOpening.of(request, existing, task.getOwner(), organization, time));
    }
}
