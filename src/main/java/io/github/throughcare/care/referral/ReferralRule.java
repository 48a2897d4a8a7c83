package io.github.throughcare.care.referral;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.referral.ReferralLife.Party;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.springframework.stereotype.Component;

/**
 * Keeps the state machine of referrals on every write path: an illegal move is 422 whoever asks, the right move by the wrong actor 403.
 * Roles are those of the stored version, so that nobody makes himself the owner in the same write. What follows a move, in the
 * same transaction, is {@link ReferralConsequences}.
 */
@Component
final class ReferralRule implements WriteRule {

    private final ReferralConsequences consequences;

    ReferralRule(FacilityTime time) {
        this.consequences = new ReferralConsequences(time);
    }

    @Override
    public Set<String> types() {
        return Set.of("Task");
    }

    @Override
    public void check(Intent intent) {
        Task before = (Task) intent.before();
        Task after = (Task) intent.after();
        boolean was = before != null && Referrals.isReferral(before);
        if (after == null) {
            if (was && !intent.actor().is(before.getRequester())) {
                throw wrongActor("Only the requester deletes a referral", "Task");
            }
            return;
        }
        if (was && !Referrals.isReferral(after)) {
            throw Problem.rule(
                    "A referral stays one: Task.code fulfill and a ServiceRequest as focus. Cancel this Task and make another",
                    "Task.code");
        }
        if (!Referrals.isReferral(after)) {
            return;
        }
        Task kept = after.copy();
        if (was) {
            changed(before, kept, intent);
        } else {
            begun(kept, intent);
        }
        if (before == null || before.getStatus() != kept.getStatus()) {
            consequences.of(before, kept, intent);
        } else {
            ReferralConsequences.keepTimes(before, kept);
        }
        if (!kept.equalsDeep(after)) {
            intent.put(kept);
        }
    }

    private static void begun(Task task, Intent intent) {
        if (task.getStatus() == null || !ReferralLife.BEGIN.contains(task.getStatus())) {
            throw Problem.rule(
                    "A referral begins as " + ReferralLife.named(ReferralLife.BEGIN) + ", not as "
                            + (task.getStatus() == null
                                    ? "nothing"
                                    : task.getStatus().toCode()),
                    "Task.status");
        }
        if (intent.before() instanceof Task other && other.getRequester().hasReference()) {
            // another kind of Task becomes a referral: its requester stays
            if (!same(other.getRequester(), task.getRequester())) {
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
        for (Reference parent : task.getPartOf()) {
            if ("Task".equals(parent.getReferenceElement().getResourceType())) {
                intent.current(Task.class, parent.getReferenceElement().getIdPart())
                        .filter(Referrals::isReferral)
                        .ifPresent(p -> relayed(p, actor));
            }
        }
    }

    /** A coordination platform relays the referral it owns as Tasks of its own (Gravity, indirect flow). */
    private static void relayed(Task parent, Actor actor) {
        if (!actor.is(parent.getOwner())) {
            throw wrongActor(
                    "Only the owner of Task/" + parent.getIdElement().getIdPart() + " relays it", "Task.partOf");
        }
        if (parent.getStatus() != TaskStatus.ACCEPTED
                && parent.getStatus() != TaskStatus.INPROGRESS
                && parent.getStatus() != TaskStatus.ONHOLD) {
            throw Problem.rule(
                    "Task/" + parent.getIdElement().getIdPart() + " is "
                            + parent.getStatus().toCode() + "; a referral is relayed once it is accepted",
                    "Task.partOf");
        }
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
        keep(before.getRequester(), after.getRequester(), after::setRequester, "requester", from);
        keep(before.getFor(), after.getFor(), after::setFor, "for", from);
        keep(before.getFocus(), after.getFocus(), after::setFocus, "focus", from);
        owner(before, after, actor);
    }

    private static void move(Task before, Task after, Actor actor) {
        TaskStatus from = before.getStatus();
        TaskStatus to = after.getStatus();
        Set<TaskStatus> legal = ReferralLife.after(from);
        if (to == null || !legal.contains(to)) {
            throw Problem.rule(
                    "A referral that is " + from.toCode() + " cannot become " + (to == null ? "nothing" : to.toCode())
                            + "; it may become " + ReferralLife.named(legal),
                    "Task.status");
        }
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

    /** What was agreed when the referral was sent stays; what a body leaves out stays too. */
    private static void keep(
            Reference before,
            Reference after,
            java.util.function.Function<Reference, Task> set,
            String element,
            TaskStatus from) {
        if (before.isEmpty() || same(before, after)) {
            return;
        }
        if (after.isEmpty()) {
            set.apply(before.copy());
        } else if (from != TaskStatus.DRAFT) {
            throw Problem.rule(
                    "Task." + element + " stays as it was sent (" + before.getReference()
                            + "); cancel this Task and make another",
                    "Task." + element);
        }
    }

    private static void owner(Task before, Task after, Actor actor) {
        Reference was = before.getOwner();
        Reference is = after.getOwner();
        TaskStatus from = before.getStatus();
        boolean accepts = from != TaskStatus.ACCEPTED && after.getStatus() == TaskStatus.ACCEPTED;
        if (was.isEmpty() && accepts) {
            if (is.isEmpty() && actor.reference() != null) {
                after.setOwner(new Reference(actor.reference()));
            } else if (!actor.is(is)) {
                throw wrongActor("Who accepts a referral without an owner becomes its owner himself", "Task.owner");
            }
            return;
        }
        if (same(was, is) || actor.internal()) {
            return;
        }
        boolean open = from == TaskStatus.DRAFT || from == TaskStatus.REQUESTED && !accepts;
        if (open && actor.is(before.getRequester())) {
            return; // not yet accepted: the requester may turn to somebody else, or to anybody
        }
        if (is.isEmpty()) {
            after.setOwner(was.copy());
        } else if (open) {
            throw wrongActor("Only the requester says whom a referral is for", "Task.owner");
        } else {
            throw Problem.rule(
                    "A referral that was sent to " + (was.isEmpty() ? "nobody" : was.getReference())
                            + " and is " + after.getStatus().toCode()
                            + " keeps its owner; cancel this Task and make another",
                    "Task.owner");
        }
    }

    private static boolean same(Reference one, Reference other) {
        return one.equalsDeep(other) || one.hasReference() && Objects.equals(local(one), local(other));
    }

    private static String local(Reference reference) {
        return String.valueOf(
                reference.getReferenceElement().toUnqualifiedVersionless().getValue());
    }

    private static Task bare(Task task) {
        Task bare = task.copy();
        bare.setId((String) null);
        bare.setMeta(null);
        return bare;
    }

    private static Problem wrongActor(String text, String expression) {
        return new Problem(403, IssueType.FORBIDDEN, text, expression);
    }
}
