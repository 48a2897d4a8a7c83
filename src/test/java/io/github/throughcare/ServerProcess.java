package io.github.throughcare;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, that can be killed. */
public final class ServerProcess implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final int port;
    private final List<String> command;
    private final Path log;
    private Process process;

    /** @param settings Spring properties, e.g. {@code throughcare.storage.home} */
    public ServerProcess(Map<String, String> settings) throws IOException, InterruptedException {
        try (ServerSocket socket = new ServerSocket(0)) {
            this.port = socket.getLocalPort();
        }
        Files.createDirectories(Path.of("target"));
        this.log = Files.createTempFile(Path.of("target"), "server", ".log");
        this.command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.github.throughcare.ThroughcareApplication",
                "--server.port=" + port,
                "--throughcare.demo=false"));
        settings.forEach((name, value) -> command.add("--" + name + "=" + value));
        start();
    }

    /** Starts it again after a kill, and waits until it answers. */
    public void start() throws IOException, InterruptedException {
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        awaitAnswer(Duration.ofSeconds(180));
    }

    /** Waits until a search is answered with 200, and says how long that took. */
    public Duration awaitAnswer(Duration most) throws InterruptedException {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < most.toNanos()) {
            if (!process.isAlive()) {
                throw new IllegalStateException("The server ended, see " + log);
            }
            try {
                HttpResponse<String> answer = HTTP.send(
                        HttpRequest.newBuilder(URI.create(base() + "/Patient?_count=1"))
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return Duration.ofNanos(System.nanoTime() - begun);
                }
            } catch (IOException e) {
                // not yet
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException("The server does not answer, see " + log);
    }

    public String base() {
        return "http://127.0.0.1:" + port + "/fhir";
    }

    /** kill -9. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }
}
