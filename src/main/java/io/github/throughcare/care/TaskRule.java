package io.github.throughcare.care;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule;
import java.util.Set;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * What the rules for special kinds of Tasks have in common: a Task of the kind stays one, it has a status, and moves as its kind moves.
 * An illegal move is 422 whoever makes it; only then the kind says who may. What {@link #written} changes in the Task is stored.
 */
public abstract class TaskRule implements WriteRule {

    private final String named;

    /** @param named what such a Task is called at the beginning of a sentence, e.g. {@code A referral} */
    protected TaskRule(String named) {
        this.named = named;
    }

    /** The kind of this Task as the rule tells kinds apart; empty when the rule is not for it. */
    protected abstract String kind(Task task);

    /** What a Task of this kind that would become another is told. */
    protected abstract String stays(String kind);

    /** Which statuses may follow. */
    protected Set<TaskStatus> after(TaskStatus from) {
        return TaskLife.after(from);
    }

    /**
     * A Task of the kind is written, and its move is legal.
     *
     * @param before the version before; null when it is new or was another kind of Task
     * @param kept as it will be stored; may be changed
     */
    protected abstract void written(@Nullable Task before, Task kept, String kind, Intent intent);

    /** A Task of the kind is deleted. */
    protected void deleted(Task before, Actor actor) {}

    @Override
    public final Set<String> types() {
        return Set.of("Task");
    }

    @Override
    public final void check(Intent intent) {
        Task before = intent.before() instanceof Task there ? there : null;
        String was = before == null ? "" : kind(before);
        if (!(intent.after() instanceof Task after)) {
            if (before != null && !was.isEmpty()) {
                deleted(before, intent.actor());
            }
            return;
        }
        String kind = kind(after);
        if (!was.isEmpty() && !was.equals(kind)) {
            throw Problem.rule(stays(was), "Task.code");
        }
        if (kind.isEmpty()) {
            return;
        }
        Task known = was.isEmpty() ? null : before;
        move(known, after);
        Task kept = after.copy();
        written(known, kept, kind, intent);
        if (!kept.equalsDeep(after)) {
            intent.put(kept);
        }
    }

    private void move(@Nullable Task before, Task after) {
        TaskStatus to = after.getStatus();
        if (to == null) {
            throw Problem.rule(named + " has a status", "Task.status");
        }
        if (before == null || before.getStatus() == to) {
            return;
        }
        Set<TaskStatus> legal = after(before.getStatus());
        if (!legal.contains(to)) {
            throw Problem.rule(
                    named + " that is " + before.getStatus().toCode() + " cannot become " + to.toCode()
                            + "; it may become " + TaskLife.named(legal),
                    "Task.status");
        }
    }

    /** 403: the right move, but not by this one. */
    public static Problem wrongActor(String text, String expression) {
        return new Problem(403, IssueType.FORBIDDEN, text, expression);
    }
}
