package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.ParamKind;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.storage.Reader;
import io.github.throughcare.fhir.storage.Sql;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/**
 * Criteria by their names, with chains, {@code _has} and {@code _filter}: their inner parts become keys here, so that what is left is
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
    private final LiveParameters live;
    /** Null but for what resources contain: its criteria are conditions on the rows of those, and chains lead out again. */
    private final @Nullable Chains outside;

    Chains(
            TypeIndex.Catalog catalog,
            CriterionParser criteria,
            Planner planner,
            SearchSettings settings,
            WholeResource whole,
            LiveParameters live) {
        this(catalog, criteria, planner, settings, whole, live, null);
    }

    private Chains(
            TypeIndex.Catalog catalog,
            CriterionParser criteria,
            Planner planner,
            SearchSettings settings,
            WholeResource whole,
            LiveParameters live,
            @Nullable Chains outside) {
        this.outside = outside;
        this.catalog = catalog;
        this.parameters = catalog.parameters();
        this.criteria = criteria;
        this.planner = planner;
        this.settings = settings;
        this.tests = new FilterTests(catalog, criteria);
        this.whole = whole;
        this.live = live;
    }

    /** One criterion by its name as in a URL: {@code code}, {@code code:modifier}, {@code ref.code}, {@code ref:Type.code}, {@code _has:...}. */
    Criterion criterion(String type, String name, String value, int depth, Caller caller) {
        if (depth > SearchSettings.MAX_CHAIN) {
            throw new Problem(400, IssueType.TOOCOSTLY, "A chain has at most " + SearchSettings.MAX_CHAIN + " links");
        }
        if (outside != null && isOfRows(type, name, caller)) {
            return new Criterion.Nothing();
        }
        if (WholeResource.NAMES.contains(name)) {
            return whole.of(name, value, caller);
        }
        if (name.equals("_filter")) {
            return filter(type, Filter.parse(value), depth, caller);
        }
        if (name.startsWith("_has:")) {
            String[] has = name.split(":", 4);
            Criterion found =
                    has(type, name, has, (in, t) -> in.criterion(t, has[3], value, depth + 1, caller), caller);
            return depth > 0 ? Yielded.found(found, caller.reader()) : found;
        }
        int dot = name.indexOf('.');
        String head = dot < 0 ? name : name.substring(0, dot);
        String[] parts = head.split(":", 2);
        Param param = live.find(type, parts[0]).orElseThrow(() -> Unknown.parameter(parameters, type, parts[0]));
        String modifier = parts.length > 1 ? parts[1] : null;
        return dot < 0
                ? criteria.parse(param, modifier, value, caller)
                : chain(
                        param,
                        modifier,
                        name.substring(dot + 1),
                        (in, t) -> in.criterion(t, name.substring(dot + 1), value, depth + 1, caller),
                        caller);
    }

    /**
     * What a row alone can answer. A contained resource has no logical id, nothing refers to it from elsewhere and no List names it; of
     * what it has, the rest is not in the index, and the answer says so.
     */
    private boolean isOfRows(String type, String name, Caller caller) {
        String code = name.split("[.:]", 2)[0];
        if (Set.of("_has", "_id", "_lastUpdated", "_list").contains(code)) {
            return true;
        }
        boolean unknown = code.equals("_content")
                || code.equals("_text")
                || parameters.own(type).containsKey(code)
                || parameters
                                .find(type, code)
                                .filter(p -> p.kind() == ParamKind.COMPOSITE)
                                .isPresent()
                        && catalog.of(type).composite(code).isEmpty();
        if (unknown) {
            caller.notes()
                    .add("Resources of type " + type + " that are contained in others cannot be searched by " + code
                            + "; what would be found by them alone is not in this answer.");
        }
        return unknown;
    }

    /** The inner part of a chain, for a type. */
    private interface Inner {
        Criterion of(Chains in, String type);
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
        if (outside != null && isOfRows(type, step.name(), caller)) {
            return new Criterion.Nothing();
        }
        List<Filter.Step> rest = path.subList(1, path.size());
        if (step.name().startsWith("_has:")) {
            String[] has = step.name().split(":", 4);
            List<Filter.Step> inner = new ArrayList<>();
            if (has.length == 4) {
                inner.add(new Filter.Step(has[3], step.where()));
                inner.addAll(rest);
            }
            Criterion found =
                    has(type, step.name(), has, (in, t) -> in.test(t, inner, test, depth + 1, caller), caller);
            return Yielded.found(found, caller.reader());
        }
        String[] parts = step.name().split(":", 2);
        Param param = live.find(type, parts[0]).orElseThrow(() -> Unknown.parameter(parameters, type, parts[0]));
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
                (in, t) -> where == null
                        ? in.test(t, rest, test, depth + 1, caller)
                        : ValueCriterion.allOf(List.of(
                                in.filter(t, where, depth + 1, caller), in.test(t, rest, test, depth + 1, caller))),
                caller);
    }

    private Criterion chain(Param param, @Nullable String targetType, String rest, Inner innerOf, Caller caller) {
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
            Criterion inner = innerOf.of(outside == null ? this : outside, target);
            if (!(inner instanceof Criterion.Ids)) {
                planner.checkIndex(target);
            }
            Sql keys = plan(target, inner, caller).distinct(new Sql("r.self"), settings.maxChained() + 1);
            long[] selves = found(bounded(keys, target), caller.reader());
            if (selves.length > 0) {
                any.add(criteria.references()
                        .refersTo(
                                catalog.of(param.type()),
                                param,
                                selves,
                                Collections.nCopies(selves.length, target),
                                new long[0]));
            }
        }
        any.addAll(contained(param, targets, innerOf, caller));
        return Criterion.anyOf(any);
    }

    /** The chain into what the rows contain (R4 search.html 3.1.1.5.9), for the types of which there is anything. */
    private List<Criterion> contained(Param param, List<String> targets, Inner innerOf, Caller caller) {
        TypeIndex index = catalog.of(param.type());
        if (index.isPatientColumn(param.code())) {
            return List.of();
        }
        long seed = Keys.contained(index.seed(param.code()));
        TypeIndex.Catalog within = catalog.within(seed);
        Chains in = new Chains(
                within, criteria.within(within), planner, settings, whole, live, outside == null ? this : outside);
        long[] marks =
                targets.stream().mapToLong(t -> catalog.keys().code(t) ^ seed).toArray();
        long[] found = caller.reader()
                .numbers(new Sql(
                        "SELECT m FROM unnest(?) AS x(m) WHERE EXISTS (SELECT 1 FROM token t WHERE t.h = m)",
                        (Object) marks));
        List<Criterion> any = new ArrayList<>();
        for (int i = 0; i < marks.length; i++) {
            long mark = marks[i];
            if (LongStream.of(found).anyMatch(m -> m == mark)) {
                any.add(ValueCriterion.allOf(
                        List.of(innerOf.of(in, targets.get(i)), new Criterion.Tokens(new long[] {mark}, true, false))));
            }
        }
        return any;
    }

    /** {@code _has:Type:reference:criterion=value}: resources of this type that such a resource refers to. */
    private Criterion has(String type, String name, String[] parts, Inner innerOf, Caller caller) {
        if (parts.length < 4 || !parameters.isType(parts[1])) {
            throw new Unknown(name + " takes the form _has:Type:reference:parameter.");
        }
        Param param =
                live.find(parts[1], parts[2]).orElseThrow(() -> Unknown.parameter(parameters, parts[1], parts[2]));
        if (param.kind() != ParamKind.REFERENCE || !param.targets(type)) {
            throw new Unknown(name + ": " + parts[2] + " of " + parts[1] + " never refers to " + type + ".");
        }
        Criterion inner = innerOf.of(this, parts[1]);
        TypeIndex index = catalog.of(parts[1]);
        planner.checkIndex(parts[1]); // which of its rows refer to whom is in the index
        SearchPlan plan = plan(parts[1], inner, caller);
        if (index.isPatientColumn(parts[2]) && type.equals("Patient")) {
            Sql patients = plan.distinct(new Sql("r.patient"), settings.maxChained() + 1);
            Criterion yielded = new Yielded(bounded(patients, parts[1]), plan.estimate());
            return plan.estimate() <= Planner.GATHER_UP_TO ? yielded : Yielded.found(yielded, caller.reader());
        }
        Sql targets = plan.targets(index.seed(parts[2]), settings.maxChained() + 1);
        return new Criterion.Ids(found(bounded(targets, parts[1]), caller.reader()));
    }

    private SearchPlan plan(String type, Criterion criterion, Caller caller) {
        return planner.plan(type, List.of(criterion), List.of(), caller.reader(), caller.visibility());
    }

    /** An array of these keys; PostgreSQL refuses it when there are too many. */
    private Sql bounded(Sql keys, String type) {
        return new Sql("at_most(?, ?, ARRAY(", settings.maxChained(), type)
                .add(keys)
                .add("))");
    }

    static long[] found(Sql keys, Reader reader) {
        return reader.numbers(new Sql("SELECT unnest(").add(keys).add(")"));
    }
}
