package io.github.throughcare.fhir.bulk;

import com.dynatrace.hash4j.hashing.Hashing;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.interaction.BundleLoads;
import io.github.throughcare.fhir.interaction.JsonBodies;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.node.ObjectNode;

/**
 * Loads a folder of transaction and batch Bundles, such as Synthea writes, once the server answers ({@code THROUGHCARE_IMPORT}). Each file
 * is one transaction, a batch (Synthea's hospitals and practitioners) too, together with the note that it is stored, found again by its
 * content: a start after a kill goes on where the last one was, and a file is never loaded twice. Hospitals and practitioners come first, for the others refer to them.
 */
final class BundleFolder implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(BundleFolder.class);
    private static final long SAY_EVERY = TimeUnit.SECONDS.toNanos(10);

    private final String folder;
    private final int writers;
    private final Store store;
    private final BundleLoads loads;
    private volatile boolean running;
    private final List<Thread> threads = new ArrayList<>();

    BundleFolder(String folder, int writers, Store store, BundleLoads loads) {
        this.folder = folder.trim();
        this.writers = writers;
        this.store = store;
        this.loads = loads;
    }

    /** Counts of a run. */
    private static final class Tally {
        final AtomicLong resources = new AtomicLong();
        final AtomicLong loaded = new AtomicLong();
        final AtomicLong known = new AtomicLong();
        final AtomicLong refused = new AtomicLong();
        final Map<String, Long> byType = new TreeMap<>();
        private long said = System.nanoTime();

        synchronized void add(Map<String, Long> types) {
            types.forEach((type, n) -> byType.merge(type, n, Long::sum));
            resources.addAndGet(
                    types.values().stream().mapToLong(Long::longValue).sum());
            loaded.incrementAndGet();
        }

        synchronized boolean isTimeToSay() {
            long now = System.nanoTime();
            if (now - said < SAY_EVERY) {
                return false;
            }
            said = now;
            return true;
        }
    }

    @Override
    public void start() {
        running = true;
        if (!folder.isEmpty()) {
            Thread thread = new Thread(this::load, "import-folder");
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void load() {
        List<Path> first = new ArrayList<>();
        List<Path> rest = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            files.filter(f -> f.toString().endsWith(".json") && Files.isRegularFile(f))
                    .sorted()
                    .forEach(f -> (isFirst(f) ? first : rest).add(f));
        } catch (IOException e) {
            LOG.error("THROUGHCARE_IMPORT={} cannot be read: {}", folder, e.toString());
            return;
        }
        long begun = System.nanoTime();
        int files = first.size() + rest.size();
        Tally tally = new Tally();
        first.forEach(f -> load(f, files, tally));
        ConcurrentLinkedQueue<Path> queue = new ConcurrentLinkedQueue<>(rest);
        List<Thread> beside = new ArrayList<>();
        for (int i = 1; i < writers; i++) {
            Thread thread = new Thread(() -> drain(queue, files, tally), "import-folder-" + i);
            thread.setDaemon(true);
            beside.add(thread);
            thread.start();
        }
        drain(queue, files, tally);
        try {
            for (Thread thread : beside) {
                thread.join();
            }
        } catch (InterruptedException e) {
            return;
        }
        LOG.info(
                "Import of {} {}: {} resources from {} files in {} s, {} files were loaded before, {} refused {}",
                folder,
                running ? "ended" : "stopped",
                tally.resources,
                tally.loaded,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun),
                tally.known,
                tally.refused,
                tally.byType);
    }

    private static boolean isFirst(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith("hospitalInformation") || name.startsWith("practitionerInformation");
    }

    private void drain(ConcurrentLinkedQueue<Path> queue, int files, Tally tally) {
        for (Path file = queue.poll(); file != null && running; file = queue.poll()) {
            load(file, files, tally);
            if (tally.isTimeToSay()) {
                LOG.info(
                        "Import of {}: {} of {} files, {} resources",
                        folder,
                        tally.loaded.get() + tally.known.get() + tally.refused.get(),
                        files,
                        tally.resources);
            }
        }
    }

    private void load(Path file, int files, Tally tally) {
        while (running) {
            try {
                load(file, tally);
                return;
            } catch (Problem p) {
                if (p.status() != 503) {
                    tally.refused.incrementAndGet();
                    LOG.error("Import of {}: {}", file, p.getMessage());
                    return;
                }
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1)); // the database comes back
            } catch (UncheckedIOException | IllegalStateException e) {
                tally.refused.incrementAndGet();
                LOG.error("Import of {} failed", file, e);
                return;
            }
        }
    }

    private void load(Path file, Tally tally) {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long digest = Hashing.xxh3_64().hashBytesToLong(content);
        if (store.number(new Sql("SELECT count(*) FROM imported_file WHERE digest = ?", digest)) > 0) {
            tally.known.incrementAndGet();
            return;
        }
        String name = String.valueOf(file.getFileName());
        ObjectNode bundle = JsonBodies.parse(content);
        if ("batch".equals(bundle.path("type").asString(""))) {
            bundle.put("type", "transaction");
        }
        Map<String, Long> types = loads.load(
                bundle,
                new Sql("INSERT INTO imported_file (digest, name) VALUES (?, ?) ON CONFLICT DO NOTHING", digest, name));
        if (types.isEmpty()) {
            tally.known.incrementAndGet();
        } else {
            tally.add(types);
        }
    }

    @Override
    public void stop() {
        running = false;
        for (Thread thread : threads) {
            try {
                thread.join(20_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
