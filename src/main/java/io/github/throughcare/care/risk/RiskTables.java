package io.github.throughcare.care.risk;

import io.github.throughcare.care.Ig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.ConceptMap;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.ValueSet;

/**
 * Everything the scores are reckoned with, from the definitions of the implementation guide.
 *
 * @param hospital by cut points: {@code 2016}, {@code 2013}
 * @param inpatient classes of an Encounter that is a stay in hospital
 * @param acute {@code system|code} of priorities and admit sources of an acute admission
 * @param elective {@code system|code} of priorities of an elective one
 * @param oncology {@code system|code} of oncology services and specialties
 * @param death {@code system|code} of discharge dispositions of patients who died
 */
record RiskTables(
        IndexTable lace,
        Map<String, IndexTable> hospital,
        IndexTable simplified,
        Comorbidities comorbidities,
        List<Laboratory> laboratory,
        Set<String> inpatient,
        Set<String> acute,
        Set<String> elective,
        Set<String> oncology,
        Set<String> death) {

    /** Where definitions come from: type, canonical. */
    interface Definitions {
        <T extends MetadataResource> T get(Class<T> type, String canonical);
    }

    static RiskTables of(Definitions definitions) {
        Function<String, CodeSystem> system = id -> definitions.get(CodeSystem.class, Ig.codeSystem(id));
        Function<String, Set<String>> codes = id -> codes(definitions.get(ValueSet.class, Ig.BASE + "/ValueSet/" + id));
        return new RiskTables(
                IndexTable.of(system.apply("lace-index")),
                Map.of(
                        "2016", IndexTable.of(system.apply("hospital-score-2016")),
                        "2013", IndexTable.of(system.apply("hospital-score-2013"))),
                IndexTable.of(system.apply("hospital-score-simplified")),
                Comorbidities.of(
                        system.apply("lace-comorbidity"),
                        definitions.get(ConceptMap.class, Ig.BASE + "/ConceptMap/snomed-lace-comorbidity")),
                system.apply("readmission-laboratory").getConcept().stream()
                        .map(Laboratory::of)
                        .toList(),
                codes.apply("inpatient-class").stream()
                        .map(c -> c.substring(c.indexOf('|') + 1))
                        .collect(Collectors.toSet()),
                codes.apply("acute-admission"),
                codes.apply("elective-admission"),
                codes.apply("oncology-service"),
                codes.apply("discharge-by-death"));
    }

    private static Set<String> codes(ValueSet valueSet) {
        return valueSet.getCompose().getInclude().stream()
                .flatMap(i -> i.getConcept().stream().map(c -> i.getSystem() + "|" + c.getCode()))
                .collect(Collectors.toSet());
    }

    static boolean any(CodeableConcept concept, Set<String> codes) {
        return concept.getCoding().stream().anyMatch(c -> codes.contains(c.getSystem() + "|" + c.getCode()));
    }
}
