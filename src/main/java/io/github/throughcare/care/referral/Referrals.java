package io.github.throughcare.care.referral;

import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;

/** What a referral is. */
public final class Referrals {

    private static final String TASK_CODE = "http://hl7.org/fhir/CodeSystem/task-code";

    private Referrals() {}

    /** A Task of code {@code fulfill} that asks for a ServiceRequest to be fulfilled. */
    public static boolean isReferral(Task task) {
        return task.getCode().hasCoding(TASK_CODE, "fulfill")
                && (task.getFocus().getResource() instanceof ServiceRequest
                        || "ServiceRequest"
                                .equals(task.getFocus().getReferenceElement().getResourceType())
                        || "ServiceRequest".equals(task.getFocus().getType()));
    }
}
