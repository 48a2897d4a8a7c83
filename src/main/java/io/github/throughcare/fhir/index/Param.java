package io.github.throughcare.fhir.index;

import java.util.List;
import java.util.Set;

/**
 * One search parameter of one resource type.
 *
 * @param type resource type
 * @param code name in a URL
 * @param kind how its values compare
 * @param expression FHIRPath over the resource
 * @param targets types a reference may point to; empty: any
 * @param compartments compartments it gives membership in
 * @param bit position in the row's bit set of present parameters (0..63)
 */
public record Param(
        String type,
        String code,
        ParamKind kind,
        String expression,
        Set<String> targets,
        List<String> compartments,
        int bit) {

    public Param {
        targets = Set.copyOf(targets);
        compartments = List.copyOf(compartments);
        if (bit < 0 || bit > 63) {
            throw new IllegalArgumentException("A type has at most 64 parameters: " + type + "." + code);
        }
    }

    /**
     * Does it give membership in compartments of this type? As HAPI's model has it from R4's CompartmentDefinitions, except for
     * Device.patient: R4 4.0.1 has no Device in the Patient compartment.
     */
    public boolean givesMembership(String compartment) {
        return compartments.contains(compartment) && !(type.equals("Device") && compartment.equals("Patient"));
    }

    /** May this parameter refer to that type? */
    public boolean targets(String resourceType) {
        return targets.isEmpty() || targets.contains(resourceType);
    }
}
