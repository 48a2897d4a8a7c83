package io.github.throughcare.fhir.index;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What numbers, quantities, money and ranges yield for the index: an interval, and the unit as its keys. */
final class NumberValues {

    private final Keys keys;

    NumberValues(Keys keys) {
        this.keys = keys;
    }

    boolean number(long seed, JsonNode node, String dataType, IndexValues out) {
        if (node.isNumber()) {
            Decimals.Range r = Decimals.exact(node.decimalValue());
            out.number(new IndexValues.Num(seed, r.lo(), r.hi(), 0, 0, List.of()));
            return true;
        }
        return dataType.equals("Range") && range(seed, node, List.of(), out);
    }

    /**
     * A quantity, money or range.
     *
     * @param beside keys of the codes that stand in the same element
     */
    boolean quantity(long seed, JsonNode node, String dataType, List<Long> beside, IndexValues out) {
        if (dataType.equals("Range")) {
            return range(seed, node, beside, out);
        }
        JsonNode value = node.get("value");
        if (value == null || !value.isNumber()) {
            return false;
        }
        BigDecimal v = value.decimalValue();
        String comparator = Indexer.textOf(node, "comparator");
        if (dataType.equals("Money")) {
            String currency = Indexer.textOf(node, "currency");
            out.number(row(
                    seed,
                    v.doubleValue(),
                    v.doubleValue(),
                    comparator,
                    keys.systemCode("urn:iso:std:iso:4217", currency),
                    keys.code(currency),
                    beside));
            return true;
        }
        String system = Indexer.textOf(node, "system");
        String code = Indexer.textOf(node, "code");
        String unit = Indexer.textOf(node, "unit");
        List<Long> also = beside;
        if (!code.isEmpty() && !unit.isEmpty() && !unit.equals(code)) { // number||code asks for the code or the unit
            also = new ArrayList<>(beside);
            also.add(keys.code(unit));
        }
        String written = code.isEmpty() ? unit : code;
        out.number(row(
                seed,
                v.doubleValue(),
                v.doubleValue(),
                comparator,
                code.isEmpty() ? 0 : keys.systemCode(system, code),
                written.isEmpty() ? 0 : keys.code(written),
                also));
        if (system.equals(Units.UCUM)) {
            Units.canonical(code).ifPresent(u -> {
                double c = u.of(v);
                long measure = keys.measure(u.unit());
                out.number(row(seed ^ measure, c, c, comparator, measure, 0, beside));
            });
        }
        return true;
    }

    /** With a comparator the value is open on that side, and {@code >} and {@code <} leave the number itself out. */
    private static IndexValues.Num row(
            long h, double lo, double hi, String comparator, long unit, long code, List<Long> also) {
        return switch (comparator) {
            case "<" ->
                new IndexValues.Num(h, Double.NEGATIVE_INFINITY, Math.nextDown(hi), unit, code, List.copyOf(also));
            case "<=" -> new IndexValues.Num(h, Double.NEGATIVE_INFINITY, hi, unit, code, List.copyOf(also));
            case ">" ->
                new IndexValues.Num(h, Math.nextUp(lo), Double.POSITIVE_INFINITY, unit, code, List.copyOf(also));
            case ">=" -> new IndexValues.Num(h, lo, Double.POSITIVE_INFINITY, unit, code, List.copyOf(also));
            default -> new IndexValues.Num(h, lo, hi, unit, code, List.copyOf(also));
        };
    }

    private boolean range(long seed, JsonNode node, List<Long> beside, IndexValues out) {
        JsonNode low = node.get("low");
        JsonNode high = node.get("high");
        if (low == null && high == null) {
            return false;
        }
        JsonNode either = low != null ? low : java.util.Objects.requireNonNull(high);
        String system = Indexer.textOf(either, "system");
        String code = Indexer.textOf(either, "code");
        Optional<BigDecimal> lo = decimal(low);
        Optional<BigDecimal> hi = decimal(high);
        out.number(row(
                seed,
                lo.map(BigDecimal::doubleValue).orElse(Double.NEGATIVE_INFINITY),
                hi.map(BigDecimal::doubleValue).orElse(Double.POSITIVE_INFINITY),
                "",
                code.isEmpty() ? 0 : keys.systemCode(system, code),
                code.isEmpty() ? 0 : keys.code(code),
                beside));
        if (system.equals(Units.UCUM)) {
            Units.canonical(code)
                    .ifPresent(u -> out.number(row(
                            seed ^ keys.measure(u.unit()),
                            lo.map(u::of).orElse(Double.NEGATIVE_INFINITY),
                            hi.map(u::of).orElse(Double.POSITIVE_INFINITY),
                            "",
                            keys.measure(u.unit()),
                            0,
                            beside)));
        }
        return true;
    }

    private static Optional<BigDecimal> decimal(@Nullable JsonNode quantity) {
        JsonNode value = quantity == null ? null : quantity.get("value");
        return value != null && value.isNumber() ? Optional.of(value.decimalValue()) : Optional.empty();
    }
}
