package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.SearchParameters;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** A parameter, modifier, prefix, chain or include that is not known: the one kind of error that lenient handling forgives. */
final class Unknown extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    Unknown(String text) {
        this.problem = new Problem(400, IssueType.NOTSUPPORTED, text);
    }

    Problem problem() {
        return problem;
    }

    static Unknown parameter(SearchParameters parameters, String type, String code) {
        Set<String> known =
                parameters.of(type).stream().map(Param::code).collect(Collectors.toCollection(TreeSet::new));
        return new Unknown(
                "Search parameter " + code + " is not known for " + type + "; known are " + String.join(", ", known)
                        + ", _has, _list, _text, _content, _filter, _include, _revinclude, _sort, _count, _total, _summary, _elements.");
    }
}
