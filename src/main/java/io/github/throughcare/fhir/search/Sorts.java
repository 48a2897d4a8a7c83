package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Interval;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.ParamKind;
import io.github.throughcare.fhir.index.TypeIndex;
import java.util.List;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** What a sort by a parameter sorts by. */
final class Sorts {

    private Sorts() {}

    /** @throws Problem 400 for a parameter that has no order in the index */
    static SearchRequest.Sort by(TypeIndex index, Param param, boolean descending) {
        if (param.code().equals("_id")) {
            return new SearchRequest.Sort("r.id", "text", List.of(), descending, null);
        }
        if (param.code().equals("_lastUpdated")) {
            return new SearchRequest.Sort("r.upd", "bigint", List.of(), descending, SearchRequest.Walk.UPDATED);
        }
        if (index.isPrincipalDate(param.code())) {
            return new SearchRequest.Sort(
                    "r.sdate", "bigint", List.of(), descending, SearchRequest.Walk.PRINCIPAL_DATE);
        }
        long seed = index.seed(param.code());
        String first = descending ? "max" : "min";
        if (param.kind() == ParamKind.DATE) {
            return new SearchRequest.Sort(
                    "coalesce((SELECT " + first
                            + "(x.lo) FROM (SELECT lo FROM idx_date WHERE pk = r.pk AND h = ? OFFSET 0) x), "
                            + Interval.MISSING + ")",
                    "bigint",
                    List.of(seed),
                    descending,
                    null);
        }
        if (param.kind() == ParamKind.NUMBER || param.kind() == ParamKind.QUANTITY) {
            return new SearchRequest.Sort(
                    "coalesce((SELECT " + first
                            + "(lo) FROM idx_number WHERE pk = r.pk AND h = ?), '-Infinity'::float8)",
                    "float8",
                    List.of(seed),
                    descending,
                    null);
        }
        if (param.kind() == ParamKind.STRING
                || param.kind() == ParamKind.URI && !param.code().startsWith("_")) {
            return new SearchRequest.Sort(
                    "coalesce((SELECT " + first
                            + "(x.v) FROM (SELECT v FROM idx_string WHERE pk = r.pk AND h = ? OFFSET 0) x), '')",
                    "text",
                    List.of(seed),
                    descending,
                    null);
        }
        throw new Problem(
                400,
                IssueType.NOTSUPPORTED,
                "This server cannot sort by " + param.type() + "." + param.code()
                        + "; it sorts by dates, strings, numbers, quantities, uris, _id and _lastUpdated");
    }
}
