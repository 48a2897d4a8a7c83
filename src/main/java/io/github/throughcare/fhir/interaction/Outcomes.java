package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.storage.Stored;
import java.util.List;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;

/** OperationOutcomes: the one place that turns a {@link Problem}, or a failure of ours, into what a client reads. */
public final class Outcomes {

    private Outcomes() {}

    public static OperationOutcome of(Problem problem) {
        OperationOutcome outcome = new OperationOutcome();
        for (Problem.Issue issue : problem.issues()) {
            OperationOutcomeIssueComponent i = outcome.addIssue()
                    .setSeverity(IssueSeverity.ERROR)
                    .setCode(issue.code())
                    .setDiagnostics(issue.text());
            if (issue.expression() != null) {
                i.addExpression(issue.expression());
            }
        }
        return outcome;
    }

    /** Ours, without a word of what went wrong inside. */
    public static OperationOutcome failure(String requestId) {
        OperationOutcome outcome = new OperationOutcome();
        outcome.addIssue()
                .setSeverity(IssueSeverity.FATAL)
                .setCode(IssueType.EXCEPTION)
                .setDiagnostics("The server failed; nothing was stored. Its log has more under " + requestId);
        return outcome;
    }

    public static OperationOutcome information(String text) {
        OperationOutcome outcome = new OperationOutcome();
        outcome.addIssue()
                .setSeverity(IssueSeverity.INFORMATION)
                .setCode(IssueType.INFORMATIONAL)
                .setDiagnostics(text);
        return outcome;
    }

    /** What was written, and what was let pass with it. */
    public static OperationOutcome written(Answer.One answer) {
        Stored stored = answer.stored();
        OperationOutcome outcome = information(
                stored == null
                        ? "There was nothing to change"
                        : (stored.deleted() ? "Deleted " : answer.status() == 201 ? "Created " : "Stored ")
                                + stored.type() + "/" + stored.id() + " version " + stored.version());
        answer.warnings()
                .forEach(w -> outcome.addIssue()
                        .setSeverity(IssueSeverity.WARNING)
                        .setCode(IssueType.BUSINESSRULE)
                        .setDiagnostics(w));
        return outcome;
    }

    public static OperationOutcome warnings(List<String> texts) {
        OperationOutcome outcome = new OperationOutcome();
        texts.forEach(t -> outcome.addIssue()
                .setSeverity(IssueSeverity.WARNING)
                .setCode(IssueType.NOTSUPPORTED)
                .setDiagnostics(t));
        return outcome;
    }
}
