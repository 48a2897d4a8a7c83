package io.github.throughcare.care.advocacy;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.TaskRule;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Problem.Issue;
import java.util.List;
import java.util.Objects;
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
final class AdvocacyRule extends TaskRule {

    private final AdvocacyDeadline deadline;
    private final AdvocacyConsequences consequences;

    AdvocacyRule(FacilityTime time) {
        super("A Task of this kind");
        this.deadline = new AdvocacyDeadline(time);
        this.consequences = new AdvocacyConsequences(time);
    }

    @Override
    protected String kind(Task task) {
        return AdvocacyLife.kind(task);
    }

    @Override
    protected String stays(String kind) {
        return "A Task of kind " + kind + " stays one; end it and make another for what comes next";
    }

    @Override
    protected void written(@Nullable Task before, Task kept, String kind, Intent intent) {
        papers(before, kept);
        if (before == null || before.getStatus() == TaskStatus.DRAFT || dated(before, kept)) {
            deadline.of(kept, kind, intent);
        }
        if (before == null
                || before.getStatus() != kept.getStatus()
                || !Base.compareDeep(before.getPartOf(), kept.getPartOf(), true)) {
            consequences.of(before, kept, kind, intent);
        }
    }

    /** Is its last day, or what that rests on, another one? A clock that was confirmed since does not stop other work. */
    private static boolean dated(Task before, Task after) {
        return !before.getRestriction().equalsDeep(after.getRestriction())
                || !Objects.equals(before.getInstantiatesCanonical(), after.getInstantiatesCanonical())
                || before.getInput().size() != after.getInput().size()
                || !Base.compareDeep(before.getInput(), after.getInput(), true);
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
