package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.SearchParameters;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/**
 * What a search is about: one type, several or all of them ({@code GET [base]?_type=}), and perhaps only what is in one compartment
 * ({@code GET Patient/7/Observation}, {@code GET Patient/7/*}); R4 http.html 3.1.0.8, compartmentdefinition.html.
 *
 * @param type the one type; null: several, which {@code _type} may choose
 * @param compartment type of the resource that the compartment belongs to; null: none
 * @param id its id; empty without a compartment
 */
public record Scope(@Nullable String type, @Nullable String compartment, String id) {

    /** Types that have compartments. */
    public static final Set<String> COMPARTMENTS =
            Set.of("Patient", "Encounter", "Practitioner", "RelatedPerson", "Device");

    /** All resources of one type. */
    public static Scope of(String type) {
        return new Scope(type, null, "");
    }

    /** All resources. */
    public static Scope system() {
        return new Scope(null, null, "");
    }

    /**
     * What is in a compartment.
     *
     * @param type only this one; null: every type that may be in it
     */
    public static Scope compartment(String compartment, String id, @Nullable String type) {
        return new Scope(type, compartment, id);
    }

    /** Path below the base, as the self link shows it. */
    public String path() {
        return compartment == null
                ? type == null ? "" : type
                : compartment + "/" + id + "/" + (type == null ? "*" : type);
    }

    /**
     * The types that are searched, in alphabetical order.
     *
     * @throws Problem 400 for what is no type, or never in the compartment
     */
    List<String> types(SearchParameters parameters, Map<String, List<String>> query) {
        if (type != null) {
            if (compartment != null && !isMember(parameters, type)) {
                throw outside(parameters, type);
            }
            return List.of(type);
        }
        Set<String> named = new TreeSet<>();
        for (String value : query.getOrDefault("_type", List.of())) {
            for (String name : value.split(",", -1)) {
                if (!parameters.isType(name)) {
                    throw Problem.malformed("_type takes resource types with commas between them, not " + value, null);
                }
                if (compartment != null && !isMember(parameters, name)) {
                    throw outside(parameters, name);
                }
                named.add(name);
            }
        }
        return named.isEmpty()
                ? parameters.types().stream()
                        .filter(t -> compartment == null || isMember(parameters, t))
                        .toList()
                : List.copyOf(named);
    }

    /** Parameters of a type that give membership in the compartment. */
    List<Param> membership(SearchParameters parameters, String member) {
        return parameters.of(member).stream()
                .filter(p -> p.givesMembership(String.valueOf(compartment)))
                .toList();
    }

    private boolean isMember(SearchParameters parameters, String member) {
        return member.equals(compartment) || !membership(parameters, member).isEmpty();
    }

    private Problem outside(SearchParameters parameters, String name) {
        return new Problem(
                400,
                IssueType.NOTSUPPORTED,
                name + " is never in the compartment of a " + compartment + " (R4 CompartmentDefinition); in it are "
                        + String.join(
                                ", ",
                                parameters.types().stream()
                                        .filter(t -> isMember(parameters, t))
                                        .toList()));
    }
}
