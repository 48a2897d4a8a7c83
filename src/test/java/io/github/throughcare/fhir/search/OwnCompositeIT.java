package io.github.throughcare.fhir.search;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.github.throughcare.ServerIT;
import io.restassured.response.Response;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Composite search parameters that are posted at run time (R4 searchparameter.html, component). */
class OwnCompositeIT extends ServerIT {

    private static final String R4 = "http://hl7.org/fhir/SearchParameter/";

    @BeforeAll
    static void resources() {
        put("Practitioner", "oc-1", "\"active\":true");
        put("Practitioner", "oc-2", "\"active\":true");
        put("Encounter", "oc-a", encounter("finished", "ATND", "oc-1", "CON", "oc-2"));
        put("Encounter", "oc-b", encounter("planned", "CON", "oc-1", "ATND", "oc-2"));
        put("Observation", "oc-o1", observation("p", 5, "q", 50));
        put("Observation", "oc-o2", observation("p", 50, "q", 5));
    }

    private static String encounter(String status, String type1, String who1, String type2, String who2) {
        return "\"status\":\"" + status + "\",\"class\":{\"code\":\"AMB\"},\"participant\":[" + participant(type1, who1)
                + "," + participant(type2, who2) + "]";
    }

    private static String participant(String type, String who) {
        return "{\"type\":[{\"coding\":[{\"code\":\"" + type + "\"}]}],\"individual\":{\"reference\":\"Practitioner/"
                + who + "\"}}";
    }

    private static String observation(String code1, int value1, String code2, int value2) {
        return "\"status\":\"final\",\"code\":{\"text\":\"oc\"},\"component\":[" + component(code1, value1) + ","
                + component(code2, value2) + "]";
    }

    private static String component(String code, int value) {
        return "{\"code\":{\"coding\":[{\"system\":\"http://oc\",\"code\":\"" + code
                + "\"}]},\"valueQuantity\":{\"value\":" + value + ",\"unit\":\"oc\"}}";
    }

    private static Response put(String type, String id, String content) {
        return fhir().body("{\"resourceType\":\"" + type + "\",\"id\":\"" + id + "\"," + content + "}")
                .put("/" + type + "/" + id);
    }

    /** @param components definition and expression, separated by a space */
    private static Response define(String id, String type, String expression, String... components) {
        return put(
                "SearchParameter",
                id,
                "\"url\":\"http://own/" + id
                        + "\",\"name\":\"N\",\"status\":\"active\",\"description\":\"d\",\"code\":\""
                        + id + "\",\"base\":[\"" + type + "\"],\"type\":\"composite\",\"expression\":\"" + expression
                        + "\",\"component\":["
                        + Arrays.stream(components)
                                .map(c -> c.split(" ", 2))
                                .map(c -> "{\"definition\":\"" + c[0] + "\",\"expression\":\"" + c[1] + "\"}")
                                .collect(Collectors.joining(","))
                        + "]");
    }

    private static void finds(String query, String... ids) {
        for (int i = 0; i < 600; i++) {
            String[] asked = query.split("[?=]", 3);
            Response r = fhir().queryParam(asked[1], asked[2]).get("/" + asked[0]);
            if (r.statusCode() == 200) {
                r.then().body("entry.resource.id.collect { it }.sort()", equalTo(Arrays.asList(ids)));
                return;
            }
            r.then().statusCode(400).body("issue[0].code", equalTo("incomplete"));
            LockSupport.parkNanos(50_000_000);
        }
        throw new AssertionError("The index is not built in time");
    }

    @Test
    void a_code_and_a_reference_in_one_element() {
        define(
                        "oc-role",
                        "Encounter",
                        "Encounter.participant",
                        R4 + "Encounter-participant-type type",
                        R4 + "Encounter-participant individual")
                .then()
                .statusCode(201);
        finds("Encounter?oc-role=ATND$Practitioner/oc-1", "oc-a");
        finds("Encounter?oc-role=ATND$Practitioner/oc-2", "oc-b");
        finds("Encounter?oc-role=ATND$Practitioner/oc-1,CON$Practitioner/oc-1", "oc-a", "oc-b");
        fhir().get("/Encounter?oc-role:missing=false&_id=oc-a,oc-b").then().body("total", equalTo(2));
        put("Encounter", "oc-c", encounter("planned", "ATND", "oc-1", "CON", "oc-1"));
        finds("Encounter?oc-role=ATND$Practitioner/oc-1", "oc-a", "oc-c");
        fhir().delete("/Encounter/oc-c").then().statusCode(204);
        fhir().delete("/SearchParameter/oc-role").then().statusCode(204);
        fhir().get("/Encounter?oc-role=ATND$Practitioner/oc-1").then().statusCode(400);
    }

    @Test
    void a_code_and_a_quantity_in_one_element() {
        define(
                        "oc-pair",
                        "Observation",
                        "Observation.component",
                        R4 + "Observation-combo-code code",
                        R4 + "Observation-component-value-quantity value.as(Quantity)")
                .then()
                .statusCode(201);
        finds("Observation?oc-pair=http://oc|p$lt10", "oc-o1");
        finds("Observation?oc-pair=http://oc|q$lt10", "oc-o2");
        finds("Observation?oc-pair=http://oc|p$5||oc,http://oc|p$50||oc", "oc-o1", "oc-o2");
        finds("Observation?component-code-value-quantity=http://oc|p$lt10", "oc-o1");
    }

    @Test
    void two_values_of_the_resource_itself() {
        define(
                        "oc-two",
                        "Encounter",
                        "Encounter",
                        R4 + "Encounter-status status",
                        R4 + "Encounter-participant participant.individual",
                        R4 + "Resource-id id")
                .then()
                .statusCode(422);
        define(
                        "oc-two",
                        "Encounter",
                        "Encounter",
                        R4 + "Encounter-status status",
                        R4 + "Encounter-participant participant.individual")
                .then()
                .statusCode(201);
        finds("Encounter?oc-two=finished$Practitioner/oc-1", "oc-a");
        finds("Encounter?oc-two=planned$Practitioner/oc-1", "oc-b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Observation.component; Observation-status status; component[0].expression; No element status",
                "Observation.component; Observation-nonsense code; component[0].definition; plain search parameter",
                "Observation.component; Observation-code-value-date code; component[0].definition; plain",
                "Observation.component.where(code='x'); clinical-code code; expression; without conditions",
                "Patient.contact; clinical-code code; expression; starts from Observation",
                "Observation.component; Observation-component-code nonsense; component[0].expression; nonsense",
                "Observation.component; Observation-component-data-absent-reason dataAbsentReason; component; quantity"
            })
    void what_cannot_be_held_together_is_refused(String expression, String first, String place, String said) {
        String second = place.equals("component")
                ? R4 + "Observation-component-code code\"},{\"definition\":\"" + R4
                        + "Observation-component-value-concept\",\"expression\":\"value.as(CodeableConcept)"
                : R4 + "Observation-component-value-quantity value.as(Quantity)";
        define("oc-bad", "Observation", expression, R4 + first, second)
                .then()
                .statusCode(422)
                .body("issue[0].expression[0]", equalTo("SearchParameter." + place))
                .body("issue[0].diagnostics", containsString(said));
    }
}
