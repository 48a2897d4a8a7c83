package io.github.throughcare.fhir;

import org.hl7.fhir.r4.model.Resource;

/**
 * One extended operation. A Spring bean of this type is served over REST at the levels its OperationDefinition (in
 * {@code ig/input/operations}) names, and its input is checked by that definition before {@link #run} is called.
 */
public interface FhirOperation {

    /** Id of the OperationDefinition in {@code ig/}, e.g. {@code Patient-assess}. */
    String definition();

    /**
     * Runs it.
     *
     * @return what the client gets with status 200: a Bundle, Parameters or any other resource
     * @throws Problem for every fault of the caller; nothing is stored then
     */
    Resource run(OperationCall call);
}
