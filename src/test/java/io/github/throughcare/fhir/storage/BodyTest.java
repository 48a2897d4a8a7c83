package io.github.throughcare.fhir.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is stored is what the mapper would write of the same tree, with id and meta in front. */
class BodyTest {

    private static final JsonMapper MAPPER = new JsonMapper();

    private static void same(ObjectNode resource) {
        ObjectNode wanted = resource.objectNode();
        wanted.put("resourceType", "X").put("id", "1");
        ObjectNode meta = wanted.putObject("meta");
        meta.put("versionId", "3").put("lastUpdated", "1970-01-01T00:00:01.000Z");
        if (resource.get("meta") instanceof ObjectNode own) {
            own.properties().forEach(e -> meta.set(e.getKey(), e.getValue()));
        }
        resource.properties().stream()
                .filter(e -> !List.of("resourceType", "id", "meta").contains(e.getKey()))
                .forEach(e -> wanted.set(e.getKey(), e.getValue()));
        assertThat(new String(Body.of(MAPPER, "X", "1", resource).stamp(3, 1_000_000), StandardCharsets.UTF_8))
                .isEqualTo(MAPPER.writeValueAsString(wanted));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"meta\":{\"tag\":[{\"code\":\"a\"}]},\"n\":[1,-2.50,1e3,12345678901234567890,0.00000001],\"b\":[true,false,null]}",
                "{\"t\":\"\\\"\\\\\\n\\u0001 \u00e4 \u2028 \ud83d\ude00\",\"o\":{},\"a\":[],\"d\":{\"d\":{\"d\":[[{\"e\":\"\"}]]}}}"
            })
    void every_kind_of_value(String json) {
        same((ObjectNode) MAPPER.readTree(json));
    }

    @Test
    void every_example() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("ig/input/examples"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
                same((ObjectNode) MAPPER.readTree(Files.readString(file)));
            }
        }
    }
}
