package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.storage.FullText;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Write;
import io.github.throughcare.fhir.terminology.Terminology;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The plans of PostgreSQL, pinned, for values that are dense and for values that are rare: no search may depend on luck. The store
 * holds 6,000 DeviceRequests of which nearly all are active and five are on hold.
 */
class PlanIT extends ServerIT {

    private static Searches searches;

    @BeforeAll
    static void many_requests() throws Exception {
        Store store = bean(Store.class);
        JsonMapper mapper = new JsonMapper();
        for (int block = 0; block < 6; block++) {
            List<Write> writes = new ArrayList<>();
            for (int i = block * 1000; i < block * 1000 + 1000; i++) {
                ObjectNode body = (ObjectNode) mapper.readTree("{\"resourceType\":\"DeviceRequest\",\"status\":\""
                        + (i % 1200 == 7 ? "on-hold" : i % 2 == 0 ? "completed" : "active")
                        + "\",\"intent\":\"order\",\"codeCodeableConcept\":{\"coding\":[{\"code\":\"pin-"
                        + (i % 3000 == 5 ? "rare" : "dense") + "\"}]},\"subject\":{\"reference\":\"Patient/pin-"
                        + i % 60
                        + "\"},\"authoredOn\":\"" + (2000 + i % 25) + "-01-0" + (1 + i % 9) + "\"}");
                writes.add(new Write("DeviceRequest", "pin-" + i, body, true, null, false, null));
            }
            store.loading(tx -> tx.write(writes, Visibility.everything()));
        }
        try (Connection c = bean(DataSource.class).getConnection();
                Statement s = c.createStatement()) {
            s.execute("ANALYZE token");
            s.execute("ANALYZE resource");
        }
        // its own look at the statistics: the server's may be half a minute old
        searches = new Searches(
                bean(TypeIndex.Catalog.class),
                store,
                ZoneId.of("America/New_York"),
                Clock.systemUTC(),
                bean(SearchSettings.class),
                new Terminology(bean(TypeIndex.Catalog.class), mapper, type -> {}),
                new WholeResource(bean(TypeIndex.Catalog.class).keys(), bean(FullText.class), mapper));
    }

    private static Explanation explain(String search) {
        int mark = search.indexOf('?');
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String pair : search.substring(mark + 1).split("&")) {
            String[] parts = pair.split("=", 2);
            query.computeIfAbsent(parts[0], n -> new ArrayList<>()).add(parts[1]);
        }
        Scope scope = mark == 0 ? Scope.system() : Scope.of(search.substring(0, mark));
        return searches.explain(scope, query, new Caller(bean(Store.class), Visibility.everything(), ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "DeviceRequest?status=active; Index Only Scan Backward using token_pkey; ->  Sort, Seq Scan, Bitmap, Memoize",
                "DeviceRequest?status=on-hold; Index Only Scan Backward using token_pkey; ->  Sort, Seq Scan, Bitmap, Memoize",
                "DeviceRequest?code=pin-dense&status=active; Index Only Scan Backward using token_pkey, tokens &&; ->  Sort, Seq Scan, Memoize",
                "DeviceRequest?status=active&_sort=-authored-on; Index Scan Backward using resource_state_sdate; ->  Sort, Seq Scan, Memoize",
                "DeviceRequest?status=on-hold&_sort=-authored-on; Index Scan Backward using resource_state_sdate; ->  Sort, Seq Scan",
                "DeviceRequest?status=active&_sort=-_lastUpdated; Index Scan Backward using resource_state_upd; ->  Sort, Seq Scan, Memoize",
                "DeviceRequest?code=pin-dense&_sort=-_lastUpdated; Index Scan Backward using resource_upd; ->  Sort, Seq Scan, Memoize",
                "DeviceRequest?_sort=-_lastUpdated; Index Scan Backward using resource_upd; ->  Sort, Seq Scan, Memoize",
                "DeviceRequest?_sort=authored-on; Index Scan using resource_sdate; ->  Sort, Seq Scan, Memoize",
                "DeviceRequest?_count=20; resource_type_pk; ->  Sort, Seq Scan, Memoize",
                // several values: ordered lists are merged when they are dense, gathered when they are not
                "DeviceRequest?status=active,completed; Merge Append, token_pkey; ->  Sort, Seq Scan, Memoize",
                "DeviceRequest?code=pin-rare,pin-none; token_pkey, (pk = ANY ((InitPlan; Merge Append, Seq Scan",
                "DeviceRequest?code=pin-rare&_sort=-authored-on; token_pkey, (pk = ANY ((InitPlan, ->  Sort; Seq Scan, resource_sdate",
                // one patient: the index has the type and both ends of the date
                "DeviceRequest?patient=Patient/pin-3&code=pin-dense&authored-on=ge2010; resource_patient, (patient = $, (edate > $; Seq Scan, token_pkey",
                "DeviceRequest?patient=Patient/pin-3&authored-on=2010&_sort=-authored-on; resource_patient, (sdate >= $; Seq Scan",
                // a code of one patient's Observations has a key with the patient
                "Observation?patient=Patient/pin-3&code=http://x|pin-y&date=ge2010&_sort=-date; token_pkey; Seq Scan, resource_patient",
                "Observation?patient=Patient/pin-3&code=http://x|pin-y; Index Only Scan Backward using token_pkey; ->  Sort, Seq Scan, resource_patient",
                "Observation?patient=Patient/pin-3&code=pin-y; resource_patient; Seq Scan, token_pkey",
                // dates: walked when dense, by their index when rare
                "DeviceRequest?authored-on=ge2000; resource_type_pk; ->  Sort, Seq Scan, Memoize",
                "DeviceRequest?authored-on=lt2001; resource_sdate; Seq Scan",
                "DeviceRequest?authored-on=lt2020; resource_type_pk; ->  Sort, Seq Scan, Memoize",
                "DeviceRequest?_lastUpdated=gt2100; resource_upd; Seq Scan",
                "DeviceRequest?_lastUpdated=gt2000; resource_type_pk; ->  Sort, Seq Scan, Memoize",
                // the inner part is in the same statement when it is not much
                "Patient?_has:DeviceRequest:patient:code=pin-rare; resource_self, (self = ANY (at_most, (pk = ANY ((InitPlan, token_pkey; Seq Scan, Memoize",
                "Patient?_has:DeviceRequest:patient:code=pin-rare&identifier=http://x|pin-none; token_pkey; Seq Scan, Memoize",
                "Patient?_has:DeviceRequest:patient:status=on-hold&_id=pin-1,pin-2; resource_self, hashed SubPlan, token_pkey; Seq Scan, Memoize",
                // several types
                "?_type=DeviceRequest,SupplyRequest; Merge Append, resource_type_pk; ->  Sort, Seq Scan, Memoize",
                "?_type=DeviceRequest,SupplyRequest&_sort=-_lastUpdated; Merge Append, Index Scan Backward using resource_upd; ->  Sort, Seq Scan, Memoize",
                "?_sort=-_lastUpdated; Index Scan Backward using version_upd; ->  Sort, Seq Scan, Memoize"
            })
    void uses(String search, String with, String without) {
        Explanation e = explain(search);
        String plan = String.join("\n", e.plan());
        // a walk by rows has a last sort, which puts one page in order again after its bodies were fetched
        boolean sorted = plan.contains("CTE");
        String rows = sorted ? plan.substring(plan.indexOf("CTE")) : plan;
        assertThat(rows).as(search + "\n" + plan).contains(with.split(", "));
        String walk = e.walks() && sorted ? rows.substring(0, rows.indexOf("CTE Scan")) : rows;
        assertThat(walk).as(search + "\n" + plan).doesNotContain(without.split(", "));
        if (!sorted) {
            String outer = plan.split("InitPlan \\d+\n")[0];
            assertThat(outer.split("->  Sort", -1)).as(search + "\n" + plan).hasSize(e.walks() ? 1 : 2);
        }
        assertThat(e.sql()).doesNotContain("pin-");
    }

    /** As on a database whose disks make each jump dear: gathering and sorting would look cheaper there for some thousand rows. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "DeviceRequest?_count=20",
                "DeviceRequest?status=active",
                "DeviceRequest?status=active,completed",
                "DeviceRequest?code=pin-dense&_sort=-_lastUpdated",
                "DeviceRequest?status=active&_sort=-authored-on",
                "DeviceRequest?_sort=-_lastUpdated",
                "DeviceRequest?_sort=authored-on",
                "?_type=DeviceRequest,SupplyRequest&_sort=-_lastUpdated",
                "?_sort=-_lastUpdated"
            })
    void walks_in_order_whatever_a_jump_costs(String search) throws Exception {
        Explanation e = explain(search);
        assertThat(e.walks()).isTrue();
        String sql = e.sql();
        int parameters = 0;
        while (sql.indexOf('?') >= 0) {
            sql = sql.replaceFirst("\\?", "\\$" + ++parameters);
        }
        for (String jump : List.of("1.1", "4")) {
            StringBuilder plan = new StringBuilder();
            try (Connection c = bean(DataSource.class).getConnection();
                    Statement s = c.createStatement()) {
                c.setAutoCommit(false);
                s.execute("SET LOCAL random_page_cost = " + jump);
                s.execute("PREPARE walk AS " + sql);
                try (ResultSet r = s.executeQuery(
                        "EXPLAIN EXECUTE walk(" + String.join(",", Collections.nCopies(parameters, "NULL")) + ")")) {
                    while (r.next()) {
                        plan.append(r.getString(1)).append('\n');
                    }
                }
                s.execute("DEALLOCATE walk");
                c.rollback();
            }
            String rows = plan.indexOf("CTE Scan") < 0 ? plan.toString() : plan.substring(0, plan.indexOf("CTE Scan"));
            String walk = rows.contains("CTE x") ? rows.substring(rows.indexOf("CTE x")) : rows;
            assertThat(walk).as(jump + "\n" + plan).doesNotContain("->  Sort", "Seq Scan", "Bitmap");
        }
    }

    @Test
    void the_operation_shows_it_and_no_values() {
        Response r = fhir().urlEncodingEnabled(true)
                .queryParam("query", "DeviceRequest?status=active&patient.family=Pinned")
                .get("/$explain");
        r.then()
                .statusCode(200)
                .body("parameter.find { it.name == 'mode' }.valueString", Matchers.notNullValue())
                .body("parameter.find { it.name == 'sql' }.valueString", Matchers.containsString("?"))
                .body("parameter.find { it.name == 'plan' }.valueString", Matchers.containsString("->"));
        assertThat(r.jsonPath().getString("parameter.find { it.name == 'sql' }.valueString"))
                .doesNotContain("inned");
        fhir().queryParam("query", "status=active")
                .get("/DeviceRequest/$explain")
                .then()
                .statusCode(200);
        fhir().queryParam("query", "nonsense=active")
                .get("/DeviceRequest/$explain")
                .then()
                .statusCode(400);
        fhir().queryParam("query", "Nonsense?a=b").get("/$explain").then().statusCode(400);
        fhir().get("/$explain").then().statusCode(400);
    }

    @Test
    void totals_are_known_where_that_is_cheap() {
        assertThat(total("DeviceRequest?code=pin-rare&status=active&_count=1")).isEqualTo(2);
        assertThat(total("DeviceRequest?status=on-hold&_count=1")).isEqualTo(5);
        assertThat(total("DeviceRequest?code=pin-dense&status=active&_count=1")).isNull();
        assertThat(total("DeviceRequest?code=pin-dense&status=active&_count=1&_total=accurate"))
                .isEqualTo(2993);
        assertThat(total("DeviceRequest?authored-on=2003&_count=1")).isEqualTo(240);
        assertThat(total("DeviceRequest?patient=Patient/pin-4&_count=1&_sort=-authored-on"))
                .isEqualTo(100);
    }

    private static Integer total(String search) {
        return fhir().urlEncodingEnabled(false)
                .get(base + "/" + search)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .get("total");
    }

    @Test
    void walking_merged_lists_gives_each_match_once() {
        List<String> all = new ArrayList<>();
        String next = base + "/DeviceRequest?status=active,completed,on-hold&_count=900";
        while (next != null) {
            var page = fhir().urlEncodingEnabled(false).get(next).jsonPath();
            all.addAll(page.getList("entry.resource.id"));
            next = page.getString("link.find { it.relation == 'next' }.url");
        }
        assertThat(all).hasSize(6000).doesNotHaveDuplicates();
        assertThat(all.subList(0, 3)).isEqualTo(Arrays.asList("pin-5999", "pin-5998", "pin-5997"));
    }
}
