package io.github.throughcare.care.assessment;

import java.math.BigDecimal;
import java.util.List;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.hl7.fhir.r4.model.UriType;
import org.jspecify.annotations.Nullable;

/** A value of the record as an item takes it. */
final class Fitting {

    private Fitting() {}

    /** Null when it does not fit the item's type or options, or would lose something. */
    static @Nullable Type to(Form.Item item, Type value) {
        BigDecimal number = Expressions.number(value);
        return switch (item.definition().getType()) {
            case CHOICE, OPENCHOICE -> option(item, value);
            case BOOLEAN -> value instanceof BooleanType ? value.copy() : null;
            case INTEGER -> number == null || number.stripTrailingZeros().scale() > 0 ? null : integer(number);
            case DECIMAL -> number == null ? null : new DecimalType(number);
            case QUANTITY -> value instanceof Quantity ? value.copy() : null;
            case DATE ->
                value instanceof DateType || value instanceof DateTimeType
                        ? new DateType(value.primitiveValue()
                                .substring(
                                        0, Math.min(10, value.primitiveValue().length())))
                        : null;
            case DATETIME ->
                value instanceof DateType || value instanceof DateTimeType
                        ? new DateTimeType(value.primitiveValue())
                        : null;
            case STRING, TEXT ->
                value.isPrimitive()
                        ? new StringType(value.primitiveValue())
                        : value instanceof CodeableConcept concept ? new StringType(words(concept)) : null;
            case URL -> value.isPrimitive() ? new UriType(value.primitiveValue()) : null;
            case REFERENCE -> value instanceof Reference ? value.copy() : null;
            default -> null;
        };
    }

    private static @Nullable Type integer(BigDecimal number) {
        return number.abs().compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0
                ? null
                : new IntegerType(number.intValue());
    }

    private static @Nullable Type option(Form.Item item, Type value) {
        List<Coding> codings = value instanceof CodeableConcept concept
                ? concept.getCoding()
                : value instanceof Coding coding ? List.of(coding) : List.of();
        if (item.options() == null) {
            return codings.isEmpty() ? null : codings.get(0).copy();
        }
        return item.options().stream()
                .filter(o -> codings.stream().anyMatch(o::matches)
                        || o.value() instanceof Coding coding
                                && value.isPrimitive()
                                && coding.getCode().equals(value.primitiveValue()))
                .map(o -> o.value().copy())
                .findFirst()
                .orElse(null);
    }

    private static String words(CodeableConcept concept) {
        return concept.hasText()
                ? concept.getText()
                : concept.getCodingFirstRep().getDisplay();
    }
}
