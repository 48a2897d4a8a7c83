package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
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

/** Search on a small ward whose every answer can be seen by eye (R4 search.html). Times are New York's. */
class SearchIT extends ServerIT {

    private static final String TAG = "\"meta\":{\"tag\":[{\"system\":\"http://search\",\"code\":\"it\"}]}";

    @BeforeAll
    static void a_small_ward() {
        put("Organization/s-org", "\"name\":\"Saint Elsewhere\"");
        put("Practitioner/s-doc", "\"name\":[{\"family\":\"Docherty\"}]");
        put(
                "Patient/s-ann",
                "\"identifier\":[{\"system\":\"http://mrn\",\"value\":\"A-1\",\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0203\",\"code\":\"MR\"}]}}],"
                        + "\"name\":[{\"family\":\"Searcher-Müller\",\"given\":[\"Ann\",\"Mary\"]}],\"gender\":\"female\",\"birthDate\":\"1970-05-01\",\"managingOrganization\":{\"reference\":\"Organization/s-org\"},"
                        + "\"telecom\":[{\"system\":\"phone\",\"value\":\"555-1\"}],\"address\":[{\"city\":\"Boston\",\"postalCode\":\"02115\"}]");
        put(
                "Patient/s-bob",
                "\"identifier\":[{\"system\":\"http://mrn\",\"value\":\"B-1\"},{\"system\":\"http://other\",\"value\":\"A-1\"}],\"name\":[{\"family\":\"Searcher\",\"given\":[\"Bob\"]}],"
                        + "\"gender\":\"male\",\"birthDate\":\"1970-05\",\"deceasedBoolean\":false,\"generalPractitioner\":[{\"reference\":\"Practitioner/s-doc\"}]");
        put(
                "Patient/s-cy",
                "\"name\":[{\"family\":\"Zöe, Sé\"}],\"birthDate\":\"1985\",\"deceasedDateTime\":\"2026-01-02T03:04:05Z\"");
        observation("s-o1", "s-ann", "final", "8867-4", "2026-03-01T23:30:00-05:00", "72.5", "/min");
        observation("s-o2", "s-ann", "amended", "8867-4", "2026-03-02", "80", "/min");
        observation("s-o3", "s-bob", "final", "2951-2", "2026-03-02T10:00:00Z", "134", "mmol/L");
        put(
                "Observation/s-o4",
                "\"status\":\"final\",\"code\":{\"text\":\"Free words here\"},\"subject\":{\"reference\":\"Patient/s-bob\"},\"performer\":[{\"reference\":\"Patient/s-ann\"},{\"reference\":\"Practitioner/s-doc\"}],"
                        + "\"effectivePeriod\":{\"start\":\"2026-03-01T00:00:00Z\",\"end\":\"2026-03-05T00:00:00Z\"},\"valueString\":\"Well Rested\"");
        put(
                "Condition/s-c1",
                "\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-clinical\",\"code\":\"active\"}]},"
                        + "\"code\":{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"84114007\",\"display\":\"Heart failure\"}]},\"subject\":{\"reference\":\"Patient/s-ann\"},\"recordedDate\":\"2026-02-01\"");
        put(
                "CarePlan/s-p1",
                "\"status\":\"active\",\"intent\":\"plan\",\"subject\":{\"reference\":\"Patient/s-ann\"},\"period\":{\"start\":\"2026-01-01\"},\"addresses\":[{\"reference\":\"Condition/s-c1\"}],"
                        + "\"instantiatesCanonical\":[\"http://plans/hf|1.0\"],\"instantiatesUri\":[\"http://plans/uri/hf\"]");
        put(
                "CarePlan/s-p2",
                "\"status\":\"completed\",\"intent\":\"plan\",\"subject\":{\"reference\":\"Patient/s-bob\"},\"period\":{\"end\":\"2025-12-31\"}");
        put(
                "RiskAssessment/s-r1",
                "\"status\":\"final\",\"subject\":{\"reference\":\"Patient/s-ann\"},\"prediction\":[{\"probabilityDecimal\":0.122}]");
        put(
                "Encounter/s-e1",
                "\"status\":\"in-progress\",\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/s-bob\",\"identifier\":{\"system\":\"http://mrn\",\"value\":\"B-1\"}},\"period\":{\"start\":\"2026-03-01\"}");
    }

    private static void put(String url, String content) {
        String[] parts = url.split("/");
        String json = "{\"resourceType\":\"" + parts[0] + "\",\"id\":\"" + parts[1] + "\"," + TAG + "," + content + "}";
        Response response = fhir().body(json).put("/" + url);
        assertThat(response.statusCode()).as(url + " " + response.asString()).isEqualTo(201);
    }

    private static void observation(
            String id, String patient, String status, String code, String when, String value, String unit) {
        put(
                "Observation/" + id,
                "\"status\":\"" + status + "\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\""
                        + code + "\"}]},\"subject\":{\"reference\":\"Patient/" + patient
                        + "\"},\"effectiveDateTime\":\"" + when + "\",\"valueQuantity\":{\"value\":" + value
                        + ",\"unit\":\"" + unit + "\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"" + unit
                        + "\"}");
    }

    private static JsonPath search(String url) {
        String join = url.contains("?") ? "&" : "?";
        return fhir().urlEncodingEnabled(false)
                .get(base + "/" + url.replace("|", "%7C").replace(" ", "%20").replace("\\", "%5C") + join
                        + "_tag=http://search%7Cit")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static List<String> ids(JsonPath bundle, String mode) {
        List<String> found = bundle.getList("entry.findAll { it.search.mode == '" + mode + "' }.resource.id");
        return found == null ? List.of() : found;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                // token
                "Patient?gender=female; s-ann",
                "Patient?gender=female,male; s-ann s-bob",
                "Patient?gender=http://hl7.org/fhir/administrative-gender|female; s-ann",
                "Patient?gender=http://hl7.org/fhir/administrative-gender|; s-ann s-bob",
                "Patient?gender:not=http://hl7.org/fhir/administrative-gender|; s-cy",
                "Patient?gender=http://wrong|;",
                "Patient?gender=http://wrong|female;",
                "Patient?telecom=phone|555-1; s-ann",
                "Patient?telecom=email|555-1;",
                "Patient?gender:not=female; s-bob s-cy",
                "Patient?identifier=http://mrn|A-1; s-ann",
                "Patient?identifier=A-1; s-ann s-bob",
                "Patient?identifier=http://mrn|; s-ann s-bob",
                "Patient?identifier=|A-1;",
                "Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|A-1; s-ann",
                "Patient?deceased=true; s-cy",
                "Patient?deceased=false; s-ann s-bob",
                "Patient?phone=555-1; s-ann",
                "Patient?gender:missing=true; s-cy",
                "Patient?gender:missing=false; s-ann s-bob",
                "Observation?code=http://loinc.org|8867-4; s-o1 s-o2",
                "Observation?code=8867-4; s-o1 s-o2",
                "Observation?code=http://other|8867-4;",
                "Observation?code:text=free; s-o4",
                "Condition?code:text=heart; s-c1",
                "Condition?clinical-status=active; s-c1",
                "Observation?status=final&code=8867-4; s-o1",
                "Encounter?class=IMP; s-e1",
                "Encounter?class=http://terminology.hl7.org/CodeSystem/v3-ActCode|IMP; s-e1",
                // reference
                "Observation?patient=s-ann; s-o1 s-o2",
                "Observation?subject=Patient/s-ann; s-o1 s-o2",
                "Observation?subject:Patient=s-ann; s-o1 s-o2",
                "Observation?patient=Patient/s-ann,Patient/s-bob; s-o1 s-o2 s-o3 s-o4",
                "Observation?performer=Patient/s-ann; s-o4",
                "Observation?performer=s-doc; s-o4",
                "Observation?subject=s-bob&status=final; s-o3 s-o4",
                "CarePlan?condition=Condition/s-c1; s-p1",
                "Encounter?subject:identifier=http://mrn|B-1; s-e1",
                "Patient?organization=Organization/s-org; s-ann",
                "Patient?general-practitioner:missing=false; s-bob",
                // string
                "Patient?family=searcher; s-ann s-bob",
                "Patient?family=SEARCHER-MULLER; s-ann",
                "Patient?family:exact=Searcher; s-bob",
                "Patient?family:contains=muller; s-ann",
                "Patient?given=mary; s-ann",
                "Patient?name=bob; s-bob",
                "Patient?address-city=bos; s-ann",
                "Patient?address=02115; s-ann",
                "Patient?family=zoe\\, se; s-cy",
                "Patient?family=zoe,bob;s-cy",
                "Patient?family=%25;",
                "Patient?family=_;",
                "Observation?value-string=well; s-o4",
                // date
                "Patient?birthdate=1970-05-01; s-ann",
                "Patient?birthdate=1970-05; s-ann s-bob",
                "Patient?birthdate=1970; s-ann s-bob",
                "Patient?birthdate=lt1980; s-ann s-bob",
                "Patient?birthdate=ge1985; s-cy",
                "Patient?birthdate=ne1970-05-01; s-bob s-cy",
                "Observation?date=2026-03-01; s-o1",
                "Observation?date=2026-03-02; s-o2 s-o3",
                "Observation?date=gt2026-03-02; s-o4",
                "Observation?date=sa2026-03-01; s-o2 s-o3",
                "Observation?date=eb2026-03-02; s-o1",
                "Observation?date=le2026-03-01; s-o1 s-o4",
                "Observation?date=ge2026-03-02T05:00:00Z&date=lt2026-03-03; s-o2 s-o3 s-o4",
                "Observation?date=2026-03; s-o1 s-o2 s-o3",
                "CarePlan?date=ge2030; s-p1",
                "CarePlan?date=lt2000; s-p2",
                "CarePlan?date=2026-02-01;",
                "Patient?death-date=2026-01; s-cy",
                "Patient?_lastUpdated=ge2026-01-01; s-ann s-bob s-cy",
                "Patient?_lastUpdated=lt2026-01-01;",
                // number, quantity
                "RiskAssessment?probability=0.122; s-r1",
                "RiskAssessment?probability=gt0.1; s-r1",
                "RiskAssessment?probability=0.1; s-r1",
                "RiskAssessment?probability=0.13;",
                "RiskAssessment?probability=le0.122; s-r1",
                "Observation?value-quantity=72.5; s-o1",
                "Observation?value-quantity=73; s-o1",
                "Observation?value-quantity=72;",
                "Observation?value-quantity=lt100; s-o1 s-o2",
                "Observation?value-quantity=gt72.5||/min; s-o2",
                "Observation?value-quantity=134|http://unitsofmeasure.org|mmol/L; s-o3",
                "Observation?value-quantity=134|http://unitsofmeasure.org|/min;",
                "Observation?value-quantity=ap75; s-o1 s-o2",
                // uri, canonical
                "CarePlan?instantiates-uri=http://plans/uri/hf; s-p1",
                "CarePlan?instantiates-uri:below=http://plans/; s-p1",
                "CarePlan?instantiates-canonical=http://plans/hf; s-p1",
                "CarePlan?instantiates-canonical=http://plans/hf|1.0; s-p1",
                "CarePlan?instantiates-canonical=http://plans/hf|2.0;",
                // chains and _has
                "CarePlan?patient.family=muller;",
                "CarePlan?patient.family=searcher-m; s-p1",
                "CarePlan?subject:Patient.gender=male; s-p2",
                "Patient?organization.name=saint; s-ann",
                "Patient?general-practitioner:Practitioner.family=doch; s-bob",
                "CarePlan?patient.organization.name=saint; s-p1",
                "Patient?_has:Observation:patient:code=2951-2; s-bob",
                "Patient?_has:Condition:patient:code=http://snomed.info/sct|84114007; s-ann",
                "Practitioner?_has:Observation:performer:code:text=free; s-doc",
                "Patient?_has:CarePlan:patient:condition.code=84114007; s-ann",
                // ids
                "Patient?_id=s-ann,s-cy; s-ann s-cy",
                "Observation?_id=s-ann;"
            })
    void finds_exactly(String url, String expected) {
        List<String> wanted = expected == null || expected.isBlank()
                ? List.of()
                : Arrays.asList(expected.trim().split(" "));
        JsonPath bundle = search(url);
        assertThat(new TreeSet<>(ids(bundle, "match"))).as(url).isEqualTo(new TreeSet<>(wanted));
        assertThat(bundle.getInt("total")).isEqualTo(wanted.size());
        assertThat(search(url + (url.contains("?") ? "&" : "?") + "_summary=count")
                        .getInt("total"))
                .isEqualTo(wanted.size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Observation?_sort=date; s-o4 s-o1 s-o2 s-o3", "Observation?_sort=-date; s-o3 s-o2 s-o1 s-o4",
                        "Patient?_sort=family; s-bob s-ann s-cy", "Patient?_sort=-family; s-cy s-ann s-bob",
                        "Patient?_sort=-birthdate; s-cy s-bob s-ann",
                "Patient?_sort=birthdate,-family; s-ann s-bob s-cy",
                        "Observation?_sort=-value-quantity; s-o3 s-o2 s-o1 s-o4", "Patient?_sort=_id; s-ann s-bob s-cy",
                        "Patient?_sort=-_id; s-cy s-bob s-ann", "Patient?_sort=_lastUpdated; s-ann s-bob s-cy"
            })
    void sorts(String url, String expected) {
        assertThat(ids(search(url), "match"))
                .isEqualTo(Arrays.asList(expected.trim().split(" ")));
        // one by one over the pages it is the same order
        List<String> walked = new ArrayList<>();
        JsonPath page = search(url + "&_count=1");
        while (true) {
            walked.addAll(ids(page, "match"));
            String next = page.getString("link.find { it.relation == 'next' }.url");
            if (next == null) {
                break;
            }
            page = fhir().urlEncodingEnabled(false)
                    .get(next)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            assertThat(page.getInt("total")).isEqualTo(expected.trim().split(" ").length);
        }
        assertThat(walked).isEqualTo(Arrays.asList(expected.trim().split(" ")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "CarePlan?_include=CarePlan:patient; s-p1 s-p2; s-ann s-bob",
                        "CarePlan?_include=CarePlan:condition; s-p1 s-p2; s-c1",
                        "CarePlan?_id=s-p1&_include=CarePlan:condition&_include:iterate=Patient:organization&_include=CarePlan:patient; s-p1; s-c1 s-ann s-org",
                "Patient?_id=s-ann&_revinclude=CarePlan:patient&_revinclude=Condition:patient; s-ann; s-p1 s-c1",
                        "Patient?_id=s-ann&_revinclude=Observation:performer; s-ann; s-o4",
                        "Observation?_id=s-o4&_include=Observation:performer:Practitioner; s-o4; s-doc",
                "Observation?_id=s-o4&_include=Observation:*; s-o4; s-doc s-ann s-bob",
                        "Organization?_id=s-org&_revinclude=Patient:organization&_revinclude:iterate=CarePlan:patient; s-org; s-ann s-p1",
                        "Condition?_id=s-c1&_revinclude=CarePlan:condition; s-c1; s-p1"
            })
    void includes(String url, String matches, String included) {
        JsonPath bundle = search(url);
        assertThat(new TreeSet<>(ids(bundle, "match")))
                .isEqualTo(new TreeSet<>(Arrays.asList(matches.trim().split(" "))));
        List<String> got = ids(bundle, "include");
        assertThat(new TreeSet<>(got))
                .isEqualTo(new TreeSet<>(Arrays.asList(included.trim().split(" "))));
        assertThat(got).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Patient?nonsense=1; nonsense",
                "Patient?_nonsense=1; _nonsense",
                "Patient?gender:nonsense=1; nonsense",
                "Patient?birthdate=soon; birthdate",
                "Patient?birthdate=xx2026; birthdate",
                "Observation?value-quantity=much; value-quantity",
                "Patient?_count=-1; _count",
                "Patient?_count=many; _count",
                "Patient?_sort=nonsense; nonsense",
                "Patient?_include=Patient:nonsense; nonsense",
                "Patient?_include=nonsense; _include",
                "Patient?_total=maybe; _total",
                "Patient?gender=; gender",
                "Patient?organization.nonsense=1; nonsense",
                "Patient?gender.family=1; gender",
                "Patient?_has:Observation:nonsense:code=1; nonsense",
                "Observation?code-value-quantity=a; code-value-quantity",
                "Patient?_cursor=AAAA; page",
                "Patient?gender:missing=perhaps; missing"
            })
    void what_is_not_known_is_refused_by_name(String url, String named) {
        fhir().urlEncodingEnabled(false)
                .get("/" + url.replace("$", "%24"))
                .then()
                .statusCode(400)
                .body("issue[0].diagnostics", containsString(named));
    }

    @Test
    void lenient_handling_leaves_out_and_says_so() {
        fhir().header("Prefer", "handling=lenient")
                .get("/Patient?nonsense=1&_id=s-ann")
                .then()
                .statusCode(200)
                .body("total", equalTo(1))
                .body("link.find { it.relation == 'self' }.url", not(containsString("nonsense")))
                .body(
                        "entry.find { it.search.mode == 'outcome' }.resource.issue[0].diagnostics",
                        containsString("nonsense"));
    }

    @Test
    void a_status_is_walked_in_the_order_of_its_dates_over_the_pages() {
        for (int i = 0; i < 5; i++) {
            put(
                    "ServiceRequest/s-s" + i,
                    "\"status\":\"" + (i == 2 ? "completed" : "on-hold")
                            + "\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/s-ann\"},\"authoredOn\":\"2026-01-0"
                            + (9 - i) + "\"");
        }
        for (String sort : List.of("-authored", "authored", "-_lastUpdated")) {
            List<String> walked = new ArrayList<>();
            JsonPath page = search("ServiceRequest?status=on-hold&_count=2&_sort=" + sort);
            while (page != null) {
                walked.addAll(ids(page, "match"));
                String next = page.getString("link.find { it.relation == 'next' }.url");
                page = next == null
                        ? null
                        : fhir().urlEncodingEnabled(false).get(next).jsonPath();
            }
            assertThat(walked)
                    .isEqualTo(
                            sort.equals("-authored")
                                    ? List.of("s-s0", "s-s1", "s-s3", "s-s4")
                                    : List.of("s-s4", "s-s3", "s-s1", "s-s0"));
        }
    }

    @Test
    void an_absolute_url_of_this_server_is_a_local_reference() {
        assertThat(ids(search("Observation?subject=" + base + "/Patient/s-ann"), "match"))
                .containsExactlyInAnyOrder("s-o1", "s-o2");
    }

    @Test
    void counts_alone_bring_no_entries() {
        fhir().get("/Patient?_id=s-ann,s-bob&_summary=count")
                .then()
                .body("total", equalTo(2))
                .body("entry", nullValue());
        fhir().get("/Patient?_id=s-ann,s-bob&_count=0")
                .then()
                .body("total", equalTo(2))
                .body("entry", nullValue());
        fhir().get("/Patient?_id=s-ann&_count=1000000000")
                .then()
                .statusCode(200)
                .body("link[0].url", containsString("_count=1000"));
    }

    @Test
    void a_form_may_carry_the_search() {
        fhir().contentType("application/x-www-form-urlencoded")
                .body("family=searcher&gender=male")
                .post("/Patient/_search")
                .then()
                .statusCode(200)
                .body("total", equalTo(1))
                .body("entry[0].resource.id", equalTo("s-bob"));
    }

    @Test
    void a_form_may_say_in_which_form_the_answer_is_wanted() {
        fhir().contentType("application/x-www-form-urlencoded")
                .body("_id=s-bob&_elements=gender")
                .post("/Patient/_search")
                .then()
                .statusCode(200)
                .body("entry[0].resource.gender", equalTo("male"))
                .body("entry[0].resource.birthDate", nullValue());
        fhir().contentType("application/x-www-form-urlencoded")
                .body("_summary=true&_format=xml")
                .post("/Patient/_search?_id=s-bob")
                .then()
                .statusCode(200)
                .contentType(containsString("application/fhir+xml"))
                .body(containsString("SUBSETTED"));
        fhir().contentType("application/x-www-form-urlencoded")
                .body("_id=s-bob&_summary=nonsense")
                .post("/Patient/_search")
                .then()
                .statusCode(400);
    }

    @Test
    void everything_of_a_patient_comes_once_over_the_pages() {
        List<String> all = new ArrayList<>();
        String next = base + "/Patient/s-ann/$everything?_count=2";
        while (next != null) {
            JsonPath page = fhir().urlEncodingEnabled(false)
                    .get(next)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            all.addAll(page.getList("entry.resource.id"));
            next = page.getString("link.find { it.relation == 'next' }.url");
        }
        assertThat(all).doesNotHaveDuplicates();
        assertThat(all)
                .contains("s-ann", "s-o1", "s-o2", "s-o4", "s-c1", "s-p1", "s-r1", "s-org", "s-doc")
                .doesNotContain("s-bob", "s-o3", "s-p2");
    }

    @Test
    void an_update_moves_a_resource_from_one_answer_to_another() {
        put(
                "Task/s-t1",
                "\"status\":\"requested\",\"intent\":\"order\",\"for\":{\"reference\":\"Patient/s-ann\"},\"authoredOn\":\"2026-01-01\"");
        assertThat(ids(search("Task?status=requested&patient=s-ann"), "match")).containsExactly("s-t1");
        fhir().body(
                        "{\"resourceType\":\"Task\",\"id\":\"s-t1\"," + TAG
                                + ",\"status\":\"completed\",\"intent\":\"order\",\"for\":{\"reference\":\"Patient/s-bob\"},\"authoredOn\":\"2027-01-01\"}")
                .put("/Task/s-t1")
                .then()
                .statusCode(200);
        assertThat(ids(search("Task?status=requested"), "match")).isEmpty();
        assertThat(ids(search("Task?patient=s-ann"), "match")).isEmpty();
        assertThat(ids(search("Task?status=completed&patient=s-bob&authored-on=2027"), "match"))
                .containsExactly("s-t1");
        fhir().delete("/Task/s-t1").then().statusCode(204);
        assertThat(ids(search("Task?status=completed"), "match")).isEmpty();
    }
}
