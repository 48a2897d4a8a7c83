package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** A parameter, modifier, prefix or include that is not known: the one kind of error that lenient handling forgives. */
final class Unknown extends RuntimeException {

    final transient Problem problem;

    Unknown(String text) {
        this.problem = new Problem(400, IssueType.NOTSUPPORTED, text);
    }
}
