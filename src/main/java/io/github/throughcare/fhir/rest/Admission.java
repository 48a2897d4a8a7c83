package io.github.throughcare.fhir.rest;

import io.github.throughcare.fhir.Problem;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * Lets in as many requests as the server can serve at a steady pace, and tells the others at once to come again (503, Retry-After):
 * a queue without end would make everybody wait. Writes have the smaller share of threads and connections, so that reading goes on
 * while many write; of large bodies only some are held in memory at a time. Thread-safe.
 */
final class Admission {

    private static final long PATIENCE_SECONDS = 10;

    /** Requests of one kind: so many inside, so many at work. */
    private static final class Gate {
        private final String what;
        private final Semaphore inside;
        private final Semaphore work;

        Gate(String what, int inside, int work) {
            this.what = what;
            this.inside = new Semaphore(inside);
            this.work = new Semaphore(work, true);
        }

        <T> T pass(Supplier<T> serve) {
            if (!inside.tryAcquire()) {
                throw busy();
            }
            try {
                if (!work.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw busy();
                }
                try {
                    return serve.get();
                } finally {
                    work.release();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw busy();
            } finally {
                inside.release();
            }
        }

        private Problem busy() {
            return new Problem(
                    503,
                    IssueType.THROTTLED,
                    "The server has as many " + what + " under way as it can take; send this one again in a second");
        }
    }

    private final Gate reads;
    private final Gate writes;
    private final Gate large;
    private final long largeFrom;

    Admission(RestSettings settings) {
        this.reads = new Gate("reads", settings.reads(), settings.reads());
        this.writes = new Gate("writes", settings.writes(), settings.writesAtOnce());
        this.large = new Gate("large bodies", settings.writes(), settings.largeAtOnce());
        this.largeFrom = settings.largeFrom().toBytes();
    }

    /**
     * Serves a request when it is its turn.
     *
     * @param write it may change something
     * @param length of its body, -1 when it does not say
     * @throws Problem 503 when there are too many
     */
    <T> T pass(boolean write, long length, Supplier<T> serve) {
        if (!write) {
            return reads.pass(serve);
        }
        return length < 0 || length >= largeFrom ? large.pass(() -> writes.pass(serve)) : writes.pass(serve);
    }
}
