package io.github.throughcare.fhir.interaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class LabelsTest {

    private static ObjectNode json(String text) {
        return JsonBodies.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{}; {'tag':[{'code':'a'}]}; {'tag':[{'code':'a'}]}; {}",
                "{'tag':[{'code':'a','display':'A'}]}; {'tag':[{'code':'a'}]}; {'tag':[{'code':'a','display':'A'}]}; {}",
                "{'tag':[{'system':'s','code':'a'}]}; {'tag':[{'code':'a'}]}; {'tag':[{'system':'s','code':'a'},{'code':'a'}]}; {'tag':[{'system':'s','code':'a'}]}",
                "{'profile':['p']}; {'profile':['p','q']}; {'profile':['p','q']}; {}",
                "{'source':'x','security':[{'code':'R'}]}; {'profile':['p']}; {'source':'x','profile':['p'],'security':[{'code':'R'}]}; {'source':'x','security':[{'code':'R'}]}",
                "{}; {}; {}; {}"
            })
    void labels_are_sets(String own, String given, String added, String deleted) {
        ObjectNode resource = json("{'resourceType':'Patient','meta':" + own + ",'active':true}");
        ObjectNode before = resource.deepCopy();
        assertThat(Labels.change(resource, json(given), true).get("meta")).isEqualTo(json(added));
        assertThat(Labels.change(resource, json(given), false).get("meta")).isEqualTo(json(deleted));
        assertThat(resource).isEqualTo(before);
    }

    @Test
    void a_resource_without_meta_gets_one() {
        assertThat(Labels.change(json("{'id':'x'}"), json("{'profile':['p']}"), true)
                        .toString())
                .isEqualTo("{\"id\":\"x\",\"meta\":{\"profile\":[\"p\"]}}");
    }

    @ParameterizedTest
    @CsvSource({"1E2", "1e2", "1.50", "0.00000010", "1e-7", "-0.0", "1.0E+2", "100", "1e400"})
    void a_number_keeps_its_text(String number) {
        assertThat(json("{'v':" + number + "}").toString()).isEqualTo("{\"v\":" + number + "}");
        assertThat(json("{'v':" + number + "}").deepCopy().get("v").decimalValue())
                .isEqualByComparingTo(new java.math.BigDecimal(number));
    }
}
