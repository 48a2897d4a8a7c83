package io.github.throughcare.care.transition;

import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.Resources;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ValueSet;

/** Where a discharge leads, by {@code Encounter.hospitalization.dischargeDisposition}. Only the way home is ours to watch. */
enum Destination {
    /** Home, home with services, or not said: transitional care begins. */
    COMMUNITY,
    /** The patient left against advice: transitional care, and sooner. */
    AGAINST_ADVICE,
    /** Another hospital or facility: it takes over, and its discharge will begin transitional care. */
    FACILITY,
    /** The patient died. */
    DEATH;

    boolean startsTransition() {
        return this == COMMUNITY || this == AGAINST_ADVICE;
    }

    /**
     * The code lists that decide, {@code system|code} each, from the ValueSets of the implementation guide.
     *
     * @param inpatient classes of an Encounter that is a stay in hospital
     */
    record Codes(Set<String> inpatient, Set<String> facility, Set<String> againstAdvice, Set<String> death) {

        static Codes of(Resources resources) {
            return new Codes(
                    codes(resources, "inpatient-class"),
                    codes(resources, "discharge-to-facility"),
                    codes(resources, "discharge-against-advice"),
                    codes(resources, "discharge-by-death"));
        }

        Destination of(CodeableConcept disposition) {
            return has(disposition, death)
                    ? DEATH
                    : has(disposition, facility)
                            ? FACILITY
                            : has(disposition, againstAdvice) ? AGAINST_ADVICE : COMMUNITY;
        }

        /** Whether a class is one of a stay in hospital; its system is fixed by the binding and often left out. */
        boolean inpatient(Coding encounterClass) {
            return encounterClass.hasCode()
                    && inpatient.stream().anyMatch(c -> c.endsWith("|" + encounterClass.getCode()));
        }

        private static boolean has(CodeableConcept concept, Set<String> codes) {
            return concept.getCoding().stream().anyMatch(c -> codes.contains(c.getSystem() + "|" + c.getCode()));
        }

        private static Set<String> codes(Resources resources, String id) {
            return resources
                    .definition(ValueSet.class, Ig.BASE + "/ValueSet/" + id)
                    .orElseThrow(() -> new IllegalStateException("ValueSet " + id + " is not in the store"))
                    .getCompose()
                    .getInclude()
                    .stream()
                    .flatMap(i -> i.getConcept().stream().map(c -> i.getSystem() + "|" + c.getCode()))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }
}
