package io.github.throughcare.care.risk;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.StringType;

/**
 * One laboratory result of {@code CodeSystem/readmission-laboratory}.
 *
 * @param item item of the index, e.g. {@code hemoglobin}
 * @param unit UCUM unit in which it is scored
 * @param codes {@code system|code} of the observations that are this result
 * @param factors unit in lower case to what converts it into {@link #unit}
 */
record Laboratory(String item, String unit, Set<String> codes, Map<String, BigDecimal> factors) {

    static Laboratory of(ConceptDefinitionComponent concept) {
        return new Laboratory(
                concept.getCode(),
                Properties.one(concept, "unit", StringType.class).getValue(),
                Properties.all(concept, "loinc", Coding.class).stream()
                        .map(c -> c.getSystem() + "|" + c.getCode())
                        .collect(Collectors.toSet()),
                concept.getConcept().stream()
                        .collect(Collectors.toMap(
                                u -> Properties.one(u, "ucum", StringType.class)
                                        .getValue()
                                        .toLowerCase(Locale.ROOT),
                                u -> Properties.decimal(u, "factor"))));
    }

    boolean is(CodeableConcept code) {
        return code.getCoding().stream().anyMatch(c -> codes.contains(c.getSystem() + "|" + c.getCode()));
    }

    /** The value in {@link #unit}; empty when its unit is missing or not known here. */
    Optional<BigDecimal> convert(Quantity measured) {
        String written = measured.hasCode() ? measured.getCode() : measured.getUnit();
        BigDecimal factor = written == null ? null : factors.get(written.toLowerCase(Locale.ROOT));
        return Optional.ofNullable(factor).map(f -> measured.getValue().multiply(f));
    }
}
