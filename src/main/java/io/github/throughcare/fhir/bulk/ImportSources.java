package io.github.throughcare.fhir.bulk;

import io.github.throughcare.fhir.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * Opens the files of a manifest, and no others: files under the configured folder, symbolic links resolved; {@code http(s)} URLs that
 * begin with a configured one. Redirects are not followed, so that nobody makes the server ask hosts of its own network.
 */
final class ImportSources {

    private final String folder;
    private final List<URI> allowed;

    /**
     * @param folder that files must lie under; empty: none
     * @param urls that URLs must begin with
     */
    ImportSources(String folder, List<String> urls) {
        this.folder = folder.trim();
        this.allowed = urls.stream()
                .map(String::trim)
                .filter(u -> !u.isEmpty())
                .map(URI::create)
                .toList();
    }

    /** @throws Problem 403 for a place the server does not import from, 404 for a file that is not there */
    void check(URI url) {
        switch (scheme(url)) {
            case "file" -> file(url);
            case "http", "https" -> remote(url);
            default -> throw forbidden(url, "only file:, http: and https: URLs are imported");
        }
    }

    /**
     * Opens it; {@code .gz} is unpacked.
     *
     * @throws Problem as {@link #check}; 502 when the other server does not give it
     */
    InputStream open(URI url) throws IOException {
        check(url);
        InputStream in = scheme(url).equals("file") ? Files.newInputStream(file(url)) : fetch(url);
        return url.getPath().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private Path file(URI url) {
        if (folder.isEmpty()) {
            throw forbidden(url, "files are imported from nowhere: set THROUGHCARE_IMPORT_FILES to their folder");
        }
        try {
            Path root = Path.of(folder).toRealPath();
            if (url.getPath() == null
                    || url.getAuthority() != null && !url.getAuthority().isEmpty()) {
                throw forbidden(url, "a file URL has the form file:///folder/file");
            }
            Path wanted = Path.of(url.getPath()).normalize();
            if (!wanted.startsWith(root)
                    && !wanted.startsWith(Path.of(folder).toAbsolutePath().normalize())) {
                throw forbidden(url, "files are imported from one configured folder only, and this lies outside of it");
            }
            if (!Files.isRegularFile(wanted)) {
                throw Problem.unknown("There is no file " + url);
            }
            Path real = wanted.toRealPath();
            if (!real.startsWith(root)) {
                throw forbidden(url, "it is a link that leads out of the configured folder");
            }
            return real;
        } catch (InvalidPathException e) {
            throw Problem.malformed("This is no file URL: " + url, null);
        } catch (IOException e) {
            throw new UncheckedIOException("The folder of imports cannot be read: " + folder, e);
        }
    }

    private void remote(URI url) {
        URI asked = url.normalize();
        boolean known = asked.getUserInfo() == null
                && asked.getHost() != null
                && allowed.stream()
                        .anyMatch(a -> scheme(a).equals(scheme(asked))
                                && asked.getHost().equalsIgnoreCase(a.getHost())
                                && asked.getPort() == a.getPort()
                                && under(asked.getRawPath(), a.getRawPath()));
        if (!known) {
            throw forbidden(url, "URLs are imported only where THROUGHCARE_IMPORT_URLS names their beginning");
        }
    }

    /** Whether a path is that of a folder or below it. */
    private static boolean under(String path, String folder) {
        String root = folder.endsWith("/") ? folder : folder + "/";
        // %2e and %2f could mean another folder to the other server
        return !path.toLowerCase(Locale.ROOT).matches(".*%(2e|2f|5c).*")
                && (path.equals(folder) || path.startsWith(root));
    }

    private static InputStream fetch(URI url) throws IOException {
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(20))
                .build();
        HttpRequest request = HttpRequest.newBuilder(url.normalize())
                .header("Accept", "application/fhir+ndjson, application/ndjson;q=0.9, */*;q=0.1")
                .timeout(Duration.ofMinutes(2))
                .build();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() == 200) {
                return response.body();
            }
            response.body().close();
            throw new Problem(502, IssueType.TRANSIENT, url + " answered " + response.statusCode() + ", not 200");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while asking for " + url, e);
        }
    }

    private static String scheme(URI url) {
        return String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    }

    private static Problem forbidden(URI url, String why) {
        return new Problem(403, IssueType.FORBIDDEN, "Nothing is imported from " + url + ": " + why);
    }
}
