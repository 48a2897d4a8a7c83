package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.FhirTime;
import io.github.throughcare.fhir.index.Interval;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.LocalReference;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.ParamKind;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.storage.Types;
import io.github.throughcare.fhir.terminology.Terminology;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/** One parameter with its modifier and one value list as a {@link Criterion}. Chains are not its business. */
final class CriterionParser {

    private final TypeIndex.Catalog catalog;
    private final Keys keys;
    private final Types types;
    private final ZoneId zone;
    private final Supplier<Instant> now;
    private final TokenCriteria tokens;
    private final TextCriteria texts;
    private final NumberCriteria numbers;
    private final CompositeCriteria composites;
    private final Hierarchies hierarchies;

    CriterionParser(
            TypeIndex.Catalog catalog,
            Types types,
            ZoneId zone,
            Supplier<Instant> now,
            Terminology terminology,
            Hierarchies hierarchies) {
        this.hierarchies = hierarchies;
        this.catalog = catalog;
        this.keys = catalog.keys();
        this.types = types;
        this.zone = zone;
        this.now = now;
        this.tokens = new TokenCriteria(keys, terminology);
        this.texts = new TextCriteria(keys);
        this.numbers = new NumberCriteria(keys);
        this.composites = new CompositeCriteria(numbers);
    }

    /**
     * Parses.
     *
     * @param modifier after the colon, or null
     * @param value as in the URL, decoded; commas are alternatives
     * @throws Problem 400 with what would be right
     */
    Criterion parse(Param param, @Nullable String modifier, String value, Caller caller) {
        if (value.isBlank()) {
            throw Said.bad(param, "has no value");
        }
        if ("missing".equals(modifier)) {
            return missing(param, value);
        }
        List<String> alternatives = Values.split(value, ',');
        if (alternatives.size() > SearchSettings.MAX_OR_VALUES) {
            throw new Problem(
                    400,
                    IssueType.TOOCOSTLY,
                    param.code() + " has " + alternatives.size() + " values; the most are "
                            + SearchSettings.MAX_OR_VALUES);
        }
        return values(param, modifier, alternatives, caller);
    }

    /** Any of these values. */
    Criterion values(Param param, @Nullable String modifier, List<String> alternatives, Caller caller) {
        TypeIndex index = catalog.of(param.type());
        if (!index.unionOf(param.code()).isEmpty()) {
            return union(index.unionOf(param.code()), param, modifier, alternatives, caller);
        }
        if (param.code().equals("_id")) {
            Said.require(param, modifier, List.of());
            return new Criterion.Ids(alternatives.stream()
                    .mapToLong(id -> keys.self(param.type(), Values.plain(id)))
                    .toArray());
        }
        long seed = index.seed(param.code());
        return switch (param.kind()) {
            case TOKEN -> tokens.of(index, param, modifier, alternatives, caller);
            case REFERENCE -> reference(index, param, modifier, alternatives, caller);
            case STRING -> texts.string(index, param, modifier, alternatives);
            case URI -> uri(index, param, modifier, alternatives);
            case DATE -> each(param, modifier, alternatives, v -> date(index, param, v));
            case NUMBER -> each(param, modifier, alternatives, v -> numbers.number(seed, param, v));
            case QUANTITY -> each(param, modifier, alternatives, v -> numbers.quantity(seed, param, v, new long[0]));
            case COMPOSITE -> composites.of(index, param, modifier, alternatives, new Components(caller));
            case SPECIAL -> NearCriteria.of(index, param, modifier, alternatives);
        };
    }

    private Criterion union(
            List<String> parts, Param param, @Nullable String modifier, List<String> alternatives, Caller caller) {
        if ("not".equals(modifier) || "not-in".equals(modifier)) {
            return new Criterion.Not(union(parts, param, modifier.equals("not") ? null : "in", alternatives, caller));
        }
        List<Criterion> each = parts.stream()
                .map(code -> catalog.parameters().find(param.type(), code).orElseThrow())
                .map(part -> values(part, modifier, alternatives, caller))
                .toList();
        if (each.stream().allMatch(c -> c instanceof Criterion.Tokens t && t.walkable())) {
            return new Criterion.Tokens(
                    each.stream()
                            .flatMapToLong(c -> LongStream.of(((Criterion.Tokens) c).keys()))
                            .toArray(),
                    true,
                    false);
        }
        return Criterion.anyOf(each);
    }

    /** The number of a type. */
    int number(String type) {
        return types.number(type);
    }

    /** Components of composites are parsed as the plain parameters they compare like. */
    private final class Components implements CompositeCriteria.Plain {
        private final Caller caller;

        Components(Caller caller) {
            this.caller = caller;
        }

        @Override
        public Criterion criterion(Param param, String value) {
            return values(param, null, List.of(value), caller);
        }

        @Override
        public long[] keys(Param param, String value) {
            TypeIndex index = catalog.of(param.type());
            if (param.kind() == ParamKind.TOKEN) {
                return tokens.key(index, param, value).stream().toArray();
            }
            Referred referred = referred(param, null, List.of(value), caller);
            long seed = index.seed(param.code());
            return LongStream.concat(
                            LongStream.of(referred.selves()).map(self -> self ^ seed), LongStream.of(referred.others()))
                    .toArray();
        }
    }

    private interface One {
        Criterion of(String value);
    }

    private static Criterion each(Param param, @Nullable String modifier, List<String> values, One one) {
        Said.require(param, modifier, List.of());
        return Criterion.anyOf(values.stream().map(one::of).toList());
    }

    private Criterion missing(Param param, String value) {
        if (param.code().equals("_id") || param.code().equals("_lastUpdated")) {
            throw Said.bad(param, "is never missing");
        }
        if (!value.equals("true") && !value.equals("false")) {
            throw Said.bad(param, ":missing takes true or false, not " + value);
        }
        return new Criterion.Present(param.bit(), value.equals("false"));
    }

    // ---------------------------------------------------------------- reference

    private Criterion reference(
            TypeIndex index, Param param, @Nullable String modifier, List<String> values, Caller caller) {
        long seed = index.seed(param.code());
        if ("identifier".equals(modifier)) {
            return new Criterion.Tokens(
                    values.stream().mapToLong(v -> logical(param, v) ^ seed).toArray(), true, false);
        }
        if ("text".equals(modifier)) {
            return tokens.text(param, seed, values, caller);
        }
        if (modifier != null && (!catalog.parameters().isType(modifier) || !param.targets(modifier))) {
            List<String> known = new ArrayList<>(List.of("identifier", "text"));
            boolean canonical = index.dataTypes(param.code()).contains("canonical");
            boolean hierarchy = Hierarchies.types().stream().anyMatch(param::targets) && !canonical;
            known.addAll(canonical ? List.of("below") : hierarchy ? List.of("below", "above") : List.of());
            known.addAll(new TreeSet<>(param.targets()));
            Said.require(param, modifier, known);
            return canonical
                    ? versions(param, seed, values)
                    : related(index, param, modifier.equals("below"), values, caller);
        }
        Referred r = referred(param, modifier, values, caller);
        return refersTo(index, param, r.selves(), r.types(), r.others());
    }

    /** Canonicals and their versions: {@code url|1} also finds {@code url|1.0} (R4 search.html 3.1.1.4.13). */
    private Criterion versions(Param param, long seed, List<String> values) {
        return new Criterion.Tokens(
                values.stream()
                        .map(v -> String.join(
                                "|",
                                Values.split(v, '|').stream().map(Values::plain).toList()))
                        .mapToLong(v -> (v.indexOf('|') < 0 ? keys.text(v) : keys.versions(v)) ^ seed)
                        .toArray(),
                true,
                false);
    }

    /** References to these, or to what is below or above them. */
    private Criterion related(TypeIndex index, Param param, boolean below, List<String> values, Caller caller) {
        Referred r = referred(param, null, values, caller);
        LongStream.Builder selves = LongStream.builder();
        List<String> selfTypes = new ArrayList<>();
        for (int i = 0; i < r.selves().length; i++) {
            String type = r.types().get(i);
            long[] one = {r.selves()[i]};
            for (long self : Hierarchies.has(type) ? hierarchies.closure(type, one, below, caller) : one) {
                selves.add(self);
                selfTypes.add(type);
            }
        }
        return refersTo(index, param, selves.build().toArray(), selfTypes, r.others());
    }

    /** The version after a canonical URL is a criterion of its own (R4 search.html 3.1.1.4.9). */
    private Criterion uri(TypeIndex index, Param param, @Nullable String modifier, List<String> values) {
        Optional<Param> version = modifier == null && param.code().equals("url")
                ? catalog.parameters().find(param.type(), "version")
                : Optional.empty();
        if (version.isEmpty()
                || values.stream().allMatch(v -> Values.split(v, '|').size() == 1)) {
            return texts.uri(index, param, modifier, values);
        }
        return Criterion.anyOf(values.stream()
                .map(v -> {
                    List<String> parts = Values.split(v, '|');
                    String last = parts.get(parts.size() - 1);
                    Criterion url = texts.uri(index, param, null, List.of(parts.get(0)));
                    return parts.size() == 1 || last.isEmpty()
                            ? url
                            : ValueCriterion.allOf(List.of(url, tokens.plain(index, version.get(), last)));
                })
                .toList());
    }

    /** What references name: keys of resources with their types, and keys of anything else, under the seed. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Referred(long[] selves, List<String> types, long[] others) {}

    private Referred referred(Param param, @Nullable String modifier, List<String> values, Caller caller) {
        long seed = catalog.of(param.type()).seed(param.code());
        List<LocalReference> locals = new ArrayList<>();
        LongStream.Builder other = LongStream.builder();
        for (String value : values) {
            String plain = caller.local(Values.plain(value));
            LocalReference whole = LocalReference.parse(plain).orElse(null);
            if (whole != null && catalog.parameters().isType(whole.type())) {
                locals.add(whole);
            } else if (plain.contains(":") || plain.contains("/")) {
                other.add(keys.text(plain) ^ seed);
            } else {
                targets(param, modifier).forEach(t -> locals.add(new LocalReference(t, plain)));
            }
        }
        return new Referred(
                locals.stream().mapToLong(r -> keys.self(r.type(), r.id())).toArray(),
                locals.stream().map(LocalReference::type).toList(),
                other.build().toArray());
    }

    private java.util.Collection<String> targets(Param param, @Nullable String modifier) {
        return modifier != null
                ? List.of(modifier)
                : param.targets().isEmpty() ? catalog.parameters().types() : param.targets();
    }

    private long logical(Param param, String value) {
        List<String> parts =
                Values.split(value, '|').stream().map(Values::plain).toList();
        if (parts.size() > 2) {
            throw Said.bad(param, ":identifier takes system|value or value");
        }
        return parts.size() == 1 ? keys.logical("*", parts.get(0)) : keys.logical(parts.get(0), parts.get(1));
    }

    /** A reference under this parameter to one of these resources (keys with their types), or to one of these other keys. */
    Criterion refersTo(TypeIndex index, Param param, long[] selves, List<String> selfTypes, long[] otherKeys) {
        long seed = index.seed(param.code());
        boolean column = index.isPatientColumn(param.code());
        LongStream.Builder patients = LongStream.builder();
        LongStream.Builder tokens = LongStream.builder();
        for (int i = 0; i < selves.length; i++) {
            if (column && selfTypes.get(i).equals("Patient")) {
                patients.add(selves[i]);
            } else {
                tokens.add(selves[i] ^ seed);
            }
        }
        LongStream.of(otherKeys).forEach(tokens::add);
        long[] p = patients.build().toArray();
        long[] t = tokens.build().toArray();
        List<Criterion> both = new ArrayList<>();
        if (p.length > 0) {
            both.add(new Criterion.PatientIs(p));
        }
        if (t.length > 0) {
            both.add(new Criterion.Tokens(t, true, false));
        }
        return Criterion.anyOf(both);
    }

    // ---------------------------------------------------------------- date

    /** Dates that have any moment in common with this one, open ends included. */
    Criterion overlaps(Param param, String value) {
        return date(catalog.of(param.type()), param, Prefix.AP, interval(param, value));
    }

    private Interval interval(Param param, String value) {
        return FhirTime.parse(value.replace(' ', '+'), zone)
                .orElseThrow(() -> Said.bad(param, "takes a date such as 2026-11-22, not " + value));
    }

    private Criterion date(TypeIndex index, Param param, String value) {
        Prefix.Prefixed p = Prefix.cut(param, Values.plain(value));
        Interval interval = FhirTime.parse(p.value().replace(' ', '+'), zone)
                .orElseThrow(() -> Said.bad(
                        param,
                        "takes a date such as 2026, 2026-11, 2026-11-22 or 2026-11-22T08:00:00Z with one of the prefixes eq ne gt lt ge le sa eb ap, not "
                                + value));
        if (p.prefix() == Prefix.AP) {
            long t = ChronoUnit.MICROS.between(Instant.EPOCH, now.get());
            long tenth = Math.max(Math.abs(t - interval.lo()), Math.abs(t - interval.hi())) / 10;
            interval = new Interval(interval.lo() - tenth, interval.hi() + tenth);
        }
        return date(index, param, p.prefix(), interval);
    }

    private Criterion date(TypeIndex index, Param param, Prefix prefix, Interval interval) {
        if (param.code().equals("_lastUpdated")) {
            return new Criterion.UpdatedIs(prefix, interval);
        }
        return index.isPrincipalDate(param.code())
                ? new Criterion.PrincipalDateIs(types.number(param.type()), prefix, interval)
                : new Criterion.DateIs(index.seed(param.code()), prefix, interval);
    }
}
