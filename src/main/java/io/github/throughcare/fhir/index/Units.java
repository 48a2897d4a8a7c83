package io.github.throughcare.fhir.index;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhir.ucum.Decimal;
import org.fhir.ucum.Pair;
import org.fhir.ucum.UcumEssenceService;
import org.fhir.ucum.UcumException;

/**
 * UCUM units as multiples of their canonical unit (<a href="https://ucum.org/ucum">UCUM</a>; R4 search.html 3.1.1.4.11: comparison
 * "with the canonical form of the units"). The common units stand in {@code fhir/ucum-common.tsv}, which a test holds against
 * the library; the library itself needs a second to load and milliseconds a unit, so it is asked only for the others, once each.
 *
 * <p>Not converted, so compared as written: logarithmic units ({@code [pH]}, {@code dB}), which no factor turns into others, and
 * what UCUM does not know. Arbitrary units ({@code [iU]}) are commensurable with themselves only (UCUM section 24): they stay in the
 * canonical unit. Thread-safe.
 */
public final class Units {

    /** The system of UCUM codes. */
    public static final String UCUM = "http://unitsofmeasure.org";

    /** {@code canonical value = value * factor + offset}, in the canonical unit. */
    public record Canonical(String unit, BigDecimal factor, BigDecimal offset) {

        /** 14 digits: a conversion that does not end (1/60) must not make two equal measures differ. */
        private static final MathContext PRECISION = new MathContext(14, RoundingMode.HALF_EVEN);

        public double of(BigDecimal value) {
            return value.multiply(factor).add(offset).round(PRECISION).doubleValue();
        }
    }

    private static final Pattern ARBITRARY = Pattern.compile("\\[[^\\]\\[]*U]|\\[[HL]PF]");
    private static final Pattern LOGARITHMIC = Pattern.compile(
            "\\[pH]|\\[p'diop]|\\[hp'_|\\[degRe]|%\\[slope]|bit_s|\\[m/s2/Hz|(^|[./])d?(B|Np)($|[./\\[])");
    private static final BigDecimal NINE = BigDecimal.valueOf(9);
    private static final Map<String, Canonical> TEMPERATURES = Map.of(
            "Cel",
            new Canonical("K", BigDecimal.ONE, new BigDecimal("273.15")),
            "[degF]",
            new Canonical(
                    "K",
                    BigDecimal.valueOf(5).divide(NINE, MathContext.DECIMAL128),
                    new BigDecimal("459.67").multiply(BigDecimal.valueOf(5)).divide(NINE, MathContext.DECIMAL128)));
    /** Codes come from clients: what is remembered of them has a bound. */
    private static final int REMEMBERED = 10_000;

    private static final Map<String, Optional<Canonical>> KNOWN = new ConcurrentHashMap<>(common());

    private Units() {}

    /** Empty for what cannot be converted. */
    public static Optional<Canonical> canonical(String code) {
        Optional<Canonical> known = KNOWN.get(code);
        if (known != null) {
            return known;
        }
        if (code.isEmpty() || code.length() > 100) {
            return Optional.empty();
        }
        Optional<Canonical> found = ask(code);
        if (KNOWN.size() < REMEMBERED) {
            KNOWN.put(code, found);
        }
        return found;
    }

    /** What the library says of a unit. */
    static Optional<Canonical> ask(String code) {
        if (TEMPERATURES.containsKey(code)) {
            return Optional.of(TEMPERATURES.get(code));
        }
        if (LOGARITHMIC.matcher(code).find()) {
            return Optional.empty();
        }
        TreeSet<String> arbitrary = new TreeSet<>();
        Matcher m = ARBITRARY.matcher(code);
        while (m.find()) {
            arbitrary.add(m.group().equals("[IU]") ? "[iU]" : m.group());
        }
        try {
            Pair canonical = Library.get().getCanonicalForm(new Pair(new Decimal("1"), code));
            BigDecimal factor = new BigDecimal(canonical.getValue().asDecimal());
            return factor.signum() <= 0
                    ? Optional.empty()
                    : Optional.of(
                            new Canonical(canonical.getCode() + String.join("", arbitrary), factor, BigDecimal.ZERO));
        } catch (UcumException | RuntimeException e) { // the library's parser throws both at what is no unit
            return Optional.empty();
        }
    }

    private static Map<String, Optional<Canonical>> common() {
        Map<String, Optional<Canonical>> all = new HashMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Units.class.getResourceAsStream("/fhir/ucum-common.tsv")),
                StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("#")) {
                    String[] w = line.split("\t", -1);
                    all.put(w[0], Optional.of(new Canonical(w[1], new BigDecimal(w[2]), new BigDecimal(w[3]))));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    /** Loaded when the first uncommon unit is met. */
    private static final class Library {
        private static final UcumEssenceService SERVICE = load();

        private static UcumEssenceService load() {
            try (InputStream essence =
                    Objects.requireNonNull(UcumEssenceService.class.getResourceAsStream("/ucum-essence.xml"))) {
                return new UcumEssenceService(essence);
            } catch (IOException | UcumException e) {
                throw new IllegalStateException("The UCUM definitions cannot be read", e);
            }
        }

        static synchronized UcumEssenceService get() {
            return SERVICE;
        }
    }
}
