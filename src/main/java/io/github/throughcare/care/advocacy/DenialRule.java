package io.github.throughcare.care.advocacy;

import io.github.throughcare.care.DerivedIds;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.TaskItems;
import io.github.throughcare.care.advocacy.ClaimDecision.Codes;
import io.github.throughcare.care.advocacy.ClaimDecision.Verdict;
import io.github.throughcare.fhir.WriteRule;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.ClaimResponse;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.springframework.stereotype.Component;

/**
 * Follows what an insurer denies to its decision, in the transaction that writes the ClaimResponse: a refusal opens one
 * {@code denied-service} Task for the claim, a later answer that grants it ends the Task and the appeals that are part of it, one that was in error calls it
 * off. Never refuses a ClaimResponse: what the insurer said is on record whatever we make of it. What {@code $import} brings in is history.
 */
@Component
final class DenialRule implements WriteRule {

    /** A refusal older than this starts nothing, unless a clock says that there is still time to appeal. */
    private static final int HISTORY_DAYS = 30;

    private final FacilityTime time;

    DenialRule(FacilityTime time) {
        this.time = time;
    }

    @Override
    public Set<String> types() {
        return Set.of("ClaimResponse");
    }

    @Override
    public void check(Intent intent) {
        ClaimResponse before = (ClaimResponse) intent.before();
        ClaimResponse after = (ClaimResponse) intent.after();
        ClaimResponse one = after == null ? before : after;
        if (one == null || !DeniedClaim.isHere(one.getPatient(), "Patient")) {
            return;
        }
        Codes codes = Codes.of(intent);
        Verdict was = before == null
                ? Verdict.UNDECIDED
                : ClaimDecision.of(before, codes).verdict();
        ClaimDecision is = ClaimDecision.of(after, codes);
        boolean news =
                is.verdict() != was && (is.verdict().refuses() || is.verdict() == Verdict.GRANTED || was.refuses());
        if (!news || is.verdict() == Verdict.UNDECIDED) {
            return;
        }
        intent.current(
                Patient.class, one.getPatient().getReferenceElement().getIdPart()); // two answers at once open one Task
        DeniedClaim claim = DeniedClaim.of(one, intent);
        List<Task> open = claim.open(intent);
        switch (is.verdict()) {
            case DENIED, PARTLY, NOT_PROCESSED -> {
                if (open.isEmpty()) {
                    begin(one, is, claim, intent);
                } else {
                    open.forEach(t -> intent.put(told(t, is, claim)));
                }
            }
            case GRANTED -> open.forEach(t -> granted(t, claim, intent));
            default ->
                open.stream()
                        .filter(t -> claim.own().equals(t.getFocus().getReference()))
                        .forEach(t -> withdrawn(t, after == null, intent));
        }
    }

    private void begin(ClaimResponse response, ClaimDecision decision, DeniedClaim claim, Intent intent) {
        LocalDate told = answered(response);
        AppealTime appeal = decision.verdict() == Verdict.NOT_PROCESSED
                ? AppealTime.NONE
                : AppealTime.of(claim.coverages(), told, intent);
        Optional<LocalDate> last = appeal.last().filter(day -> !day.isBefore(time.today()));
        if (last.isEmpty() && isHistory(response)) {
            return;
        }
        Task task = DeniedServices.begun(
                DerivedIds.of(AdvocacyLife.DENIED, claim.own(), time.now().toString()),
                sentence(decision),
                new Reference(claim.own()),
                response.getPatient(),
                careManager(response.getPatient(), intent),
                time);
        claim.link(task);
        TaskItems.addInput(task, "notice-date", new DateType(told.toString()));
        last.ifPresent(day -> task.setInstantiatesCanonical(appeal.clock()));
        DeniedServices.until(task, last.orElse(time.today().plusDays(DeniedServices.DAYS_TO_CHOOSE)));
        note(
                task,
                decision.verdict() == Verdict.NOT_PROCESSED
                        ? "The insurer did not decide: send the request again, or ask"
                        : appeal.text());
        if (decision.verdict() != Verdict.NOT_PROCESSED) {
            DeniedServices.businessStatus(task, code(decision.verdict()), claim.own());
        }
        intent.put(task);
    }

    /** Of a year or a month its end counts: it may have been yesterday. */
    private boolean isHistory(ClaimResponse response) {
        return response.hasCreated()
                && time.end(response.getCreatedElement())
                        .isBefore(time.today()
                                .minusDays(HISTORY_DAYS)
                                .atStartOfDay(time.zone())
                                .toInstant());
    }

    /** The day of the answer, of a year or a month the first; one that is still to come would put off what the law does not. */
    private LocalDate answered(ClaimResponse response) {
        LocalDate today = time.today();
        LocalDate told = response.hasCreated() ? time.dayOf(response.getCreatedElement()) : today;
        return told.isAfter(today) ? today : told;
    }

    private static String sentence(ClaimDecision decision) {
        String said = decision.reasons().isEmpty() ? "" : ": " + String.join("; ", decision.reasons());
        return switch (decision.verdict()) {
            case PARTLY -> "Less was granted than was asked for; decide with the person whether to appeal" + said;
            case NOT_PROCESSED -> "The request came back with errors; see that it is decided" + said;
            default -> "Denied; decide with the person whether to appeal" + said;
        };
    }

    private void note(Task task, String text) {
        task.addNote().setTimeElement(time.stamp()).setText(text);
    }

    private static String code(Verdict verdict) {
        return switch (verdict) {
            case GRANTED -> "granted";
            case PARTLY -> "partly-granted";
            default -> "denied";
        };
    }

    /** Of the person's open cases that of an active one first. */
    private static Reference careManager(Reference patient, Intent intent) {
        return intent
                .search(
                        EpisodeOfCare.class,
                        "patient=" + patient.getReferenceElement().getIdPart()
                                + "&status=planned,waitlist,active,onhold")
                .stream()
                .filter(e -> e.getCareManager().hasReference())
                .min(Comparator.comparing((EpisodeOfCare e) -> e.getStatus() != EpisodeOfCareStatus.ACTIVE)
                        .thenComparing(e -> e.getIdElement().getIdPart()))
                .map(EpisodeOfCare::getCareManager)
                .orElseGet(Reference::new);
    }

    /** Another answer that refuses, while somebody sees to the first. */
    private Task told(Task task, ClaimDecision decision, DeniedClaim claim) {
        claim.link(task);
        if (decision.verdict() != Verdict.NOT_PROCESSED) {
            DeniedServices.businessStatus(task, code(decision.verdict()), claim.own());
        }
        note(task, claim.own() + ": " + sentence(decision));
        return task;
    }

    /** The decision has come: appeals and hearings end with it. A grievance is about something else, and is waited for. */
    private void granted(Task denied, DeniedClaim claim, Intent intent) {
        claim.link(denied);
        Reference by = new Reference(claim.own());
        boolean contested = false;
        for (Task against : DeniedServices.against(denied, intent)) {
            if (AdvocacyLife.kind(against).equals(AdvocacyLife.GRIEVANCE)) {
                contested = true;
            } else {
                intent.current(Task.class, against.getIdElement().getIdPart()).ifPresent(t -> {
                    DeniedServices.decided(t, "granted", by);
                    intent.put(t);
                });
            }
        }
        DeniedServices.businessStatus(denied, "granted", claim.own());
        if (!contested) {
            DeniedServices.decided(denied, "granted", by);
        }
        intent.put(denied);
    }

    /** @param gone there is nothing left to refer to */
    private void withdrawn(Task denied, boolean gone, Intent intent) {
        if (gone) {
            denied.setFocus(new Reference().setDisplay(denied.getFocus().getReference() + ", deleted"));
        }
        if (DeniedServices.against(denied, intent).isEmpty()) {
            denied.setStatus(TaskStatus.CANCELLED)
                    .setStatusReason(new CodeableConcept(new Coding()
                            .setSystem(Ig.codeSystem("task-status-reason"))
                            .setCode("denial-withdrawn")));
        } else {
            note(denied, "The denial was taken back; what is open against it is to be ended too");
        }
        intent.put(denied);
    }
}
