package io.github.throughcare.fhir.storage.embedded;

import com.sun.management.OperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The main process of a running cluster. */
record Postmaster(Cluster cluster, long pid, int port) {

    /** Crash recovery replays at most {@code max_wal_size}; on a slow disk that takes minutes. */
    private static final Duration COMES_UP_WITHIN = Duration.ofMinutes(5);

    private static final Duration OLD_BACKENDS_LEAVE_WITHIN = Duration.ofSeconds(15);
    private static final long LOG_KEPT_BYTES = 20_000_000;

    private static final String LEAST = "128MB";

    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("fsync", "on"),
            Map.entry("full_page_writes", "on"),
            Map.entry("synchronous_commit", "on"),
            Map.entry("shared_buffers", sharedBuffers(memory()) + "MB"),
            Map.entry("maintenance_work_mem", "128MB"),
            Map.entry("work_mem", "16MB"),
            Map.entry("max_wal_size", "4GB"),
            Map.entry("checkpoint_timeout", "30min"),
            Map.entry("max_connections", "60"),
            Map.entry("random_page_cost", "1.1"),
            Map.entry("jit", "off"),
            Map.entry("timezone", "UTC"),
            Map.entry("log_timezone", "UTC"),
            Map.entry("logging_collector", "off"),
            Map.entry("listen_addresses", "127.0.0.1"),
            Map.entry("unix_socket_directories", ""));

    /**
     * What PostgreSQL keeps in its own memory, in MB: an eighth of the machine's, at least 128 and at most 4,096. What is not
     * there it fetches from the system, page by page; pages are taken when they are first used.
     *
     * @param memory of the machine, or of the container, in bytes
     */
    static long sharedBuffers(long memory) {
        return Math.max(128, Math.min(4096, memory / 8 / 1_048_576));
    }

    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }

    /** The one that an earlier JVM left, or a new one. */
    static Postmaster running(Cluster cluster, Map<String, String> settings) throws IOException {
        return running(cluster, settings, 0);
    }

    /** After its end: a new one at the same port. */
    Postmaster again(Map<String, String> settings) throws IOException {
        return running(cluster, settings, port);
    }

    /** Runs this when the process has ended, at once if it has already. */
    void whenGone(Runnable then) {
        ProcessHandle.of(pid)
                .map(ProcessHandle::onExit)
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .thenRun(then);
    }

    /** @param only port it must have, 0: any */
    private static Postmaster running(Cluster cluster, Map<String, String> settings, int only) throws IOException {
        long deadline = System.nanoTime() + COMES_UP_WITHIN.toNanos();
        while (true) {
            Optional<PidFile> left = PidFile.in(cluster.data());
            if (left.isEmpty() || !left.get().isOurs()) {
                if (left.isPresent()) {
                    left.get().disown();
                }
                return launch(cluster, settings, deadline, only);
            }
            PidFile orphan = left.get();
            if (orphan.ready() && cluster.answersOn(orphan.port())) {
                return new Postmaster(cluster, orphan.pid(), orphan.port());
            }
            // it is starting, recovering or stopping
            pause(
                    deadline,
                    "The PostgreSQL that runs on " + cluster.data() + " (process " + orphan.pid()
                            + ") does not answer; stop it and start again");
        }
    }

    private static Postmaster launch(Cluster cluster, Map<String, String> settings, long deadline, int only)
            throws IOException {
        Path portFile = cluster.home().resolve("port");
        int port = only > 0
                ? only
                : freePort(Files.exists(portFile) ? Files.readString(portFile).strip() : "0");
        long leaveBy = System.nanoTime() + OLD_BACKENDS_LEAVE_WITHIN.toNanos();
        Map<String, String> used = new LinkedHashMap<>(DEFAULTS);
        used.putAll(settings);
        while (true) {
            long logged = prepareLog(cluster);
            Process process = startProcess(cluster, used, port);
            if (becomesReady(process, cluster, deadline)) {
                Files.writeString(portFile, port + "\n");
                return new Postmaster(cluster, process.pid(), port);
            }
            String log = readFrom(cluster.log(), logged);
            if (log.contains("Address already in use") && System.nanoTime() < leaveBy) {
                port = only > 0 ? only : freePort("0");
            } else if (log.contains("could not map anonymous shared memory")
                    && !settings.containsKey("shared_buffers")
                    && !LEAST.equals(used.put("shared_buffers", LEAST))) {
                continue; // the system promises no memory that it may not have: with as little as it starts with
            } else if (!log.contains("shared memory block") || System.nanoTime() > leaveBy) {
                throw new IllegalStateException(
                        "The embedded PostgreSQL did not start. The end of " + cluster.log() + ":\n" + log.strip());
            }
            pause(deadline, "The embedded PostgreSQL did not start");
        }
    }

    private static Process startProcess(Cluster cluster, Map<String, String> settings, int port) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid"); // Ctrl-C in our terminal must reach us first, we stop it in order
        }
        command.addAll(List.of(
                cluster.binaries().program("postgres"), "-D", cluster.data().toString(), "-p", port + ""));
        settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return cluster.account()
                .command(command)
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(Redirect.appendTo(cluster.log().toFile()))
                .redirectErrorStream(true)
                .start();
    }

    private static boolean becomesReady(Process process, Cluster cluster, long deadline) throws IOException {
        while (process.isAlive()) {
            Optional<PidFile> file = PidFile.in(cluster.data());
            if (file.isPresent()
                    && file.get().pid() == process.pid()
                    && file.get().ready()) {
                return true;
            }
            pause(deadline, "The embedded PostgreSQL does not become ready, see " + cluster.log());
        }
        return false;
    }

    /** Fast shutdown: clients are disconnected, a checkpoint is written. */
    void stop() {
        String data = cluster.data().toString();
        try {
            if (isAlive()) {
                cluster.account()
                        .run(List.of(
                                cluster.binaries().program("pg_ctl"),
                                "stop",
                                "-D",
                                data,
                                "-m",
                                "fast",
                                "-w",
                                "-t",
                                "120"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalStateException e) {
            if (isAlive()) { // else it went between our look and pg_ctl's
                throw e;
            }
        }
    }

    private boolean isAlive() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    private static int freePort(String wanted) throws IOException {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(loopback, Integer.parseInt(wanted)));
            return socket.getLocalPort();
        } catch (IOException | IllegalArgumentException taken) {
            try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
                return socket.getLocalPort();
            }
        }
    }

    /** @return where what the next process writes begins */
    private static long prepareLog(Cluster cluster) throws IOException {
        Path log = cluster.log();
        if (Files.exists(log) && Files.size(log) > LOG_KEPT_BYTES) {
            Files.move(log, log.resolveSibling("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        return Files.exists(log) ? Files.size(log) : 0;
    }

    private static String readFrom(Path log, long position) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(position, file.length() - 4000));
            byte[] rest = new byte[(int) (file.length() - file.getFilePointer())];
            file.readFully(rest);
            return new String(rest, StandardCharsets.UTF_8);
        }
    }

    private static void pause(long deadline, @Nullable String orElse) {
        if (System.nanoTime() > deadline) {
            throw new IllegalStateException(orElse);
        }
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            throw Account.interrupted(e);
        }
    }
}
