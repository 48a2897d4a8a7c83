package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.github.throughcare.ServerIT;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values side of search: composites, positions, terminology, units, uris. */
class SearchValuesIT extends ServerIT {

    private static final String TAG = "\"meta\":{\"tag\":[{\"system\":\"http://run\",\"code\":\"values\"}]}";

    @BeforeAll
    static void load() {
        put("Patient", "v-p", "");
        pressure("v-bp1", 150, 80);
        pressure("v-bp2", 120, 145);
        put("Observation", "v-dose", obs("1", "Dose", "\"value\":5000,\"unit\":\"milligram\"," + ucum("mg")));
        put("Observation", "v-temp", obs("2", "T", "\"value\":37.0," + ucum("Cel")));
        put("Observation", "v-low", obs("3", "L", "\"value\":5,\"comparator\":\">\"," + ucum("mg/L")));
        put("Observation", "v-odd", obs("4", "O", "\"value\":7,\"system\":\"http://my\",\"code\":\"drop\""));
        put(
                "Observation",
                "v-answers",
                "\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://c\",\"code\":\"panel\"}]},"
                        + "\"valueString\":\"Some$thing, else\",\"component\":["
                        + component(
                                "q1",
                                "\"valueCodeableConcept\":{\"coding\":[{\"system\":\"http://a\",\"code\":\"yes\"}]}")
                        + ","
                        + component(
                                "q2",
                                "\"valueCodeableConcept\":{\"coding\":[{\"system\":\"http://a\",\"code\":\"no\"}]}")
                        + "]");
        put(
                "DocumentReference",
                "v-old",
                "\"status\":\"superseded\",\"content\":[{\"attachment\":{\"url\":\"http://x/z\"}}]");
        put(
                "DocumentReference",
                "v-other",
                "\"status\":\"current\",\"content\":[{\"attachment\":{\"url\":\"http://x/z\"}}]");
        put(
                "DocumentReference",
                "v-doc",
                "\"status\":\"current\",\"content\":[{\"attachment\":{\"url\":\"http://x/y\"}}],\"relatesTo\":["
                        + "{\"code\":\"replaces\",\"target\":{\"reference\":\"DocumentReference/v-old\"}},"
                        + "{\"code\":\"signs\",\"target\":{\"reference\":\"DocumentReference/v-other\"}}]");
        put(
                "Group",
                "v-group",
                "\"type\":\"person\",\"actual\":true,\"characteristic\":["
                        + "{\"code\":{\"coding\":[{\"code\":\"gender\"}]},\"valueCodeableConcept\":{\"coding\":[{\"code\":\"mixed\"}]},\"exclude\":false},"
                        + "{\"code\":{\"coding\":[{\"code\":\"smoker\"}]},\"valueBoolean\":true,\"exclude\":false}]");
        put(
                "MolecularSequence",
                "v-seq",
                "\"coordinateSystem\":0,\"referenceSeq\":{\"chromosome\":{\"coding\":[{\"code\":\"1\"}]},\"windowStart\":100,\"windowEnd\":200},"
                        + "\"variant\":[{\"start\":10,\"end\":20},{\"start\":30,\"end\":90}]");
        put("Location", "v-boston", "\"position\":{\"latitude\":42.36,\"longitude\":-71.06}");
        put("Location", "v-fiji", "\"position\":{\"latitude\":-17.0,\"longitude\":179.999}");
        put(
                "Encounter",
                "v-enc",
                "\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"location\":[{\"location\":{\"reference\":\"Location/v-boston\",\"display\":\"Ward Seven\"}}]");
        terminology();
        hierarchies();
        put(
                "List",
                "v-list",
                "\"status\":\"current\",\"mode\":\"working\",\"entry\":[{\"item\":{\"reference\":\"Condition/v-dog\"}},"
                        + "{\"item\":{\"reference\":\"Condition/v-cat\"},\"deleted\":true},{\"item\":{\"reference\":\"Patient/v-p\"}}]");
        put(
                "CarePlan",
                "v-words",
                "\"status\":\"active\",\"intent\":\"plan\",\"subject\":{\"reference\":\"Patient/v-p\"},\"description\":\"Zebrafish swimming\","
                        + "\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">A <b>Quokka</b> caf\u00e9 plan</div>\"}");
    }

    /** What stands in a house, and what refers to versions. */
    private static void hierarchies() {
        put("Location", "v-wing", "\"partOf\":{\"reference\":\"Location/v-boston\"}");
        put("Location", "v-room", "\"partOf\":{\"reference\":\"Location/v-wing\"}");
        put("Location", "v-other", "\"name\":\"elsewhere\"");
        for (String where : new String[] {"room", "other"}) {
            put(
                    "Encounter",
                    "v-in-" + where,
                    "\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"location\":[{\"location\":{\"reference\":\"Location/v-"
                            + where + "\"}}]"
                            + (where.equals("room") ? "" : ",\"partOf\":{\"reference\":\"Encounter/v-in-room\"}"));
        }
        for (String version : new String[] {"|1.2", "|1.10", "|10", ""}) {
            put(
                    "ServiceRequest",
                    "v-v" + version.replaceAll("\\W", "-"),
                    "\"status\":\"active\",\"intent\":\"plan\",\"subject\":{\"reference\":\"Patient/v-p\"},\"instantiatesCanonical\":[\"http://v/plan"
                            + version + "\"]");
        }
        put("ValueSet", "v-versioned", "\"url\":\"http://versioned\",\"version\":\"Spring\",\"status\":\"active\"");
    }

    private static void terminology() {
        put(
                "CodeSystem",
                "v-cs",
                "\"url\":\"http://v/cs\",\"status\":\"active\",\"content\":\"complete\",\"concept\":[{\"code\":\"animal\",\"concept\":["
                        + "{\"code\":\"dog\",\"concept\":[{\"code\":\"puppy\"}]},{\"code\":\"cat\"}]},{\"code\":\"stone\"}]");
        put(
                "CodeSystem",
                "v-part",
                "\"url\":\"http://v/part\",\"status\":\"active\",\"content\":\"fragment\",\"concept\":[{\"code\":\"x\"}]");
        valueSet(
                "v-dogs",
                "\"include\":[{\"system\":\"http://v/cs\",\"filter\":[{\"property\":\"concept\",\"op\":\"is-a\",\"value\":\"dog\"}]}]");
        valueSet(
                "v-under",
                "\"include\":[{\"system\":\"http://v/cs\",\"filter\":[{\"property\":\"concept\",\"op\":\"descendent-of\",\"value\":\"dog\"}]}]");
        valueSet(
                "v-all",
                "\"include\":[{\"system\":\"http://v/cs\"}],\"exclude\":[{\"system\":\"http://v/cs\",\"concept\":[{\"code\":\"stone\"}]}]");
        valueSet(
                "v-listed",
                "\"include\":[{\"system\":\"http://v/cs\",\"concept\":[{\"code\":\"cat\"},{\"code\":\"stone\"}]}]");
        valueSet("v-both", "\"include\":[{\"valueSet\":[\"http://v/v-all\",\"http://v/v-listed\"]}]");
        valueSet("v-circle", "\"include\":[{\"valueSet\":[\"http://v/v-circle\"]}]");
        valueSet("v-snomed", "\"include\":[{\"system\":\"http://nowhere\"}]");
        valueSet(
                "v-regex",
                "\"include\":[{\"system\":\"http://v/cs\",\"filter\":[{\"property\":\"code\",\"op\":\"regex\",\"value\":\"d.*\"}]}]");
        valueSet("v-fragment", "\"include\":[{\"system\":\"http://v/part\"}]");
        for (String code : new String[] {"animal", "dog", "puppy", "cat", "stone"}) {
            put(
                    "Condition",
                    "v-" + code,
                    "\"subject\":{\"reference\":\"Patient/v-p\"},\"code\":{\"coding\":[{\"system\":\"http://v/cs\",\"code\":\""
                            + code + "\"}]}");
        }
        put(
                "Condition",
                "v-elsewhere",
                "\"subject\":{\"display\":\"Somebody\"},\"code\":{\"text\":\"A dog of sorts\",\"coding\":[{\"system\":\"http://other\",\"code\":\"dog\"}]}");
        put("Condition", "v-none", "\"subject\":{\"reference\":\"Patient/v-p\"}");
    }

    private static void valueSet(String id, String compose) {
        put("ValueSet", id, "\"url\":\"http://v/" + id + "\",\"status\":\"active\",\"compose\":{" + compose + "}");
    }

    private static void put(String type, String id, String rest) {
        fhir().body("{\"resourceType\":\"" + type + "\",\"id\":\"" + id + "\"," + TAG
                        + (rest.isEmpty() ? "" : "," + rest) + "}")
                .put("/" + type + "/" + id)
                .then()
                .statusCode(anyOf(equalTo(200), equalTo(201)));
    }

    private static void pressure(String id, int systolic, int diastolic) {
        put(
                "Observation",
                id,
                "\"status\":\"final\",\"subject\":{\"reference\":\"Patient/v-p\"},\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"85354-9\"}]},\"component\":["
                        + loinc("8480-6", systolic) + "," + loinc("8462-4", diastolic) + "]");
    }

    private static String loinc(String code, int value) {
        return "{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"" + code
                + "\"}]},\"valueQuantity\":{\"value\":" + value + ",\"unit\":\"mmHg\"," + ucum("mm[Hg]") + "}}";
    }

    private static String component(String code, String value) {
        return "{\"code\":{\"coding\":[{\"system\":\"http://c\",\"code\":\"" + code + "\"}]}," + value + "}";
    }

    private static String ucum(String code) {
        return "\"system\":\"http://unitsofmeasure.org\",\"code\":\"" + code + "\"";
    }

    private static String obs(String code, String text, String quantity) {
        return "\"status\":\"final\",\"code\":{\"text\":\"" + text
                + "\",\"coding\":[{\"system\":\"http://c\",\"code\":\"" + code + "\"}]},\"valueQuantity\":{" + quantity
                + "}";
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            Observation?component-code-value-quantity=http://loinc.org|8480-6$gt140; v-bp1
            Observation?component-code-value-quantity=8462-4$gt140; v-bp2
            Observation?component-code-value-quantity=http://loinc.org|8480-6$gt140|http://unitsofmeasure.org|mm[Hg]; v-bp1
            Observation?component-code-value-quantity=8480-6$gt19.9|http://unitsofmeasure.org|kPa; v-bp1
            Observation?component-code-value-quantity=8480-6$gt100||mmHg; v-bp1 v-bp2
            Observation?component-code-value-quantity=8480-6$gt140,8462-4$gt140; v-bp1 v-bp2
            Observation?combo-code-value-quantity=8480-6$gt140; v-bp1
            Observation?combo-code-value-quantity=http://c|1$5000; v-dose
            Observation?code-value-quantity=1$5|http://unitsofmeasure.org|g; v-dose
            Observation?code-value-quantity=2$5000;
            Observation?code-value-quantity=8480-6$gt1;
            Observation?component-code-value-concept=q1$yes; v-answers
            Observation?component-code-value-concept=http://c|q1$http://a|yes; v-answers
            Observation?component-code-value-concept=http://c|$http://a|; v-answers
            Observation?component-code-value-concept=q1$no;
            Observation?combo-code-value-concept=q2$no; v-answers
            Observation?code-value-string=panel$some\\$thing\\,; v-answers
            Observation?code-value-string=panel$else;
            Patient?_has:Observation:patient:component-code-value-quantity=8480-6$gt140; v-p
            Observation?component-code-value-quantity:missing=false; v-bp1 v-bp2
            Observation?component-code-value-concept:missing=false; v-answers
            DocumentReference?relationship=DocumentReference/v-old$replaces; v-doc
            DocumentReference?relationship=v-old$replaces; v-doc
            DocumentReference?relationship=v-old$signs;
            Group?characteristic-value=gender$mixed; v-group
            Group?characteristic-value=smoker$true; v-group
            Group?characteristic-value=gender$true;
            MolecularSequence?chromosome-variant-coordinate=1$ge10$le20; v-seq
            MolecularSequence?chromosome-variant-coordinate=1$lt15$gt50;
            MolecularSequence?chromosome-variant-coordinate=2$ge10$le20;
            MolecularSequence?chromosome-window-coordinate=1$100$200; v-seq
            Location?near=42.35|-71.05|2|km; v-boston
            Location?near=42.35|-71.05|1|km;
            Location?near=42.35|-71.05|1|[mi_us]; v-boston
            Location?near=42.35|-71.05; v-boston
            Location?near=-17.0|-179.999|1|km; v-fiji
            Location?near=42.35|-71.05|2|km,-17|180; v-boston v-fiji
            Encounter?location.near=42.35|-71.05|2; v-enc
            Encounter?location:text=ward; v-enc
            Observation?value-quantity=5|http://unitsofmeasure.org|g; v-dose
            Observation?value-quantity=5.00|http://unitsofmeasure.org|g; v-dose
            Observation?value-quantity=0.005|http://unitsofmeasure.org|kg; v-dose
            Observation?value-quantity=ge98.6|http://unitsofmeasure.org|[degF]; v-temp
            Observation?value-quantity=gt98.6|http://unitsofmeasure.org|[degF];
            Observation?value-quantity=5000||milligram; v-dose
            Observation?value-quantity=le5|http://unitsofmeasure.org|mg/L;
            Observation?value-quantity=ge5|http://unitsofmeasure.org|mg/L; v-low
            Observation?value-quantity=gt500|http://unitsofmeasure.org|ug/dL; v-low
            Observation?value-quantity=7|http://my|drop; v-odd
            Condition?code:in=http://v/v-dogs; v-dog v-puppy
            Condition?code:in=ValueSet/v-dogs; v-dog v-puppy
            Condition?code:in=http://v/v-under; v-puppy
            Condition?code:in=http://v/v-all; v-animal v-dog v-puppy v-cat
            Condition?code:in=http://v/v-both; v-cat
            Condition?code:not-in=http://v/v-all; v-stone v-elsewhere v-none
            Condition?code:below=http://v/cs|dog; v-dog v-puppy
            Condition?code:above=http://v/cs|dog; v-dog v-animal
            Condition?code:text=a DOG; v-elsewhere
            Condition?subject:missing=true;
            Condition?subject:text=some; v-elsewhere
            Patient?_has:Condition:patient:code:in=http://v/v-dogs; v-p
            Observation?subject:Patient._has:Condition:patient:code:below=http://v/cs|dog; v-bp1 v-bp2
            CodeSystem?url:above=http://v/cs/1/2; v-cs
            CodeSystem?url:below=http://v/; v-cs v-part
            Encounter?location:below=v-boston; v-enc v-in-room
            Encounter?location:below=Location/v-wing; v-in-room
            Encounter?location:below=v-room,v-other; v-in-room v-in-other
            Encounter?location:above=Location/v-room; v-enc v-in-room
            Encounter?location:above=Location/v-boston; v-enc
            Encounter?part-of:below=v-in-room; v-in-other
            Encounter?location:below=nowhere;
            Location?partof:below=v-boston; v-wing v-room
            Location?partof:above=v-room; v-wing v-room
            Patient?_has:Encounter:subject:location:below=v-wing;
            ServiceRequest?instantiates-canonical=http://v/plan; v-v v-v-1-2 v-v-1-10 v-v-10
            ServiceRequest?instantiates-canonical=http://v/plan|1.2; v-v-1-2
            ServiceRequest?instantiates-canonical:below=http://v/plan; v-v v-v-1-2 v-v-1-10 v-v-10
            ServiceRequest?instantiates-canonical:below=http://v/plan|1; v-v-1-2 v-v-1-10
            ServiceRequest?instantiates-canonical:below=http://v/plan|1.1;
            ServiceRequest?instantiates-canonical:below=http://v/plan|10,http://v/plan|1.2; v-v-10 v-v-1-2
            ValueSet?url=http://versioned; v-versioned
            ValueSet?url=http://versioned|Spring; v-versioned
            ValueSet?url=http://versioned|SPRING; v-versioned
            ValueSet?url=http://versioned|Summer;
            ValueSet?version=spring; v-versioned
            Encounter?location:below=v-wing&_contained=false; v-in-room
            Condition?_list=v-list; v-dog
            Condition?_list=List/v-list; v-dog
            Patient?_list=v-list; v-p
            Observation?_list=v-list;
            Observation?subject:Patient._list=v-list; v-bp1 v-bp2
            CarePlan?_text=quokka; v-words
            CarePlan?_text=Cafe quokka; v-words
            CarePlan?_text=zebrafish;
            CarePlan?_content=zebrafish; v-words
            CarePlan?_content="zebrafish swimming" -tiger; v-words
            CarePlan?_content=swimming,tiger; v-words
            CarePlan?_content=zebra;
            CarePlan?_content=(zebrafish OR tiger) and swimming; v-words
            CarePlan?_content=tiger OR zebrafish AND swimming; v-words
            CarePlan?_content=(tiger or zebrafish) not swimming;
            CarePlan?_content=tiger or (zebrafish and not (lion or tiger)); v-words
            Patient?_has:CarePlan:subject:_content=zebrafish; v-p
            Condition?_filter=code in http://v/v-dogs and not (code eq http://v/cs|puppy); v-dog
            Condition?_filter=code ni http://v/v-all and code pr true; v-stone v-elsewhere
            Condition?_filter=code ss http://v/cs|dog or code sb http://v/cs|dog; v-animal v-dog v-puppy
            Condition?_filter=(code eq puppy or code eq cat) and subject re Patient/v-p; v-puppy v-cat
            Observation?_filter=subject:Patient._has:Condition:patient:code eq puppy and component-code-value-quantity eq 8480-6$gt140; v-bp1
            Observation?_filter=value-quantity gt 4|http://unitsofmeasure.org|g; v-dose
            Patient?_filter=_has:Condition:patient:code eq puppy; v-p
            Encounter?_filter=location[near eq 42.35|-71.05|2]._id eq v-boston; v-enc
            Observation?_filter=value-string ew "thing, else"; v-answers
            Observation?_filter=value-string eq "some$THING, else"; v-answers
            Observation?_filter=value-string ne "some$THING, else" and _id ne v-long;
            Condition?_filter=code ne http://v/cs|dog and code ne stone; v-animal v-puppy v-cat v-elsewhere
            ValueSet?url:above=http://v/v-dogs/x,http://v/v-all; v-dogs v-all
            """)
    void finds(String query, String ids) {
        Set<String> expected = ids == null ? Set.of() : new TreeSet<>(Set.of(ids.split(" ")));
        List<String> found = fhir().get(base + "/" + query + "&_tag=http://run|values&_count=100")
                .then()
                .statusCode(200)
                .extract()
                .path("entry.resource.id");
        assertThat(found == null ? Set.of() : new TreeSet<>(found)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            Observation?component-code-value-quantity=8480-6; separated by $
            Observation?component-code-value-quantity=8480-6$; separated by $
            Observation?component-code-value-quantity=8480-6$abc; takes a number
            Observation?component-code-value-quantity:exact=8480-6$1; no modifier :exact
            Location?near=42; latitude|longitude
            Location?near=91|0; latitude|longitude
            Location?near=42|0|1|kg; latitude|longitude
            Location?near=42|0|-1|km; latitude|longitude
            Location?near=NaN|0|1|km; latitude|longitude
            Condition?code:in=http://v/unknown; not stored
            Condition?code:in=http://v/v-circle; includes itself
            Condition?code:in=http://v/v-snomed; not stored
            Condition?code:in=http://v/v-regex; regex
            Condition?code:in=http://v/v-fragment; fragment
            Condition?code:not-in=http://v/unknown; not stored
            Condition?code:below=http://v/cs|horse; no code horse
            Condition?code:below=dog; takes system|code
            Condition?code:below=http://nowhere|dog; not stored
            Condition?code:of-type=a|b|c; no modifier :of-type
            Condition?code:like=a; no modifier :like
            Condition?_list=v-nothing; is not known
            Condition?_text=--; letters or digits
            Condition?_text=(bone; not closed
            Condition?_text=bone); not opened
            Condition?_text="bone; not closed
            Condition?_text=bone or; missing
            Condition?code=|; takes code
            Condition?subject=Patient/; takes an id
            Condition?subject=/v-p; takes an id
            Condition?_count=1&_count=2; more than once
            Condition?_total=none&_total=accurate; more than once
            Condition?_contained=both; only _contained=false
            Condition?code:text:below=x; modifier
            Condition?asserter:below=x; no modifier
            Condition?_filter=code; expected a space
            Condition?_filter=code eq; an operator such as eq
            Condition?_filter=code eq a and; and
            Condition?_filter=(code eq a; expected )
            Condition?_filter=code co a; is no operator for code
            Condition?_filter=colour eq a; not known
            Condition?_filter=subject[gender eq male] re Patient/1; end of its path
            Condition?_filter=onset-date xx 2020; is no operator
            Patient?birthdate=xx2020; no prefix xx
            Observation?value-quantity=ca5; no prefix ca
            """)
    void what_cannot_be_answered_is_refused(String query, String said) {
        fhir().get(base + "/" + query).then().statusCode(400).body("issue[0].diagnostics", containsString(said));
    }

    @Test
    void lenient_handling_leaves_an_unknown_modifier_out_and_says_so() {
        for (String unknown : new String[] {"code:like=a", "onset-date=xx2020"}) {
            fhir().header("Prefer", "return=minimal, Handling=\"lenient\"")
                    .get("/Condition?_id=v-dog&" + unknown)
                    .then()
                    .statusCode(200)
                    .body("entry.findAll { it.search.mode == 'match' }.size()", is(1))
                    .body(
                            "entry.find { it.search.mode == 'outcome' }.resource.issue[0].diagnostics",
                            containsString("left out"))
                    .body("link.find { it.relation == 'self' }.url", not(containsString(unknown.split("=")[0])));
        }
        fhir().header("Prefer", "handling=lenient")
                .get("/Condition?code:in=http://v/unknown")
                .then()
                .statusCode(400);
    }

    @Test
    void a_condition_of_a_write_reads_absolute_references_as_a_search_does() {
        String body =
                "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/v-p\"},"
                        + "\"identifier\":[{\"value\":\"v-absolute\"}]}";
        for (int status : new int[] {201, 200}) {
            fhir().header("If-None-Exist", "identifier=v-absolute&patient=" + base + "/Patient/v-p")
                    .body(body)
                    .post("/Basic")
                    .then()
                    .statusCode(status);
        }
    }

    @Test
    void a_star_includes_whatever_is_referred_to() {
        String asked = "/Condition?patient=v-p&_count=1&_include=";
        String by = "entry.findAll { it.search.mode == 'include' }.resource.id";
        List<String> all = fhir().get(asked + "*").jsonPath().getList(by);
        assertThat(all)
                .contains("v-p")
                .isEqualTo(fhir().get(asked + "Condition:*").jsonPath().getList(by));
        fhir().get("/Patient?_id=v-p&_revinclude=*").then().statusCode(200).body(by, hasItem(containsString("v-")));
        fhir().get(asked + "*&_summary=text").then().statusCode(400);
    }

    @Test
    void histories_and_everything_say_what_was_left_out_too() {
        for (String path : new String[] {"/Patient/v-p/_history", "/Patient/v-p/$everything", "/Patient/_history"}) {
            fhir().header("Prefer", "handling=lenient")
                    .get(path + "?nonsense=1&_count=1")
                    .then()
                    .statusCode(200)
                    .body(
                            "entry.findAll { it.resource.resourceType == 'OperationOutcome' }.resource.issue.flatten().diagnostics",
                            hasItem(containsString("nonsense")))
                    .body("link[0].url", not(containsString("nonsense")));
            fhir().get(path + "?nonsense=1").then().statusCode(400);
        }
    }

    @Test
    void what_is_remembered_of_a_value_set_follows_its_changes() {
        String set =
                "\"include\":[{\"system\":\"http://v/changing\",\"filter\":[{\"property\":\"concept\",\"op\":\"is-a\",\"value\":\"fruit\"}]}]";
        changing("apple");
        valueSet("v-changing", set);
        for (String code : new String[] {"apple", "pear", "stone"}) {
            put(
                    "Condition",
                    "v-changing-" + code,
                    "\"subject\":{\"reference\":\"Patient/v-p\"},\"code\":{\"coding\":[{\"system\":\"http://v/changing\",\"code\":\""
                            + code + "\"}]}");
        }
        for (int i = 0; i < 2; i++) {
            finds("Condition?code:in=http://v/v-changing", "v-changing-apple");
            finds("Condition?code:below=http://v/changing|fruit", "v-changing-apple");
        }
        changing("pear");
        finds("Condition?code:in=http://v/v-changing", "v-changing-pear");
        finds("Condition?code:below=http://v/changing|fruit", "v-changing-pear");
        valueSet("v-changing", "\"include\":[{\"system\":\"http://v/changing\",\"concept\":[{\"code\":\"stone\"}]}]");
        finds("Condition?code:in=http://v/v-changing", "v-changing-stone");
        fhir().delete("/ValueSet/v-changing").then().statusCode(204);
        fhir().get("/Condition?code:in=http://v/v-changing").then().statusCode(400);
        valueSet("v-changing", set);
        finds("Condition?code:in=http://v/v-changing", "v-changing-pear");
        for (String gone : List.of(
                "Condition/v-changing-apple",
                "Condition/v-changing-pear",
                "Condition/v-changing-stone",
                "ValueSet/v-changing",
                "CodeSystem/v-changing")) {
            fhir().delete("/" + gone).then().statusCode(204);
        }
    }

    private static void changing(String fruit) {
        put(
                "CodeSystem",
                "v-changing",
                "\"url\":\"http://v/changing\",\"status\":\"active\",\"content\":\"complete\",\"concept\":[{\"code\":\"fruit\",\"concept\":[{\"code\":\""
                        + fruit + "\"}]},{\"code\":\"stone\"}]");
    }

    @Test
    void words_follow_the_resource() {
        put("Basic", "v-basic", "\"code\":{\"text\":\"Axolotl\"}");
        assertThat(words("axolotl")).containsExactly("v-basic");
        fhir().body("{\"resourceType\":\"Basic\",\"id\":\"v-basic\",\"code\":{\"text\":\"Tapir\"}}")
                .put("/Basic/v-basic")
                .then()
                .statusCode(200);
        assertThat(words("axolotl")).isNull();
        assertThat(words("tapir")).containsExactly("v-basic");
        fhir().delete("/Basic/v-basic").then().statusCode(204);
        assertThat(words("tapir")).isNull();
    }

    /** A text is looked for among the codes it stands with; these come and go. */
    @Test
    void a_text_is_found_whatever_code_stands_beside_it() {
        String text = "\"text\":\"Numbat\"";
        for (String code : new String[] {
            text,
            "\"coding\":[{\"system\":\"http://c\",\"code\":\"n\"}]," + text,
            "\"coding\":[{\"system\":\"http://c\"},{\"system\":\"http://c\",\"code\":\"m\",\"display\":\"Numbat\"}]",
            "\"coding\":[{\"display\":\"Numbat (animal)\"}]",
            text
        }) {
            fhir().body("{\"resourceType\":\"Basic\",\"id\":\"v-text\",\"code\":{" + code + "}}")
                    .put("/Basic/v-text")
                    .then()
                    .statusCode(org.hamcrest.Matchers.lessThan(202));
            assertThat(said("numba")).as(code).containsExactly("v-text");
            assertThat(said("wombat")).as(code).isNull();
        }
        // another resource has the code, and says something else
        fhir().body(
                        "{\"resourceType\":\"Basic\",\"id\":\"v-text2\",\"code\":{\"coding\":[{\"system\":\"http://c\",\"code\":\"n\","
                                + "\"display\":\"Myrmecobius\"}]}}")
                .put("/Basic/v-text2")
                .then()
                .statusCode(201);
        assertThat(said("numba")).containsExactly("v-text");
        assertThat(said("numba,myrmeco")).containsExactlyInAnyOrder("v-text", "v-text2");
        fhir().body("{\"resourceType\":\"Basic\",\"id\":\"v-text\",\"code\":{\"text\":\"Quoll\"}}")
                .put("/Basic/v-text")
                .then()
                .statusCode(200);
        assertThat(said("numba")).isNull();
        fhir().delete("/Basic/v-text").then().statusCode(204);
        fhir().delete("/Basic/v-text2").then().statusCode(204);
        assertThat(said("quoll,myrmeco")).isNull();
    }

    private static List<String> said(String text) {
        return fhir().get("/Basic?code:text=" + text).path("entry.resource.id");
    }

    private static List<String> words(String words) {
        return fhir().get("/Basic?_content=" + words).path("entry.resource.id");
    }

    @Test
    void a_long_text_is_found_by_what_stands_at_its_end() {
        String text = "word ".repeat(300) + "the needle at last";
        put(
                "Observation",
                "v-long",
                "\"status\":\"final\",\"code\":{\"text\":\"long\"},\"valueString\":\"" + text + "\"");
        for (String q :
                new String[] {"value-string:contains=NEEDLE at", "value-string=word word", "value-string:exact=" + text
                }) {
            assertThat(fhir().get("/Observation?" + q + "&_tag=http://run|values")
                            .<List<String>>path("entry.resource.id"))
                    .as(q)
                    .containsExactly("v-long");
        }
        fhir().get("/Observation?value-string=" + "x".repeat(501)).then().statusCode(400);
        fhir().get("/Observation?value-string:contains=" + "x".repeat(101))
                .then()
                .statusCode(400);
    }
}
