package io.github.throughcare.care.risk;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;

/**
 * One index, as its CodeSystem in the implementation guide says: one root concept (the index), below it its items, {@code band}
 * and {@code probability}, below each of these its steps.
 *
 * @param code {@code lace}, {@code hospital} or {@code hospital-simplified}
 * @param system canonical of the CodeSystem
 * @param outcome what is predicted, in words
 * @param caution how far it may be trusted, in words
 * @param items item to points
 * @param bands lowest total of each band
 * @param probabilities lowest total to published probability, 0 to 1; empty when none is published
 */
record IndexTable(
        String code,
        String system,
        String version,
        String title,
        String outcome,
        String caution,
        Map<String, Steps> items,
        NavigableMap<Integer, String> bands,
        NavigableMap<Integer, BigDecimal> probabilities) {

    static IndexTable of(CodeSystem definition) {
        ConceptDefinitionComponent root = definition.getConceptFirstRep();
        Map<String, Steps> items = new LinkedHashMap<>();
        NavigableMap<Integer, String> bands = new TreeMap<>();
        NavigableMap<Integer, BigDecimal> probabilities = new TreeMap<>();
        for (ConceptDefinitionComponent part : root.getConcept()) {
            switch (part.getCode()) {
                case "band" ->
                    part.getConcept().forEach(s -> bands.put(from(s).intValueExact(), Properties.code(s, "band")));
                case "probability" ->
                    part.getConcept()
                            .forEach(s ->
                                    probabilities.put(from(s).intValueExact(), Properties.decimal(s, "probability")));
                default -> {
                    NavigableMap<BigDecimal, Integer> steps = new TreeMap<>();
                    part.getConcept().forEach(s -> steps.put(from(s), Properties.integer(s, "points")));
                    items.put(part.getCode(), new Steps(steps));
                }
            }
        }
        return new IndexTable(
                root.getCode(),
                definition.getUrl(),
                definition.getVersion(),
                root.getDisplay(),
                root.getDefinition(),
                definition.getPurpose(),
                Collections.unmodifiableMap(items),
                bands,
                probabilities);
    }

    private static BigDecimal from(ConceptDefinitionComponent step) {
        return Properties.decimal(step, "from");
    }

    /** Scores what was found. Findings that are no item of this index are left aside. */
    Score score(List<Finding> findings) {
        Map<String, Finding> byCode = new HashMap<>();
        findings.forEach(f -> byCode.put(f.code(), f));
        List<Score.Item> scored = new ArrayList<>(items.size());
        items.forEach((code, steps) -> {
            Finding found = byCode.get(code);
            if (found == null) {
                throw new IllegalStateException(system + " has an item nobody reads: " + code);
            }
            scored.add(Score.Item.of(found, steps));
        });
        return new Score(this, List.copyOf(scored));
    }
}
