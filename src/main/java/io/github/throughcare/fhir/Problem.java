package io.github.throughcare.fhir;

import java.util.List;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/**
 * The caller's fault, or a state the caller must know of. Becomes an OperationOutcome with the given HTTP status; whenever
 * it is thrown nothing has been stored.
 *
 * <p>Statuses used (docs/spec-notes.md): 400 malformed, 401/403 not allowed, 404 unknown, 405/406/415, 409/412 version
 * conflicts, 410 deleted, 413 too large, 422 valid FHIR that breaks a rule, 429/503 too much.
 */
public final class Problem extends RuntimeException {

    /**
     * One finding.
     *
     * @param code FHIR issue type
     * @param text a sentence that says what is wrong and what would be right
     * @param expression FHIRPath of the place, where one can be named
     */
    public record Issue(
            IssueType code, String text, @Nullable String expression) {}

    private final int status;
    private final transient List<Issue> issues;

    public Problem(int status, List<Issue> issues) {
        super(issues.get(0).text());
        this.status = status;
        this.issues = List.copyOf(issues);
    }

    public Problem(int status, IssueType code, String text) {
        this(status, List.of(new Issue(code, text, null)));
    }

    public Problem(int status, IssueType code, String text, @Nullable String expression) {
        this(status, List.of(new Issue(code, text, expression)));
    }

    /** 400: the request or the resource is malformed. */
    public static Problem malformed(String text, @Nullable String expression) {
        return new Problem(400, IssueType.INVALID, text, expression);
    }

    /** 404: there is no such thing. */
    public static Problem unknown(String text) {
        return new Problem(404, IssueType.NOTFOUND, text);
    }

    /** 422: well-formed FHIR that breaks a rule (profile, state machine, policy). */
    public static Problem rule(String text, @Nullable String expression) {
        return new Problem(422, IssueType.BUSINESSRULE, text, expression);
    }

    public int status() {
        return status;
    }

    public List<Issue> issues() {
        return issues;
    }
}
