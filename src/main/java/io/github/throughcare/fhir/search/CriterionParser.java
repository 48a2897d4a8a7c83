package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.FhirTime;
import io.github.throughcare.fhir.index.Interval;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.ParamKind;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.storage.Types;
import io.github.throughcare.fhir.terminology.Terminology;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
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
    private final ReferenceCriteria references;
    private final TextCriteria texts;
    private final NumberCriteria numbers;
    private final CompositeCriteria composites;
    private final Hierarchies hierarchies;
    private final Terminology terminology;
    private final boolean inside;

    CriterionParser(
            TypeIndex.Catalog catalog,
            Types types,
            ZoneId zone,
            Supplier<Instant> now,
            Terminology terminology,
            Hierarchies hierarchies) {
        this(catalog, types, zone, now, terminology, hierarchies, false);
    }

    private CriterionParser(
            TypeIndex.Catalog catalog,
            Types types,
            ZoneId zone,
            Supplier<Instant> now,
            Terminology terminology,
            Hierarchies hierarchies,
            boolean inside) {
        this.inside = inside;
        this.terminology = terminology;
        this.hierarchies = hierarchies;
        this.catalog = catalog;
        this.keys = catalog.keys();
        this.types = types;
        this.zone = zone;
        this.now = now;
        this.tokens = new TokenCriteria(keys, terminology, param -> present(param, true));
        this.references = new ReferenceCriteria(catalog, tokens, hierarchies);
        this.texts = new TextCriteria(keys);
        this.numbers = new NumberCriteria(keys);
        this.composites = new CompositeCriteria(numbers);
    }

    /** The same for resources that are contained, by their catalog: conditions on the row of what contains them. */
    CriterionParser within(TypeIndex.Catalog contained) {
        return new CriterionParser(contained, types, zone, now, terminology, hierarchies, true);
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
            case REFERENCE -> references.of(index, param, modifier, alternatives, caller);
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

    /** References by themselves. */
    ReferenceCriteria references() {
        return references;
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
            return references.keys(index, param, value, caller);
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
        return present(param, value.equals("false"));
    }

    /** The parameter has, or has not, a value. */
    Criterion present(Param param, boolean there) {
        if (!inside) {
            return new Criterion.Present(param.bit(), there);
        }
        long[] key = {Keys.there(catalog.of(param.type()).seed(param.code()))};
        Criterion has = new Criterion.Tokens(key, false, false);
        return there ? has : new Criterion.Not(has);
    }

    // ---------------------------------------------------------------- uri

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
