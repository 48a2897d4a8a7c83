package io.github.throughcare.care.referral;

import io.github.throughcare.care.TaskRule;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule.Actor;
import io.github.throughcare.fhir.WriteRule.Intent;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * Who and what a referral is between: requester, patient and focus stay once it is sent, its owner once it is accepted, and whose part
 * it is from the beginning. What a body leaves out stays too.
 */
final class ReferralAgreement {

    private ReferralAgreement() {}

    /** @throws Problem 422 for another party than was agreed, 403 where the wrong one names it */
    static void keep(Task before, Task after, Intent intent) {
        TaskStatus from = before.getStatus();
        keep(before.getRequester(), after.getRequester(), after::setRequester, "requester", from);
        keep(before.getFor(), after.getFor(), after::setFor, "for", from);
        keep(before.getFocus(), after.getFocus(), after::setFocus, "focus", from);
        owner(before, after, intent.actor());
        partOf(before, after, intent);
    }

    /** What was agreed when the referral was sent stays; what a body leaves out stays too. */
    private static void keep(
            Reference before, Reference after, Function<Reference, Task> set, String element, TaskStatus from) {
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
                throw TaskRule.wrongActor(
                        "Who accepts a referral without an owner becomes its owner himself", "Task.owner");
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
            throw TaskRule.wrongActor("Only the requester says whom a referral is for", "Task.owner");
        } else {
            throw Problem.rule(
                    "A referral that was sent to " + (was.isEmpty() ? "nobody" : was.getReference())
                            + " and is " + after.getStatus().toCode()
                            + " keeps its owner; cancel this Task and make another",
                    "Task.owner");
        }
    }

    /** Whose relay it is stays; a Task becomes one only where it could have begun as one. */
    private static void partOf(Task before, Task after, Intent intent) {
        Stream<Reference> agreed =
                before.getStatus() == TaskStatus.DRAFT ? Stream.empty() : before.getPartOf().stream();
        agreed.filter(p -> after.getPartOf().stream().noneMatch(a -> same(p, a)))
                .toList()
                .forEach(p -> after.addPartOf(p.copy()));
        parents(
                after,
                after.getPartOf().stream()
                        .filter(a -> before.getPartOf().stream().noneMatch(p -> same(p, a)))
                        .toList(),
                intent);
    }

    /** Those whose part it becomes may be relayed by whoever writes. */
    static void parents(Task task, List<Reference> parents, Intent intent) {
        for (Reference parent : parents) {
            if (("Task/" + task.getIdElement().getIdPart()).equals(local(parent))) {
                throw Problem.rule("A referral is no part of itself", "Task.partOf");
            }
            if ("Task".equals(parent.getReferenceElement().getResourceType())) {
                intent.current(Task.class, parent.getReferenceElement().getIdPart())
                        .filter(Referrals::isReferral)
                        .ifPresent(p -> relayed(p, intent.actor()));
            }
        }
    }

    /** A coordination platform relays the referral it owns as Tasks of its own (Gravity, indirect flow). */
    private static void relayed(Task parent, Actor actor) {
        if (!actor.is(parent.getOwner())) {
            throw TaskRule.wrongActor(
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

    static boolean same(Reference one, Reference other) {
        return one.equalsDeep(other) || one.hasReference() && Objects.equals(local(one), local(other));
    }

    private static String local(Reference reference) {
        // with the address of another server: the same id is something else there
        return String.valueOf(reference.getReferenceElement().toVersionless().getValue());
    }
}
