package io.github.throughcare.fhir.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.github.throughcare.ServerIT;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Visibility;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.UUID;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.Test;

/** The asynchronous request pattern (R4 async.html), on an operation that has it. */
class JobIT extends ServerIT {

    private static final String OPERATION = "/Encounter/$flag-readmission-risk";

    @Test
    void a_job_is_accepted_polled_and_gives_its_result() throws InterruptedException {
        Response accepted = fhir().header("Prefer", "respond-async").post(OPERATION);
        accepted.then().statusCode(202);
        String location = accepted.header("Content-Location");
        assertThat(location).startsWith(base + "/_job/");
        Response done = result(location);
        done.then()
                .statusCode(200)
                .body("resourceType", equalTo("Parameters"))
                .body("parameter.name", hasItem("assessed"));
        assertThat(done.header("Expires")).isNotBlank();
        assertThat(poll(location).statusCode()).as("the result is kept").isEqualTo(200);
    }

    @Test
    void without_the_preference_the_client_waits() {
        fhir().post(OPERATION).then().statusCode(200).body("resourceType", equalTo("Parameters"));
    }

    @Test
    void an_operation_that_is_quick_answers_at_once() {
        fhir().header("Prefer", "respond-async")
                .get("/Patient/nobody/$readmission-risk")
                .then()
                .statusCode(404);
    }

    @Test
    void what_is_malformed_is_said_at_once() {
        fhir().header("Prefer", "respond-async")
                .post(OPERATION + "?colour=blue")
                .then()
                .statusCode(400)
                .body("issue[0].diagnostics", containsString("colour"));
    }

    @Test
    void an_error_of_the_work_is_the_answer_of_the_job() throws InterruptedException {
        String location = fhir().header("Prefer", "respond-async")
                .post(OPERATION + "?losPolicy=roughly")
                .header("Content-Location");
        result(location)
                .then()
                .statusCode(
                        equalTo(fhir().post(OPERATION + "?losPolicy=roughly").statusCode()))
                .body("resourceType", equalTo("OperationOutcome"))
                .body("issue[0].diagnostics", containsString("losPolicy"));
    }

    @Test
    void a_cancelled_job_is_no_more() {
        String location =
                fhir().header("Prefer", "respond-async").post(OPERATION).header("Content-Location");
        RestAssured.delete(location).then().statusCode(202);
        poll(location).then().statusCode(404).body("resourceType", equalTo("OperationOutcome"));
        RestAssured.delete(location).then().statusCode(404);
    }

    @Test
    void a_job_is_its_callers() throws InterruptedException {
        String location = fhir().header("Prefer", "respond-async")
                .header("X-Throughcare-Actor", "Practitioner/job-one")
                .post(OPERATION)
                .header("Content-Location");
        RestAssured.given()
                .header("X-Throughcare-Actor", "Practitioner/job-two")
                .get(location)
                .then()
                .statusCode(404);
        RestAssured.given()
                .header("X-Throughcare-Actor", "Practitioner/job-two")
                .delete(location)
                .then()
                .statusCode(404);
        assertThat(RestAssured.given()
                        .header("X-Throughcare-Actor", "Practitioner/job-one")
                        .get(location)
                        .statusCode())
                .isIn(200, 202);
    }

    /** No operation that can be answered later is of this kind now; the job is made as one of it would be. */
    @Test
    void a_job_that_cannot_be_resumed_ends_when_its_server_was_killed() {
        JobTable table = bean(JobTable.class);
        String id = UUID.randomUUID().toString().replace("-", "");
        long now = System.currentTimeMillis() * 1000;
        table.insert(
                id,
                "explain",
                new OperationCall(null, null, new Parameters(), Visibility.everything()),
                "{\"resourceType\":\"Parameters\"}",
                "",
                now,
                now + 3_600_000_000L);
        assertThat(table.take(id)).as("begun").isPresent();
        assertThat(table.progress(id, "3 of 7")).isTrue();
        poll(base + "/_job/" + id).then().statusCode(202).header("X-Progress", equalTo("3 of 7"));
        // killed here; the scheduler finds that its heart has stopped, and has it run again
        bean(JobRunner.class).run(id);
        for (int i = 0; i < 2; i++) {
            poll(base + "/_job/" + id)
                    .then()
                    .statusCode(500)
                    .body("resourceType", equalTo("OperationOutcome"))
                    .body("issue[0].code", equalTo("incomplete"))
                    .body("issue[0].diagnostics", containsString("3 of 7"))
                    .body("issue[0].diagnostics", containsString("call the operation again"));
        }
        bean(JobRunner.class).run(id);
        poll(base + "/_job/" + id).then().statusCode(500);
        RestAssured.delete(base + "/_job/" + id).then().statusCode(202);
        poll(base + "/_job/" + id).then().statusCode(404);
    }

    @Test
    void what_never_was_a_job_is_unknown() {
        fhir().get("/_job/0123").then().statusCode(404);
        fhir().put("/_job/0123").then().statusCode(405);
    }

    private static Response poll(String location) {
        return RestAssured.given().accept("application/fhir+json").get(location);
    }

    /** Polls as a client does. */
    static Response result(String location) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            Response response = poll(location);
            if (response.statusCode() != 202) {
                return response;
            }
            response.then().header("X-Progress", s -> s.length(), lessThanOrEqualTo(100));
            assertThat(response.header("Retry-After")).isNotBlank();
            assertThat(System.nanoTime()).as("the job ends").isLessThan(until);
            Thread.sleep(50);
        }
    }
}
