package io.github.throughcare.care.advocacy;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Problem.Issue;
import io.github.throughcare.fhir.WriteRule;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keeps Tasks of advocacy on every write path: their life, what has to stand in them, the last day for an appeal. What follows, in the
 * same transaction, is {@link AdvocacyConsequences}.
 */
@Component
final class AdvocacyRule implements WriteRule {

    private final AdvocacyDeadline deadline;
    private final AdvocacyConsequences consequences;

    AdvocacyRule(FacilityTime time) {
        this.deadline = new AdvocacyDeadline(time);
        this.consequences = new AdvocacyConsequences(time);
    }

    @Override
    public Set<String> types() {
        return Set.of("Task");
    }

    @Override
    public void check(Intent intent) {
        if (!(intent.after() instanceof Task after)) {
            return;
        }
        String kind = AdvocacyLife.kind(after);
        String was = intent.before() instanceof Task old ? AdvocacyLife.kind(old) : "";
        Task before = was.isEmpty() ? null : (Task) intent.before(); // another Task that becomes one begins now
        if (!was.isEmpty() && !was.equals(kind)) {
            throw Problem.rule(
                    "A Task of kind " + was + " stays one; end it and make another for what comes next", "Task.code");
        }
        if (kind.isEmpty()) {
            return;
        }
        move(before, after);
        papers(before, after);
        Task kept = after.copy();
        if (before == null || before.getStatus() == TaskStatus.DRAFT || dated(before, kept)) {
            deadline.of(kept, kind, intent);
        }
        if (before == null || before.getStatus() != kept.getStatus()) {
            consequences.of(before, kept, kind, intent);
        }
        if (!kept.equalsDeep(after)) {
            intent.put(kept);
        }
    }

    /** Is its last day, or what that rests on, another one? A clock that was confirmed since does not stop other work. */
    private static boolean dated(Task before, Task after) {
        return !before.getRestriction().equalsDeep(after.getRestriction())
                || !Objects.equals(before.getInstantiatesCanonical(), after.getInstantiatesCanonical())
                || before.getInput().size() != after.getInput().size()
                || !Base.compareDeep(before.getInput(), after.getInput(), true);
    }

    private static void move(@Nullable Task before, Task after) {
        TaskStatus to = after.getStatus();
        if (to == null) {
            throw Problem.rule("A Task needs a status", "Task.status");
        }
        if (before == null || before.getStatus() == to) {
            return;
        }
        Set<TaskStatus> legal = AdvocacyLife.after(before.getStatus());
        if (!legal.contains(to)) {
            throw Problem.rule(
                    "A Task of this kind that is " + before.getStatus().toCode() + " cannot become " + to.toCode()
                            + "; it may become " + AdvocacyLife.named(legal),
                    "Task.status");
        }
    }

    /** What was missing before and came so from elsewhere does not stop another change. */
    private static void papers(@Nullable Task before, Task after) {
        var known = before != null && before.getStatus() == after.getStatus()
                ? AdvocacyPapers.of(before)
                : List.<AdvocacyPapers.Missing>of();
        List<Issue> issues = AdvocacyPapers.of(after).stream()
                .filter(m -> !known.contains(m))
                .map(m -> new Issue(IssueType.BUSINESSRULE, m.text(), m.expression()))
                .toList();
        if (!issues.isEmpty()) {
            throw new Problem(422, issues);
        }
    }
}
