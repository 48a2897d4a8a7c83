package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.ParamKind;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.search.SearchRequest.Include;
import io.github.throughcare.fhir.search.SearchRequest.Total;
import io.github.throughcare.fhir.storage.Sql;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/**
 * Understands the parameters of a search. Unknown ones are refused, or left out and named under lenient handling: a filter silently
 * dropped would show the wrong patients. Chains and {@code _has} run their inner part here, so that what is left is conditions on
 * one row.
 */
final class SearchParser {

    /** Parameters that shape the answer and are handled where it is written. */
    private static final Set<String> SHAPE = Set.of("_format", "_pretty", "_summary", "_elements");

    /** Criteria that every type has without a parameter of its own. */
    private static final Set<String> OF_ALL = Set.of("_has", "_list", "_text", "_content", "_filter");

    private final TypeIndex.Catalog catalog;
    private final SearchParameters parameters;
    private final CriterionParser criteria;
    private final SearchPlan.Planner planner;
    private final SearchSettings settings;
    private final FilterTests tests;
    private final WholeResource whole;

    SearchParser(
            TypeIndex.Catalog catalog,
            CriterionParser criteria,
            SearchPlan.Planner planner,
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

    SearchRequest parse(String type, Map<String, List<String>> query, boolean lenient, Caller caller) {
        Parsing p = new Parsing(type, caller);
        for (Map.Entry<String, List<String>> e : query.entrySet()) {
            for (String value : e.getValue()) {
                try {
                    p.add(e.getKey(), value);
                    if (!e.getKey().equals("_cursor")) {
                        p.self(e.getKey(), value);
                    }
                } catch (Unknown u) {
                    if (!lenient) {
                        throw u.problem;
                    }
                    p.warnings.add(u.problem.issues().get(0).text() + " It was left out.");
                }
            }
        }
        return p.request();
    }

    private final class Parsing {
        final String type;
        final Caller caller;
        final List<Criterion> all = new ArrayList<>();
        final List<SearchRequest.Sort> sorts = new ArrayList<>();
        final List<Include> includes = new ArrayList<>();
        final List<Include> revIncludes = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();
        final StringBuilder self = new StringBuilder();
        int count = settings.pageSize();
        Total total = Total.CHEAP;
        boolean countOnly;

        @Nullable
        String cursor;

        Parsing(String type, Caller caller) {
            this.type = type;
            this.caller = caller;
        }

        void self(String name, String value) {
            String shown = name.equals("_count") ? Integer.toString(count) : value;
            self.append(self.isEmpty() ? "" : "&")
                    .append(encode(name))
                    .append('=')
                    .append(encode(shown));
        }

        void add(String name, String value) {
            switch (name) {
                case "_count" -> count(value);
                case "_sort" -> sort(value);
                case "_total" -> total(value);
                case "_cursor" -> cursor = value;
                default -> {
                    if (name.equals("_summary") && value.equals("count")) {
                        countOnly = true;
                    } else if (name.equals("_include") || name.startsWith("_include:")) {
                        includes.add(include(name, value, false));
                    } else if (name.equals("_revinclude") || name.startsWith("_revinclude:")) {
                        revIncludes.add(include(name, value, true));
                    } else if (!SHAPE.contains(name)) {
                        if (all.size() >= SearchSettings.MAX_CRITERIA) {
                            throw new Problem(
                                    400,
                                    IssueType.TOOCOSTLY,
                                    "A search has at most " + SearchSettings.MAX_CRITERIA + " criteria");
                        }
                        all.add(criterion(type, name, value, 1, caller));
                    }
                }
            }
        }

        private void count(String value) {
            try {
                int asked = Integer.parseInt(value);
                if (asked < 0) {
                    throw new NumberFormatException();
                }
                countOnly |= asked == 0;
                count = Math.min(asked, settings.maxPageSize());
            } catch (NumberFormatException e) {
                if (value.matches("\\d{10,}")) {
                    count = settings.maxPageSize();
                } else {
                    throw Problem.malformed("_count takes a whole number of 0 or more, not " + value, null);
                }
            }
        }

        private void total(String value) {
            total = switch (value) {
                case "none" -> Total.NONE;
                case "estimate" -> Total.ESTIMATE;
                case "accurate" -> Total.ACCURATE;
                default -> throw Problem.malformed("_total takes none, estimate or accurate, not " + value, null);
            };
        }

        private void sort(String value) {
            for (String key : value.split(",")) {
                boolean descending = key.startsWith("-");
                String code = descending ? key.substring(1) : key;
                Param param = parameters.find(type, code).orElseThrow(() -> unknown(type, code));
                if (sorts.size() >= SearchSettings.MAX_SORT_KEYS) {
                    throw new Problem(
                            400, IssueType.TOOCOSTLY, "_sort has at most " + SearchSettings.MAX_SORT_KEYS + " keys");
                }
                sorts.add(Sorts.by(catalog.of(type), param, descending));
            }
        }

        private Include include(String name, String value, boolean reverse) {
            String modifier = name.contains(":") ? name.substring(name.indexOf(':') + 1) : "";
            if (!modifier.isEmpty() && !modifier.equals("iterate") && !modifier.equals("recurse")) {
                throw new Unknown(name + " is not known; the only modifier is :iterate.");
            }
            String[] parts = value.split(":");
            if (parts.length < 2 || parts.length > 3 || !parameters.isType(parts[0])) {
                throw new Unknown(name + " takes Type:parameter or Type:parameter:Target, not " + value + ".");
            }
            String target = parts.length == 3 ? parts[2] : null;
            if (target != null && !parameters.isType(target)) {
                throw new Unknown(name + "=" + value + ": " + target + " is no resource type.");
            }
            Param param = parts[1].equals("*")
                    ? null
                    : parameters.find(parts[0], parts[1]).orElseThrow(() -> unknown(parts[0], parts[1]));
            if (param != null && param.kind() != ParamKind.REFERENCE) {
                throw new Unknown(name + "=" + value + ": " + parts[1] + " is no reference parameter.");
            }
            if (!reverse && modifier.isEmpty() && !parts[0].equals(type)) {
                throw new Unknown(
                        name + "=" + value + " starts from " + parts[0] + ", but the search is for " + type + ".");
            }
            return new Include(parts[0], parts[1], target, !modifier.isEmpty());
        }

        SearchRequest request() {
            return new SearchRequest(
                    type,
                    List.copyOf(all),
                    List.copyOf(sorts),
                    Math.max(count, 1),
                    total,
                    countOnly,
                    List.copyOf(includes),
                    List.copyOf(revIncludes),
                    self.toString(),
                    List.copyOf(warnings),
                    cursor);
        }
    }

    /** One criterion by its name as in a URL: {@code code}, {@code code:modifier}, {@code ref.code}, {@code ref:Type.code}, {@code _has:...}. */
    private Criterion criterion(String type, String name, String value, int depth, Caller caller) {
        if (depth > SearchSettings.MAX_CHAIN) {
            throw new Problem(400, IssueType.TOOCOSTLY, "A chain has at most " + SearchSettings.MAX_CHAIN + " links");
        }
        if (WholeResource.NAMES.contains(name)) {
            return whole.of(type, name, value, caller);
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
            long[] selves = inner(target, inner, new Sql("r.self"), caller);
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
        if (index.isPatientColumn(parts[2]) && type.equals("Patient")) {
            return new Criterion.Ids(inner(parts[1], inner, new Sql("r.patient"), caller));
        }
        return new Criterion.Ids(inner(parts[1], inner, new Sql("unnest(r.tokens) # ?", index.seed(parts[2])), caller));
    }

    /** Distinct keys that the rows of a type which meet a criterion yield. */
    private long[] inner(String type, Criterion criterion, Sql yield, Caller caller) {
        SearchPlan plan = planner.plan(type, List.of(criterion), List.of(), caller.reader(), caller.visibility());
        int most = settings.maxChained() * (yield.text().contains("unnest") ? 50 : 1);
        long[] found = caller.reader().numbers(plan.distinct(yield, most + 1));
        if (found.length > most) {
            throw new Problem(
                    400,
                    IssueType.TOOCOSTLY,
                    "The chained part matches more than " + settings.maxChained() + " resources of type " + type
                            + "; narrow it");
        }
        return found;
    }

    private Unknown unknown(String type, String code) {
        Set<String> known =
                parameters.of(type).stream().map(Param::code).collect(Collectors.toCollection(TreeSet::new));
        return new Unknown(
                "Search parameter " + code + " is not known for " + type + "; known are " + String.join(", ", known)
                        + ", _has, _list, _text, _content, _filter, _include, _revinclude, _sort, _count, _total, _summary, _elements.");
    }

    private static String encode(String text) {
        return Arrays.stream(text.split("(?=[,:|$/*])|(?<=[,:|$/*])"))
                .map(part -> part.length() == 1 && ",:$/*".contains(part)
                        ? part
                        : URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining());
    }
}
