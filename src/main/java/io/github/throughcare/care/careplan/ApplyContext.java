package io.github.throughcare.care.careplan;

import org.hl7.fhir.r4.model.CodeableConcept;
import org.jspecify.annotations.Nullable;

/**
 * In which context a definition is applied, as the parameters of {@code $apply} say; what is absent plays no part.
 *
 * @param encounter reference, as the other two
 */
record ApplyContext(
        @Nullable String encounter,
        @Nullable String practitioner,
        @Nullable String organization,
        @Nullable CodeableConcept userType,
        @Nullable CodeableConcept userLanguage,
        @Nullable CodeableConcept userTaskContext,
        @Nullable CodeableConcept setting,
        @Nullable CodeableConcept settingContext) {

    static final ApplyContext NONE = during(null);

    static ApplyContext during(@Nullable String encounter) {
        return new ApplyContext(encounter, null, null, null, null, null, null, null);
    }
}
