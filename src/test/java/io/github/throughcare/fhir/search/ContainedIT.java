package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import io.github.throughcare.ServerIT;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A chain looks into contained resources: a prescription brings its Medication along, as many systems send it. */
class ContainedIT extends ServerIT {

    private static final String RUN = "http://contained/" + UUID.randomUUID();
    private static String patient;
    private static String inside;
    private static String other;

    @BeforeAll
    static void prescriptions() {
        patient = create("Patient", "{\"resourceType\":\"Patient\"}");
        String maker = create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"Contained Pharma\"}");
        inside = prescription("{\"reference\":\"#m\"}", """
                ,"contained":[{"resourceType":"Medication","id":"m","status":"active","manufacturer":{"reference":"Organization/%s"},
                "code":{"coding":[{"system":"%s","code":"warfarin","display":"Warfarin 5 mg"}]}},
                {"resourceType":"Medication","id":"unused","code":{"coding":[{"system":"%s","code":"aspirin"}]}}]""".formatted(maker, RUN, RUN));
        String stored = create(
                "Medication",
                "{\"resourceType\":\"Medication\",\"code\":{\"coding\":[{\"system\":\"%s\",\"code\":\"warfarin\"}]}}"
                        .formatted(RUN));
        other = prescription("{\"reference\":\"Medication/" + stored + "\"}", "");
    }

    private static String prescription(String medication, String contained) {
        return prescription(patient, medication, contained);
    }

    private static String prescription(String patient, String medication, String contained) {
        return create("MedicationRequest", """
                {"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"reference":"Patient/%s"},
                "medicationReference":%s%s}""".formatted(patient, medication, contained));
    }

    private static List<String> found(String name, String value) {
        return found(patient, name, value);
    }

    private static List<String> found(String patient, String name, String value) {
        return fhir().queryParam("patient", patient)
                .queryParam(name, value.replace("RUN", RUN))
                .get("/MedicationRequest")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("entry.resource.id", String.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    medication.code                              ; RUN|warfarin               ; both
                    medication:Medication.code                   ; warfarin                   ; both
                    medication.code                              ; RUN|aspirin                ; none
                    medication.code:not                          ; RUN|aspirin                ; both
                    medication.code:not                          ; RUN|warfarin               ; none
                    medication.code:text                         ; warf                       ; inside
                    medication.status                            ; active                     ; inside
                    medication.status:missing                    ; true                       ; other
                    medication.status:missing                    ; false                      ; inside
                    medication.manufacturer.name                 ; contained ph               ; inside
                    medication.manufacturer:Organization.name    ; another                    ; none
                    medication._id                               ; m                          ; none
                    _filter                                      ; medication.code eq "RUN|warfarin" ; both
                    """)
    void a_chain_looks_inside(String name, String value, String expected) {
        List<String> wanted = switch (expected) {
            case "both" -> List.of(inside, other);
            case "inside" -> List.of(inside);
            case "other" -> List.of(other);
            default -> List.of();
        };
        List<String> found = found(name, value);
        assertThat(found == null ? List.of() : found).containsExactlyInAnyOrderElementsOf(wanted);
    }

    @Test
    void it_goes_on_from_one_to_the_next() {
        String id = create("ServiceRequest", """
                {"resourceType":"ServiceRequest","status":"active","intent":"order","subject":{"reference":"Patient/%s"},"requester":{"reference":"#r"},
                "contained":[{"resourceType":"PractitionerRole","id":"r","practitioner":{"reference":"#p"},"organization":{"reference":"#o"}},
                {"resourceType":"Practitioner","id":"p","name":[{"family":"Inner"}]},
                {"resourceType":"Organization","id":"o","name":"Ward","partOf":{"reference":"#h"}},
                {"resourceType":"Organization","id":"h","name":"House"}]}""".formatted(patient));
        Map<String, Boolean> asked = Map.of(
                "requester:PractitionerRole.practitioner.family=inner", true,
                "requester:PractitionerRole.organization.partof.name=house", true,
                "requester:PractitionerRole.organization.name=house", false,
                "requester.practitioner:missing=false", true);
        asked.forEach((query, finds) -> {
            List<String> found = fhir().get("/ServiceRequest?patient=" + patient + "&" + query)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath()
                    .getList("entry.resource.id");
            assertThat(found == null ? List.of() : found).as(query).isEqualTo(finds ? List.of(id) : List.of());
        });
    }

    @Test
    void a_composite_holds_within_one_of_several() {
        String id = create("DiagnosticReport", """
                {"resourceType":"DiagnosticReport","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/%s"},
                "result":[{"reference":"#a"},{"reference":"#b"}],"contained":[
                {"resourceType":"Observation","id":"a","status":"final","code":{"coding":[{"code":"one"}]},"valueQuantity":{"value":1},"effectiveDateTime":"2026"},
                {"resourceType":"Observation","id":"b","status":"final","code":{"coding":[{"code":"two"}]},"valueQuantity":{"value":2}}]}""".formatted(patient));
        String url = "/DiagnosticReport?patient=" + patient + "&result.";
        fhir().get(url + "code-value-quantity=one$1").then().body("entry.resource.id", hasItem(id));
        fhir().get(url + "code-value-quantity=one$2").then().statusCode(200).body("entry", nullValue());
        fhir().get(url + "combo-code-value-quantity=two$gt1").then().body("entry.resource.id", hasItem(id));
        fhir().get(url + "code-value-date=one$2026")
                .then()
                .statusCode(200)
                .body("entry.resource.resourceType", equalTo(List.of("OperationOutcome")))
                .body("entry[0].resource.issue[0].diagnostics", containsString("code-value-date"));
        fhir().header("If-None-Exist", "result.code-value-date=one$2026")
                .body("{\"resourceType\":\"DiagnosticReport\",\"status\":\"final\",\"code\":{\"text\":\"x\"}}")
                .post("/DiagnosticReport")
                .then()
                .statusCode(400);
    }

    @Test
    void it_is_not_found_by_itself_and_gives_no_membership() {
        fhir().queryParam("code", RUN + "|aspirin").get("/Medication").then().body("total", equalTo(0));
        String elsewhere = create("Patient", "{\"resourceType\":\"Patient\"}");
        prescription(
                create("Patient", "{\"resourceType\":\"Patient\"}"),
                "{\"reference\":\"#m\"},\"reasonReference\":[{\"reference\":\"#o\"}]",
                ",\"contained\":[{\"resourceType\":\"Medication\",\"id\":\"m\"},{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/"
                        + elsewhere + "\"}}]");
        fhir().get("/Patient/" + elsewhere + "/MedicationRequest").then().body("total", equalTo(0));
    }

    @Test
    void a_new_version_that_contains_another_is_found_by_that() {
        String person = create("Patient", "{\"resourceType\":\"Patient\"}");
        String id = prescription(
                person,
                "{\"reference\":\"#m\"}",
                ",\"contained\":[{\"resourceType\":\"Medication\",\"id\":\"m\",\"code\":{\"coding\":[{\"code\":\"first-"
                        + RUN + "\"}]}}]");
        String now = fhir().get("/MedicationRequest/" + id).asString().replace("first-", "second-");
        fhir().body(now).put("/MedicationRequest/" + id).then().statusCode(200);
        assertThat(found(person, "medication.code", "second-RUN")).containsExactly(id);
        assertThat(found(person, "medication.code", "first-RUN")).isNullOrEmpty();
    }
}
