package io.github.throughcare.fhir.index;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@link Composites} against the definitions of R4's search parameters. */
class CompositesTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();
    private static final SearchParameters TABLE = SearchParameters.r4();
    private static final TypeIndex.Catalog CATALOG = new TypeIndex.Catalog(TABLE, new Keys(1), CONTEXT);

    @Test
    void every_composite_of_every_type_can_be_searched() {
        List<String> lacking = new ArrayList<>();
        int all = 0;
        for (String type : TABLE.types()) {
            for (Param p : TABLE.of(type)) {
                if (p.kind() == ParamKind.COMPOSITE) {
                    all++;
                    if (CATALOG.of(type).composite(p.code()).isEmpty()) {
                        lacking.add(type + "." + p.code());
                    }
                }
            }
        }
        assertThat(lacking).isEmpty();
        assertThat(all).isGreaterThan(70);
    }

    @Test
    void components_look_where_their_definitions_look() throws Exception {
        List<String> wrong = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(
                getClass().getResourceAsStream("/org/hl7/fhir/r4/model/sp/search-parameters.json"))) {
            for (JsonNode entry : new JsonMapper().readTree(in).get("entry")) {
                JsonNode definition = entry.get("resource");
                if (definition.get("type").asString().equals("composite")) {
                    definition.get("base").forEach(type -> check(type.asString(), definition, wrong));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static void check(String type, JsonNode definition, List<String> wrong) {
        String code = definition.get("code").asString();
        Map<String, List<String>> parts = Composites.parts(type, code);
        List<String> elements = new ArrayList<>();
        for (String element : definition.get("expression").asString().split(" \\| ")) {
            elements.add(element.equals(type) ? "" : element.substring(element.indexOf('.') + 1));
        }
        if (!parts.keySet().equals(java.util.Set.copyOf(elements))) {
            wrong.add(type + "." + code + ": " + parts.keySet() + " but " + elements);
            return;
        }
        parts.forEach((element, names) -> {
            JsonNode components = definition.get("component");
            for (int i = 0; i < components.size(); i++) {
                String expression = components.get(i).get("expression").asString();
                // the last plain step: value.as(Quantity) -> value, %resource.referenceSeq.chromosome ->
                // referenceSeq.chromosome
                String path = expression.replaceAll("\\.as\\(\\w+\\).*", "").replace("%resource.", "/");
                String whole = path.startsWith("/")
                        ? type + "." + path.substring(1)
                        : type + "." + (element.isEmpty() ? "" : element + ".") + path;
                String found = TABLE.find(type, names.get(i)).orElseThrow().expression();
                boolean crossed = code.equals(
                        "relationship"); // R4 names the parameters in one order and the elements in the other
                if (!found.contains(whole) && !crossed) {
                    wrong.add(type + "." + code + "[" + i + "] " + names.get(i) + ": " + found + " but " + whole);
                }
            }
        });
    }
}
