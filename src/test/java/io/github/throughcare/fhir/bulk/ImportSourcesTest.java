package io.github.throughcare.fhir.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.github.throughcare.fhir.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a manifest may name, and above all what it may not. */
class ImportSourcesTest {

    @TempDir
    Path temporary;

    @Test
    void a_file_under_the_folder_is_read() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("in/deep"));
        Path file = Files.writeString(folder.resolve("Patient.ndjson"), "{}");
        ImportSources sources = new ImportSources(temporary.resolve("in").toString(), List.of());
        assertThat(read(sources, file.toUri())).isEqualTo("{}");
    }

    @Test
    void a_packed_file_is_unpacked() throws IOException {
        Path file = temporary.resolve("Patient.ndjson.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("{}".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(read(new ImportSources(temporary.toString(), List.of()), file.toUri()))
                .isEqualTo("{}");
    }

    @Test
    void a_file_outside_is_forbidden_however_it_is_written() throws IOException {
        Files.createDirectories(temporary.resolve("in"));
        Files.createDirectories(temporary.resolve("in-secret"));
        Path secret = Files.writeString(temporary.resolve("in-secret/x.ndjson"), "{}");
        Path link = Files.createSymbolicLink(temporary.resolve("in/link.ndjson"), secret);
        ImportSources sources = new ImportSources(temporary.resolve("in").toString(), List.of());
        for (String url : List.of(
                secret.toUri().toString(),
                link.toUri().toString(),
                "file://" + temporary + "/in/../in-secret/x.ndjson",
                "file://" + temporary + "/in/%2e%2e/in-secret/x.ndjson",
                "file:/etc/passwd",
                "file:///etc/passwd",
                "file://otherhost/etc/passwd")) {
            assertThat(problem(sources, url).status()).as(url).isEqualTo(403);
        }
    }

    @Test
    void a_file_that_is_not_there_is_unknown() {
        ImportSources sources = new ImportSources(temporary.toString(), List.of());
        assertThat(problem(sources, temporary.resolve("none.ndjson").toUri().toString())
                        .status())
                .isEqualTo(404);
        assertThat(problem(sources, temporary.toUri().toString()).status()).isEqualTo(404);
    }

    @Test
    void without_a_folder_no_file_is_read() {
        assertThat(problem(new ImportSources("", List.of()), "file:///etc/passwd")
                        .status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data",
                "http://files.example.org/bulk/a",
                "https://files.example.org.evil.example/bulk/a",
                "https://files.example.org@evil.example/bulk/a",
                "https://user@files.example.org/bulk/a",
                "https://files.example.org:8443/bulk/a",
                "https://files.example.org/bulkier/a",
                "https://files.example.org/bulk/../secret",
                "https://files.example.org/bulk/%2e%2e/secret",
                "https://files.example.org/bulk/a%2f..%2f..%2fsecret",
                "ftp://files.example.org/bulk/a",
                "jar:file:///x.jar!/a"
            })
    void a_url_that_is_not_configured_is_forbidden(String url) {
        ImportSources sources = new ImportSources("", List.of("https://files.example.org/bulk"));
        assertThat(problem(sources, url).status()).isEqualTo(403);
    }

    @Test
    void a_configured_url_is_asked_for_and_a_redirect_is_not_followed() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/bulk/ok", x -> {
            x.sendResponseHeaders(200, 2);
            x.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            x.close();
        });
        server.createContext("/bulk/elsewhere", x -> {
            x.getResponseHeaders().add("Location", "/secret");
            x.sendResponseHeaders(302, -1);
            x.close();
        });
        server.start();
        try {
            String base = "http://127.0.0.1:" + server.getAddress().getPort() + "/bulk/";
            ImportSources sources = new ImportSources("", List.of(base));
            assertThat(read(sources, URI.create(base + "ok"))).isEqualTo("{}");
            assertThat(problem(sources, base + "elsewhere").status()).isEqualTo(502);
        } finally {
            server.stop(0);
        }
    }

    private static String read(ImportSources sources, URI url) throws IOException {
        try (InputStream in = sources.open(url)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Problem problem(ImportSources sources, String url) {
        return catchThrowableOfType(
                Problem.class, () -> sources.open(URI.create(url)).close());
    }
}
