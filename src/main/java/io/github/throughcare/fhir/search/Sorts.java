package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Interval;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.ParamKind;
import io.github.throughcare.fhir.index.SortText;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.search.SearchRequest.Sort;
import io.github.throughcare.fhir.search.SearchRequest.Walk;
import io.github.throughcare.fhir.storage.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * What a sort by a parameter sorts by: of several values the smallest ascending and the largest descending; a resource without a
 * value comes last, either way (R4 search.html 3.1.1.5.1 leaves both open).
 */
final class Sorts {

    private final TypeIndex.Catalog catalog;
    private final Types types;

    Sorts(TypeIndex.Catalog catalog, Types types) {
        this.catalog = catalog;
        this.types = types;
    }

    /**
     * The sort key.
     *
     * @param params the parameter in each of the types that are searched, at least one, all of one kind
     * @throws Problem 400 for a parameter that has no order
     */
    Sort by(Map<String, Param> params, boolean descending) {
        Param any = params.values().iterator().next();
        if (any.code().equals("_id")) {
            return new Sort("r.id", "text", List.of(), descending, null, null);
        }
        if (any.code().equals("_lastUpdated")) {
            return new Sort("r.upd", "bigint", List.of(), descending, Walk.UPDATED, null);
        }
        return switch (any.kind()) {
            case DATE ->
                params.values().stream().allMatch(p -> index(p).isPrincipalDate(p.code()))
                        ? new Sort(principal(descending), "bigint", List.of(), descending, Walk.PRINCIPAL_DATE, null)
                        : inSql(params, descending, "bigint");
            case NUMBER, QUANTITY -> inSql(params, descending, "float8");
            case STRING -> inSql(params, descending, "text");
            case URI -> any.code().startsWith("_") ? inBody(params, descending) : inSql(params, descending, "text");
            case TOKEN, REFERENCE -> inBody(params, descending);
            case COMPOSITE, SPECIAL ->
                throw new Problem(
                        400,
                        IssueType.NOTSUPPORTED,
                        any.type() + "." + any.code()
                                + " has no order: a composite or special parameter cannot be sorted by");
        };
    }

    private TypeIndex index(Param p) {
        return catalog.of(p.type());
    }

    private static String principal(boolean descending) {
        return descending
                ? "r.sdate"
                : "CASE WHEN r.sdate = " + Interval.MISSING + " THEN " + Cursor.MISSING_LAST + " ELSE r.sdate END";
    }

    /** By its rows in the index; with several types, by those of the row's own type. */
    private Sort inSql(Map<String, Param> params, boolean descending, String sqlType) {
        List<Object> args = new ArrayList<>();
        if (params.size() == 1) {
            String expression = side(params.values().iterator().next(), descending, args);
            return new Sort(expression, sqlType, args, descending, null, null);
        }
        StringBuilder each = new StringBuilder("CASE r.type");
        params.forEach((type, p) -> each.append(" WHEN ")
                .append(types.number(type))
                .append(" THEN ")
                .append(side(p, descending, args)));
        return new Sort(each + " END", sqlType, args, descending, null, null);
    }

    private String side(Param p, boolean descending, List<Object> args) {
        if (index(p).isPrincipalDate(p.code())) {
            return principal(descending);
        }
        List<String> parts = index(p).unionOf(p.code());
        List<Long> seeds = (parts.isEmpty() ? List.of(p.code()) : parts)
                .stream().map(code -> index(p).seed(code)).toList();
        args.addAll(seeds);
        String among = " IN (?" + ", ?".repeat(seeds.size() - 1) + ")";
        String h = "h" + among;
        String first = descending ? "max" : "min";
        if (p.kind() == ParamKind.DATE) {
            return "coalesce((SELECT " + first
                    + "(x.lo) FROM (SELECT lo FROM idx_date WHERE pk = r.pk AND " + h + " OFFSET 0) x), "
                    + (descending ? Interval.MISSING : Cursor.MISSING_LAST) + ")";
        }
        if (p.kind() == ParamKind.NUMBER || p.kind() == ParamKind.QUANTITY) {
            String canonical = "";
            if (p.kind() == ParamKind.QUANTITY) {
                args.addAll(seeds);
                canonical = "(SELECT " + first + "(lo) FROM idx_number WHERE pk = r.pk AND unit <> 0 AND h # unit"
                        + among + "), ";
            }
            // PostgreSQL sorts NaN after infinity
            return "coalesce(" + canonical + "(SELECT " + first + "(lo) FROM idx_number WHERE pk = r.pk AND " + h
                    + "), '" + (descending ? "-Infinity" : "NaN") + "'::float8)";
        }
        return "coalesce((SELECT " + first
                + "(x.v) FROM (SELECT v FROM idx_string WHERE pk = r.pk AND " + h + " OFFSET 0) x), "
                + (descending ? "''" : "chr(1114111)") + ")";
    }

    /** By what stands in the resource: the index knows only the keys of codes and references. */
    private Sort inBody(Map<String, Param> params, boolean descending) {
        return new Sort(
                "NULL",
                "text",
                List.of(),
                descending,
                null,
                (type, resource) ->
                        SortText.of(catalog.of(type), params.get(type).code(), resource, descending));
    }
}
