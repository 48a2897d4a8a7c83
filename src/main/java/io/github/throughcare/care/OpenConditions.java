package io.github.throughcare.care;

import java.util.Set;
import org.hl7.fhir.r4.model.Condition;

/** Conditions that hold: not over, and not untrue. One that says neither holds. */
public final class OpenConditions {

    private static final Set<String> OVER = Set.of("inactive", "remission", "resolved");
    private static final Set<String> UNTRUE = Set.of("refuted", "entered-in-error");

    private OpenConditions() {}

    public static boolean isOpen(Condition condition) {
        return condition.getClinicalStatus().getCoding().stream().noneMatch(s -> OVER.contains(s.getCode()))
                && condition.getVerificationStatus().getCoding().stream().noneMatch(s -> UNTRUE.contains(s.getCode()));
    }
}
