package io.github.throughcare.care.risk;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ConceptMap;
import org.hl7.fhir.r4.model.StringType;

/**
 * Comorbidity categories and weights of the LACE index (van Walraven et al. 2010, doi:10.1503/cmaj.091117), with the ICD-10
 * prefixes of Quan et al. 2005 (doi:10.1097/01.mlr.0000182534.19832.83), as {@code CodeSystem/lace-comorbidity} and
 * {@code ConceptMap/snomed-lace-comorbidity} say.
 *
 * @param rows the index's rows: each scores its weight once when one of its categories is present
 * @param prefixes ICD-10 prefix without dot to categories
 * @param concepts {@code system|code} to categories
 * @param outrankedBy category to the one beside which it does not count
 * @param history categories that mean a past event too
 * @param cancer categories that are a cancer
 */
record Comorbidities(
        List<Row> rows,
        Map<String, Set<String>> prefixes,
        Map<String, Set<String>> concepts,
        Map<String, String> outrankedBy,
        Set<String> history,
        Set<String> cancer) {

    /** ICD-10 and its US modification (FHIR R4, terminologies-systems). */
    private static final Set<String> ICD10 =
            Set.of("http://hl7.org/fhir/sid/icd-10-cm", "http://hl7.org/fhir/sid/icd-10");

    record Row(int weight, Set<String> categories) {}

    static Comorbidities of(CodeSystem definition, ConceptMap map) {
        List<Row> rows = definition.getConcept().stream()
                .map(row -> new Row(
                        Properties.integer(row, "weight"),
                        Set.copyOf(row.getConcept().stream()
                                .map(ConceptDefinitionComponent::getCode)
                                .toList())))
                .toList();
        Map<String, Set<String>> prefixes = new HashMap<>();
        Map<String, String> outranked = new HashMap<>();
        Set<String> history = new HashSet<>();
        Set<String> cancer = new HashSet<>();
        for (ConceptDefinitionComponent category : definition.getConcept().stream()
                .flatMap(row -> row.getConcept().stream())
                .toList()) {
            String code = category.getCode();
            Properties.all(category, "icd10", StringType.class).forEach(p -> add(prefixes, p.getValue(), code));
            Properties.all(category, "outranked-by", CodeType.class).forEach(o -> outranked.put(code, o.getValue()));
            if (Properties.flag(category, "history")) {
                history.add(code);
            }
            if (Properties.flag(category, "cancer")) {
                cancer.add(code);
            }
        }
        Map<String, Set<String>> concepts = new HashMap<>();
        map.getGroup()
                .forEach(group -> group.getElement()
                        .forEach(element -> element.getTarget()
                                .forEach(target ->
                                        add(concepts, group.getSource() + "|" + element.getCode(), target.getCode()))));
        return new Comorbidities(rows, prefixes, concepts, outranked, history, cancer);
    }

    private static void add(Map<String, Set<String>> map, String key, String category) {
        map.computeIfAbsent(key, k -> new HashSet<>()).add(category);
    }

    /** The categories that a diagnosis belongs to; none when its codes are in no list. */
    Set<String> categories(CodeableConcept diagnosis) {
        Set<String> found = new HashSet<>();
        for (Coding coding : diagnosis.getCoding()) {
            if (!coding.hasCode() || !coding.hasSystem()) {
                continue;
            }
            found.addAll(concepts.getOrDefault(coding.getSystem() + "|" + coding.getCode(), Set.of()));
            if (ICD10.contains(coding.getSystem())) {
                String code = coding.getCode().replace(".", "").toUpperCase(Locale.ROOT);
                for (int length = 1; length <= code.length(); length++) {
                    found.addAll(prefixes.getOrDefault(code.substring(0, length), Set.of()));
                }
            }
        }
        return found;
    }

    /** Those that count: without the ones outranked by another that is present. */
    Set<String> counted(Set<String> present) {
        Set<String> counted = new HashSet<>(present);
        counted.removeIf(category -> {
            String by = outrankedBy.get(category);
            return by != null && present.contains(by);
        });
        return counted;
    }

    /** The raw weighted sum, before the index's own points. */
    int sum(Set<String> present) {
        Set<String> counted = counted(present);
        return rows.stream()
                .filter(row -> row.categories().stream().anyMatch(counted::contains))
                .mapToInt(Row::weight)
                .sum();
    }
}
