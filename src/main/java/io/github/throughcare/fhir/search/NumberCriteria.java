package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.Decimals;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.Units;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * Numbers and quantities (R4 search.html 3.1.1.4.6 and 3.1.1.4.11). A quantity with a UCUM unit is compared in the canonical unit, its
 * range of precision carried along; units that cannot be converted are compared as written.
 */
final class NumberCriteria {

    private final Keys keys;

    NumberCriteria(Keys keys) {
        this.keys = keys;
    }

    Criterion number(long seed, Param param, String value) {
        Prefix.Prefixed p = cut(param, Values.plain(value));
        return new ValueCriterion.Measure(seed, p.prefix(), exact(param, p), 0, 0, new long[0]);
    }

    /** Two numbers of one element. */
    Criterion numbers(long seed, Param one, String first, Param two, String second) {
        Prefix.Prefixed p = cut(one, Values.plain(first));
        Prefix.Prefixed q = cut(two, Values.plain(second));
        return new ValueCriterion.TwoNumbers(seed, p.prefix(), exact(one, p), q.prefix(), exact(two, q));
    }

    /** @param beside keys of codes of which one must stand in the same element; empty: any */
    Criterion quantity(long seed, Param param, String value, long[] beside) {
        List<String> parts =
                Values.split(value, '|').stream().map(Values::plain).toList();
        if (parts.size() != 1 && parts.size() != 3) {
            throw Said.bad(param, "takes number, number|system|code or number||code, not " + value);
        }
        Prefix.Prefixed p = cut(param, parts.get(0));
        String system = parts.size() == 3 ? parts.get(1) : "";
        String code = parts.size() == 3 ? parts.get(2) : "";
        Comparison.Number written = exact(param, p);
        if (system.isEmpty()) {
            long any = code.isEmpty() ? 0 : keys.code(code);
            return new ValueCriterion.Measure(seed, p.prefix(), written, 0, any, beside);
        }
        Optional<Units.Canonical> unit = system.equals(Units.UCUM) ? Units.canonical(code) : Optional.empty();
        return unit.map(u -> (Criterion) new ValueCriterion.Measure(
                        seed ^ keys.measure(u.unit()), p.prefix(), in(u, decimal(param, p)), 0, 0, beside))
                .orElseGet(() -> new ValueCriterion.Measure(
                        seed, p.prefix(), written, keys.systemCode(system, code), 0, beside));
    }

    /** The value, the range of its precision and a tenth of it, all in the canonical unit. */
    private static Comparison.Number in(Units.Canonical unit, BigDecimal value) {
        BigDecimal half = Decimals.halfStep(value);
        BigDecimal tenth = value.abs().movePointLeft(1);
        return new Comparison.Number(
                unit.of(value),
                unit.of(value.subtract(half)),
                unit.of(value.add(half)),
                unit.of(value.subtract(tenth)),
                unit.of(value.add(tenth)));
    }

    private static Comparison.Number exact(Param param, Prefix.Prefixed p) {
        BigDecimal value = decimal(param, p);
        BigDecimal tenth = value.abs().movePointLeft(1);
        Decimals.Range range = Decimals.of(value);
        return new Comparison.Number(
                value.doubleValue(),
                range.lo(),
                range.hi(),
                value.subtract(tenth).doubleValue(),
                value.add(tenth).doubleValue());
    }

    private static Prefix.Prefixed cut(Param param, String value) {
        return Prefix.cut(param, value);
    }

    private static BigDecimal decimal(Param param, Prefix.Prefixed p) {
        try {
            if (p.value().length() > 40) {
                throw new NumberFormatException();
            }
            BigDecimal number = new BigDecimal(p.value().trim());
            if (Math.abs((long) number.precision() - number.scale()) > 400 || Math.abs((long) number.scale()) > 400) {
                throw new NumberFormatException();
            }
            return number;
        } catch (NumberFormatException e) {
            throw Said.bad(
                    param,
                    "takes a number such as 5.4 or 1e2 with one of the prefixes eq ne gt lt ge le sa eb ap, not "
                            + p.value());
        }
    }
}
