package io.github.throughcare.care.advocacy;

import io.github.throughcare.care.TaskItems;
import java.util.Set;
import org.hl7.fhir.r4.model.Task;

/** Tasks of advocacy: which there are. Pure. */
final class AdvocacyLife {

    static final String DENIED = "denied-service";
    static final String GRIEVANCE = "grievance";
    static final String APPEAL = "appeal";
    static final String HEARING = "fair-hearing";
    static final String APPLICATION = "benefit-application";
    static final String CHOICE = "provider-choice";
    static final String RIGHTS = "rights-notice";

    /** Those that end with a decision. */
    static final Set<String> DECIDED = Set.of(DENIED, GRIEVANCE, APPEAL, HEARING, APPLICATION);

    /** Those that a missed date would lose. */
    static final Set<String> DATED = Set.of(APPEAL, HEARING);

    /** Those by which somebody stands up against a denial. */
    static final Set<String> AGAINST = Set.of(GRIEVANCE, APPEAL, HEARING);

    private AdvocacyLife() {}

    /** The kind of a Task of advocacy, else an empty text. */
    static String kind(Task task) {
        for (String kind : DECIDED) {
            if (TaskItems.isKind(task, kind)) {
                return kind;
            }
        }
        return TaskItems.isKind(task, CHOICE) ? CHOICE : TaskItems.isKind(task, RIGHTS) ? RIGHTS : "";
    }
}
