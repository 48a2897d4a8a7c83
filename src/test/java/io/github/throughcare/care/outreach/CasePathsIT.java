package io.github.throughcare.care.outreach;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.Race;
import io.github.throughcare.care.CareIT;
import io.restassured.response.Response;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The life of a case holds on every path by which a write comes. */
class CasePathsIT extends CareIT {

    /** By what it is written. */
    enum Path {
        PUT,
        CONDITIONAL_PUT,
        JSON_PATCH,
        CONDITIONAL_PATCH,
        FHIRPATH_PATCH,
        TRANSACTION_PUT,
        TRANSACTION_PATCH,
        BATCH
    }

    private static final String SYSTEM = "http://example.org/cases";

    private String patient;
    private String kim;
    private String identifier;
    private String id;

    @BeforeEach
    void aCase() {
        patient = "Patient/" + create("Patient", "{\"resourceType\":\"Patient\"}");
        kim = "Practitioner/" + create("Practitioner", "{\"resourceType\":\"Practitioner\"}");
        identifier = UUID.randomUUID().toString();
        id = create("EpisodeOfCare", episode(null, "active", ""));
    }

    @ParameterizedTest
    @EnumSource(Path.class)
    void a_move_that_there_is_not_changes_nothing(Path path) {
        for (String illegal : List.of("planned", "waitlist")) {
            assertThat(write(path, illegal)).as(illegal).isEqualTo(422);
        }
        assertThat(read("EpisodeOfCare/" + id).getString("meta.versionId")).isEqualTo("1");
        assertThat(write(path, "finished")).isEqualTo(200);
        // reopened only with a reason, on hold not at all
        for (String illegal : List.of("active", "onhold", "cancelled")) {
            assertThat(write(path, illegal)).as(illegal).isEqualTo(422);
        }
        assertThat(read("EpisodeOfCare/" + id).getString("meta.versionId")).isEqualTo("2");
        assertThat(read("EpisodeOfCare/" + id).getList("statusHistory.status", String.class))
                .containsExactly("active", "finished");
        assertThat(write(path, "entered-in-error")).isEqualTo(200);
        assertThat(write(path, "finished")).isEqualTo(422);
    }

    @Test
    void what_was_is_no_way_back() {
        assertThat(write(Path.PUT, "finished")).isEqualTo(200);
        String first = fhir().get("/EpisodeOfCare/" + id + "/_history/1").asString();
        assertThat(fhir().body(first).put("/EpisodeOfCare/" + id).statusCode()).isEqualTo(422);
        // a forged history neither
        String forged = episode(
                id, "finished", "\"statusHistory\":[{\"status\":\"planned\",\"period\":{\"start\":\"2020-01-01\"}}],");
        assertThat(fhir().body(forged).put("/EpisodeOfCare/" + id).header("ETag"))
                .isEqualTo("W/\"2\"");
        // nor deleting it and beginning anew as what it never was
        assertThat(fhir().delete("/EpisodeOfCare/" + id).statusCode()).isEqualTo(204);
        assertThat(write(Path.PUT, "onhold")).isEqualTo(422);
        assertThat(fhir().get("/EpisodeOfCare/" + id).statusCode()).isEqualTo(410);
        assertThat(fhir().body(episode(id, "planned", ""))
                        .put("/EpisodeOfCare/" + id)
                        .statusCode())
                .isEqualTo(201);
        assertThat(read("EpisodeOfCare/" + id).getList("statusHistory.status", String.class))
                .containsExactly("planned");
    }

    @Test
    void of_64_who_move_it_at_once_each_move_has_one() throws Exception {
        List<String> moves = List.of("onhold", "finished");
        List<Response> answers = Race.of(
                64,
                i -> fhir().contentType("application/json-patch+json")
                        .body(
                                "[{\"op\":\"test\",\"path\":\"/status\",\"value\":\"active\"},{\"op\":\"replace\",\"path\":\"/status\",\"value\":\""
                                        + moves.get(i % 2) + "\"}]")
                        .patch("/EpisodeOfCare/" + id));
        assertThat(answers.stream().filter(a -> a.statusCode() == 200)).hasSize(1);
        assertThat(answers.stream().filter(a -> a.statusCode() == 422)).hasSize(63);
        assertThat(read("EpisodeOfCare/" + id).getList("statusHistory")).hasSize(2);
    }

    private int write(Path path, String status) {
        String put = episode(id, status, "");
        String json = "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"" + status + "\"}]";
        String query = "EpisodeOfCare?identifier=" + SYSTEM + "|" + identifier;
        Response answer = switch (path) {
            case PUT -> fhir().body(put).put("/EpisodeOfCare/" + id);
            case CONDITIONAL_PUT -> fhir().body(put).put("/" + query);
            case JSON_PATCH ->
                fhir().contentType("application/json-patch+json").body(json).patch("/EpisodeOfCare/" + id);
            case CONDITIONAL_PATCH ->
                fhir().contentType("application/json-patch+json").body(json).patch("/" + query);
            case FHIRPATH_PATCH -> fhir().body("""
                                    {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},
                                     {"name":"path","valueString":"EpisodeOfCare.status"},{"name":"value","valueCode":"%s"}]}]}""".formatted(status)).patch("/EpisodeOfCare/" + id);
            case TRANSACTION_PUT -> bundle("transaction", put, "PUT");
            case TRANSACTION_PATCH ->
                bundle(
                        "transaction",
                        "{\"resourceType\":\"Binary\",\"contentType\":\"application/json-patch+json\",\"data\":\""
                                + Base64.getEncoder()
                                        .encodeToString(json.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                + "\"}",
                        "PATCH");
            case BATCH -> bundle("batch", put, "PUT");
        };
        return path == Path.BATCH
                ? Integer.parseInt(
                        answer.jsonPath().getString("entry[0].response.status").substring(0, 3))
                : answer.statusCode();
    }

    private Response bundle(String type, String resource, String method) {
        return fhir().body("""
                        {"resourceType":"Bundle","type":"%s","entry":[{"resource":%s,"request":{"method":"%s","url":"EpisodeOfCare/%s"}}]}""".formatted(type, resource, method, id)).post("/");
    }

    private String episode(String id, String status, String more) {
        return """
                {"resourceType":"EpisodeOfCare",%s%s"status":"%s","patient":{"reference":"%s"},"careManager":{"reference":"%s"},
                 "identifier":[{"system":"%s","value":"%s"}]}""".formatted(
                        id == null ? "" : "\"id\":\"" + id + "\",", more, status, patient, kim, SYSTEM, identifier);
    }
}
