package io.github.throughcare.fhir.fire;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Many clients at the same moment. */
final class Clients {

    /** How hard: 1 in the usual build, more in the soak profile. */
    static final int SOAK = Integer.getInteger("throughcare.soak", 0);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    private Clients() {}

    /** What one client does. */
    interface Client {
        HttpResponse<String> run(int number) throws Exception;
    }

    /** Lets so many clients go at once, and gives their answers. */
    static List<HttpResponse<String>> atOnce(int clients, Client client) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            CountDownLatch gate = new CountDownLatch(1);
            List<Future<HttpResponse<String>>> futures = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                futures.add(threads.submit(() -> {
                    gate.await();
                    return client.run(number);
                }));
            }
            gate.countDown();
            List<HttpResponse<String>> answers = new ArrayList<>();
            for (Future<HttpResponse<String>> f : futures) {
                answers.add(f.get(120, TimeUnit.SECONDS));
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    static long count(List<HttpResponse<String>> answers, int status) {
        return answers.stream().filter(a -> a.statusCode() == status).count();
    }

    /** @param headers name, value, name, value, ... */
    static HttpResponse<String> send(String method, String url, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(url.replace("|", "%7C").replace(" ", "%20")))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/fhir+json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return send("GET", url, "");
    }

    /** The first number after a JSON name. */
    static int number(String json, String name) {
        Matcher m = Pattern.compile("\"" + name + "\":\"?(\\d+)").matcher(json);
        if (!m.find()) {
            throw new AssertionError("No " + name + " in " + json);
        }
        return Integer.parseInt(m.group(1));
    }

    static List<String> all(String json, String pattern) {
        List<String> found = new ArrayList<>();
        Matcher m = Pattern.compile(pattern).matcher(json);
        while (m.find()) {
            found.add(m.group(1));
        }
        return found;
    }
}
