package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.search.SearchRequest.Include;
import io.github.throughcare.fhir.search.SearchRequest.Total;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/**
 * Understands the parameters of a search. Unknown ones are refused, or left out and named under lenient handling: a filter silently
 * dropped would show the wrong patients. Chains and {@code _has} become keys here, so that what is left is conditions on
 * one row.
 */
final class SearchParser {

    /** Parameters that shape the answer and are handled where it is written. */
    private static final Set<String> SHAPE = Set.of("_format", "_pretty", "_summary", "_elements");

    /** Parameters that mean one thing for the whole answer. */
    private static final Set<String> ONCE = Set.of("_count", "_total", "_summary", "_contained", "_cursor");

    private final TypeIndex.Catalog catalog;
    private final SearchParameters parameters;
    private final CriterionParser criteria;
    private final SearchSettings settings;
    private final WholeResource whole;
    private final Chains chains;
    private final Sorts orders;
    private final LiveParameters live;
    private final IncludeParser includeParser;

    /** @param changes takes over search parameters that other processes have changed; says whether there were any */
    SearchParser(
            TypeIndex.Catalog catalog,
            CriterionParser criteria,
            Sorts orders,
            Planner planner,
            SearchSettings settings,
            WholeResource whole,
            BooleanSupplier changes) {
        this.catalog = catalog;
        this.parameters = catalog.parameters();
        this.criteria = criteria;
        this.orders = orders;
        this.live = new LiveParameters(parameters, changes);
        this.includeParser = new IncludeParser(parameters);
        this.settings = settings;
        this.whole = whole;
        this.chains = new Chains(catalog, criteria, planner, settings, whole, live);
    }

    SearchRequest parse(Scope scope, Map<String, List<String>> query, boolean lenient, Caller caller) {
        Parsing p = new Parsing(scope, scope.types(parameters, query), caller);
        p.compartment();
        for (Map.Entry<String, List<String>> e : query.entrySet()) {
            if (e.getValue().size() > 1
                    && ONCE.contains(e.getKey())
                    && Set.copyOf(e.getValue()).size() > 1) {
                throw Problem.malformed(
                        e.getKey() + " is given more than once: " + String.join(" and ", e.getValue())
                                + "; which is meant?",
                        null);
            }
            for (String value : e.getValue()) {
                try {
                    p.add(e.getKey(), value);
                    if (!e.getKey().equals("_cursor")) {
                        p.self(e.getKey(), value);
                    }
                } catch (Unknown u) {
                    if (!lenient) {
                        throw u.problem();
                    }
                    p.warnings.add(u.problem().issues().get(0).text() + " It was left out.");
                }
            }
        }
        p.warnings.addAll(caller.notes());
        return p.request();
    }

    private final class Parsing {
        final Scope scope;
        final List<String> types;
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
        boolean narrative;

        @Nullable
        String cursor;

        Parsing(Scope scope, List<String> types, Caller caller) {
            this.scope = scope;
            this.types = types;
            this.caller = caller;
        }

        /** What makes a resource a member: it is the one, or a parameter of the CompartmentDefinition refers to it. */
        void compartment() {
            String owner = scope.compartment();
            if (owner != null) {
                long[] self = {catalog.keys().self(owner, scope.id())};
                all.add(each(type -> {
                    TypeIndex index = catalog.of(type);
                    List<Criterion> any = new ArrayList<>();
                    if (type.equals(owner)) {
                        any.add(new Criterion.Ids(self));
                    }
                    scope.membership(parameters, type)
                            .forEach(p -> any.add(
                                    criteria.references().refersTo(index, p, self, List.of(owner), new long[0])));
                    return AcrossTypes.of(Map.of(criteria.number(type), Criterion.anyOf(any)));
                }));
            }
        }

        /** What is asked of the rows of each type. */
        private Criterion each(Function<String, Criterion> of) {
            if (types.size() == 1) {
                return of.apply(types.get(0));
            }
            Map<Integer, Criterion> each = new LinkedHashMap<>();
            types.forEach(t -> each.put(criteria.number(t), Yielded.found(of.apply(t), caller.reader())));
            return AcrossTypes.of(each);
        }

        /** The parameter in each of the types; with several types they must all have it, as one kind (R4 search.html 3.1.1.1). */
        private Map<String, Param> common(String code) {
            Map<String, Param> found = new LinkedHashMap<>();
            types.forEach(t -> (types.size() == 1 ? live.find(t, code) : parameters.find(t, code))
                    .ifPresent(p -> found.put(t, p)));
            if (types.size() == 1 && found.isEmpty()) {
                throw Unknown.parameter(parameters, types.get(0), code);
            }
            long kinds = found.values().stream().map(Param::kind).distinct().count();
            if (found.size() < types.size() || kinds > 1) {
                Set<String> shared = new TreeSet<>();
                parameters.of(types.get(0)).forEach(p -> shared.add(p.code()));
                types.forEach(t -> shared.removeIf(c -> live.find(t, c).isEmpty()));
                throw new Unknown("Search parameter " + code
                        + " is not common to all the types that are searched; common are " + String.join(", ", shared)
                        + ". Name the types by _type, or search one type.");
            }
            return found;
        }

        void self(String name, String value) {
            String shown = name.equals("_count") ? Integer.toString(count) : value;
            UrlText.encode(name, self.isEmpty() ? self : self.append('&'));
            UrlText.encode(shown, self.append('='));
        }

        void add(String name, String value) {
            switch (name) {
                case "_count" -> count(value);
                case "_sort" -> sort(value);
                case "_total" -> total(value);
                case "_contained", "_containedType" -> contained(name, value);
                case "_cursor" -> cursor = value;
                case "_type" -> {
                    if (scope.type() != null) {
                        throw Unknown.parameter(parameters, scope.type(), name);
                    }
                }
                default -> {
                    narrative |= name.equals("_summary") && value.equals("text");
                    if (name.equals("_summary") && value.equals("count")) {
                        countOnly = true;
                    } else if (name.equals("_include") || name.startsWith("_include:")) {
                        includes.addAll(includeParser.parse(name, value, false, types));
                    } else if (name.equals("_revinclude") || name.startsWith("_revinclude:")) {
                        revIncludes.addAll(includeParser.parse(name, value, true, types));
                    } else if (!SHAPE.contains(name)) {
                        if (all.size() >= SearchSettings.MAX_CRITERIA) {
                            throw new Problem(
                                    400,
                                    IssueType.TOOCOSTLY,
                                    "A search has at most " + SearchSettings.MAX_CRITERIA + " criteria");
                        }
                        if (WholeResource.NAMES.contains(name)) {
                            all.add(whole.of(name, value, caller));
                            return;
                        }
                        if (types.size() > 1 && !name.startsWith("_has:") && !name.equals("_filter")) {
                            common(name.split("[:.]", 2)[0]);
                        }
                        all.add(each(type -> chains.criterion(type, name, value, 0, caller)));
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

        /** R4 search.html 3.1.1.5.5: contained resources are not searched by themselves (docs/spec-notes.md says why). */
        private void contained(String name, String value) {
            if (!name.equals("_contained") || !value.equals("false")) {
                throw new Unknown(name + "=" + value
                        + " is not supported: contained resources are searched through what contains them, by a chain such as"
                        + " MedicationRequest?medication.code=...; only _contained=false is.");
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
                Map<String, Param> params = common(code);
                if (sorts.size() >= SearchSettings.MAX_SORT_KEYS) {
                    throw new Problem(
                            400, IssueType.TOOCOSTLY, "_sort has at most " + SearchSettings.MAX_SORT_KEYS + " keys");
                }
                sorts.add(orders.by(params, descending));
            }
        }

        SearchRequest request() {
            if (narrative && !(includes.isEmpty() && revIncludes.isEmpty())) {
                throw Problem.malformed("_summary=text cannot be mixed with _include and _revinclude", null);
            }
            return new SearchRequest(
                    scope,
                    types,
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
}
