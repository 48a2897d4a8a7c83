package io.github.throughcare.care.referral;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.TaskLife;
import io.github.throughcare.care.TaskRule;
import io.github.throughcare.care.referral.ReferralLife.Party;
import io.github.throughcare.fhir.Problem;
import java.util.EnumSet;
import java.util.Set;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keeps the state machine of referrals on every write path: an illegal move is 422 whoever asks, the right move by the wrong actor 403.
 * Roles are those of the stored version, so that nobody makes himself the owner in the same write. What follows a move, in the
 * same transaction, is {@link ReferralConsequences}.
 */
@Component
final class ReferralRule extends TaskRule {

    private static final Set<String> SERVERS =
            Set.of(ReferralConsequences.TIME_TO_ACCEPT, ReferralConsequences.TIME_TO_SERVICE, Referrals.RESPONSE_DUE);

    private final ReferralConsequences consequences;
    private final ReferralLimits limits;

    ReferralRule(FacilityTime time) {
        super("A referral");
        this.consequences = new ReferralConsequences(time);
        this.limits = new ReferralLimits(time);
    }

    @Override
    protected String kind(Task task) {
        return Referrals.isReferral(task) ? "referral" : "";
    }

    @Override
    protected String stays(String kind) {
        return "A referral stays one: Task.code fulfill and a ServiceRequest as focus. Cancel this Task and make another";
    }

    @Override
    protected Set<TaskStatus> after(TaskStatus from) {
        return ReferralLife.after(from);
    }

    @Override
    protected void deleted(Task before, Actor actor) {
        if (!actor.is(before.getRequester())) {
            throw wrongActor("Only the requester deletes a referral", "Task");
        }
    }

    @Override
    protected void written(@Nullable Task before, Task kept, String kind, Intent intent) {
        if (before == null) {
            begun(kept, intent);
        } else {
            changed(before, kept, intent);
        }
        if (before != null && before.getStatus() == kept.getStatus()) {
            ReferralConsequences.keepTimes(before, kept);
        } else {
            consequences.of(before, kept, intent);
        }
        limits.of(before, kept, intent);
    }

    private static void begun(Task task, Intent intent) {
        if (!ReferralLife.BEGIN.contains(task.getStatus())) {
            throw Problem.rule(
                    "A referral begins as " + TaskLife.named(ReferralLife.BEGIN) + ", not as "
                            + task.getStatus().toCode(),
                    "Task.status");
        }
        if (intent.before() instanceof Task other && other.getRequester().hasReference()) {
            // another kind of Task becomes a referral: its requester stays
            if (!ReferralAgreement.same(other.getRequester(), task.getRequester())) {
                task.setRequester(other.getRequester().copy());
            }
        }
        Actor actor = intent.actor();
        if (task.getRequester().isEmpty() && actor.reference() != null) {
            task.setRequester(new Reference(actor.reference()));
        }
        if (!actor.is(task.getRequester())) {
            throw wrongActor(
                    actor.reference() + " cannot refer in the name of "
                            + task.getRequester().getReference(),
                    "Task.requester");
        }
        ReferralAgreement.parents(task, task.getPartOf(), intent);
    }

    private static void changed(Task before, Task after, Intent intent) {
        TaskStatus from = before.getStatus();
        TaskStatus to = after.getStatus();
        Actor actor = intent.actor();
        if (from != to) {
            move(before, after, actor);
        } else if (!actor.is(before.getRequester())
                && !actor.is(before.getOwner())
                && !bare(before).equalsDeep(bare(after))) {
            throw wrongActor("Only the requester and the owner of a referral change it", "Task");
        }
        ReferralAgreement.keep(before, after, intent);
    }

    private static void move(Task before, Task after, Actor actor) {
        TaskStatus from = before.getStatus();
        TaskStatus to = after.getStatus();
        boolean claim = to == TaskStatus.ACCEPTED && before.getOwner().isEmpty();
        Set<Party> setters = ReferralLife.setters(from, to);
        if (!claim && !actor.isSystem() && parties(before, actor).stream().noneMatch(setters::contains)) {
            throw wrongActor(
                    "Only " + ReferralLife.namedParties(setters) + " sets a referral from " + from.toCode() + " to "
                            + to.toCode() + ", and " + actor.reference() + " is not",
                    "Task.status");
        }
    }

    private static Set<Party> parties(Task task, Actor actor) {
        Set<Party> parties = EnumSet.noneOf(Party.class);
        if (actor.is(task.getRequester())) {
            parties.add(Party.REQUESTER);
        }
        if (actor.is(task.getOwner())) {
            parties.add(Party.TARGET);
        }
        return parties;
    }

    /** Without what the server keeps: who leaves it out changes nothing. */
    private static Task bare(Task task) {
        Task bare = task.copy();
        bare.setId((String) null);
        bare.setMeta(null);
        bare.getExtension().removeIf(e -> SERVERS.contains(e.getUrl()));
        return bare;
    }
}
