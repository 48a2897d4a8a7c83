package io.github.throughcare.care.outreach;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatusHistoryComponent;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keeps the life of a case on every write path: {@link CaseLife}, one care manager while it is active, a reason for reopening, and
 * a statusHistory that is the server's alone.
 */
@Component
final class EpisodeRule implements WriteRule {

    static final String STATUS_REASON = Ig.extension("status-reason");
    static final String HOUSEHOLD = Ig.extension("household");

    private final FacilityTime time;
    private final CoordinationSettings settings;

    EpisodeRule(FacilityTime time, CoordinationSettings settings) {
        this.time = time;
        this.settings = settings;
    }

    @Override
    public Set<String> types() {
        return Set.of("EpisodeOfCare");
    }

    @Override
    public void check(Intent intent) {
        if (intent.after() instanceof EpisodeOfCare after) {
            EpisodeOfCare before = (EpisodeOfCare) intent.before();
            check(before, after);
            reopening(before, after);
            EpisodeOfCare kept = after.copy();
            kept.setStatusHistory(history(before, after.getStatus(), time.stamp()));
            if (before == null || before.getStatus() != after.getStatus()) {
                reason(kept);
            }
            if (!kept.equalsDeep(after)) {
                intent.put(kept);
            }
        }
    }

    /** @throws Problem 422 for a move or a state that the life of a case does not know */
    static void check(@Nullable EpisodeOfCare before, EpisodeOfCare after) {
        EpisodeOfCareStatus to = after.getStatus();
        if (to == null) {
            throw Problem.rule("A case needs a status", "EpisodeOfCare.status");
        }
        if (before == null) {
            if (!CaseLife.BEGIN.contains(to)) {
                throw Problem.rule(
                        "A case begins as " + CaseLife.named(CaseLife.BEGIN) + ", not as " + to.toCode(),
                        "EpisodeOfCare.status");
            }
        } else if (before.getStatus() != to) {
            move(before.getStatus(), after);
        }
        household(before, after);
        if (to == EpisodeOfCareStatus.ACTIVE && !names(after.getCareManager())) {
            throw Problem.rule(
                    "An active case has a careManager, the one person to turn to; name one, or keep the case planned",
                    "EpisodeOfCare.careManager");
        }
    }

    /** Who lives together stands in a Group: {@code EpisodeOfCare?household=} finds their cases by it. */
    private static void household(@Nullable EpisodeOfCare before, EpisodeOfCare after) {
        List<Extension> households = after.getExtensionsByUrl(HOUSEHOLD);
        boolean known = before != null && Base.compareDeep(before.getExtensionsByUrl(HOUSEHOLD), households, true);
        if (!known
                && (households.size() > 1
                        || households.stream()
                                .anyMatch(h -> !(h.getValue() instanceof Reference r)
                                        || !"Group"
                                                .equals(r.getReferenceElement().getResourceType())))) {
            throw Problem.rule(
                    "The household of a case is one Group of code group-kind|household, as a Reference",
                    "EpisodeOfCare.extension");
        }
    }

    private static void move(EpisodeOfCareStatus from, EpisodeOfCare after) {
        EpisodeOfCareStatus to = after.getStatus();
        Set<EpisodeOfCareStatus> legal = CaseLife.after(from);
        if (!legal.contains(to)) {
            throw Problem.rule(
                    "A case that is " + from.toCode() + " cannot become " + to.toCode() + "; it may become "
                            + CaseLife.named(legal),
                    "EpisodeOfCare.status");
        }
        if (from == EpisodeOfCareStatus.FINISHED
                && to == EpisodeOfCareStatus.ACTIVE
                && !after.hasExtension(STATUS_REASON)) {
            throw Problem.rule(
                    "A finished case is reopened with a reason: the extension " + STATUS_REASON,
                    "EpisodeOfCare.status");
        }
    }

    /** Why it ended is no reason for opening it again, and the house may say for how long it may be. */
    private void reopening(@Nullable EpisodeOfCare before, EpisodeOfCare after) {
        if (before == null
                || before.getStatus() != EpisodeOfCareStatus.FINISHED
                || after.getStatus() != EpisodeOfCareStatus.ACTIVE) {
            return;
        }
        Extension old = before.getExtensionByUrl(STATUS_REASON);
        if (old != null && old.equalsDeep(after.getExtensionByUrl(STATUS_REASON))) {
            throw Problem.rule(
                    "The reason that stands there is why the case ended; a finished case is reopened with a reason of its own",
                    "EpisodeOfCare.extension");
        }
        Integer days = settings.reopenDays();
        if (days != null && before.hasStatusHistory()) {
            Period last = before.getStatusHistory()
                    .get(before.getStatusHistory().size() - 1)
                    .getPeriod();
            if (last.hasStart()
                    && time.start(last.getStartElement())
                            .plus(days, ChronoUnit.DAYS)
                            .isBefore(time.now())) {
                throw Problem.rule(
                        "The case ended more than " + days + " days ago; open a new one", "EpisodeOfCare.status");
            }
        }
    }

    /** The reason for a move stays with it, also when another one takes its place on the case. */
    private static void reason(EpisodeOfCare kept) {
        Extension reason = kept.getExtensionByUrl(STATUS_REASON);
        if (reason != null && kept.hasStatusHistory()) {
            kept.getStatusHistory().get(kept.getStatusHistory().size() - 1).addExtension(reason.copy());
        }
    }

    private static boolean names(Reference somebody) {
        return somebody.hasReference() || somebody.hasIdentifier();
    }

    /** The history with the status that holds from now on: its last entry is the current status and has no end. */
    static List<EpisodeOfCareStatusHistoryComponent> history(
            @Nullable EpisodeOfCare before, EpisodeOfCareStatus to, DateTimeType now) {
        List<EpisodeOfCareStatusHistoryComponent> history =
                before == null ? new java.util.ArrayList<>() : before.copy().getStatusHistory();
        if (before != null && before.getStatus() == to) {
            return history;
        }
        if (history.isEmpty() && before != null) {
            // imported without one: all that is known is when it was last written
            history.add(
                    entry(before.getStatus(), new DateTimeType(before.getMeta().getLastUpdated())));
        }
        if (!history.isEmpty()) {
            history.get(history.size() - 1).getPeriod().setEndElement(now.copy());
        }
        history.add(entry(to, now));
        return history;
    }

    private static EpisodeOfCareStatusHistoryComponent entry(EpisodeOfCareStatus status, DateTimeType start) {
        EpisodeOfCareStatusHistoryComponent entry = new EpisodeOfCareStatusHistoryComponent();
        entry.setStatus(status);
        entry.getPeriod().setStartElement(start.copy());
        return entry;
    }
}
