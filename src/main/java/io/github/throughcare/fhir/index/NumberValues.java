package io.github.throughcare.fhir.index;

import java.math.BigDecimal;
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
            out.number(new IndexValues.Num(seed, r.lo(), r.hi(), 0, 0));
            return true;
        }
        return dataType.equals("Range") && range(seed, node, out);
    }

    boolean quantity(long seed, JsonNode node, String dataType, IndexValues out) {
        if (dataType.equals("Range")) {
            return range(seed, node, out);
        }
        JsonNode value = node.get("value");
        if (value == null || !value.isNumber()) {
            return false;
        }
        double v = value.decimalValue().doubleValue();
        String comparator = Indexer.textOf(node, "comparator");
        double lo = comparator.startsWith("<") ? Double.NEGATIVE_INFINITY : v;
        double hi = comparator.startsWith(">") ? Double.POSITIVE_INFINITY : v;
        if (dataType.equals("Money")) {
            String currency = Indexer.textOf(node, "currency");
            out.number(new IndexValues.Num(
                    seed, lo, hi, keys.systemCode("urn:iso:std:iso:4217", currency), keys.code(currency)));
            return true;
        }
        String system = Indexer.textOf(node, "system");
        String code = Indexer.textOf(node, "code");
        String unit = Indexer.textOf(node, "unit");
        if (!code.isEmpty()) {
            out.number(new IndexValues.Num(seed, lo, hi, keys.systemCode(system, code), keys.code(code)));
        }
        if (code.isEmpty() || !unit.isEmpty() && !unit.equals(code)) { // number||code asks for the code or the unit
            out.number(new IndexValues.Num(seed, lo, hi, 0, unit.isEmpty() ? 0 : keys.code(unit)));
        }
        return true;
    }

    private boolean range(long seed, JsonNode node, IndexValues out) {
        JsonNode low = node.get("low");
        JsonNode high = node.get("high");
        if (low == null && high == null) {
            return false;
        }
        JsonNode either = low != null ? low : java.util.Objects.requireNonNull(high);
        String code = Indexer.textOf(either, "code");
        out.number(new IndexValues.Num(
                seed,
                low == null ? Double.NEGATIVE_INFINITY : decimal(low).doubleValue(),
                high == null ? Double.POSITIVE_INFINITY : decimal(high).doubleValue(),
                code.isEmpty() ? 0 : keys.systemCode(Indexer.textOf(either, "system"), code),
                code.isEmpty() ? 0 : keys.code(code)));
        return true;
    }

    private static BigDecimal decimal(JsonNode quantity) {
        JsonNode value = quantity.get("value");
        return value != null && value.isNumber() ? value.decimalValue() : BigDecimal.ZERO;
    }
}
