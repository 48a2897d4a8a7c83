package io.github.throughcare.care.careplan;

import io.github.throughcare.care.Ig;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.hl7.fhir.r4.model.Identifier;

/**
 * Names of what a plan holds. An activity or goal is the same when its identifier {@code programme|action} is the same; ids are
 * name-based UUIDs, so that two runs at the same moment write the same resources.
 */
final class PlanIds {

    /** System of the identifier of an activity or goal: {@code programme|action}. */
    static final String PLAN_ACTIVITY = Ig.BASE + "/NamingSystem/plan-activity";

    private PlanIds() {}

    /**
     * Id of the patient's living plan.
     *
     * @param round how many plans of this patient have ended before
     */
    static String plan(String patientId, int round) {
        return uuid("CarePlan|" + patientId + "|" + round);
    }

    /** Id of what belongs to a plan, by resource type and {@code programme|action}. */
    static String part(String planId, String type, String key) {
        return uuid(type + "|" + planId + "|" + key);
    }

    static Identifier identifier(String key) {
        return new Identifier().setSystem(PLAN_ACTIVITY).setValue(key);
    }

    private static String uuid(String name) {
        return UUID.nameUUIDFromBytes((Ig.BASE + "|" + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
