package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Decimals;
import io.github.throughcare.fhir.index.FhirTime;
import io.github.throughcare.fhir.index.Indexer;
import io.github.throughcare.fhir.index.Interval;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.LocalReference;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.Text;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.storage.Types;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/** One parameter with its modifier and one value list as a {@link Criterion}. Chains are not its business. */
final class CriterionParser {

    private static final String HIGHEST = "\uDBFF\uDFFF";
    private static final int LONGEST_STRING = 500;
    /** Data types whose values have a system of their own. */
    private static final Set<String> CODED = Set.of("CodeableConcept", "Coding", "Identifier", "ContactPoint");

    private final TypeIndex.Catalog catalog;
    private final Keys keys;
    private final Types types;
    private final ZoneId zone;
    private final Supplier<Instant> now;

    CriterionParser(TypeIndex.Catalog catalog, Types types, ZoneId zone, Supplier<Instant> now) {
        this.catalog = catalog;
        this.keys = catalog.keys();
        this.types = types;
        this.zone = zone;
        this.now = now;
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
            throw bad(param, "has no value");
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
        TypeIndex index = catalog.of(param.type());
        if (param.code().equals("_id")) {
            require(param, modifier, List.of());
            return new Criterion.Ids(alternatives.stream()
                    .mapToLong(id -> keys.self(param.type(), id))
                    .toArray());
        }
        return switch (param.kind()) {
            case TOKEN -> token(index, param, modifier, alternatives);
            case REFERENCE -> reference(index, param, modifier, alternatives, caller);
            case STRING -> string(index, param, modifier, alternatives);
            case DATE -> each(param, modifier, alternatives, v -> date(index, param, v));
            case NUMBER -> each(param, modifier, alternatives, v -> number(index, param, v));
            case QUANTITY -> each(param, modifier, alternatives, v -> quantity(index, param, v));
            case URI -> uri(index, param, modifier, alternatives);
            case COMPOSITE, SPECIAL ->
                throw new Problem(
                        400,
                        IssueType.NOTSUPPORTED,
                        "This server cannot search by " + param.type() + "." + param.code());
        };
    }

    /** The number of a type. */
    int number(String type) {
        return types.number(type);
    }

    private static Problem bad(Param param, String what) {
        return Problem.malformed("Search parameter " + param.code() + " of " + param.type() + " " + what, null);
    }

    private static void require(Param param, @Nullable String modifier, List<String> known) {
        if (modifier != null && !known.contains(modifier)) {
            throw bad(
                    param,
                    "has no modifier :" + modifier + "; it has "
                            + (known.isEmpty() ? "only :missing" : ":missing, :" + String.join(", :", known)));
        }
    }

    private interface One {
        Criterion of(String value);
    }

    private static Criterion each(Param param, @Nullable String modifier, List<String> values, One one) {
        require(param, modifier, List.of());
        return Criterion.anyOf(values.stream().map(one::of).toList());
    }

    private Criterion missing(Param param, String value) {
        if (param.code().equals("_id") || param.code().equals("_lastUpdated")) {
            throw bad(param, "is never missing");
        }
        if (!value.equals("true") && !value.equals("false")) {
            throw bad(param, ":missing takes true or false, not " + value);
        }
        return new Criterion.Present(param.bit(), value.equals("false"));
    }

    // ---------------------------------------------------------------- token

    private Criterion token(TypeIndex index, Param param, @Nullable String modifier, List<String> values) {
        require(param, modifier, List.of("not", "text", "of-type"));
        long seed = index.seed(param.code());
        if ("text".equals(modifier)) {
            return Criterion.anyOf(values.stream()
                    .map(v -> startsWith(Indexer.textSeed(seed), Text.fold(Values.plain(v))))
                    .toList());
        }
        boolean coded = index.dataTypes(param.code()).stream().anyMatch(CODED::contains);
        LongStream.Builder found = LongStream.builder();
        boolean walkable = true;
        for (String value : values) {
            List<String> parts =
                    Values.split(value, '|').stream().map(Values::plain).toList();
            long key;
            if ("of-type".equals(modifier)) {
                if (parts.size() != 3) {
                    throw bad(param, ":of-type takes system|code|value");
                }
                key = keys.ofType(parts.get(0), parts.get(1), parts.get(2));
                walkable = false;
            } else if (parts.size() > 2) {
                throw bad(param, "takes code, system|code, |code or system|, not " + value);
            } else if (parts.size() == 1) {
                key = keys.code(parts.get(0));
            } else if (!coded) {
                Set<String> systems = index.systems(param.code());
                if (!systems.isEmpty() && !systems.contains(parts.get(0))) {
                    continue; // a code of this element is never from there
                }
                key = keys.code(parts.get(1));
            } else if (parts.get(1).isEmpty()) {
                key = keys.system(parts.get(0));
                walkable = false;
            } else {
                key = keys.systemCode(parts.get(0), parts.get(1));
            }
            found.add(key ^ seed);
        }
        boolean state = !coded && index.isPrincipalState(param.code());
        Criterion tokens = new Criterion.Tokens(found.build().distinct().toArray(), walkable, state);
        return "not".equals(modifier) ? new Criterion.Not(tokens) : tokens;
    }

    // ---------------------------------------------------------------- reference

    private Criterion reference(
            TypeIndex index, Param param, @Nullable String modifier, List<String> values, Caller caller) {
        long seed = index.seed(param.code());
        if ("identifier".equals(modifier)) {
            return new Criterion.Tokens(
                    values.stream().mapToLong(v -> logical(param, v) ^ seed).toArray(), true, false);
        }
        if (modifier != null && (!catalog.parameters().isType(modifier) || !param.targets(modifier))) {
            throw bad(
                    param,
                    "has no modifier :" + modifier + "; it has :missing, :identifier and a type it may refer to"
                            + (param.targets().isEmpty()
                                    ? ""
                                    : " (" + String.join(", ", new java.util.TreeSet<>(param.targets())) + ")"));
        }
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
        return refersTo(
                index,
                param,
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
            throw bad(param, ":identifier takes system|value or value");
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

    // ---------------------------------------------------------------- string, uri

    private Criterion string(TypeIndex index, Param param, @Nullable String modifier, List<String> values) {
        require(param, modifier, List.of("exact", "contains"));
        long seed = index.seed(param.code());
        List<Criterion> all = new ArrayList<>();
        for (String value : values) {
            String plain = Values.plain(value);
            if (Text.fold(plain).isEmpty()) {
                throw bad(param, "needs letters or digits to look for");
            }
            if ("exact".equals(modifier)) {
                all.add(new Criterion.Tokens(new long[] {keys.exact(plain) ^ seed}, false, false));
            } else if ("contains".equals(modifier)) {
                all.add(new Criterion.StringContains(seed, Text.fold(plain)));
            } else {
                all.add(startsWith(seed, Text.fold(plain)));
            }
        }
        return Criterion.anyOf(all);
    }

    private static Criterion startsWith(long seed, String folded) {
        String cut = folded.length() > LONGEST_STRING ? folded.substring(0, LONGEST_STRING) : folded;
        return new Criterion.StringBetween(seed, cut, cut + HIGHEST);
    }

    private Criterion uri(TypeIndex index, Param param, @Nullable String modifier, List<String> values) {
        boolean own = !param.code().startsWith("_");
        require(param, modifier, own ? List.of("below") : List.of());
        long seed = index.seed(param.code());
        if ("below".equals(modifier)) {
            return Criterion.anyOf(
                    values.stream().map(v -> startsWith(seed, Values.plain(v))).toList());
        }
        return new Criterion.Tokens(
                values.stream()
                        .mapToLong(v -> keys.text(Values.plain(v)) ^ seed)
                        .toArray(),
                true,
                false);
    }

    // ---------------------------------------------------------------- date, number, quantity

    private Criterion date(TypeIndex index, Param param, String value) {
        Prefix.Prefixed p = Prefix.cut(Values.plain(value));
        Interval interval = FhirTime.parse(p.value().replace(' ', '+'), zone)
                .orElseThrow(() -> bad(
                        param,
                        "takes a date such as 2026, 2026-11, 2026-11-22 or 2026-11-22T08:00:00Z with one of the prefixes eq ne gt lt ge le sa eb ap, not "
                                + value));
        if (p.prefix() == Prefix.AP) {
            long t = ChronoUnit.MICROS.between(Instant.EPOCH, now.get());
            long tenth = Math.max(Math.abs(t - interval.lo()), Math.abs(t - interval.hi())) / 10;
            interval = new Interval(interval.lo() - tenth, interval.hi() + tenth);
        }
        if (param.code().equals("_lastUpdated")) {
            return new Criterion.UpdatedIs(p.prefix(), interval);
        }
        return index.isPrincipalDate(param.code())
                ? new Criterion.PrincipalDateIs(types.number(param.type()), p.prefix(), interval)
                : new Criterion.DateIs(index.seed(param.code()), p.prefix(), interval);
    }

    private Criterion number(TypeIndex index, Param param, String value) {
        return compare(index.seed(param.code()), param, Prefix.cut(Values.plain(value)), 0, 0);
    }

    private Criterion compare(long seed, Param param, Prefix.Prefixed p, long unit, long code) {
        BigDecimal number;
        try {
            if (p.value().length() > 40) {
                throw new NumberFormatException();
            }
            number = new BigDecimal(p.value().trim());
            if (Math.abs((long) number.precision() - number.scale()) > 400 || Math.abs((long) number.scale()) > 400) {
                throw new NumberFormatException();
            }
        } catch (NumberFormatException e) {
            throw bad(
                    param,
                    "takes a number such as 5.4 or 1e2 with one of the prefixes eq ne gt lt ge le sa eb ap, not "
                            + p.value());
        }
        Decimals.Range range = Decimals.of(number);
        return new Criterion.NumberIs(
                seed, p.prefix(), new Comparison.Number(number.doubleValue(), range.lo(), range.hi()), unit, code);
    }

    private Criterion quantity(TypeIndex index, Param param, String value) {
        List<String> parts =
                Values.split(value, '|').stream().map(Values::plain).toList();
        if (parts.size() != 1 && parts.size() != 3) {
            throw bad(param, "takes number, number|system|code or number||code, not " + value);
        }
        long unit = parts.size() == 3 && !parts.get(1).isEmpty() ? keys.systemCode(parts.get(1), parts.get(2)) : 0;
        long code =
                parts.size() == 3 && parts.get(1).isEmpty() && !parts.get(2).isEmpty() ? keys.code(parts.get(2)) : 0;
        return compare(index.seed(param.code()), param, Prefix.cut(parts.get(0)), unit, code);
    }
}
