package io.github.throughcare.care.outreach;

import io.github.throughcare.care.Ig;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Type;

/**
 * How much work a case is, in acuity points. There is no published number of cases that one person can carry (docs/spec-notes.md), so
 * cases are weighed: by the extension {@code acuity} on the EpisodeOfCare, a level of {@code acuity-level} or a number of points;
 * without it a case weighs 1.
 */
final class Acuity {

    static final String EXTENSION = Ig.extension("acuity");
    static final String LEVEL = Ig.codeSystem("acuity-level");

    /** Points of the levels; they stand in the CodeSystem too, and a test holds the two together. */
    static final Map<String, BigDecimal> POINTS = Map.of(
            "low", BigDecimal.ONE,
            "medium", BigDecimal.valueOf(2),
            "high", BigDecimal.valueOf(3),
            "intensive", BigDecimal.valueOf(5));

    private Acuity() {}

    static BigDecimal points(EpisodeOfCare episode) {
        Extension extension = episode.getExtensionByUrl(EXTENSION);
        BigDecimal points = extension == null ? BigDecimal.ONE : points(extension.getValue());
        return points.signum() < 0 ? BigDecimal.ONE : points; // no case makes another lighter
    }

    private static BigDecimal points(Type value) {
        if (value instanceof DecimalType d && d.getValue() != null) {
            return d.getValue();
        }
        if (value instanceof IntegerType i && i.getValue() != null) {
            return BigDecimal.valueOf(i.getValue());
        }
        if (value instanceof CodeableConcept concept) {
            return concept.getCoding().stream()
                    .filter(c -> LEVEL.equals(c.getSystem()))
                    .map(Coding::getCode)
                    .map(POINTS::get)
                    .filter(java.util.Objects::nonNull)
                    .findFirst()
                    .orElse(BigDecimal.ONE);
        }
        return BigDecimal.ONE;
    }

    static BigDecimal load(Collection<EpisodeOfCare> cases) {
        return cases.stream().map(Acuity::points).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
