package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Composite;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.ParamKind;
import io.github.throughcare.fhir.index.TypeIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/**
 * Composite parameters, {@code code$value} (R4 search.html 3.1.1.4.10): all components within one element. How that is held in the
 * index: {@link Composite.Form}. Each component is also a condition of its own on the row, which may lead the search.
 */
final class CompositeCriteria {

    /** What a component is parsed by. */
    interface Plain {
        /** One value of a plain parameter. */
        Criterion criterion(Param param, String value);

        /** The keys that one value of a token or reference stands for. */
        long[] keys(Param param, String value);
    }

    private final NumberCriteria numbers;

    CompositeCriteria(NumberCriteria numbers) {
        this.numbers = numbers;
    }

    Criterion of(TypeIndex index, Param param, @Nullable String modifier, List<String> values, Plain plain) {
        Said.require(param, modifier, List.of());
        Composite composite = index.composite(param.code())
                .orElseThrow(() -> new Problem(
                        400,
                        IssueType.NOTSUPPORTED,
                        "This server cannot search by " + param.type() + "." + param.code()));
        long seed = index.seed(param.code());
        return Criterion.anyOf(values.stream()
                .map(v -> one(composite, seed, Values.split(v, '$'), plain))
                .toList());
    }

    private Criterion one(Composite composite, long seed, List<String> values, Plain plain) {
        if (values.size() != composite.size() || values.stream().anyMatch(String::isBlank)) {
            throw Said.bad(
                    composite.param(),
                    "takes " + composite.size() + " values separated by $: "
                            + composite.contexts().get(0).parts().stream()
                                    .map(p -> p.param().code())
                                    .collect(Collectors.joining("$")));
        }
        return Criterion.anyOf(composite.contexts().stream()
                .map(c -> context(c, seed, values, plain))
                .toList());
    }

    private Criterion context(Composite.Context context, long seed, List<String> values, Plain plain) {
        List<Criterion> all = new ArrayList<>();
        List<Integer> inside = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Composite.Part part = context.parts().get(i);
            if (context.form() != Composite.Form.ROW && part.isInside()) {
                inside.add(i);
            }
            all.add(plain.criterion(part.param(), values.get(i)));
        }
        if (inside.size() == 2) {
            Composite.Part one = context.parts().get(inside.get(0));
            Composite.Part two = context.parts().get(inside.get(1));
            String first = values.get(inside.get(0));
            String second = values.get(inside.get(1));
            switch (context.form()) {
                case KEYS ->
                    all.add(new Criterion.Tokens(
                            together(seed, plain.keys(one.param(), first), plain.keys(two.param(), second)),
                            false,
                            false));
                case NUMBERS -> all.add(numbers.numbers(seed, one.param(), first, two.param(), second));
                case NUMBER -> {
                    boolean numberFirst = one.param().kind() == ParamKind.QUANTITY;
                    Composite.Part number = numberFirst ? one : two;
                    long[] beside = plain.keys(numberFirst ? two.param() : one.param(), numberFirst ? second : first);
                    all.set(
                            inside.get(numberFirst ? 0 : 1),
                            beside.length == 0
                                    ? new Criterion.Nothing()
                                    : numbers.quantity(
                                            number.seed(), number.param(), numberFirst ? first : second, beside));
                }
                case ROW -> {}
            }
        }
        return ValueCriterion.allOf(all);
    }

    private static long[] together(long seed, long[] first, long[] second) {
        return LongStream.of(first)
                .flatMap(a -> LongStream.of(second).map(b -> Keys.together(seed, a, b)))
                .distinct()
                .toArray();
    }
}
