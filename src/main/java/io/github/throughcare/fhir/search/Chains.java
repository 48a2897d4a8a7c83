package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.ParamKind;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.storage.Sql;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/**
 * Criteria by their names, with chains, {@code _has} and {@code _filter}: their inner parts are run here, so that what is left is
 * conditions on one row.
 */
final class Chains {

    /** Criteria that every type has without a parameter of its own. */
    private static final Set<String> OF_ALL = Set.of("_has", "_list", "_text", "_content", "_filter");

    private final TypeIndex.Catalog catalog;
    private final SearchParameters parameters;
    private final CriterionParser criteria;
    private final Planner planner;
    private final SearchSettings settings;
    private final FilterTests tests;
    private final WholeResource whole;

    Chains(
            TypeIndex.Catalog catalog,
            CriterionParser criteria,
            Planner planner,
            SearchSettings settings,
            WholeResource whole) {
        this.catalog = catalog;
        this.parameters = catalog.parameters();
        this.criteria = criteria;
        this.planner = planner;
        this.settings = settings;
        this.tests = new FilterTests(catalog, criteria);
        this.whole = whole;
    }

    /** One criterion by its name as in a URL: {@code code}, {@code code:modifier}, {@code ref.code}, {@code ref:Type.code}, {@code _has:...}. */
    Criterion criterion(String type, String name, String value, int depth, Caller caller) {
        if (depth > SearchSettings.MAX_CHAIN) {
            throw new Problem(400, IssueType.TOOCOSTLY, "A chain has at most " + SearchSettings.MAX_CHAIN + " links");
        }
        if (WholeResource.NAMES.contains(name)) {
            return whole.of(name, value, caller);
        }
        if (name.equals("_filter")) {
            return filter(type, Filter.parse(value), depth, caller);
        }
        if (name.startsWith("_has:")) {
            String[] has = name.split(":", 4);
            return has(type, name, has, t -> criterion(t, has[3], value, depth + 1, caller), caller);
        }
        int dot = name.indexOf('.');
        String head = dot < 0 ? name : name.substring(0, dot);
        String[] parts = head.split(":", 2);
        Param param = parameters.find(type, parts[0]).orElseThrow(() -> unknown(type, parts[0]));
        String modifier = parts.length > 1 ? parts[1] : null;
        return dot < 0
                ? criteria.parse(param, modifier, value, caller)
                : chain(
                        param,
                        modifier,
                        name.substring(dot + 1),
                        t -> criterion(t, name.substring(dot + 1), value, depth + 1, caller),
                        caller);
    }

    /** A {@code _filter} (R4 search_filter.html): a tree over tests, each on a path of references. */
    private Criterion filter(String type, Filter filter, int depth, Caller caller) {
        if (filter instanceof Filter.And and) {
            return ValueCriterion.allOf(and.parts().stream()
                    .map(f -> filter(type, f, depth, caller))
                    .toList());
        }
        if (filter instanceof Filter.Or or) {
            return Criterion.anyOf(
                    or.parts().stream().map(f -> filter(type, f, depth, caller)).toList());
        }
        if (filter instanceof Filter.Not not) {
            return new Criterion.Not(filter(type, not.part(), depth, caller));
        }
        Filter.Test test = (Filter.Test) filter;
        return test(type, test.path(), test, depth, caller);
    }

    private Criterion test(String type, List<Filter.Step> path, Filter.Test test, int depth, Caller caller) {
        if (depth > SearchSettings.MAX_CHAIN) {
            throw new Problem(400, IssueType.TOOCOSTLY, "A chain has at most " + SearchSettings.MAX_CHAIN + " links");
        }
        Filter.Step step = path.get(0);
        List<Filter.Step> rest = path.subList(1, path.size());
        if (step.name().startsWith("_has:")) {
            String[] has = step.name().split(":", 4);
            List<Filter.Step> inner = new ArrayList<>();
            if (has.length == 4) {
                inner.add(new Filter.Step(has[3], step.where()));
                inner.addAll(rest);
            }
            return has(type, step.name(), has, t -> test(t, inner, test, depth + 1, caller), caller);
        }
        String[] parts = step.name().split(":", 2);
        Param param = parameters.find(type, parts[0]).orElseThrow(() -> unknown(type, parts[0]));
        String modifier = parts.length > 1 ? parts[1] : null;
        Filter where = step.where();
        if (rest.isEmpty()) {
            if (where != null || modifier != null) {
                throw Problem.malformed(
                        "_filter: " + step.name() + " is the end of its path: it takes neither a modifier nor [...]",
                        null);
            }
            return tests.of(param, test.operator(), test.value(), caller);
        }
        return chain(
                param,
                modifier,
                rest.get(0).name(),
                t -> where == null
                        ? test(t, rest, test, depth + 1, caller)
                        : ValueCriterion.allOf(
                                List.of(filter(t, where, depth + 1, caller), test(t, rest, test, depth + 1, caller))),
                caller);
    }

    private Criterion chain(
            Param param, @Nullable String targetType, String rest, Function<String, Criterion> innerOf, Caller caller) {
        if (param.kind() != ParamKind.REFERENCE) {
            throw new Unknown(
                    param.code() + " of " + param.type() + " is no reference: it cannot be followed by ." + rest + ".");
        }
        if (targetType != null && !param.targets(targetType)) {
            throw new Unknown(param.code() + " of " + param.type() + " never refers to " + targetType + ".");
        }
        String code = rest.split("[.:]", 2)[0];
        List<String> targets = targetType != null
                ? List.of(targetType)
                : (param.targets().isEmpty() ? parameters.types() : param.targets())
                        .stream()
                                .filter(t -> OF_ALL.contains(code)
                                        || parameters.find(t, code).isPresent())
                                .sorted()
                                .toList();
        if (targets.isEmpty()) {
            throw new Unknown("None of the types that " + param.code() + " of " + param.type()
                    + " refers to has a parameter " + code + ".");
        }
        List<Criterion> any = new ArrayList<>();
        for (String target : targets) {
            Criterion inner = innerOf.apply(target);
            long[] selves = bounded(
                    plan(target, inner, caller).distinct(new Sql("r.self"), settings.maxChained() + 1), target, caller);
            if (selves.length > 0) {
                any.add(criteria.refersTo(
                        catalog.of(param.type()),
                        param,
                        selves,
                        Collections.nCopies(selves.length, target),
                        new long[0]));
            }
        }
        return Criterion.anyOf(any);
    }

    /** {@code _has:Type:reference:criterion=value}: resources of this type that such a resource refers to. */
    private Criterion has(
            String type, String name, String[] parts, Function<String, Criterion> innerOf, Caller caller) {
        if (parts.length < 4 || !parameters.isType(parts[1])) {
            throw new Unknown(name + " takes the form _has:Type:reference:parameter.");
        }
        Param param = parameters.find(parts[1], parts[2]).orElseThrow(() -> unknown(parts[1], parts[2]));
        if (param.kind() != ParamKind.REFERENCE || !param.targets(type)) {
            throw new Unknown(name + ": " + parts[2] + " of " + parts[1] + " never refers to " + type + ".");
        }
        Criterion inner = innerOf.apply(parts[1]);
        TypeIndex index = catalog.of(parts[1]);
        SearchPlan plan = plan(parts[1], inner, caller);
        Sql keys = index.isPatientColumn(parts[2]) && type.equals("Patient")
                ? plan.distinct(new Sql("r.patient"), settings.maxChained() + 1)
                : plan.targets(index.seed(parts[2]), settings.maxChained() + 1);
        return new Criterion.Ids(bounded(keys, parts[1], caller));
    }

    private SearchPlan plan(String type, Criterion criterion, Caller caller) {
        return planner.plan(type, List.of(criterion), List.of(), caller.reader(), caller.visibility());
    }

    private long[] bounded(Sql keys, String type, Caller caller) {
        long[] found = caller.reader().numbers(keys);
        if (found.length > settings.maxChained()) {
            throw new Problem(
                    400,
                    IssueType.TOOCOSTLY,
                    "The chained part matches more than " + settings.maxChained() + " resources of type " + type
                            + "; narrow it");
        }
        return found;
    }

    Unknown unknown(String type, String code) {
        Set<String> known =
                parameters.of(type).stream().map(Param::code).collect(Collectors.toCollection(TreeSet::new));
        return new Unknown(
                "Search parameter " + code + " is not known for " + type + "; known are " + String.join(", ", known)
                        + ", _has, _list, _text, _content, _filter, _include, _revinclude, _sort, _count, _total, _summary, _elements.");
    }
}
