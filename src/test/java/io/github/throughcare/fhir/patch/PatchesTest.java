package io.github.throughcare.fhir.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.validation.TypeNames;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class PatchesTest {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    private static final Patches PATCHES = new Patches(context(), MAPPER);
    /** Members in an order that HAPI would not write them in. */
    private static final String PATIENT =
            "{\"birthDate\":\"1970-01-02\",\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":[{\"given\":[\"A\",\"B\"],\"family\":\"F\"},"
                    + "{\"family\":\"G\"}],\"extension\":[{\"url\":\"http://e/x\",\"valueDecimal\":1.50}],\"gender\":\"female\"}";

    /** As the server's: without the definitions, which take long to read. */
    private static FhirContext context() {
        FhirContext context = FhirContext.forR4();
        context.setValidationSupport(new TypeNames(context));
        return context;
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) MAPPER.readTree(text);
    }

    private static ObjectNode binary(String contentType, String content) {
        return MAPPER.createObjectNode()
                .put("resourceType", "Binary")
                .put("contentType", contentType)
                .put("data", Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static String byJson(String patch) {
        return PATCHES.apply(binary(Patches.JSON_PATCH, patch), json(PATIENT), null)
                .toString();
    }

    private static String byXml(String operations) {
        return PATCHES.apply(
                        binary(Patches.XML_PATCH, "<diff xmlns:f=\"http://hl7.org/fhir\">" + operations + "</diff>"),
                        json(PATIENT),
                        null)
                .toString();
    }

    private static ObjectNode operation(String type, String path, String more) {
        return json("{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"operation\",\"part\":["
                + "{\"name\":\"type\",\"valueCode\":\"" + type + "\"},{\"name\":\"path\",\"valueString\":\"" + path
                + "\"}" + more + "]}]}");
    }

    private static String byPath(String type, String path, String more) {
        return PATCHES.apply(operation(type, path, more), json(PATIENT), null).toString();
    }

    private static int status(Runnable run) {
        try {
            run.run();
            return 200;
        } catch (Problem p) {
            return p.status();
        }
    }

    // ---------------------------------------------------------------- JSON Patch

    @Test
    void a_json_patch_changes_what_it_names_and_nothing_else() {
        assertThat(byJson("[{\"op\":\"test\",\"path\":\"/name/0/family\",\"value\":\"F\"},"
                        + "{\"op\":\"replace\",\"path\":\"/name/0/family\",\"value\":\"H\"}]"))
                .isEqualTo(PATIENT.replace("\"F\"", "\"H\""));
        assertThat(byJson("[{\"op\":\"move\",\"from\":\"/name/1\",\"path\":\"/name/0\"}]"))
                .contains("\"name\":[{\"family\":\"G\"},{\"given\"");
        assertThat(byJson("[{\"op\":\"copy\",\"from\":\"/name/0/given/0\",\"path\":\"/name/0/given/-\"}]"))
                .contains("[\"A\",\"B\",\"A\"]");
        assertThat(
                        byJson(
                                "[{\"op\":\"remove\",\"path\":\"/name/0\"},{\"op\":\"add\",\"path\":\"/active\",\"value\":true}]"))
                .contains("\"name\":[{\"family\":\"G\"}]", "\"active\":true", "1.50");
    }

    static Stream<String[]> jsonPatches() {
        return Stream.of(
                new String[] {"422", "[{\"op\":\"test\",\"path\":\"/gender\",\"value\":\"male\"}]"},
                new String[] {"422", "[{\"op\":\"test\",\"path\":\"/nothing\",\"value\":\"male\"}]"},
                new String[] {"422", "[{\"op\":\"remove\",\"path\":\"/nothing\"}]"},
                new String[] {"422", "[{\"op\":\"remove\",\"path\":\"/name/2\"}]"},
                new String[] {"422", "[{\"op\":\"replace\",\"path\":\"/nothing\",\"value\":1}]"},
                new String[] {"422", "[{\"op\":\"add\",\"path\":\"/no/where\",\"value\":1}]"},
                new String[] {"422", "[{\"op\":\"add\",\"path\":\"/name/7\",\"value\":{}}]"},
                new String[] {"422", "[{\"op\":\"add\",\"path\":\"/name/99999999999999999999\",\"value\":{}}]"},
                new String[] {"422", "[{\"op\":\"add\",\"path\":\"/name/-1\",\"value\":{}}]"},
                new String[] {"422", "[{\"op\":\"move\",\"from\":\"/name\",\"path\":\"/name/0\"}]"},
                new String[] {"422", "[{\"op\":\"copy\",\"from\":\"/nothing\",\"path\":\"/name/0\"}]"},
                new String[] {"422", "[{\"op\":\"replace\",\"path\":\"\",\"value\":{}}]"},
                new String[] {"422", "[{\"op\":\"replace\",\"path\":\"/id\",\"value\":\"other\"}]"},
                new String[] {"422", "[{\"op\":\"remove\",\"path\":\"/id\"}]"},
                new String[] {"422", "[{\"op\":\"replace\",\"path\":\"/resourceType\",\"value\":\"Group\"}]"},
                new String[] {"400", "[{\"op\":\"frobnicate\",\"path\":\"/id\"}]"},
                new String[] {"400", "[{\"op\":\"add\",\"path\":\"/active\"}]"},
                new String[] {"400", "[{\"path\":\"/active\"}]"},
                new String[] {"400", "[{\"op\":\"remove\",\"path\":\"active\"}]"},
                new String[] {"400", "[1]"},
                new String[] {"400", "{\"op\":\"remove\",\"path\":\"/active\"}"},
                new String[] {"400", "nonsense"},
                new String[] {"400", ""});
    }

    @ParameterizedTest
    @MethodSource("jsonPatches")
    void a_json_patch_that_cannot_be_is_refused(String status, String patch) {
        assertThat(status(() -> byJson(patch))).isEqualTo(Integer.parseInt(status));
    }

    @Test
    void copies_of_copies_do_not_grow_without_bound() {
        StringBuilder bomb = new StringBuilder("[{\"op\":\"add\",\"path\":\"/contained\",\"value\":[{\"a\":\"b\"}]}");
        for (int i = 0; i < 60; i++) {
            bomb.append(",{\"op\":\"copy\",\"from\":\"/contained\",\"path\":\"/contained/-\"}");
        }
        assertThat(status(() -> byJson(bomb + "]"))).isEqualTo(422);
        StringBuilder deep = new StringBuilder("[{\"op\":\"add\",\"path\":\"/x\",\"value\":{}}");
        StringBuilder path = new StringBuilder("/x");
        for (int i = 0; i < 5000; i++) {
            path.append("/x");
            deep.append(",{\"op\":\"add\",\"path\":\"").append(path).append("\",\"value\":{}}");
        }
        assertThat(status(() -> byJson(deep + "]"))).isEqualTo(422);
    }

    // ---------------------------------------------------------------- FHIRPath Patch

    @Test
    void the_five_operations_of_fhirpath_patch() {
        assertThat(byPath(
                        "add",
                        "Patient",
                        ",{\"name\":\"name\",\"valueString\":\"active\"},{\"name\":\"value\",\"valueBoolean\":true}"))
                .isEqualTo(PATIENT.substring(0, PATIENT.length() - 1) + ",\"active\":true}");
        assertThat(byPath(
                        "insert",
                        "Patient.name[0].given",
                        ",{\"name\":\"index\",\"valueInteger\":1},{\"name\":\"value\",\"valueString\":\"M\"}"))
                .isEqualTo(PATIENT.replace("[\"A\",\"B\"]", "[\"A\",\"M\",\"B\"]"));
        assertThat(byPath("delete", "Patient.name[1]", "")).isEqualTo(PATIENT.replace(",{\"family\":\"G\"}", ""));
        assertThat(byPath("delete", "Patient.gender", "")).isEqualTo(PATIENT.replace(",\"gender\":\"female\"", ""));
        assertThat(byPath("replace", "Patient.birthDate", ",{\"name\":\"value\",\"valueDate\":\"1971-01-01\"}"))
                .isEqualTo(PATIENT.replace("1970-01-02", "1971-01-01"));
        assertThat(byPath(
                        "replace",
                        "Patient.name.where(family='G').family",
                        ",{\"name\":\"value\",\"valueString\":\"H\"}"))
                .isEqualTo(PATIENT.replace("\"G\"", "\"H\""));
        assertThat(byPath(
                        "move",
                        "Patient.name[0].given",
                        ",{\"name\":\"source\",\"valueInteger\":1},{\"name\":\"destination\",\"valueInteger\":0}"))
                .isEqualTo(PATIENT.replace("[\"A\",\"B\"]", "[\"B\",\"A\"]"));
    }

    @Test
    void a_fhirpath_patch_may_add_a_whole_backbone_element() {
        assertThat(byPath(
                        "add",
                        "Patient",
                        ",{\"name\":\"name\",\"valueString\":\"contact\"},{\"name\":\"value\",\"part\":["
                                + "{\"name\":\"name\",\"valueHumanName\":{\"family\":\"C\"}}]}"))
                .contains("\"contact\":[{\"name\":{\"family\":\"C\"}}]");
    }

    @Test
    void a_delete_of_nothing_changes_nothing() {
        assertThat(byPath("delete", "Patient.photo", "")).isEqualTo(PATIENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "422; delete; Patient.name; ''",
                "422; replace; Patient.photo; ',{\"name\":\"value\",\"valueString\":\"x\"}'",
                "422; add; Patient.photo; ',{\"name\":\"name\",\"valueString\":\"title\"},{\"name\":\"value\",\"valueString\":\"x\"}'",
                "422; add; Patient; ',{\"name\":\"name\",\"valueString\":\"colour\"},{\"name\":\"value\",\"valueString\":\"x\"}'",
                "422; insert; Patient.name; ',{\"name\":\"index\",\"valueInteger\":9},{\"name\":\"value\",\"valueHumanName\":{\"text\":\"x\"}}'",
                "422; move; Patient.name; ',{\"name\":\"source\",\"valueInteger\":0},{\"name\":\"destination\",\"valueInteger\":2147483647}'",
                "422; delete; Patient.repeat(name); ''",
                "422; delete; Patient.name.where(family.matches('(a+)+$')); ''",
                "422; delete; 'Patient.name['; ''",
                "422; replace; Patient.id; ',{\"name\":\"value\",\"valueId\":\"other\"}'",
                "400; frobnicate; Patient.name; ''",
                "400; insert; Patient.name; ',{\"name\":\"value\",\"valueHumanName\":{\"text\":\"x\"}}'"
            })
    void a_fhirpath_patch_that_cannot_be_is_refused(int status, String type, String path, String more) {
        assertThat(status(() -> byPath(type, path, more))).isEqualTo(status);
    }

    // ---------------------------------------------------------------- XML Patch

    @Test
    void the_three_operations_of_xml_patch() {
        assertThat(byXml("<replace sel=\"f:Patient/f:birthDate/@value\">1971-01-01</replace>"))
                .isEqualTo(PATIENT.replace("1970-01-02", "1971-01-01"));
        assertThat(byXml("<add sel=\"f:Patient/f:name[1]\"><given xmlns=\"http://hl7.org/fhir\" value=\"C\"/></add>"))
                .isEqualTo(PATIENT.replace("\"B\"]", "\"B\",\"C\"]"));
        assertThat(byXml("<remove sel=\"f:Patient/f:name[2]\"/>"))
                .isEqualTo(PATIENT.replace(",{\"family\":\"G\"}", ""));
        assertThat(byXml("<replace sel=\"f:Patient/f:gender/@value\">female</replace>"))
                .isEqualTo(PATIENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "422; <remove sel=\"f:Patient/f:photo\"/>",
                "422; <remove sel=\"f:Patient/f:name\"/>",
                "422; <add sel=\"f:Patient\"><colour xmlns=\"http://hl7.org/fhir\" value=\"red\"/></add>",
                "422; '<remove sel=\"document(''http://127.0.0.1/x'')\"/>'",
                "422; <replace sel=\"f:Patient/f:id/@value\">other</replace>",
                "422; '<remove sel=\"f:Patient/[\"/>'",
                "400; <frobnicate sel=\"f:Patient\"/>",
                "400; <remove/>",
                "400; <remove"
            })
    void an_xml_patch_that_cannot_be_is_refused(int status, String operations) {
        assertThat(status(() -> byXml(operations))).isEqualTo(status);
    }

    @Test
    void an_xml_patch_has_no_document_type() {
        String bomb = "<!DOCTYPE diff [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><diff>&b;</diff>";
        String file = "<!DOCTYPE diff [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                + "<diff xmlns:f=\"http://hl7.org/fhir\"><replace sel=\"f:Patient/f:gender/@value\">&x;</replace></diff>";
        for (String patch : new String[] {bomb, file}) {
            assertThatThrownBy(() -> PATCHES.apply(binary(Patches.XML_PATCH, patch), json(PATIENT), null))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("document type");
        }
    }

    @Test
    void anything_else_is_no_patch() {
        assertThat(status(() -> PATCHES.apply(binary("text/plain", "x"), json(PATIENT), null)))
                .isEqualTo(415);
        assertThat(status(() -> PATCHES.apply(json(PATIENT), json(PATIENT), null)))
                .isEqualTo(415);
        assertThat(status(() -> PATCHES.apply(json("{}"), json(PATIENT), "Bundle.entry[0]")))
                .isEqualTo(400);
    }
}
