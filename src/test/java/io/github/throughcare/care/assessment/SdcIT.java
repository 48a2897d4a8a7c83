package io.github.throughcare.care.assessment;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.github.throughcare.ServerIT;
import io.restassured.response.ValidatableResponse;
import java.time.LocalDate;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Structured Data Capture over HTTP: forms that are filled from the record, answers that become resources, stored value sets. */
class SdcIT extends ServerIT {

    private static final String SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

    private final String url = "http://example.org/Questionnaire/" + UUID.randomUUID();
    private String patient;

    @BeforeEach
    void a_patient() {
        patient = create("Patient", """
                {"resourceType":"Patient","gender":"female","birthDate":"1950-04-01","name":[{"family":"Lark","given":["Ann"]}]}
                """);
    }

    @Test
    void a_form_is_filled_from_patient_launch_context_and_recent_observations() {
        String practitioner =
                create("Practitioner", "{\"resourceType\":\"Practitioner\",\"name\":[{\"family\":\"Wren\"}]}");
        weight(LocalDate.now().minusDays(400), 91);
        weight(LocalDate.now().minusDays(20), 82);
        weight(LocalDate.now().minusDays(10), 80);
        String form = create("Questionnaire", text("""
                {"resourceType":"Questionnaire","url":"URL","version":"1","status":"active",
                 "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/variable","valueExpression":{"name":"who",
                   "language":"text/fhirpath","expression":"%patient.name.first()"}}],
                 "item":[
                  {"linkId":"family","type":"string","extension":[{"url":"SDCinitialExpression","valueExpression":
                   {"language":"text/fhirpath","expression":"%who.family"}}]},
                  {"linkId":"by","type":"string","extension":[{"url":"SDCinitialExpression","valueExpression":
                   {"language":"text/fhirpath","expression":"%user.name.family"}}]},
                  {"linkId":"kg","type":"decimal","code":[{"system":"http://loinc.org","code":"29463-7"}],"extension":[
                   {"url":"SDCobservationLinkPeriod","valueDuration":{"value":1,"code":"mo","system":"http://unitsofmeasure.org"}}]},
                  {"linkId":"cm","type":"decimal","code":[{"system":"http://loinc.org","code":"8302-2"}],"extension":[
                   {"url":"SDCobservationLinkPeriod","valueDuration":{"value":1,"code":"a","system":"http://unitsofmeasure.org"}}]}]}
                """));
        String call = """
                {"resourceType":"Parameters","parameter":[
                 {"name":"subject","valueReference":{"reference":"Patient/%s"}},
                 {"name":"context","part":[{"name":"name","valueString":"user"},
                  {"name":"content","valueReference":{"reference":"Practitioner/%s"}}]}]}
                """;
        String path = "/Questionnaire/" + form + "/$populate";
        String filled = "parameter.find { it.name == 'response' }.resource.item";
        fhir().body(call.formatted(patient, practitioner))
                .post(path)
                .then()
                .statusCode(200)
                .body("parameter.find { it.name == 'response' }.resource.status", is("in-progress"))
                .body(filled + ".find { it.linkId == 'family' }.answer[0].valueString", is("Lark"))
                .body(filled + ".find { it.linkId == 'by' }.answer[0].valueString", is("Wren"))
                .body(filled + ".find { it.linkId == 'kg' }.answer[0].valueDecimal", equalTo(80))
                .body(filled + ".find { it.linkId == 'cm' }.answer", is(nullValue()));
        fhir().body(call.formatted(patient, "none-" + UUID.randomUUID()))
                .post(path)
                .then()
                .statusCode(404);
    }

    @Test
    void answers_become_the_resources_that_the_form_describes_and_nothing_is_stored() {
        create("Questionnaire", text("""
                {"resourceType":"Questionnaire","url":"URL","version":"1","status":"active",
                 "item":[{"linkId":"helper","type":"group","repeats":true,
                  "extension":[{"url":"SDCitemExtractionContext","valueCode":"RelatedPerson"},
                   {"url":"SDCdefinitionExtractValue","extension":[
                    {"url":"definition","valueUri":"http://hl7.org/fhir/StructureDefinition/RelatedPerson#RelatedPerson.patient"},
                    {"url":"expression","valueExpression":{"language":"text/fhirpath","expression":"%resource.subject"}}]}],
                  "item":[{"linkId":"family","type":"string",
                   "definition":"http://hl7.org/fhir/StructureDefinition/RelatedPerson#RelatedPerson.name.family"}]}]}
                """));
        String response = """
                {"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"URL",
                 "subject":{"reference":"Patient/PATIENT"},"authored":"2026-11-02T10:30:00Z","item":[
                  {"linkId":"helper","item":[{"linkId":"family","answer":[{"valueString":"Wren"}]}]},
                  {"linkId":"helper","item":[{"linkId":"family","answer":[{"valueString":"Finch"}]}]}]}
                """.replace("PATIENT", patient);
        String bundle = fhir().body(text(response))
                .post("/QuestionnaireResponse/$extract")
                .then()
                .statusCode(200)
                .body("type", is("transaction"))
                .body("entry", hasSize(2))
                .body("entry.resource.name.flatten().family", is(java.util.List.of("Wren", "Finch")))
                .body("entry[0].request.method", is("POST"))
                .body("entry[0].resource.patient.reference", is("Patient/" + patient))
                .extract()
                .asString();
        fhir().get("/RelatedPerson?patient=" + patient).then().body("total", is(0));
        fhir().body(bundle).post("").then().statusCode(200);
        fhir().get("/RelatedPerson?patient=" + patient).then().body("total", is(2));
    }

    @Test
    void a_stored_value_set_gives_the_options_and_a_changed_form_counts_at_once() {
        String set = "http://example.org/ValueSet/" + UUID.randomUUID();
        create("ValueSet", """
                {"resourceType":"ValueSet","url":"%s","status":"active","compose":{"include":[{"system":"http://example.org/s",
                 "concept":[{"code":"x"},{"code":"y"}]}]}}
                """.formatted(set));
        String form = """
                {"resourceType":"Questionnaire","id":"ID","url":"URL","version":"1","status":"active","item":[
                 {"linkId":"pick","type":"choice","answerValueSet":"%s","extension":[
                  {"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-constraint","extension":[
                   {"url":"key","valueId":"p-1"},{"url":"severity","valueCode":"error"},
                   {"url":"expression","valueString":"answer.value.code != 'y'"},{"url":"human","valueString":"Not today."}]}]}]}
                """.formatted(set);
        String id = UUID.randomUUID().toString();
        fhir().body(text(form.replace("ID\"", id + "\"")))
                .put("/Questionnaire/" + id)
                .then()
                .statusCode(201);
        assess("x").statusCode(200);
        assess("z").statusCode(422).body("issue[0].diagnostics", containsString("http://example.org/s|y"));
        assess("y").statusCode(422).body("issue[0].diagnostics", containsString("Not today."));
        fhir().body(text(form.replace("ID\"", id + "\"").replace("!= 'y'", "!= 'x'")))
                .put("/Questionnaire/" + id)
                .then()
                .statusCode(200);
        assess("y").statusCode(200);
        assess("x").statusCode(422);
    }

    private ValidatableResponse assess(String code) {
        return fhir().body(text("""
                {"resourceType":"Parameters","parameter":[{"name":"response","resource":
                 {"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"URL","item":[
                  {"linkId":"pick","answer":[{"valueCoding":{"system":"http://example.org/s","code":"%s"}}]}]}}]}
                """.formatted(code)))
                .post("/Patient/" + patient + "/$assess")
                .then();
    }

    private void weight(LocalDate day, int kg) {
        create("Observation", """
                {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},
                 "subject":{"reference":"Patient/%s"},"effectiveDateTime":"%s","valueQuantity":{"value":%d,"code":"kg",
                 "system":"http://unitsofmeasure.org"}}
                """.formatted(patient, day, kg));
    }

    private String text(String json) {
        return json.replace("URL", url).replace("\"SDC", "\"" + SDC);
    }
}
