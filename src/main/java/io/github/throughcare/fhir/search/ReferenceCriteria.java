package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.LocalReference;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.TypeIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** References and their modifiers (R4 search.html 3.1.1.4.12 and 3.1.1.4.13). */
final class ReferenceCriteria {

    private final TypeIndex.Catalog catalog;
    private final Keys keys;
    private final TokenCriteria tokens;
    private final Hierarchies hierarchies;

    ReferenceCriteria(TypeIndex.Catalog catalog, TokenCriteria tokens, Hierarchies hierarchies) {
        this.catalog = catalog;
        this.keys = catalog.keys();
        this.tokens = tokens;
        this.hierarchies = hierarchies;
    }

    /** Keys of what one value may name, under the parameter's seed. */
    long[] keys(TypeIndex index, Param param, String value, Caller caller) {
        Referred referred = referred(param, null, List.of(value), caller);
        long seed = index.seed(param.code());
        return LongStream.concat(
                        LongStream.of(referred.selves()).map(self -> self ^ seed), LongStream.of(referred.others()))
                .toArray();
    }

    Criterion of(TypeIndex index, Param param, @Nullable String modifier, List<String> values, Caller caller) {
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

    /** What references name: keys of resources with their types, and keys of anything else, under the seed. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Referred(long[] selves, List<String> types, long[] others) {}

    private Referred referred(Param param, @Nullable String modifier, List<String> values, Caller caller) {
        long seed = catalog.of(param.type()).seed(param.code());
        List<LocalReference> locals = new ArrayList<>();
        LongStream.Builder other = LongStream.builder();
        for (String value : values) {
            String plain = caller.local(Values.plain(value));
            if (plain.startsWith("/") || plain.endsWith("/") && plain.indexOf(':') < 0) {
                throw Said.bad(param, "takes an id, Type/id or an absolute URL, not " + value);
            }
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
}
