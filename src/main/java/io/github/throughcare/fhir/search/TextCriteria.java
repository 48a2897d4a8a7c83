package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.IndexValues;
import io.github.throughcare.fhir.index.Indexer;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.Text;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.storage.Sql;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Strings and uris (R4 search.html 3.1.1.4.8 and 3.1.1.4.13). */
final class TextCriteria {

    static final String HIGHEST = "\uDBFF\uDFFF";

    /** One of the uris that begin with a text, of a parameter that is indexed by keys alone: {@code _profile}, {@code _source}. */
    record Below(long h, String from, String until) implements Criterion {
        @Override
        public Sql filter() {
            return new Sql("r.tokens && ").add(keys());
        }

        @Override
        public Optional<Sql> lead() {
            return Optional.of(
                    new Sql("SELECT pk FROM token WHERE h = ANY(").add(keys()).add(")"));
        }

        private Sql keys() {
            return new Sql(
                    "ARRAY(SELECT DISTINCT m.lead FROM term m WHERE m.h = ? AND m.v >= ? AND m.v < ?)", h, from, until);
        }
    }

    private final Keys keys;

    TextCriteria(Keys keys) {
        this.keys = keys;
    }

    Criterion string(TypeIndex index, Param param, @Nullable String modifier, List<String> values) {
        Said.require(param, modifier, List.of("exact", "contains"));
        long seed = index.seed(param.code());
        List<Criterion> all = new ArrayList<>();
        for (String value : values) {
            String plain = Values.plain(value);
            String folded = folded(param, plain);
            if ("exact".equals(modifier)) {
                all.add(new Criterion.Tokens(new long[] {keys.exact(plain) ^ seed}, false, false));
            } else if ("contains".equals(modifier)) {
                all.add(contains(param, seed, folded));
            } else {
                all.add(startsWith(param, seed, folded));
            }
        }
        return Criterion.anyOf(all);
    }

    /** The value as it is compared; one that folds to nothing would match everything. */
    static String folded(Param param, String plain) {
        String folded = Text.fold(plain);
        if (folded.isEmpty()) {
            throw Said.bad(param, "needs letters or digits to look for");
        }
        return folded;
    }

    static Criterion startsWith(Param param, long seed, String folded) {
        return new Criterion.StringBetween(seed, notLonger(param, folded, IndexValues.LONGEST), folded + HIGHEST);
    }

    static Criterion contains(Param param, long seed, String folded) {
        return new ValueCriterion.Text(
                seed, ValueCriterion.Way.CONTAINS, notLonger(param, folded, IndexValues.OVERLAP));
    }

    /** What is longer could not be told apart in the index: refused, rather than answered roughly. */
    static String notLonger(Param param, String folded, int most) {
        if (folded.length() > most) {
            throw Said.bad(param, "looks for at most " + most + " characters so (:exact takes any length)");
        }
        return folded;
    }

    Criterion uri(TypeIndex index, Param param, @Nullable String modifier, List<String> values) {
        Said.require(param, modifier, List.of("below", "above"));
        long seed = index.seed(param.code());
        if ("below".equals(modifier)) {
            return Criterion.anyOf(values.stream()
                    .map(v -> below(param, seed, Values.plain(v)))
                    .toList());
        }
        return new Criterion.Tokens(
                values.stream()
                        .map(Values::plain)
                        .flatMap(v -> ("above".equals(modifier) ? above(v) : Set.of(v)).stream())
                        .mapToLong(v -> keys.text(v) ^ seed)
                        .distinct()
                        .toArray(),
                true,
                false);
    }

    private static Criterion below(Param param, long seed, String uri) {
        return param.code().startsWith("_")
                ? new Below(Indexer.metaSeed(seed), notLonger(param, uri, IndexValues.LONGEST), uri + HIGHEST)
                : startsWith(param, seed, uri);
    }

    /** The URL and those whose path it goes on from, each with and without its last slash; only itself for what is no URL. */
    static Set<String> above(String url) {
        Set<String> all = new LinkedHashSet<>(List.of(url));
        int host = url.indexOf("://");
        if (host > 0) {
            for (int slash = url.lastIndexOf('/'); slash > host + 2; slash = url.lastIndexOf('/', slash - 1)) {
                all.add(url.substring(0, slash + 1));
                all.add(url.substring(0, slash));
            }
        }
        return all;
    }
}
