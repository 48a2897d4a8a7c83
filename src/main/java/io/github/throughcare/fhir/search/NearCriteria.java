package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.index.Units;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code Location?near=latitude|longitude|distance|units} (R4 location.html#positional). */
final class NearCriteria {

    /** What is near where no distance is said: R4 leaves it to the server. */
    private static final BigDecimal DEFAULT_KM = BigDecimal.valueOf(50);

    private static final String FORM =
            "takes latitude|longitude|distance|units, e.g. 42.25475478|0.1|11.20|km: degrees of WGS84, a distance of 0 or more in a"
                    + " UCUM unit of length such as km, m or [mi_us] (without units: km; without a distance: 50 km), not ";

    private NearCriteria() {}

    static Criterion of(TypeIndex index, Param param, @Nullable String modifier, List<String> values) {
        Said.require(param, modifier, List.of());
        return Criterion.anyOf(values.stream()
                .map(v -> one(index.seed(param.code()), param, v))
                .toList());
    }

    private static Criterion one(long seed, Param param, String value) {
        List<String> parts =
                Values.split(value, '|').stream().map(Values::plain).toList();
        if (parts.size() < 2 || parts.size() > 4) {
            throw Said.bad(param, FORM + value);
        }
        BigDecimal latitude = number(param, parts.get(0), 90, value);
        BigDecimal longitude = number(param, parts.get(1), 180, value);
        boolean said = parts.size() > 2 && !parts.get(2).isEmpty();
        String unit = parts.size() > 3 && !parts.get(3).isEmpty() ? parts.get(3) : "km";
        Units.Canonical length = Units.canonical(unit)
                .filter(u -> u.unit().equals("m"))
                .orElseThrow(() -> Said.bad(param, FORM + value));
        double metres = said
                ? length.of(number(param, parts.get(2), 1e9, value))
                : Units.canonical("km").orElseThrow().of(DEFAULT_KM);
        if (metres < 0) {
            throw Said.bad(param, FORM + value);
        }
        return new ValueCriterion.Near(seed, latitude.doubleValue(), longitude.doubleValue(), metres);
    }

    private static BigDecimal number(Param param, String text, double most, String value) {
        try {
            BigDecimal number = new BigDecimal(text);
            if (text.length() > 40 || Math.abs(number.doubleValue()) > most) {
                throw new NumberFormatException();
            }
            return number;
        } catch (NumberFormatException e) {
            throw Said.bad(param, FORM + value);
        }
    }
}
