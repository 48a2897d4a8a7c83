package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.search.Criterion.AnyOf;
import io.github.throughcare.fhir.search.Criterion.Ids;
import io.github.throughcare.fhir.search.Criterion.InTypes;
import io.github.throughcare.fhir.search.Criterion.Nothing;
import io.github.throughcare.fhir.search.Criterion.PatientIs;
import io.github.throughcare.fhir.search.Criterion.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * Puts the criteria that one parameter has in several types together. Keys of tokens and of resources belong to one type by
 * themselves, so they become one list; other conditions hold only in rows of their own type.
 */
final class AcrossTypes {

    private final LongStream.Builder tokens = LongStream.builder();
    private final LongStream.Builder filterTokens = LongStream.builder();
    private final LongStream.Builder ids = LongStream.builder();
    /** Patients asked for, with the types in whose rows. */
    private final Map<List<Long>, TreeSet<Integer>> patients = new LinkedHashMap<>();

    private final List<Criterion> others = new ArrayList<>();

    private AcrossTypes() {}

    /** @param each the number of a type with what is asked of its rows, at least one */
    static Criterion of(Map<Integer, Criterion> each) {
        List<Criterion> all = List.copyOf(each.values());
        if (all.stream().allMatch(all.get(0)::equals)) {
            return all.get(0);
        }
        AcrossTypes merged = new AcrossTypes();
        each.forEach(merged::add);
        return merged.whole();
    }

    private void add(int type, Criterion c) {
        if (c instanceof Tokens t) {
            LongStream.of(t.keys()).forEach(t.walkable() ? tokens : filterTokens);
        } else if (c instanceof Ids i) {
            LongStream.of(i.selves()).forEach(ids);
        } else if (c instanceof PatientIs p) {
            patients.computeIfAbsent(Arrays.stream(p.selves()).boxed().toList(), k -> new TreeSet<>())
                    .add(type);
        } else if (c instanceof AnyOf any) {
            any.criteria().forEach(one -> add(type, one));
        } else if (!(c instanceof Nothing)) {
            others.add(new InTypes(new long[] {type}, c));
        }
    }

    private Criterion whole() {
        List<Criterion> any = new ArrayList<>();
        long[] self = ids.build().toArray();
        if (self.length > 0) {
            any.add(new Ids(self));
        }
        patients.forEach((selves, types) -> any.add(new InTypes(
                types.stream().mapToLong(Integer::longValue).toArray(),
                new PatientIs(selves.stream().mapToLong(Long::longValue).toArray()))));
        long[] walked = tokens.build().toArray();
        if (walked.length > 0) {
            any.add(new Tokens(walked, true, false));
        }
        long[] filtered = filterTokens.build().toArray();
        if (filtered.length > 0) {
            any.add(new Tokens(filtered, false, false));
        }
        any.addAll(others);
        return Criterion.anyOf(any);
    }
}
