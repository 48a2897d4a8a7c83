package io.github.throughcare.care;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.restassured.path.json.JsonPath;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What stories about coordinated care ask again and again. */
public abstract class CareIT extends ServerIT {

    /** Waits until it holds: what listeners and due work do follows the answer. */
    protected static void await(BooleanSupplier holds) {
        await(60, holds);
    }

    protected static void await(int seconds, BooleanSupplier holds) {
        Instant until = Instant.now().plusSeconds(seconds);
        while (!holds.getAsBoolean()) {
            assertThat(Instant.now()).as("it happens within " + seconds + " s").isBefore(until);
            LockSupport.parkNanos(50_000_000L);
        }
    }

    protected static JsonPath read(String local) {
        return fhir().get("/" + local).jsonPath();
    }

    protected static int count(String query) {
        return fhir().get("/" + query + "&_summary=count").jsonPath().getInt("total");
    }
}
