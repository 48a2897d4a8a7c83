package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.github.throughcare.ServerIT;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Searches over several types and within compartments, and their order (R4 http.html 3.1.0.8, compartmentdefinition.html). */
class ScopeIT extends ServerIT {

    private static final String TAG = "\"meta\":{\"tag\":[{\"system\":\"http://scope\",\"code\":\"it\"}]}";

    @BeforeAll
    static void two_patients_and_who_cares_for_them() {
        put("Practitioner/x-doc", "\"name\":[{\"family\":\"Scoper\"}],\"active\":true");
        put(
                "Patient/x-ann",
                "\"name\":[{\"family\":\"Scope\"}],\"gender\":\"female\",\"birthDate\":\"1970-01-01\",\"active\":true");
        put(
                "Device/x-dev",
                "\"deviceName\":[{\"name\":\"Pump\",\"type\":\"other\"}],\"patient\":{\"reference\":\"Patient/x-ann\"}");
        put(
                "Patient/x-bob",
                "\"name\":[{\"family\":\"Narrow\"}],\"gender\":\"male\",\"active\":true,\"generalPractitioner\":[{\"reference\":\"Practitioner/x-doc\"}],"
                        + "\"link\":[{\"other\":{\"reference\":\"Patient/x-ann\"},\"type\":\"seealso\"}]");
        put("Patient/x-cy", "\"name\":[{\"family\":\"Wide\"}]");
        put("RelatedPerson/x-rel", "\"patient\":{\"reference\":\"Patient/x-ann\"}");
        put(
                "Encounter/x-enc",
                "\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"subject\":{\"reference\":\"Patient/x-ann\"},\"participant\":[{\"individual\":{\"reference\":\"Practitioner/x-doc\"}}]");
        observation(
                "x-o1",
                "Patient/x-ann",
                "final",
                "c1",
                "\"effectiveDateTime\":\"2026-02-01\",\"encounter\":{\"reference\":\"Encounter/x-enc\"}");
        observation(
                "x-o2",
                "Patient/x-ann",
                "amended",
                "c2",
                "\"effectiveDateTime\":\"2026-01-01\",\"device\":{\"reference\":\"Device/x-dev\"}");
        observation(
                "x-o3",
                "Patient/x-bob",
                "final",
                "c1",
                "\"performer\":[{\"reference\":\"Patient/x-ann\"},{\"reference\":\"RelatedPerson/x-rel\"}]");
        observation(
                "x-o4",
                "Patient/x-bob",
                "registered",
                "c3",
                "\"effectiveDateTime\":\"2026-03-01\",\"performer\":[{\"reference\":\"Practitioner/x-doc\"}]");
        put(
                "Condition/x-c1",
                "\"code\":{\"coding\":[{\"system\":\"http://scope\",\"code\":\"k1\"}]},\"subject\":{\"reference\":\"Patient/x-bob\"},\"asserter\":{\"reference\":\"Patient/x-ann\"},\"encounter\":{\"reference\":\"Encounter/x-enc\"}");
        put("Condition/x-c2", "\"code\":{\"text\":\"only words\"},\"subject\":{\"reference\":\"Patient/x-ann\"}");
        put(
                "Task/x-t1",
                "\"status\":\"requested\",\"intent\":\"order\",\"for\":{\"reference\":\"Patient/x-ann\"},\"owner\":{\"reference\":\"Practitioner/x-doc\"}");
    }

    private static void put(String url, String content) {
        String[] parts = url.split("/");
        String json = "{\"resourceType\":\"" + parts[0] + "\",\"id\":\"" + parts[1] + "\"," + TAG + "," + content + "}";
        Response response = fhir().body(json).put("/" + url);
        assertThat(response.statusCode()).as(url + " " + response.asString()).isEqualTo(201);
    }

    private static void observation(String id, String subject, String status, String code, String rest) {
        put(
                "Observation/" + id,
                "\"status\":\"" + status + "\",\"code\":{\"coding\":[{\"system\":\"http://scope\",\"code\":\"" + code
                        + "\"}]},\"subject\":{\"reference\":\"" + subject + "\"}," + rest);
    }

    private static Response get(String url) {
        String whole = url.startsWith("http") ? url : base + (url.startsWith("?") ? "" : "/") + url;
        return fhir().urlEncodingEnabled(false).get(whole.replace("|", "%7C"));
    }

    /** Ids of the matches over all pages. */
    private static List<String> walk(String url) {
        List<String> all = new ArrayList<>();
        String next = url + (url.contains("?") ? "&" : "?") + "_tag=http://scope|it";
        while (next != null) {
            JsonPath page = get(next).then().statusCode(200).extract().jsonPath();
            List<String> ids = page.getList("entry.findAll { it.search.mode == 'match' }.resource.id");
            all.addAll(ids == null ? List.of() : ids);
            next = page.getString("link.find { it.relation == 'next' }.url");
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                // several types
                "?_type=Patient,Condition; x-ann x-bob x-cy x-c1 x-c2",
                "?_type=Patient&_type=Practitioner&active=true; x-ann x-bob x-doc",
                "?_type=Patient,Practitioner&family=scop; x-ann x-doc",
                "?_type=Observation,Condition&patient=x-bob; x-o3 x-o4 x-c1",
                "?_type=Observation,Condition&patient:Patient.family=narrow; x-o3 x-o4 x-c1",
                "?_type=Observation,Condition&code=http://scope|c1,http://scope|k1; x-o1 x-o3 x-c1",
                "?_type=Observation,Condition&code:not=http://scope|c1; x-o2 x-o4 x-c1 x-c2",
                "?_type=Observation,Condition&encounter:missing=true; x-o2 x-o3 x-o4 x-c2",
                "?_type=Observation,Condition&_id=x-o1,x-c1,x-ann; x-o1 x-c1",
                "?_type=Patient,Condition&_lastUpdated=ge2000; x-ann x-bob x-cy x-c1 x-c2",
                "?_type=Patient,Condition&_lastUpdated=lt2000;",
                "?_type=Patient,Practitioner&_has:Observation:performer:status=registered,final; x-ann x-doc",
                "?_type=Patient,Device&_has:Observation:subject:code=http://scope|c1,http://scope|c3; x-ann x-bob",
                "?_type=Patient&_has:Observation:patient:code=http://scope|c2; x-ann",
                "?_count=3; x-doc x-dev x-ann x-bob x-cy x-rel x-enc x-o1 x-o2 x-o3 x-o4 x-c1 x-c2 x-t1",
                "?_count=2&_sort=_lastUpdated; x-doc x-ann x-dev x-bob x-cy x-rel x-enc x-o1 x-o2 x-o3 x-o4 x-c1 x-c2 x-t1",
                // compartments: whom R4's definitions name, and nobody else
                "Patient/x-ann/Observation; x-o1 x-o2 x-o3",
                "Patient/x-ann/Observation?code=http://scope|c1; x-o1 x-o3",
                "Patient/x-ann/Observation?status=final&_count=1; x-o1 x-o3",
                "Patient/x-ann/Condition; x-c1 x-c2",
                "Patient/x-bob/Condition; x-c1",
                "Patient/x-ann/Patient; x-ann x-bob",
                "Patient/x-ann/*?_count=2; x-ann x-bob x-rel x-enc x-o1 x-o2 x-o3 x-c1 x-c2",
                "Patient/x-ann/*?_type=Observation,Encounter; x-o1 x-o2 x-o3 x-enc",
                "Patient/x-cy/*; x-cy",
                "Encounter/x-enc/Observation; x-o1",
                "Encounter/x-enc/*; x-enc x-o1 x-c1",
                "Practitioner/x-doc/Observation; x-o4",
                "Practitioner/x-doc/Patient; x-bob",
                "Practitioner/x-doc/Encounter; x-enc",
                "RelatedPerson/x-rel/Observation; x-o3",
                "RelatedPerson/x-rel/*; x-rel x-o3",
                "Device/x-dev/Observation; x-o2",
                "Device/x-dev/*; x-dev x-o2"
            })
    void finds(String url, String ids) {
        List<String> found = walk(url);
        assertThat(found).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(found))
                .isEqualTo(new TreeSet<>(ids == null ? List.of() : Arrays.asList(ids.split(" "))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "Patient?_sort=gender; x-ann x-bob x-cy",
                "Patient?_sort=-gender; x-bob x-ann x-cy",
                "Patient?_sort=birthdate; x-ann x-bob x-cy",
                "Patient?_sort=-birthdate; x-ann x-cy x-bob",
                "Patient?_sort=birthdate&_count=1; x-ann x-bob x-cy",
                "Patient?_sort=gender&_count=1; x-ann x-bob x-cy",
                "Observation?_sort=date; x-o2 x-o1 x-o4 x-o3",
                "Observation?_sort=date&_count=1; x-o2 x-o1 x-o4 x-o3",
                "Observation?_sort=-date; x-o4 x-o1 x-o2 x-o3",
                "Observation?_sort=code,-date; x-o1 x-o3 x-o2 x-o4",
                "Observation?_sort=code,-date&_count=1; x-o1 x-o3 x-o2 x-o4",
                "Observation?_sort=status,_id; x-o2 x-o1 x-o3 x-o4",
                "Observation?_sort=-encounter,_id; x-o1 x-o2 x-o3 x-o4",
                "Observation?_sort=device,-_id; x-o2 x-o4 x-o3 x-o1",
                "Condition?_sort=code; x-c1 x-c2",
                "?_type=Patient,Practitioner&_sort=family; x-bob x-ann x-doc x-cy",
                "?_type=Patient,Practitioner&_sort=-family&_count=1; x-cy x-doc x-ann x-bob",
                "?_type=Patient,Practitioner&_sort=-_id&_count=3; x-doc x-cy x-bob x-ann",
                "?_type=Observation,Encounter&_sort=date,_id&_count=1; x-o2 x-o1 x-o4 x-enc x-o3"
            })
    void sorts(String url, String ids) {
        assertThat(walk(url)).isEqualTo(Arrays.asList(ids.split(" ")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "?_type=Patient,Nonsense; 400; Nonsense",
                "?_type=Patient,Condition&family=x; 400; family",
                "?_type=Patient,Encounter&date=2026; 400; date",
                "?name=x; 400; _lastUpdated",
                "?_type=Patient,Condition&_sort=family; 400; family",
                "?_type=Patient,Condition&_include=Observation:subject; 400; Observation",
                "Patient?_type=Patient; 400; _type",
                "Patient/x-ann/Practitioner; 400; never in the compartment of a Patient",
                "Patient/x-ann/Task; 400; never",
                "Patient/x-ann/Device; 400; never",
                "Patient/x-ann/*?_type=Observation,Organization; 400; Organization",
                "Patient/x-nobody/Observation; 404; x-nobody",
                "Organization/x-org/Patient; 404; no compartment",
                "Patient/x-ann/Nonsense; 404; no interaction"
            })
    void refuses(String url, int status, String said) {
        get(url).then().statusCode(status).body("issue[0].diagnostics", containsString(said));
    }

    @Test
    void the_self_link_names_what_was_searched() {
        get("?_type=Patient,Practitioner&family=scope")
                .then()
                .body("link[0].url", equalTo(base + "?_type=Patient,Practitioner&family=scope"));
        get("Patient/x-ann/*?_count=2").then().body("link[0].url", equalTo(base + "/Patient/x-ann/*?_count=2"));
    }

    @Test
    void a_posted_search_takes_the_url_and_the_form() {
        Response r = fhir().contentType("application/x-www-form-urlencoded")
                .body("family=scope&_tag=http%3A%2F%2Fscope%7Cit")
                .post("/_search?_type=Patient,Practitioner");
        assertThat(r.jsonPath().getList("entry.resource.id", String.class)).containsExactlyInAnyOrder("x-ann", "x-doc");
        r = fhir().contentType("application/x-www-form-urlencoded")
                .body("status=final")
                .post("/Patient/x-ann/Observation/_search?code=c1");
        assertThat(r.jsonPath().getList("entry.resource.id", String.class)).containsExactlyInAnyOrder("x-o1", "x-o3");
        fhir().get("/_search?_type=Patient").then().statusCode(405);
    }

    @Test
    void totals_are_as_they_are_asked_for() {
        get("Observation?_tag=http://scope|it&_count=1&_total=accurate").then().body("total", equalTo(4));
        get("Observation?_tag=http://scope|it&_count=1&_total=estimate").then().body("total", equalTo(4));
        get("Observation?_tag=http://scope|it&_count=1&_total=none").then().body("total", nullValue());
        get("Observation?_tag=http://scope|it&_count=1").then().body("total", equalTo(4));
        get("Observation?_tag=http://scope|it&status=final&_count=1").then().body("total", equalTo(2));
        get("Observation?_tag=http://scope|it&_count=1&_sort=-date").then().body("total", equalTo(4));
        get("Patient/x-ann/*?_summary=count").then().body("total", equalTo(9)).body("entry", nullValue());
        get("Observation?_tag=http://scope|it&_total=perhaps").then().statusCode(400);
    }

    @Test
    void a_compartment_of_the_deleted_is_gone() {
        put("Patient/x-gone", "\"active\":true");
        fhir().delete("/Patient/x-gone").then().statusCode(204);
        get("Patient/x-gone/*").then().statusCode(410);
    }
}
