package io.github.throughcare.care.advocacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.Race;
import io.github.throughcare.care.CareIT;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An insurer answers, by ClaimResponses; what it denies is seen to until there is a decision. */
class DenialIT extends CareIT {

    private static final LocalDate TODAY = LocalDate.now(ZoneId.of("America/New_York"));

    private String ann;
    private String kim;
    private String insurer;
    private String claim;
    private String asked;

    @BeforeEach
    void aClaim() {
        ann = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
        kim = "Practitioner/" + create("Practitioner", "{\"resourceType\":\"Practitioner\"}");
        insurer = "Organization/" + create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"Insurer\"}");
        create("EpisodeOfCare", """
                {"resourceType":"EpisodeOfCare","status":"active","patient":{"reference":"%s"},"careManager":{"reference":"%s"}}""".formatted(ann, kim));
        String coverage = "Coverage/" + create("Coverage", """
                {"resourceType":"Coverage","status":"active","beneficiary":{"reference":"%s"},"payor":[{"reference":"%s"}],
                 "type":{"coding":[{"system":"https://nahdo.org/sopt","code":"512"}]}}""".formatted(ann, insurer));
        asked = """
                {"resourceType":"Claim","status":"active","use":"preauthorization","patient":{"reference":"%s"},"created":"%s",
                 "type":{"text":"professional"},"priority":{"text":"normal"},"insurer":{"reference":"%s"},"provider":{"reference":"%s"},
                 "insurance":[{"sequence":1,"focal":true,"coverage":{"reference":"%s"}}]}""".formatted(ann, TODAY, insurer, kim, coverage);
        claim = "Claim/" + create("Claim", asked);
    }

    @Test
    void a_claim_and_its_answer_may_come_together() {
        String urn = "urn:uuid:5a3f3a0e-0f5b-4c57-9d24-0a4a6a6b1f09";
        Response stored = fhir().body("""
                        {"resourceType":"Bundle","type":"transaction","entry":[
                         {"resource":%s,"request":{"method":"POST","url":"ClaimResponse"}},
                         {"fullUrl":"%s","resource":%s,"request":{"method":"POST","url":"Claim"}}]}""".formatted(answer(null, "A2").replace(claim, urn), urn, asked))
                .post("/");
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(200);
        String sent = stored.jsonPath().getString("entry[1].response.location").replaceFirst(".*(Claim/[^/]+).*", "$1");
        JsonPath task = read("Task?code=denied-service&based-on=" + sent);
        assertThat(task.getList("entry")).hasSize(1);
        assertThat(task.getString("entry[0].resource.restriction.period.end"))
                .isEqualTo(TODAY.plusDays(180).toString());
        assertThat(task.getString("entry[0].resource.businessStatus.coding[0].code"))
                .isEqualTo("partly-granted");
    }

    @Test
    void what_an_insurer_denies_is_seen_to_until_it_decides_otherwise() {
        String pended = create("ClaimResponse", answer(null, "A4"));
        assertThat(count("Task?patient=" + ann)).isZero();
        put(pended, answer(pended, "A3"));
        JsonPath found = read("Task?code=denied-service&patient=" + ann);
        assertThat(found.getList("entry")).hasSize(1);
        String denied = found.getString("entry[0].resource.id");
        assertThat(found.getString("entry[0].resource.owner.reference")).isEqualTo(kim);
        assertThat(found.getString("entry[0].resource.focus.reference")).isEqualTo("ClaimResponse/" + pended);
        assertThat(found.getString("entry[0].resource.restriction.period.end"))
                .isEqualTo(TODAY.plusDays(180).toString());
        assertThat(count("Task?due=" + TODAY.plusDays(180) + "&based-on=" + claim))
                .isEqualTo(1);

        // the same again opens no second, nor does another answer to the same claim
        put(pended, answer(pended, "A3"));
        create("ClaimResponse", answer(null, "A3"));
        assertThat(count("Task?code=denied-service&patient=" + ann)).isEqualTo(1);

        String appeal = create("Task", """
                {"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"%s"},"partOf":[{"reference":"Task/%s"}],
                 "code":{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/task-kind","code":"appeal"}]},
                 "restriction":{"period":{"end":"%s"}}}""".formatted(ann, denied, TODAY.plusDays(30)));
        assertThat(read("Task/" + denied).getString("status")).isEqualTo("in-progress");
        String granted = create("ClaimResponse", answer(null, "A1"));
        for (String ended : List.of(denied, appeal)) {
            JsonPath task = read("Task/" + ended);
            assertThat(task.getString("status")).isEqualTo("completed");
            assertThat(task.getString(
                            "output.find { it.type.coding[0].code == 'decision' }.valueCodeableConcept.coding[0].code"))
                    .isEqualTo("granted");
            assertThat(task.getString(
                            "output.find { it.type.coding[0].code == 'decided-by' }.valueReference.reference"))
                    .isEqualTo("ClaimResponse/" + granted);
        }
    }

    @Test
    void a_transaction_that_is_refused_leaves_no_trace_and_one_that_is_not_both() {
        String bundle = """
                {"resourceType":"Bundle","type":"transaction","entry":[
                 {"resource":%s,"request":{"method":"POST","url":"ClaimResponse"}},
                 {"resource":{"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"%s"},
                   "code":{"coding":[{"system":"https://throughcare.github.io/ig/CodeSystem/task-kind","code":"%s"}]}},"request":{"method":"POST","url":"Task"}}]}""";
        Response refused =
                fhir().body(bundle.formatted(answer(null, "A3"), ann, "appeal")).post("/");
        assertThat(refused.statusCode()).as(refused.asString()).isEqualTo(422);
        assertThat(count("Task?patient=" + ann) + count("ClaimResponse?patient=" + ann))
                .isZero();
        Response stored = fhir().body(bundle.formatted(answer(null, "A3"), ann, "rights-notice"))
                .post("/");
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(200);
        assertThat(count("Task?patient=" + ann)).isEqualTo(2);
    }

    @Test
    void many_answers_at_once_open_one_and_a_denial_in_error_calls_it_off() throws Exception {
        List<Response> answers = Race.of(
                64, i -> fhir().body(answer(null, i % 2 == 0 ? "A3" : "A2")).post("/ClaimResponse"));
        assertThat(answers)
                .allSatisfy(a -> assertThat(a.statusCode()).as(a.asString()).isEqualTo(201));
        JsonPath found = read("Task?code=denied-service&patient=" + ann);
        assertThat(found.getList("entry")).hasSize(1);
        String first = found.getString("entry[0].resource.focus.reference").substring("ClaimResponse/".length());
        put(first, answer(first, "A3").replace("\"active\"", "\"entered-in-error\""));
        JsonPath task = read("Task/" + found.getString("entry[0].resource.id"));
        assertThat(task.getString("status")).isEqualTo("cancelled");
        assertThat(task.getString("statusReason.coding[0].code")).isEqualTo("denial-withdrawn");

        // and so does one that is deleted
        String another = create("ClaimResponse", answer(null, "A3"));
        assertThat(count("Task?code=denied-service&status=requested&patient=" + ann))
                .isEqualTo(1);
        fhir().delete("/ClaimResponse/" + another).then().statusCode(204);
        assertThat(count("Task?code=denied-service&status=requested&patient=" + ann))
                .isZero();
    }

    private static void put(String id, String body) {
        fhir().body(body).put("/ClaimResponse/" + id).then().statusCode(200);
    }

    private String answer(String id, String review) {
        return """
                {"resourceType":"ClaimResponse",%s"status":"active","use":"preauthorization","outcome":"complete","created":"%s",
                 "type":{"text":"professional"},"patient":{"reference":"%s"},"insurer":{"reference":"%s"},"request":{"reference":"%s"},
                 "item":[{"itemSequence":1,"adjudication":[{"category":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/adjudication","code":"submitted"}]},
                  "extension":[{"url":"http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-reviewAction","extension":[
                   {"url":"http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-reviewActionCode",
                    "valueCodeableConcept":{"coding":[{"system":"https://codesystem.x12.org/005010/306","code":"%s"}]}}]}]}]}]}""".formatted(id == null ? "" : "\"id\":\"" + id + "\",", TODAY, ann, insurer, claim, review);
    }
}
