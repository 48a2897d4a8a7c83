package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One patient's Observations of one code: found by a key of both, which follows every change of either. */
class PatientAndCodeIT extends ServerIT {

    @BeforeAll
    static void load() {
        for (String patient : List.of("pac-a", "pac-b")) {
            fhir().body("{\"resourceType\":\"Patient\",\"id\":\"" + patient + "\",\"active\":" + patient.equals("pac-a")
                            + "}")
                    .put("/Patient/" + patient);
        }
        observation("pac-1", "pac-a", "2026-01-01", "urn:x|heart", "urn:y|heart");
        observation("pac-2", "pac-a", "2026-02-01", "urn:x|heart");
        observation("pac-3", "pac-b", "2026-03-01", "urn:x|heart");
        observation("pac-4", "pac-a", "2026-04-01", "urn:x|weight");
        observation("pac-5", "pac-a", "2026-05-01", "|heart");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "patient=pac-a&code=urn:x|heart; pac-1 pac-2",
                "subject=Patient/pac-a&code=urn:x|heart; pac-1 pac-2",
                "patient=pac-a&code=urn:y|heart; pac-1",
                "patient=pac-a&code=urn:x|heart,urn:x|weight; pac-1 pac-2 pac-4",
                "patient=pac-a,pac-b&code=urn:x|heart; pac-1 pac-2 pac-3",
                "patient=pac-a&code=urn:x|heart&code=urn:y|heart; pac-1",
                "patient=pac-a&patient=pac-b&code=urn:x|heart; -",
                "patient=pac-a&code=heart; pac-1 pac-2 pac-5",
                "patient=pac-a&code=|heart; pac-5",
                "patient=pac-a&code=urn:x|; pac-1 pac-2 pac-4",
                "patient=pac-a&code:not=urn:x|heart; pac-4 pac-5",
                "patient=pac-a&code=urn:x|heart&date=ge2026-01-15; pac-2",
                "patient=pac-a&code=urn:x|heart&_id=pac-1; pac-1",
                "patient=pac-a&combo-code=urn:x|heart; pac-1 pac-2",
                "patient=pac-a&_filter=code eq urn:x|heart; pac-1 pac-2",
                "patient.active=false&code=urn:x|heart&_id=pac-1,pac-3; pac-3",
                "patient=pac-c&code=urn:x|heart; -",
            })
    void finds(String search, String expected) {
        assertThat(found("/Observation?" + search))
                .isEqualTo(expected == null ? Set.of() : Set.of(expected.split(" ")));
    }

    @Test
    void in_the_order_that_is_asked_for_and_page_by_page() {
        String search = "/Observation?patient=pac-a&code=urn:x|heart,urn:x|weight&_count=1&_sort=";
        assertThat(fhir().get(search + "date").jsonPath().getList("entry.resource.id"))
                .containsExactly("pac-1");
        String next = fhir().get(search + "-date").jsonPath().getString("link.find{it.relation=='next'}.url");
        assertThat(fhir().urlEncodingEnabled(false).get(next).jsonPath().getList("entry.resource.id"))
                .containsExactly("pac-2");
        assertThat(fhir().get("/Observation?patient=pac-a&code=urn:x|heart&_count=1&_total=accurate")
                        .jsonPath()
                        .getInt("total"))
                .isEqualTo(2);
    }

    @Test
    void a_code_of_what_is_contained_is_none_of_the_patients_own() {
        fhir().body(
                        "{\"resourceType\":\"DiagnosticReport\",\"id\":\"pac-r\",\"status\":\"final\",\"code\":{\"text\":\"r\"},"
                                + "\"subject\":{\"reference\":\"Patient/pac-a\"},\"result\":[{\"reference\":\"#o\"}],\"contained\":[{\"resourceType\":"
                                + "\"Observation\",\"id\":\"o\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:x\",\"code\":\"within\"}]}}]}")
                .put("/DiagnosticReport/pac-r")
                .then()
                .statusCode(201);
        assertThat(found("/DiagnosticReport?result.code=urn:x|within")).containsExactly("pac-r");
        assertThat(found("/DiagnosticReport?patient=pac-a&result.code=urn:x|within"))
                .containsExactly("pac-r");
        assertThat(found("/DiagnosticReport?patient=pac-b&result.code=urn:x|within"))
                .isEmpty();
        assertThat(found("/Observation?patient=pac-a&code=urn:x|within")).isEmpty();
    }

    @Test
    void a_system_that_is_not_the_elements_finds_nothing() {
        assertThat(found("/Patient?_id=pac-a,pac-b&active=urn:x|")).isEmpty();
        assertThat(found("/Patient?_id=pac-a,pac-b&active=true")).containsExactly("pac-a");
    }

    @Test
    void follows_what_changes() {
        observation("pac-9", "pac-a", "2026-01-01", "urn:x|moved");
        assertThat(found("/Observation?patient=pac-a&code=urn:x|moved")).containsExactly("pac-9");
        observation("pac-9", "pac-b", "2026-01-01", "urn:x|moved");
        assertThat(found("/Observation?patient=pac-a&code=urn:x|moved")).isEmpty();
        assertThat(found("/Observation?patient=pac-b&code=urn:x|moved")).containsExactly("pac-9");
        observation("pac-9", "pac-b", "2026-01-01", "urn:x|other");
        assertThat(found("/Observation?patient=pac-b&code=urn:x|moved")).isEmpty();
        fhir().delete("/Observation/pac-9");
        assertThat(found("/Observation?patient=pac-b&code=urn:x|other")).isEmpty();
    }

    private static Set<String> found(String search) {
        List<String> ids =
                fhir().get(search).then().statusCode(200).extract().jsonPath().getList("entry.resource.id");
        return ids == null ? Set.of() : new TreeSet<>(ids);
    }

    private static void observation(String id, String patient, String date, String... codings) {
        StringBuilder all = new StringBuilder();
        for (String coding : codings) {
            String[] parts = coding.split("\\|");
            all.append(all.isEmpty() ? "{" : ",{")
                    .append(parts[0].isEmpty() ? "" : "\"system\":\"" + parts[0] + "\",")
                    .append("\"code\":\"" + parts[1] + "\"}");
        }
        fhir().body("{\"resourceType\":\"Observation\",\"id\":\"" + id
                        + "\",\"status\":\"final\",\"code\":{\"coding\":[" + all
                        + "]},\"subject\":{\"reference\":\"Patient/" + patient + "\"},\"effectiveDateTime\":\"" + date
                        + "\"}")
                .put("/Observation/" + id)
                .then()
                .statusCode(org.hamcrest.Matchers.oneOf(200, 201));
    }
}
