package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.OwnParameter;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.SearchParameters;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** The search parameters that can be used now: R4's, and own ones whose index is built. */
final class LiveParameters {

    private final SearchParameters parameters;
    private final BooleanSupplier changes;

    /** @param changes takes over search parameters that other processes have changed; says whether there were any */
    LiveParameters(SearchParameters parameters, BooleanSupplier changes) {
        this.parameters = parameters;
        this.changes = changes;
    }

    /**
     * The parameter, after a look whether another process has changed what there is: an own one may be retired by now, one that is
     * unknown may be there.
     *
     * @throws Problem 400 {@code incomplete} while its index is being built
     */
    Optional<Param> find(String type, String code) {
        Optional<Param> found = parameters.find(type, code);
        if ((found.isEmpty() || parameters.own(type).containsKey(code)) && parameters.isType(type)) {
            if (changes.getAsBoolean()) {
                found = parameters.find(type, code);
            }
            OwnParameter own = parameters.own(type).get(code);
            if (found.isEmpty() && own != null) {
                throw new Problem(
                        400,
                        IssueType.INCOMPLETE,
                        "The index of search parameter " + code + " of " + type + " (" + own.url()
                                + ") is still being built, and a search by it would miss resources; try again later");
            }
        }
        return found;
    }
}
