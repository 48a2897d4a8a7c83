package io.github.throughcare.fhir.search;

import static io.github.throughcare.fhir.search.ValueCriterion.allOf;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.ParamKind;
import io.github.throughcare.fhir.index.TypeIndex;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** One test of a {@code _filter} on a parameter of the resource itself: what each operator means for each type of parameter. */
final class FilterTests {

    private static final Set<String> ORDERED = Set.of("eq", "ne", "gt", "lt", "ge", "le", "ap", "sa", "eb");

    private final TypeIndex.Catalog catalog;
    private final CriterionParser criteria;

    FilterTests(TypeIndex.Catalog catalog, CriterionParser criteria) {
        this.catalog = catalog;
        this.criteria = criteria;
    }

    /** @throws Problem 400 for an operator that the parameter does not have, or a value that it does not take */
    Criterion of(Param param, String operator, String value, Caller caller) {
        if (value.isEmpty()) {
            throw Said.bad(param, "has no value");
        }
        if (operator.equals("pr")) {
            return criteria.parse(
                    param,
                    "missing",
                    switch (value.toLowerCase(Locale.ROOT)) {
                        case "true" -> "false";
                        case "false" -> "true";
                        default -> throw Said.bad(param, "pr takes true or false, not " + value);
                    },
                    caller);
        }
        return switch (param.kind()) {
            case STRING -> string(param, operator, value);
            case DATE ->
                operator.equals("po")
                        ? criteria.overlaps(param, value)
                        : ordered(param, operator, value, caller, "pr po " + String.join(" ", ORDERED));
            case NUMBER, QUANTITY -> ordered(param, operator, value, caller, "pr " + String.join(" ", ORDERED));
            case TOKEN -> token(param, operator, value, caller);
            case REFERENCE -> reference(param, operator, value, caller);
            case URI -> uri(param, operator, value, caller);
            case COMPOSITE, SPECIAL -> {
                if (!operator.equals("eq")) {
                    throw none(param, operator, "eq pr");
                }
                yield criteria.values(param, null, List.of(value), caller);
            }
        };
    }

    private Criterion ordered(Param param, String operator, String value, Caller caller, String known) {
        if (!ORDERED.contains(operator)) {
            throw none(param, operator, known);
        }
        return criteria.values(param, null, List.of(operator + value), caller);
    }

    private Criterion string(Param param, String operator, String value) {
        long seed = catalog.of(param.type()).seed(param.code());
        String folded = TextCriteria.folded(param, value);
        return switch (operator) {
            case "eq" -> whole(param, seed, ValueCriterion.Way.EQUALS, folded);
            case "ne" -> whole(param, seed, ValueCriterion.Way.DIFFERS, folded);
            case "co" -> TextCriteria.contains(param, seed, folded);
            case "sw" -> TextCriteria.startsWith(param, seed, folded);
            case "ew" ->
                new ValueCriterion.Text(seed, ValueCriterion.Way.ENDS, TextCriteria.notLonger(param, folded, 100));
            default -> throw none(param, operator, "eq ne co sw ew pr");
        };
    }

    private static Criterion whole(Param param, long seed, ValueCriterion.Way way, String folded) {
        return new ValueCriterion.Text(seed, way, TextCriteria.notLonger(param, folded, 499));
    }

    private Criterion token(Param param, String operator, String value, Caller caller) {
        return switch (operator) {
            case "eq" -> criteria.values(param, null, List.of(value), caller);
            case "ne" -> other(param, value, caller);
            case "ss" -> criteria.values(param, "below", List.of(value), caller);
            case "sb" -> criteria.values(param, "above", List.of(value), caller);
            case "in" -> criteria.values(param, "in", List.of(value), caller);
            case "ni" -> criteria.values(param, "not-in", List.of(value), caller);
            default -> throw none(param, operator, "eq ne pr ss sb in ni");
        };
    }

    private Criterion reference(Param param, String operator, String value, Caller caller) {
        return switch (operator) {
            case "eq", "re" -> criteria.values(param, null, List.of(value), caller);
            case "ne" -> other(param, value, caller);
            default -> throw none(param, operator, "re eq ne pr");
        };
    }

    private Criterion uri(Param param, String operator, String value, Caller caller) {
        return switch (operator) {
            case "eq" -> criteria.values(param, null, List.of(value), caller);
            case "ne" -> other(param, value, caller);
            case "sw", "ss" -> criteria.values(param, "below", List.of(value), caller);
            case "sb" -> criteria.values(param, "above", List.of(value), caller);
            default -> throw none(param, operator, "eq ne sw ss sb pr");
        };
    }

    /** There is a value, and none is this one: of tokens the index cannot tell one that is unequal beside one that is equal. */
    private Criterion other(Param param, String value, Caller caller) {
        Criterion equal = criteria.values(param, null, List.of(value), caller);
        return param.code().equals("_id")
                ? new Criterion.Not(equal)
                : allOf(List.of(criteria.present(param, true), new Criterion.Not(equal)));
    }

    private static Problem none(Param param, String operator, String known) {
        String kind =
                param.kind() == ParamKind.SPECIAL ? "near" : param.kind().name().toLowerCase(Locale.ROOT);
        return new Problem(
                400,
                IssueType.NOTSUPPORTED,
                "_filter: " + operator + " is no operator for " + param.code() + " of " + param.type() + " (" + kind
                        + "); there are " + known);
    }
}
