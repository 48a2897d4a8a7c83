package io.github.throughcare.care.assessment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.github.throughcare.ServerIT;
import io.github.throughcare.care.Ig;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The score over time is an ordinary search. */
class TrendIT extends ServerIT {

    private static final List<String> GAD_7 =
            List.of("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7");
    private static final List<String> POINTS = List.of("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9");

    @Test
    void the_totals_of_a_form_are_found_in_the_order_of_time_whenever_they_were_entered() {
        String patient = create("Patient", "{\"resourceType\":\"Patient\"}");
        assess(patient, "2026-09-01", 1);
        assess(patient, "2026-07-01", 3);
        assess(patient, "2026-08-01", 2);

        assertThat(totals(patient, "date")).containsExactly(21, 14, 7);
        assertThat(totals(patient, "-date")).containsExactly(7, 14, 21);
    }

    /** Not complete: no value, and so no point of the curve that would look like a low one. */
    @Test
    void an_incomplete_form_is_a_gap_in_the_curve() {
        String patient = create("Patient", "{\"resourceType\":\"Patient\"}");
        assess(patient, "2026-07-01", 2);
        fhir().urlEncodingEnabled(false)
                .body(response("2026-08-01", 2, GAD_7.subList(0, 6)))
                .post("/Patient/" + patient + "/$assess")
                .then()
                .statusCode(200);

        curve(patient, "date")
                .body("total", equalTo(2))
                .body("entry[0].resource.valueQuantity.value", equalTo(14))
                .body("entry[1].resource.valueQuantity", nullValue())
                .body("entry[1].resource.dataAbsentReason.coding[0].code", equalTo("unknown"));
    }

    private static List<Integer> totals(String patient, String sort) {
        return curve(patient, sort).extract().jsonPath().getList("entry.resource.valueQuantity.value");
    }

    private static ValidatableResponse curve(String patient, String sort) {
        return fhir().queryParam("patient", "Patient/" + patient)
                .queryParam("code", "http://loinc.org|70274-6")
                .queryParam("_sort", sort)
                .get("/Observation")
                .then()
                .statusCode(200);
    }

    private static void assess(String patient, String day, int points) {
        fhir().urlEncodingEnabled(false)
                .body(response(day, points, GAD_7))
                .post("/Patient/" + patient + "/$assess")
                .then()
                .statusCode(200);
    }

    private static String response(String day, int points, List<String> items) {
        List<String> answers = items.stream()
                .map(item -> "{\"linkId\":\"/" + item
                        + "\",\"answer\":[{\"valueCoding\":{\"system\":\"http://loinc.org\",\"code\":\""
                        + POINTS.get(points) + "\"}}]}")
                .toList();
        return "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"response\",\"resource\":"
                + "{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\",\"authored\":\"" + day
                + "\",\"questionnaire\":\"" + Ig.questionnaire("gad-7") + "\",\"item\":["
                + String.join(",", answers) + "]}}]}";
    }
}
