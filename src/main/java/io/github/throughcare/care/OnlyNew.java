package io.github.throughcare.care;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule;
import java.util.Set;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Resource;

/**
 * Lets a commit through only while what it makes is not there yet: of several that make the same thing under one id at once, on
 * whichever server process, one does, and what people have done with it since is not written over.
 *
 * @param type resource type that the commit writes
 * @param known ids that it may change
 */
public record OnlyNew(String type, Set<String> known) implements WriteRule {

    public OnlyNew {
        known = Set.copyOf(known);
    }

    @Override
    public Set<String> types() {
        return Set.of(type);
    }

    /** Was a commit refused because of this, and of nothing else? */
    public static boolean refused(Problem problem) {
        return problem.status() == 409 && problem.issues().stream().allMatch(i -> i.code() == IssueType.DUPLICATE);
    }

    /** @throws Problem 409 */
    @Override
    public void check(Intent intent) {
        Resource there = intent.before();
        if (there != null && !known.contains(there.getIdElement().getIdPart())) {
            throw new Problem(409, IssueType.DUPLICATE, "It was made meanwhile");
        }
    }
}
