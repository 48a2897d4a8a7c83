package io.github.throughcare.fhir.job;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one job to its end, whatever that is. What it throws makes the scheduler run the job again. */
final class JobRunner {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    /** A job that was broken off so often is what breaks the server. */
    private static final int ATTEMPTS = 20;

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(300);

    private final JobTable table;
    private final FhirContext context;
    private final Clock clock;
    private final Supplier<Stream<FhirOperation>> operations;
    private volatile boolean stopping;

    JobRunner(JobTable table, FhirContext context, Clock clock, Supplier<Stream<FhirOperation>> operations) {
        this.table = table;
        this.context = context;
        this.clock = clock;
        this.operations = operations;
    }

    /** The server stops: running jobs end at their next report, to go on after the next start. */
    void stop() {
        stopping = true;
    }

    void run(String id) {
        table.take(id).ifPresent(this::run);
    }

    private void run(JobTable.Row row) {
        FhirOperation operation = operations
                .get()
                .filter(o -> o.definition().equals(row.definition()))
                .findFirst()
                .orElse(null);
        if (operation == null) {
            failed(row, 501, IssueType.NOTSUPPORTED, "This server has the operation " + row.definition() + " no more");
        } else if (row.attempts() > 1 && !operation.resumable() || row.attempts() > ATTEMPTS) {
            failed(
                    row,
                    500,
                    IssueType.INCOMPLETE,
                    "The server was stopped while it worked on this, at \"" + row.progress()
                            + "\". What was stored by then stays; call the operation again");
        } else {
            run(row, operation);
        }
    }

    private void run(JobTable.Row row, FhirOperation operation) {
        String result;
        try {
            Parameters in = context.newJsonParser().parseResource(Parameters.class, row.input());
            OperationCall call =
                    new OperationCall(row.type(), row.resource(), in, row.visibility(), new Reported(row.id()));
            result = context.newJsonParser().encodeResourceToString(operation.run(call));
        } catch (Problem p) {
            if (p.status() == 503 && operation.resumable()) {
                throw p; // the database is away: again, later
            }
            // 503 would tell who polls to ask again, but this job has ended
            end(row, JobTable.State.FAILED, p.status() == 503 ? 500 : p.status(), Issues.write(p.issues()));
            return;
        } catch (CancellationException e) {
            if (stopping) {
                throw e;
            }
            return; // the row says so already
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("Job {} ({}) failed", row.id(), row.definition(), e);
            failed(
                    row,
                    500,
                    IssueType.EXCEPTION,
                    "The server failed; its log has more under " + row.id() + ". What was stored by then stays");
            return;
        }
        end(row, JobTable.State.COMPLETED, 200, result);
    }

    private void failed(JobTable.Row row, int status, IssueType code, String text) {
        end(row, JobTable.State.FAILED, status, Issues.write(List.of(new Problem.Issue(code, text, null))));
    }

    /** The work is done and must not be done again because the database is away for a moment. */
    private void end(JobTable.Row row, JobTable.State state, int status, String result) {
        for (int attempt = 1; ; attempt++) {
            try {
                table.end(
                        row.id(),
                        state,
                        status,
                        result,
                        Jobs.micros(clock.instant().plus(Jobs.KEPT)));
                return;
            } catch (Problem p) {
                if (attempt == 30) {
                    throw p;
                }
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            }
        }
    }

    private final class Reported implements OperationCall.Job {
        private final String id;
        private long last = System.nanoTime() - PAUSE;

        Reported(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public synchronized void progress(String text) {
            if (stopping) {
                throw new CancellationException("The server stops");
            }
            long now = System.nanoTime();
            if (now - last < PAUSE) {
                return;
            }
            last = now;
            if (!table.progress(id, text)) {
                throw new CancellationException("Job " + id + " was cancelled");
            }
        }
    }
}
