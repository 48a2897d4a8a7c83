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

    /**
     * Answers a GET, for an operation whose definition allows it ({@code affectsState} false) and that does more when it is posted.
     * Stores nothing.
     */
    default Resource look(OperationCall call) {
        return run(call);
    }

    /**
     * Whether this call may be answered later when the client asks for it ({@code Prefer: respond-async}, R4 async.html): 202 at
     * once, then polling until the result is there. Such a call has a {@link OperationCall#job()}; the operation reports how far it
     * is by {@link OperationCall#progress}. What is wrong with the input may be thrown here already, so that the client hears of it
     * at once.
     */
    default boolean asynchronous(OperationCall call) {
        return false;
    }

    /**
     * Whether a job that was broken off, by a kill of the server or the database, may be run again from its beginning (what it
     * stored before is then found and not doubled). If not, such a job ends with an error.
     */
    default boolean resumable() {
        return false;
    }
}
