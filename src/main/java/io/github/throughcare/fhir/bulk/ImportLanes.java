package io.github.throughcare.fhir.bulk;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.bulk.ImportLog.Counts;
import io.github.throughcare.fhir.bulk.NdjsonBatches.Batch;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Some batches at a time: read, checked and stored beside each other. The first that fails ends all. Used by one thread, which waits
 * when it is twice as many batches ahead as there are writers: memory stays bounded.
 */
final class ImportLanes implements AutoCloseable {

    private final ImportWriter writer;
    private final ExecutorService threads;
    private final int ahead;
    private final Turnstile turnstile = new Turnstile();
    private final ArrayDeque<Future<?>> under = new ArrayDeque<>();
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private long tickets;

    ImportLanes(ImportWriter writer, int writers) {
        this.writer = writer;
        this.ahead = 2 * writers;
        this.threads = Executors.newFixedThreadPool(writers, task -> {
            Thread thread = new Thread(task, "import");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Takes a batch, when there is room; throws what an earlier one threw. */
    void submit(ImportWriter.Place place, Batch batch) {
        while (under.size() >= ahead) {
            await();
        }
        long ticket = tickets++;
        under.add(threads.submit(() -> store(ticket, place, batch)));
    }

    private Void store(long ticket, ImportWriter.Place place, Batch batch) throws InterruptedException {
        ImportWriter.Ready ready = writer.read(place, batch);
        Set<String> resources = ready.resources();
        turnstile.enter(ticket, resources);
        try {
            Counts counts = writer.store(ready);
            stored.addAndGet(counts.stored());
            refused.addAndGet(counts.refused());
        } finally {
            turnstile.leave(resources);
        }
        return null;
    }

    /** Waits until all is stored; throws what one threw. */
    void drain() {
        while (!under.isEmpty()) {
            await();
        }
    }

    private void await() {
        try {
            under.remove().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Problem p) {
                throw p;
            }
            if (e.getCause() instanceof CancellationException c) {
                throw c;
            }
            throw new IllegalStateException("A batch could not be stored", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("The import was interrupted");
        }
    }

    /** Resources stored since it began. */
    long stored() {
        return stored.get();
    }

    long refused() {
        return refused.get();
    }

    /** Lets nothing further begin; what is being stored is stored or not, as a whole. */
    @Override
    public void close() {
        turnstile.close();
        threads.shutdownNow();
    }
}
