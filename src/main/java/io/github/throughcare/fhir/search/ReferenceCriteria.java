package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.LocalReference;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.TypeIndex;
import java.util.ArrayList;
import java.util.Arrays;
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
        long[] other = new long[values.size()];
        int others = 0;
        for (String value : values) {
            String plain = caller.local(Values.plain(value));
            if (plain.startsWith("/") || plain.endsWith("/") && plain.indexOf(':') < 0) {
                throw Said.bad(param, "takes an id, Type/id or an absolute URL, not " + value);
            }
            LocalReference whole = LocalReference.parse(plain).orElse(null);
            if (whole != null && catalog.parameters().isType(whole.type())) {
                locals.add(whole);
            } else if (plain.contains(":") || plain.contains("/")) {
                other[others++] = keys.text(plain) ^ seed;
            } else {
                for (String target : targets(param, modifier)) {
                    locals.add(new LocalReference(target, plain));
                }
            }
        }
        long[] selves = new long[locals.size()];
        List<String> types = new ArrayList<>(locals.size());
        for (int i = 0; i < selves.length; i++) {
            LocalReference r = locals.get(i);
            selves[i] = keys.self(r.type(), r.id());
            types.add(r.type());
        }
        return new Referred(selves, types, Arrays.copyOf(other, others));
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
        long[] patients = new long[selves.length];
        int p = 0;
        long[] tokens = Arrays.copyOf(otherKeys, otherKeys.length + selves.length);
        int t = otherKeys.length;
        for (int i = 0; i < selves.length; i++) {
            if (column && selfTypes.get(i).equals("Patient")) {
                patients[p++] = selves[i];
            } else {
                tokens[t++] = selves[i] ^ seed;
            }
        }
        List<Criterion> both = new ArrayList<>(2);
        if (p > 0) {
            both.add(new Criterion.PatientIs(Arrays.copyOf(patients, p)));
        }
        if (t > 0) {
            both.add(new Criterion.Tokens(Arrays.copyOf(tokens, t), true, false));
        }
        return Criterion.anyOf(both);
    }
}
