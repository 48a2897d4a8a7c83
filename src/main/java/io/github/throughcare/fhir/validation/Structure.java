package io.github.throughcare.fhir.validation;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.Problem;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks resources in JSON against the structure of R4, as HAPI's model classes define it, without building HAPI
 * objects. The definition of a type is compiled when it is first met.
 *
 * <p>Only what R4 forbids is found: unknown elements and resource types, single values where a list belongs and the
 * reverse, missing required elements, two choices of one element, malformed primitives, codes outside a required
 * binding, nulls and empties, extensions with neither or both of value and extensions, nested contained resources,
 * active content in narratives. The narrative's XHTML itself is not parsed.
 *
 * <p>Thread-safe.
 *
 * @see <a href="https://hl7.org/fhir/R4/json.html">R4, JSON representation</a>
 * @see <a href="https://hl7.org/fhir/R4/datatypes.html">R4, data types</a>
 */
public final class Structure {

    /** So that a large malformed body does not make a larger answer. */
    static final int MOST_FINDINGS = 50;

    private final Shapes shapes;

    /** @param context for R4 */
    public Structure(FhirContext context) {
        this.shapes = new Shapes(context);
    }

    /**
     * Finds what R4 forbids, in document order within an element.
     *
     * @param resource a whole resource with its {@code resourceType}; of a Bundle or Parameters the inner ones are checked
     *     too
     * @return empty when there is nothing to say; the first 50 otherwise, each with the FHIRPath of its place in JSON names,
     *     e.g. {@code Observation.component[1].valueQuantity.value}
     */
    public List<Problem.Issue> check(ObjectNode resource) {
        return new Inspection(shapes).of(resource);
    }
}
