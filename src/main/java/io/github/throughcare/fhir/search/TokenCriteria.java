package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.CodeTexts;
import io.github.throughcare.fhir.index.IndexValues;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.Text;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.terminology.Terminology;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/** Tokens and their modifiers (R4 search.html 3.1.1.4.10 and 3.1.1.4.4). */
final class TokenCriteria {

    /** Data types whose values have a system of their own. */
    private static final Set<String> CODED = Set.of("CodeableConcept", "Coding", "Identifier", "ContactPoint");

    /** So many texts one value of {@code :text} may begin. */
    private static final int MOST_TEXTS = 20_000;

    private final Keys keys;
    private final Terminology terminology;
    private final Function<Param, Criterion> present;

    /** @param present that a parameter has a value */
    TokenCriteria(Keys keys, Terminology terminology, Function<Param, Criterion> present) {
        this.keys = keys;
        this.terminology = terminology;
        this.present = present;
    }

    Criterion of(TypeIndex index, Param param, @Nullable String modifier, List<String> values, Caller caller) {
        Said.require(param, modifier, known(index, param));
        long seed = index.seed(param.code());
        if (modifier == null) {
            return tokens(index, param, values);
        }
        return switch (modifier) {
            case "not" -> new Criterion.Not(tokens(index, param, values));
            case "text" -> text(param, seed, values, caller);
            case "of-type" ->
                new Criterion.Tokens(
                        values.stream().mapToLong(v -> ofType(param, v) ^ seed).toArray(), false, false);
            case "in" -> in(index, param, values, caller);
            case "not-in" -> new Criterion.Not(in(index, param, values, caller));
            default -> related(index, param, modifier.equals("below"), values, caller);
        };
    }

    private static List<String> known(TypeIndex index, Param param) {
        List<String> all = new ArrayList<>(List.of("not", "text", "in", "not-in", "above", "below"));
        if (index.dataTypes(param.code()).contains("Identifier")) {
            all.add("of-type");
        }
        return all;
    }

    /** A display or text begins with one of them: the terms say which texts there are, and with which tokens. */
    Criterion text(Param param, long seed, List<String> values, Caller caller) {
        long h = CodeTexts.seed(seed);
        LongStream.Builder said = LongStream.builder();
        LongStream.Builder leads = LongStream.builder();
        for (String value : values) {
            String folded =
                    TextCriteria.notLonger(param, TextCriteria.folded(param, Values.plain(value)), IndexValues.LONGEST);
            List<String> found = caller.reader()
                    .lines(new Sql(
                            "SELECT DISTINCT lead || ' ' || v FROM term WHERE h = ? AND v >= ? AND v < ? LIMIT ?",
                            h,
                            folded,
                            folded + TextCriteria.HIGHEST,
                            MOST_TEXTS + 1));
            if (found.size() > MOST_TEXTS) {
                throw new Problem(
                        400,
                        IssueType.TOOCOSTLY,
                        param.code() + ":text=" + value + " begins more than " + MOST_TEXTS
                                + " different texts; say more of it");
            }
            for (String line : found) {
                int space = line.indexOf(' ');
                leads.add(Long.parseLong(line.substring(0, space)));
                said.add(keys.said(line.substring(space + 1)) ^ h);
            }
        }
        long[] all = said.build().distinct().toArray();
        return all.length == 0
                ? new Criterion.Nothing()
                : new ValueCriterion.AllOf(List.of(
                        new Criterion.Tokens(leads.build().distinct().toArray(), true, false),
                        new Criterion.Tokens(all, false, false)));
    }

    private long ofType(Param param, String value) {
        List<String> parts = parts(value);
        if (parts.size() != 3 || parts.stream().anyMatch(String::isEmpty)) {
            throw Said.bad(param, ":of-type takes system|code|value, not " + value);
        }
        return keys.ofType(parts.get(0), parts.get(1), parts.get(2));
    }

    /** One value without a modifier. */
    Criterion plain(TypeIndex index, Param param, String value) {
        return tokens(index, param, List.of(value));
    }

    private Criterion tokens(TypeIndex index, Param param, List<String> values) {
        long[] found = new long[values.size()];
        int n = 0;
        boolean walkable = true;
        boolean codings = true;
        boolean any = false;
        for (String value : values) {
            List<String> parts = parts(value);
            if (isAnyCode(index, param, parts)) {
                any = true;
                continue;
            }
            walkable &= !isSystemAlone(index, param, parts);
            codings &= parts.size() == 2
                    && !parts.get(0).isEmpty()
                    && !parts.get(1).isEmpty();
            OptionalLong key = key(index, param, value);
            if (key.isPresent()) {
                found[n++] = key.getAsLong();
            }
        }
        long[] some = Arrays.copyOf(found, n);
        Criterion tokens = tokens(
                index,
                param,
                n < 2 ? some : LongStream.of(some).distinct().toArray(),
                walkable,
                codings && index.isKeyedByPatient(param.code()));
        return any ? Criterion.anyOf(List.of(present.apply(param), tokens)) : tokens;
    }

    /** {@code system|} of a plain code, where that is the system of its binding: whatever code it has. */
    private static boolean isAnyCode(TypeIndex index, Param param, List<String> parts) {
        return parts.size() == 2
                && parts.get(1).isEmpty()
                && !isCoded(index, param)
                && index.systems(param.code()).contains(parts.get(0));
    }

    private static Criterion tokens(
            TypeIndex index, Param param, long[] found, boolean walkable, boolean keyedByPatient) {
        boolean state = !isCoded(index, param) && index.isPrincipalState(param.code());
        return new Criterion.Tokens(found, walkable, state, keyedByPatient);
    }

    private static boolean isSystemAlone(TypeIndex index, Param param, List<String> parts) {
        return isCoded(index, param) && parts.size() == 2 && parts.get(1).isEmpty();
    }

    /** The key of one value; empty when no resource can have it. */
    OptionalLong key(TypeIndex index, Param param, String value) {
        List<String> parts = parts(value);
        if (parts.size() > 2 || parts.equals(List.of("", ""))) {
            throw Said.bad(param, "takes code, system|code, |code or system|, not " + value);
        }
        long seed = index.seed(param.code());
        if (parts.size() == 1) {
            boolean text = index.dataTypes(param.code()).equals(Set.of("string"));
            return OptionalLong.of(keys.code(text ? Text.fold(parts.get(0)) : parts.get(0)) ^ seed);
        }
        if (!isCoded(index, param)) {
            Set<String> systems = index.systems(param.code());
            return systems.isEmpty() || systems.contains(parts.get(0))
                    ? OptionalLong.of(keys.code(parts.get(1)) ^ seed)
                    : OptionalLong.empty(); // a code of this element is never from there
        }
        return OptionalLong.of(
                (parts.get(1).isEmpty() ? keys.system(parts.get(0)) : keys.systemCode(parts.get(0), parts.get(1)))
                        ^ seed);
    }

    private static List<String> parts(String value) {
        if (value.indexOf('|') < 0) {
            return List.of(Values.plain(value));
        }
        List<String> parts = Values.split(value, '|');
        parts.replaceAll(Values::plain);
        return parts;
    }

    private static boolean isCoded(TypeIndex index, Param param) {
        for (String type : index.dataTypes(param.code())) {
            if (CODED.contains(type)) {
                return true;
            }
        }
        return false;
    }

    // ---------------------------------------------------------------- by what the terminology says

    private Criterion in(TypeIndex index, Param param, List<String> values, Caller caller) {
        LongStream.Builder found = LongStream.builder();
        for (String value : values) {
            String valueSet = caller.local(Values.plain(value));
            for (Terminology.Code c : terminology.expand(valueSet, caller.reader())) {
                coded(index, param, c.system(), c.code()).ifPresent(found);
            }
        }
        return found(index, param, found);
    }

    private Criterion related(TypeIndex index, Param param, boolean below, List<String> values, Caller caller) {
        LongStream.Builder found = LongStream.builder();
        for (String value : values) {
            List<String> parts = parts(value);
            String system =
                    parts.size() == 2 ? parts.get(0) : onlySystem(index, param).orElse("");
            String code = parts.get(parts.size() - 1);
            if (parts.size() > 2 || system.isEmpty() || code.isEmpty()) {
                throw Said.bad(param, (below ? ":below" : ":above") + " takes system|code, not " + value);
            }
            Set<String> codes = below
                    ? terminology.below(system, code, caller.reader())
                    : terminology.above(system, code, caller.reader());
            codes.forEach(c -> coded(index, param, system, c).ifPresent(found));
        }
        return found(index, param, found);
    }

    private static Criterion found(TypeIndex index, Param param, LongStream.Builder found) {
        long[] all = found.build().distinct().toArray();
        return all.length == 0 ? new Criterion.Nothing() : tokens(index, param, all, true, false);
    }

    private static Optional<String> onlySystem(TypeIndex index, Param param) {
        Set<String> systems = index.systems(param.code());
        return systems.size() == 1 ? systems.stream().findFirst() : Optional.empty();
    }

    private OptionalLong coded(TypeIndex index, Param param, String system, String code) {
        long seed = index.seed(param.code());
        if (isCoded(index, param)) {
            return OptionalLong.of(keys.systemCode(system, code) ^ seed);
        }
        Set<String> systems = index.systems(param.code());
        return systems.isEmpty() || systems.contains(system)
                ? OptionalLong.of(keys.code(code) ^ seed)
                : OptionalLong.empty();
    }
}
