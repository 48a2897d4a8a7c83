package io.github.throughcare.fhir.job;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Begins jobs, says what has become of them, ends them. A job is its caller's: to anyone else it does not exist. Thread-safe, also
 * between server processes.
 */
public final class Jobs {

    /** Results are kept this long; a job that was never begun too. */
    static final Duration KEPT = Duration.ofHours(24);

    /**
     * What a job has come to.
     *
     * @param result null while it goes on
     * @param expires when the result is thrown away, microseconds since 1970
     */
    public record State(String progress, @Nullable Resource result, long expires) {}

    private final SecureRandom random = new SecureRandom();
    private final JobTable table;
    private final FhirContext context;
    private final Clock clock;
    private final Consumer<String> schedule;

    /** @param schedule has a job run soon, by this process or another */
    Jobs(JobTable table, FhirContext context, Clock clock, Consumer<String> schedule) {
        this.table = table;
        this.context = context;
        this.clock = clock;
        this.schedule = schedule;
    }

    /**
     * Begins a call of an operation.
     *
     * @param definition id of the operation's definition
     * @param actor who calls; empty: the system
     * @return the job's id
     */
    public String begin(String definition, OperationCall call, String actor) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        long now = micros(clock.instant());
        table.forget(now);
        table.insert(
                id,
                definition,
                call,
                context.newJsonParser().encodeResourceToString(call.in()),
                actor,
                now,
                micros(clock.instant().plus(KEPT)));
        schedule.accept(id);
        return id;
    }

    /** @throws Problem the one that ended the operation; 404 for a job that is unknown, cancelled, forgotten or another's */
    public State state(String id, String actor, Visibility visibility) {
        JobTable.Row row = own(id, actor, visibility);
        return switch (row.state()) {
            case WAITING, RUNNING -> new State(row.progress(), null, row.expires());
            case COMPLETED ->
                new State(
                        row.progress(),
                        (Resource) context.newJsonParser().parseResource(String.valueOf(row.result())),
                        row.expires());
            case FAILED -> throw new Problem(row.status(), Issues.read(String.valueOf(row.result())));
            case CANCELLED -> throw unknown(id);
        };
    }

    /**
     * Ends a job, at the next place where its operation reports progress; what it has stored by then stays. The result of one that
     * has ended is thrown away.
     */
    public void cancel(String id, String actor, Visibility visibility) {
        if (own(id, actor, visibility).state() == JobTable.State.CANCELLED) {
            throw unknown(id);
        }
        table.cancel(id);
    }

    private JobTable.Row own(String id, String actor, Visibility visibility) {
        table.forget(micros(clock.instant()));
        return table.find(id)
                .filter(row -> actor.isEmpty() || actor.equals(row.actor()))
                .filter(row -> visibility.equals(row.visibility()))
                .orElseThrow(() -> unknown(id));
    }

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static Problem unknown(String id) {
        return Problem.unknown("There is no job " + id + ": it never was, was cancelled, or its result is older than "
                + KEPT.toHours() + " hours");
    }
}
