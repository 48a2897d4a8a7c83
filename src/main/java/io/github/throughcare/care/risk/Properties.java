package io.github.throughcare.care.risk;

import java.math.BigDecimal;
import java.util.List;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.CodeSystem.ConceptPropertyComponent;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Type;

/** Reads concept properties of a CodeSystem (FHIR R4, CodeSystem.concept.property). */
final class Properties {

    private Properties() {}

    static <T extends Type> List<T> all(ConceptDefinitionComponent concept, String code, Class<T> type) {
        return concept.getProperty().stream()
                .filter(p -> p.getCode().equals(code))
                .map(ConceptPropertyComponent::getValue)
                .map(type::cast)
                .toList();
    }

    static <T extends Type> T one(ConceptDefinitionComponent concept, String code, Class<T> type) {
        List<T> values = all(concept, code, type);
        if (values.size() != 1) {
            throw new IllegalStateException("Concept " + concept.getCode() + " needs one property " + code);
        }
        return values.get(0);
    }

    static BigDecimal decimal(ConceptDefinitionComponent concept, String code) {
        return one(concept, code, DecimalType.class).getValue();
    }

    static int integer(ConceptDefinitionComponent concept, String code) {
        return one(concept, code, IntegerType.class).getValue();
    }

    static String code(ConceptDefinitionComponent concept, String code) {
        return one(concept, code, CodeType.class).getValue();
    }

    /** A boolean property, false when absent. */
    static boolean flag(ConceptDefinitionComponent concept, String code) {
        return all(concept, code, BooleanType.class).stream().anyMatch(BooleanType::booleanValue);
    }
}
