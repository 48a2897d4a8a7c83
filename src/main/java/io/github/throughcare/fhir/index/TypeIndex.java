package io.github.throughcare.fhir.index;

import ca.uhn.fhir.context.FhirContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What the index knows of one resource type: its parameters compiled, and which of them were promoted to columns of the row
 * (docs/storage.md): the patient it belongs to, its principal date and its principal status.
 */
public final class TypeIndex {

    /** The first of these that a type has, with at most one value, is its principal date. */
    private static final List<String> PRINCIPAL_DATES = List.of(
            "authored-on",
            "authored",
            "authoredon",
            "date",
            "onset-date",
            "period",
            "start-date",
            "created",
            "birthdate",
            "recorded",
            "issued",
            "sent",
            "start");

    /** The first of these that a type has as a single code or concept is its principal status. */
    private static final List<String> PRINCIPAL_STATES = List.of("clinical-status", "lifecycle-status", "status");

    /** Records of what was done: they tell of a resource also when it is gone. */
    private static final Set<String> TRACES = Set.of("AuditEvent", "Provenance");

    /** Those, and what was computed from evidence that may be withdrawn: what no search parameter knows of them keeps nothing. */
    static final Set<String> RECORDS = Set.of("AuditEvent", "Provenance", "RiskAssessment");

    /**
     * Parameters whose values are those of others together (R4 observation.html 10.1.8): they have no rows of their own, a search asks
     * for either. A test holds this table against the definitions.
     */
    static final Map<String, List<String>> UNIONS = Map.of(
            "Observation.combo-code", List.of("code", "component-code"),
            "Observation.combo-data-absent-reason", List.of("data-absent-reason", "component-data-absent-reason"),
            "Observation.combo-value-concept", List.of("value-concept", "component-value-concept"),
            "Observation.combo-value-quantity", List.of("value-quantity", "component-value-quantity"));

    /** One parameter, ready to run. */
    record Compiled(Param param, long seed, List<Path> paths, boolean patientColumn, Set<String> dataTypes) {
        Compiled(Param param, long seed, List<Path> paths, boolean patientColumn) {
            this(param, seed, paths, patientColumn, ends(paths));
        }
    }

    /** Data types at the ends of paths. */
    private static Set<String> ends(List<Path> paths) {
        Set<String> found = new java.util.TreeSet<>();
        paths.forEach(p -> p.steps().get(p.steps().size() - 1).names().forEach(n -> found.add(n.dataType())));
        return java.util.Collections.unmodifiableSet(found);
    }

    private final String type;
    private final List<Compiled> compiled = new ArrayList<>();
    private final Map<String, Composite> composites = new TreeMap<>();
    private final Map<String, List<Composite.Context>> beside = new HashMap<>();
    private final Map<String, Compiled> byCode = new HashMap<>();
    private final Map<Integer, List<Integer>> unions = new TreeMap<>();
    private final Set<String> patientParams;
    private final @Nullable Path patientPath;
    private final @Nullable String principalDate;
    private final @Nullable String principalState;

    private TypeIndex(String type, SearchParameters registry, Keys keys, PathCompiler compiler) {
        this.type = type;
        Map<String, List<Path>> paths = new HashMap<>();
        Map<String, OwnParameter> own = registry.own(type);
        for (Param p : registry.base(type)) {
            boolean indexed = p.kind() != ParamKind.COMPOSITE
                    && (p.kind() != ParamKind.SPECIAL || p.code().equals("near"))
                    && !p.code().equals("_id")
                    && !p.code().equals("_lastUpdated");
            paths.put(p.code(), indexed ? compiler.compile(p) : List.of());
        }
        this.patientPath = patientPath(paths);
        this.patientParams = patientPath == null ? Set.of() : patientParams(registry, paths, patientPath);
        this.principalDate = PRINCIPAL_DATES.stream()
                .filter(c ->
                        registry.base(type).stream().anyMatch(p -> p.code().equals(c) && p.kind() == ParamKind.DATE))
                .filter(c -> paths.getOrDefault(c, List.of()).stream().allMatch(Path::isSingle))
                .findFirst()
                .orElse(null);
        this.principalState = PRINCIPAL_STATES.stream()
                .filter(c -> paths.getOrDefault(c, List.of()).size() == 1
                        && paths.get(c).get(0).isSingle())
                .findFirst()
                .orElse(null);
        for (Param p : registry.base(type)) {
            add(new Compiled(p, keys.seed(type, p.code()), paths.get(p.code()), patientParams.contains(p.code())));
        }
        for (Param p : registry.base(type)) {
            if (p.kind() == ParamKind.COMPOSITE) {
                Composites.compile(p, compiler, this::part).ifPresent(this::add);
            }
        }
        for (Param p : registry.base(type)) {
            List<String> parts = unionOf(p.code());
            if (!parts.isEmpty()) {
                unions.put(
                        p.bit(),
                        parts.stream().map(c -> compiled(c).param().bit()).toList());
            }
        }
        for (OwnParameter o : own.values()) {
            boolean composite = o.kind() == ParamKind.COMPOSITE;
            List<Path> looked = composite ? List.of() : compiler.compileOwn(o.param());
            add(new Compiled(o.param(), keys.seed(type, o.code() + o.salt()), looked, false));
            if (composite) {
                Composites.compile(o.param(), compiler, this::part).ifPresent(this::add);
            }
        }
    }

    /**
     * For resources of this type that are contained in others: under other seeds, R4's parameters alone, nothing in columns. Composites
     * only where one element holds their components together: several contained resources share one row.
     */
    private TypeIndex(TypeIndex whole, SearchParameters registry, PathCompiler compiler, long seed) {
        this.type = whole.type;
        this.patientPath = null;
        this.patientParams = Set.of();
        this.principalDate = null;
        this.principalState = null;
        for (Param p : registry.base(type)) {
            add(new Compiled(p, whole.seed(p.code()) ^ seed, whole.paths(p.code()), false));
        }
        for (Composite known : whole.composites()) {
            Param p = known.param();
            if (registry.base(type, p.code()) == p) {
                Composites.compile(p, compiler, this::part, true).ifPresent(this::add);
            }
        }
        unions.putAll(whole.unions);
    }

    private void add(Compiled c) {
        if (unionOf(c.param().code()).isEmpty()) {
            compiled.add(c);
        }
        byCode.put(c.param().code(), c);
    }

    private Composite.Part part(String code) {
        Compiled c = Optional.ofNullable(byCode.get(code)).orElseThrow();
        return new Composite.Part(c.param(), c.seed(), c.paths());
    }

    private void add(Composite composite) {
        composites.put(composite.param().code(), composite);
        for (Composite.Context context : composite.contexts()) {
            if (context.form() == Composite.Form.NUMBER) {
                context.parts().stream()
                        .filter(p -> p.isInside() && p.param().kind() != ParamKind.TOKEN)
                        .filter(p -> p.param().kind() != ParamKind.REFERENCE)
                        .map(p -> beside.computeIfAbsent(p.param().code(), k -> new ArrayList<>()))
                        .filter(known -> !known.contains(context))
                        .forEach(known -> known.add(context));
            }
        }
    }

    /** The composite parameter of this name, if its components can be held together. */
    public Optional<Composite> composite(String code) {
        return Optional.ofNullable(composites.get(code));
    }

    java.util.Collection<Composite> composites() {
        return composites.values();
    }

    /** The elements in which this number or quantity is searched together with codes. */
    List<Composite.Context> beside(String code) {
        return beside.isEmpty() ? List.of() : beside.getOrDefault(code, List.of());
    }

    /** The patient column serves a type whose {@code patient} (or {@code subject}, {@code beneficiary}) names at most one reference. */
    private static @Nullable Path patientPath(Map<String, List<Path>> paths) {
        for (String code : List.of("patient", "beneficiary", "subject")) {
            List<Path> candidates = paths.getOrDefault(code, List.of());
            if (candidates.size() == 1 && candidates.get(0).isSingle()) {
                return candidates.get(0);
            }
        }
        return null;
    }

    private static Set<String> patientParams(SearchParameters registry, Map<String, List<Path>> paths, Path patient) {
        Set<String> found = new java.util.HashSet<>();
        paths.forEach((code, list) -> {
            if (list.size() == 1
                    && list.get(0).sameWay(patient)
                    && !"Practitioner".equals(list.get(0).referenceTo())) {
                found.add(code);
            }
        });
        return Set.copyOf(found);
    }

    public String type() {
        return type;
    }

    /** The parameters that this one is asked through; empty for one with rows of its own. */
    public List<String> unionOf(String code) {
        return UNIONS.getOrDefault(type + "." + code, List.of());
    }

    /** Bits of {@link #unionOf unions} with those of their parts. */
    Map<Integer, List<Integer>> unions() {
        return unions;
    }

    List<Compiled> compiled() {
        return compiled;
    }

    Collection<Compiled> all() {
        return byCode.values();
    }

    Compiled compiled(String code) {
        return Optional.ofNullable(byCode.get(code)).orElseThrow();
    }

    /** Where the reference to its patient stands, if the type has a patient column. */
    @Nullable
    Path patientPath() {
        return patientPath;
    }

    /** Is a reference to a Patient under this parameter kept in the patient column rather than among the tokens? */
    public boolean isPatientColumn(String code) {
        return patientParams.contains(code);
    }

    /**
     * Do codings under this parameter have a key together with the patient as well? Where one patient has thousands of a type, of
     * many codes, that key leads to those of one code. What is contained has no patient of its own.
     */
    public boolean isKeyedByPatient(String code) {
        return patientPath != null && type.equals("Observation") && code.equals("code");
    }

    /** Is this parameter's value in the columns of the principal date? */
    public boolean isPrincipalDate(String code) {
        return code.equals(principalDate);
    }

    /** Is this parameter's value in the column of the principal status? */
    public boolean isPrincipalState(String code) {
        return code.equals(principalState);
    }

    /** The key of the parameter: XORed into all its values. */
    public long seed(String code) {
        return compiled(code).seed();
    }

    List<Path> paths(String code) {
        return compiled(code).paths();
    }

    /** Data types that stand at the ends of the parameter's paths, e.g. {@code CodeableConcept}. */
    public Set<String> dataTypes(String code) {
        return compiled(code).dataTypes();
    }

    /** The code systems that a plain code under this parameter may be from; empty: not known. */
    public Set<String> systems(String code) {
        Set<String> found = new java.util.TreeSet<>();
        for (Path p : compiled(code).paths()) {
            p.steps().get(p.steps().size() - 1).names().forEach(n -> found.addAll(n.systems()));
        }
        return found;
    }

    /** Compiles types when they are first met, and keeps them. Thread-safe. */
    public static final class Catalog {

        private final SearchParameters registry;
        private final Keys keys;
        private final PathCompiler compiler;
        /** Paths into contained resources that are kept; a store has a few dozen. */
        private static final int MOST_WITHIN = 2000;

        private final Function<String, TypeIndex> maker;
        private final Map<String, TypeIndex> types = new ConcurrentHashMap<>();
        private final Map<Long, Catalog> within;

        public Catalog(SearchParameters registry, Keys keys, FhirContext context) {
            this.registry = registry;
            this.keys = keys;
            this.compiler = new PathCompiler(context);
            this.within = new ConcurrentHashMap<>();
            this.maker = type -> new TypeIndex(type, registry, keys, compiler);
        }

        private Catalog(Catalog whole, long seed) {
            this.registry = whole.registry;
            this.keys = whole.keys;
            this.compiler = whole.compiler;
            this.within = whole.within;
            this.maker = type -> new TypeIndex(whole.of(type), registry, compiler, seed);
        }

        public TypeIndex of(String type) {
            TypeIndex known = types.get(type);
            return known != null ? known : types.computeIfAbsent(type, maker);
        }

        /** For resources that are contained, and referred to under a parameter: see {@link Keys#contained}. Within those again, too. */
        public Catalog within(long seed) {
            if (within.size() >= MOST_WITHIN) {
                within.clear();
            }
            return within.computeIfAbsent(seed, s -> new Catalog(this, s));
        }

        /** Data types that the expression of an own parameter leads to; IllegalArgumentException when it leads nowhere. */
        Set<String> dataTypes(OwnParameter own) {
            return ends(compiler.compileOwn(own.param()));
        }

        /** Reads own composite parameters. */
        CompositeReader composites() {
            return new CompositeReader(registry, compiler);
        }

        /** Can the components of an own composite be held together? */
        boolean isHeld(OwnParameter composite) {
            TypeIndex index = of(composite.type());
            return Composites.compile(composite.param(), compiler, index::part).isPresent();
        }

        /** Takes over which own parameters there are. */
        public void own(Collection<OwnParameter> own) {
            registry.own(own);
            types.clear();
            within.clear();
        }

        public SearchParameters parameters() {
            return registry;
        }

        /**
         * Whatever a reference's key may be XORed with, so that all who refer to a resource, and by that keep it, can be found:
         * traces of what was done keep nothing.
         */
        public long[] referenceSeeds() {
            LongStream.Builder seeds = LongStream.builder();
            for (String type : registry.types()) {
                registry.of(type).stream()
                        .filter(p -> p.kind() == ParamKind.REFERENCE && !TRACES.contains(type))
                        .forEach(p -> seeds.add(keys.seed(type, p.code())));
            }
            return seeds.add(keys.unlistedSeed()).build().toArray();
        }

        public Keys keys() {
            return keys;
        }
    }
}
