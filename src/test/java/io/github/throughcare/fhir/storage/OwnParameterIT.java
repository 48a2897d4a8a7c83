package io.github.throughcare.fhir.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import com.zaxxer.hikari.HikariDataSource;
import io.github.throughcare.ServerIT;
import io.github.throughcare.ThroughcareApplication;
import io.restassured.response.Response;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Search parameters that are posted at run time (R4 searchparameter.html): indexed in the background, never answered by halves. */
class OwnParameterIT extends ServerIT {

    private static final String EYES = "http://own/StructureDefinition/eyes";

    @BeforeAll
    static void people_with_eyes() {
        for (int i = 0; i < 3; i++) {
            put("Practitioner", "own-p" + i, "\"active\":true");
        }
        for (int i = 0; i < 450; i++) {
            // more than two steps of the reindexer
            put(
                    "Basic",
                    "own-b" + i,
                    "\"code\":{\"text\":\"own eyes\"},\"extension\":[{\"url\":\"" + EYES + "\",\"valueCode\":\""
                            + (i % 2 == 0 ? "brown" : "blue")
                            + "\"},{\"url\":\"http://own/other\",\"valueCode\":\"green\"},"
                            + "{\"url\":\"http://own/size\",\"valueQuantity\":{\"value\":" + i
                            + "}},{\"url\":\"http://own/since\",\"valueDate\":\"2026-01-01\"},"
                            + "{\"url\":\"http://own/said\",\"valueString\":\"Word " + i
                            + "\"},{\"url\":\"http://own/by\",\"valueReference\":{\"reference\":\"Practitioner/own-p"
                            + i % 3 + "\"}}]");
        }
    }

    private static Response put(String type, String id, String content) {
        return fhir().body("{\"resourceType\":\"" + type + "\",\"id\":\"" + id + "\"," + content + "}")
                .put("/" + type + "/" + id);
    }

    private static Response define(String id, String code, String kind, String status, String expression) {
        return put(
                "SearchParameter",
                id,
                "\"url\":\"http://own/SearchParameter/" + id + "\",\"name\":\"N\",\"status\":\"" + status
                        + "\",\"description\":\"d\",\"code\":\"" + code + "\",\"base\":[\"Basic\"],\"type\":\"" + kind
                        + "\",\"expression\":\"" + expression + "\"");
    }

    private static Response search(String query) {
        return fhir().urlEncodingEnabled(false).get(base + "/" + query);
    }

    /** Asks until the index is built; on the way there every answer is a clear refusal. */
    private static Response built(String query) {
        for (int i = 0; i < 600; i++) {
            Response r = search(query);
            if (r.statusCode() == 200) {
                return r;
            }
            r.then().statusCode(400).body("issue[0].code", equalTo("incomplete"));
            LockSupport.parkNanos(50_000_000);
        }
        throw new AssertionError("The index is not built in time");
    }

    @Test
    void a_parameter_lives_from_its_post_to_its_end() {
        search("Basic?eyes=brown").then().statusCode(400).body("issue[0].code", equalTo("not-supported"));
        define("own-eyes", "eyes", "token", "draft", "Basic.extension('" + EYES + "').value.ofType(code)")
                .then()
                .statusCode(201);
        search("Basic?eyes=brown").then().statusCode(400).body("issue[0].code", equalTo("not-supported"));
        define("own-eyes", "eyes", "token", "active", "Basic.extension('" + EYES + "').value.ofType(code)")
                .then()
                .statusCode(200);
        built("Basic?eyes=brown&_count=1").then().body("total", equalTo(225));
        search("Basic?eyes=green").then().body("total", equalTo(0));
        search("Basic?eyes:missing=false&_summary=count").then().body("total", equalTo(450));
        search("Basic?eyes=brown&_sort=-eyes&_count=1").then().statusCode(200);
        fhir().get("/metadata")
                .then()
                .body(
                        "rest[0].resource.find { it.type == 'Basic' }.searchParam.definition",
                        hasItem("http://own/SearchParameter/own-eyes"));
        // what is written while it stands is indexed at once
        put(
                "Basic",
                "own-late",
                "\"code\":{\"text\":\"own eyes\"},\"extension\":[{\"url\":\"" + EYES + "\",\"valueCode\":\"brown\"}]");
        search("Basic?eyes=brown&_count=1").then().body("total", equalTo(226));
        fhir().delete("/Basic/own-late").then().statusCode(204);

        // changed: not answered by the old index
        define("own-eyes", "eyes", "token", "active", "Basic.extension.where(url='http://own/other').value as code")
                .then()
                .statusCode(200);
        built("Basic?eyes=green&_count=1").then().body("total", equalTo(450));
        search("Basic?eyes=brown").then().body("total", equalTo(0));

        define("own-eyes", "eyes", "token", "retired", "Basic.extension.where(url='http://own/other').value as code")
                .then()
                .statusCode(200);
        search("Basic?eyes=green").then().statusCode(400).body("issue[0].diagnostics", containsString("eyes"));
        define("own-eyes", "eyes", "token", "active", "Basic.extension.where(url='http://own/other').value as code")
                .then()
                .statusCode(200);
        built("Basic?eyes=green&_count=1").then().body("total", equalTo(450));
        fhir().delete("/SearchParameter/own-eyes").then().statusCode(204);
        search("Basic?eyes=green").then().statusCode(400);
        fhir().get("/metadata")
                .then()
                .body("rest[0].resource.find { it.type == 'Basic' }.searchParam.name", not(hasItem("eyes")));
    }

    @Test
    void every_kind_is_indexed() {
        define("own-size", "size", "quantity", "active", "Basic.extension('http://own/size').value as Quantity");
        define(
                "own-since",
                "since",
                "date",
                "active",
                "(Basic.extension.where(url = 'http://own/since').value as date)");
        define("own-said", "said", "string", "active", "Basic.extension('http://own/said').value");
        define(
                "own-by",
                "by",
                "reference",
                "active",
                "Basic.extension('http://own/by').value.as(Reference).where(resolve() is Practitioner)");
        built("Basic?size=lt10").then().body("total", equalTo(10));
        built("Basic?since=2026&_summary=count").then().body("total", equalTo(450));
        built("Basic?said=word%2044&_summary=count").then().body("total", equalTo(11));
        built("Basic?by=Practitioner/own-p1&_summary=count").then().body("total", equalTo(150));
        built("Basic?_sort=-size&_count=1").then().body("entry[0].resource.id", equalTo("own-b449"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "token; Basic.nonsense; expression; nonsense",
                "token; Basic.code.substring(1); expression; substring",
                "token; Basic.code where; expression; character 12",
                "token; Patient.gender; expression; starts from Basic",
                "date; Basic.code; expression; CodeableConcept",
                "token; Basic.code.where(text='a; expression; quotes",
                "composite; Basic.code; component; two components"
            })
    void what_cannot_be_indexed_is_refused_with_its_place(String kind, String expression, String place, String said) {
        define("own-bad", "bad", kind, "active", expression)
                .then()
                .statusCode(422)
                .body("issue[0].expression[0]", equalTo("SearchParameter." + place))
                .body("issue[0].diagnostics", containsString(said));
        fhir().get("/SearchParameter/own-bad").then().statusCode(404);
    }

    @Test
    void two_definitions_of_one_code_are_refused_and_one_of_r4_changes_nothing() {
        define("own-first", "twice", "token", "active", "Basic.code").then().statusCode(201);
        define("own-second", "twice", "token", "active", "Basic.code")
                .then()
                .statusCode(422)
                .body("issue[0].diagnostics", containsString("own-first"));
        define("own-r4", "author", "reference", "active", "Basic.author").then().statusCode(201);
        search("Basic?author=Practitioner/nobody").then().statusCode(200);
        define("own-r4b", "author", "token", "active", "Basic.code").then().statusCode(422);
    }

    @Test
    void another_server_on_the_database_goes_on_where_one_was_stopped() {
        Reindexer mine = bean(Reindexer.class);
        mine.stop();
        define("own-other", "other-eyes", "token", "active", "Basic.extension('http://own/other').value.as(code)")
                .then()
                .statusCode(201);
        search("Basic?other-eyes=green")
                .then()
                .statusCode(400)
                .body("issue[0].code", equalTo("incomplete"))
                .body("issue[0].diagnostics", containsString("being built"));
        HikariDataSource pool = bean(HikariDataSource.class);
        ConfigurableApplicationContext second = new SpringApplication(ThroughcareApplication.class)
                .run(
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--throughcare.storage.url=" + pool.getJdbcUrl(),
                        "--throughcare.storage.username=" + pool.getUsername(),
                        "--throughcare.storage.password=" + pool.getPassword(),
                        "--throughcare.demo=false",
                        "--throughcare.zone=America/New_York");
        try {
            built("Basic?other-eyes=green&_count=1").then().body("total", equalTo(450));
            String there = "http://127.0.0.1:" + second.getEnvironment().getProperty("local.server.port") + "/fhir";
            assertThat(fhir().get(there + "/Basic?other-eyes=green&_summary=count")
                            .jsonPath()
                            .getInt("total"))
                    .isEqualTo(450);
            // what one server retires the other no longer answers, at once
            fhir().delete("/SearchParameter/own-other").then().statusCode(204);
            assertThat(fhir().get(there + "/Basic?other-eyes=green").statusCode())
                    .isEqualTo(400);
            // and what one is told the other indexes by, in its next write
            define("own-third", "third-eyes", "token", "active", "Basic.extension('" + EYES + "').value.as(code)");
            fhir().body(
                            "{\"resourceType\":\"Basic\",\"id\":\"own-there\",\"code\":{\"text\":\"own eyes\"},\"extension\":[{\"url\":\""
                                    + EYES + "\",\"valueCode\":\"violet\"}]}")
                    .put(there + "/Basic/own-there")
                    .then()
                    .statusCode(201);
            built("Basic?third-eyes=violet").then().body("total", equalTo(1));
            fhir().delete("/Basic/own-there").then().statusCode(204);
        } finally {
            second.close();
            mine.start();
        }
    }

    @Test
    void an_index_of_an_older_form_is_made_anew_and_never_answered_from_meanwhile() throws Exception {
        try (java.sql.Connection c = bean(HikariDataSource.class).getConnection();
                java.sql.Statement s = c.createStatement()) {
            s.execute("UPDATE store SET form = 0");
            // what an older release left: nothing is found by it
            s.execute("UPDATE resource SET tokens = '{}', side = 0 WHERE id LIKE 'own-b%'");
            s.execute("DELETE FROM token WHERE pk IN (SELECT pk FROM resource WHERE id LIKE 'own-b%')");
            s.execute("DELETE FROM idx_string WHERE pk IN (SELECT pk FROM resource WHERE id LIKE 'own-b%')");
            bean(IndexDefinitions.class).start(c);
        }
        bean(Reindexer.class).ring();
        search("Basic?_id=own-b1").then().statusCode(200);
        Response r = search("Basic?code:text=own%20eyes&_summary=count");
        for (int i = 0; i < 1200 && r.statusCode() == 503; i++) {
            r.then().body("issue[0].code", equalTo("transient"));
            LockSupport.parkNanos(100_000_000);
            r = search("Basic?code:text=own%20eyes&_summary=count");
        }
        r.then().statusCode(200).body("total", equalTo(450));
        for (int i = 0; i < 1200 && !bean(Store.class).index().rebuilding().isEmpty(); i++) {
            LockSupport.parkNanos(100_000_000);
        }
        assertThat(bean(Store.class).index().indexing()).isEmpty();
        assertThat(bean(Store.class).index().rebuilding()).isEmpty();
    }

    @Test
    void what_reaches_into_a_type_whose_index_is_made_anew_is_not_answered_either() throws Exception {
        try (java.sql.Connection c = bean(HikariDataSource.class).getConnection();
                java.sql.Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.execute(
                    "INSERT INTO reindex (type, whole) SELECT number, true FROM resource_type WHERE name IN ('Basic', 'Location', 'ValueSet')");
            s.execute("UPDATE store SET generation = generation + 1");
            c.commit();
            s.execute("SELECT * FROM reindex FOR UPDATE"); // holds the work up
            bean(Store.class).index().refresh();
            search("Practitioner?name=nobody").then().statusCode(200);
            search("Encounter?location=Location/here").then().statusCode(200);
            for (String reaching : java.util.List.of(
                    "Practitioner?_has:Basic:author:code=x",
                    "Encounter?subject:Patient._has:Basic:patient:code=x",
                    "Practitioner?_id=nobody&_revinclude=Basic:author",
                    "Encounter?location:below=Location/here",
                    "Observation?code:in=http://example.org/ValueSet/some",
                    "Basic?code=x")) {
                search(reaching)
                        .then()
                        .statusCode(503)
                        .header("Retry-After", org.hamcrest.Matchers.notNullValue())
                        .body("issue[0].diagnostics", containsString("Basic"));
            }
            c.rollback();
            c.setAutoCommit(true);
        }
        bean(Reindexer.class).ring();
        for (int i = 0;
                i < 1200 && search("Practitioner?_has:Basic:author:code=x").statusCode() == 503;
                i++) {
            LockSupport.parkNanos(100_000_000);
        }
        search("Practitioner?_has:Basic:author:code=x").then().statusCode(200).body("total", equalTo(0));
        for (int i = 0; i < 1200 && !bean(Store.class).index().rebuilding().isEmpty(); i++) {
            LockSupport.parkNanos(100_000_000);
        }
    }

    @Test
    void an_operator_may_have_types_indexed_anew() {
        fhir().post("/$reindex?type=Basic&type=Practitioner")
                .then()
                .statusCode(200)
                .body("parameter.part.find { it.find { p -> p.valueCode == 'Basic' } }.name", hasItem("of"));
        fhir().post("/$reindex?type=Nonsense")
                .then()
                .statusCode(400)
                .body("issue[0].diagnostics", containsString("Nonsense"));
        for (int i = 0; i < 600 && indexing().contains("Basic"); i++) {
            search("Basic?code:text=own%20eyes&_summary=count")
                    .then()
                    .statusCode(200)
                    .body("total", equalTo(450));
            LockSupport.parkNanos(20_000_000);
        }
        assertThat(indexing()).doesNotContain("Basic");
    }

    /** As an operator sees it. */
    private static String indexing() {
        return fhir().post("/$reindex?status=true")
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }
}
