package io.github.throughcare.care.referral;

import io.github.throughcare.care.Ig;
import java.util.Optional;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;

/** What a referral is. */
public final class Referrals {

    private static final String TASK_CODE = "http://hl7.org/fhir/CodeSystem/task-code";

    /** By when somebody has to hear of it, where it names no end itself; kept by the server. */
    public static final String RESPONSE_DUE = Ig.extension("response-due");

    private Referrals() {}

    /** The last day for an answer or for the service to begin, where the referral names no end of its own. */
    public static Optional<BaseDateTimeType> responseDue(Task task) {
        return Optional.ofNullable(task.getExtensionByUrl(RESPONSE_DUE))
                .map(Extension::getValue)
                .filter(BaseDateTimeType.class::isInstance)
                .map(BaseDateTimeType.class::cast)
                .filter(BaseDateTimeType::hasValue);
    }

    /** A Task of code {@code fulfill} that asks for a ServiceRequest to be fulfilled. */
    public static boolean isReferral(Task task) {
        return task.getCode().hasCoding(TASK_CODE, "fulfill")
                && (task.getFocus().getResource() instanceof ServiceRequest
                        || "ServiceRequest"
                                .equals(task.getFocus().getReferenceElement().getResourceType())
                        || "ServiceRequest".equals(task.getFocus().getType()));
    }
}
