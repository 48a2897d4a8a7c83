package io.github.throughcare.fhir.storage.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running PostgreSQL whose binaries, data and password live under one home directory:
 *
 * <pre>
 * postgres/{version}/   the binaries, unpacked once
 * data/                 the cluster (UTF-8, builtin C.UTF-8 collation, checksums, scram only)
 * password              of the one user, mode 0600
 * port                  last used; taken again when free
 * postgres.log, lock
 * </pre>
 *
 * <p>Binaries and cluster are made beside their place and renamed into it, so a kill at any moment leaves either
 * nothing or the whole. Commits are durable (fsync, full_page_writes and synchronous_commit are on). The server listens
 * on 127.0.0.1 only. When the JVM dies without {@link #close}, PostgreSQL goes on alone and the next start takes it
 * over. When PostgreSQL dies, it is started again at the same port. One home serves one server at a time.
 *
 * <p>Thread-safe once started. Starting throws {@link IllegalStateException} with a sentence for the operator: home in
 * use, no binaries for this platform, data of another major version, PostgreSQL does not come up (with the end of its
 * log).
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

    private final HomeLock lock;
    private final Cluster cluster;
    private final Map<String, String> settings;
    private final String url;
    private Postmaster postmaster;
    private boolean closed;

    private EmbeddedPostgres(HomeLock lock, Cluster cluster, Postmaster postmaster, Map<String, String> settings) {
        this.lock = lock;
        this.cluster = cluster;
        this.postmaster = postmaster;
        this.settings = settings;
        this.url = Cluster.jdbcUrl(postmaster.port());
        watch();
    }

    /** Starts, or takes over what an earlier JVM left running, with the default settings. */
    public static EmbeddedPostgres start(Path home) {
        return start(home, Map.of());
    }

    /**
     * Starts with server settings in place of the defaults.
     *
     * @param home made when absent
     * @param settings PostgreSQL parameter name to value, e.g. {@code shared_buffers} to {@code 2GB} (default: an eighth of the
     *     machine's memory); not
     *     applied to a PostgreSQL that is taken over
     */
    public static EmbeddedPostgres start(Path home, Map<String, String> settings) {
        return start(home, settings, Account.probe());
    }

    static EmbeddedPostgres start(Path home, Map<String, String> settings, Account account) {
        try {
            Files.createDirectories(home);
            Path root = home.toRealPath();
            HomeLock lock = HomeLock.acquire(root);
            try {
                Binaries binaries = Binaries.unpackedUnder(root.resolve("postgres"));
                Cluster cluster = Cluster.initialisedUnder(root, binaries, account);
                return new EmbeddedPostgres(lock, cluster, Postmaster.running(cluster, settings), settings);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded PostgreSQL cannot use its home " + home.toAbsolutePath(), e);
        }
    }

    public String jdbcUrl() {
        return url;
    }

    private synchronized void watch() {
        postmaster.whenGone(() -> {
            Thread thread = new Thread(this::revive, "embedded-postgres-revival");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** It died without being asked to: started again at the same port, where the pool of connections looks for it. */
    private synchronized void revive() {
        while (!closed) {
            LOG.warn("PostgreSQL (process {}) has ended; it is started again", postmaster.pid());
            try {
                postmaster = postmaster.again(settings);
                LOG.info("PostgreSQL is back (process {})", postmaster.pid());
                watch();
                return;
            } catch (IOException | RuntimeException e) {
                LOG.error("PostgreSQL could not be started again, next attempt in a second", e);
                try {
                    wait(1000);
                } catch (InterruptedException stop) {
                    return;
                }
            }
        }
    }

    public String username() {
        return Cluster.USER;
    }

    public String password() {
        return cluster.password();
    }

    /** Disconnects clients, writes a checkpoint, stops, and gives the home free. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try {
                postmaster.stop();
            } finally {
                lock.close();
            }
        }
    }

    /** What is left of us after kill -9 of the JVM: a free home and a running PostgreSQL. */
    synchronized void abandon() {
        closed = true;
        lock.close();
    }

    synchronized long pid() {
        return postmaster.pid();
    }
}
