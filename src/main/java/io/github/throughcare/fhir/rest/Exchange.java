package io.github.throughcare.fhir.rest;

import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.interaction.Answer;
import io.github.throughcare.fhir.interaction.Outcomes;
import io.github.throughcare.fhir.interaction.QueryStrings;
import io.github.throughcare.fhir.interaction.Request;
import io.github.throughcare.fhir.interaction.Router;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP exchange: request in, interaction, answer out; the one place that turns exceptions into OperationOutcomes. */
final class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final List<String> HEADERS = List.of(
            "if-match",
            "if-none-match",
            "if-modified-since",
            "if-none-exist",
            "prefer",
            "x-throughcare-actor",
            "x-provenance");

    private final Router router;
    private final RequestBodies bodies;
    private final Capabilities capabilities;
    private final AnswerWriter writer;
    private final Admission admission;

    Exchange(Router router, RequestBodies bodies, Capabilities capabilities, AnswerWriter writer, Admission admission) {
        this.admission = admission;
        this.router = router;
        this.bodies = bodies;
        this.capabilities = capabilities;
        this.writer = writer;
    }

    void serve(FhirServer server, ServletRequestDetails details) {
        HttpServletRequest http = details.getServletRequest();
        ResponseForm form = ResponseForm.DEFAULT;
        try {
            Map<String, List<String>> query =
                    QueryStrings.parse(http.getQueryString() == null ? "" : http.getQueryString());
            form = ResponseForm.of(http, query);
            List<String> path = path(details.getRequestPath());
            if (posted(http, details, path, query)) {
                form = ResponseForm.of(http, query);
            }
            write(server, details, form, answer(http, details, path, query));
        } catch (Problem p) {
            write(server, details, form, new Answer.Made(p.status(), Outcomes.of(p)));
        } catch (UncheckedIOException e) {
            LOG.debug("The client went away: {}", e.toString());
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("Request {} {} {} failed", details.getRequestId(), http.getMethod(), http.getRequestURI(), e);
            write(server, details, form, new Answer.Made(500, Outcomes.failure(details.getRequestId())));
        }
    }

    private Answer answer(
            HttpServletRequest http,
            ServletRequestDetails details,
            List<String> path,
            Map<String, List<String>> query) {
        if (path.size() == 1 && path.get(0).equals("metadata")) {
            return capabilities.answer(http.getMethod(), details.getFhirServerBase());
        }
        return admission.pass(
                writes(http.getMethod(), path),
                http.getContentLengthLong(),
                () -> router.route(request(http, details, path, query)));
    }

    private static boolean writes(String method, List<String> path) {
        return !method.equals("GET") && !method.equals("HEAD") && !(method.equals("POST") && searches(path));
    }

    private static boolean searches(List<String> path) {
        return !path.isEmpty() && path.get(path.size() - 1).equals("_search");
    }

    private static boolean hasBody(HttpServletRequest http) {
        return http.getContentLengthLong() > 0 || http.getHeader("Transfer-Encoding") != null;
    }

    private static boolean isForm(HttpServletRequest http) {
        String contentType = http.getContentType();
        return http.getMethod().equals("POST")
                && contentType != null
                && contentType.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded");
    }

    /** Adds the parameters of a posted form, which say the same as those of the URL; false when there is none. */
    private static boolean posted(
            HttpServletRequest http,
            ServletRequestDetails details,
            List<String> path,
            Map<String, List<String>> query) {
        boolean isForm = isForm(http);
        if (!isForm && searches(path) && hasBody(http)) {
            throw new Problem(
                    415,
                    IssueType.NOTSUPPORTED,
                    "_search takes application/x-www-form-urlencoded, not " + http.getContentType()
                            + ": its criteria would be overlooked and everything found");
        }
        if (isForm) {
            // HAPI has looked for parameters already: beside a query string it read the form itself, else the container
            // did
            byte[] form = details.loadRequestContents();
            if (form.length > 0) {
                QueryStrings.parse(new String(form, StandardCharsets.UTF_8))
                        .forEach((name, values) -> query.computeIfAbsent(name, n -> new ArrayList<>())
                                .addAll(values));
            } else {
                http.getParameterMap().forEach((name, values) -> query.computeIfAbsent(name, n -> List.of(values)));
            }
        }
        return isForm;
    }

    private Request request(
            HttpServletRequest http,
            ServletRequestDetails details,
            List<String> path,
            Map<String, List<String>> query) {
        Map<String, String> headers = new HashMap<>();
        for (String name : HEADERS) {
            String value = http.getHeader(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        if (headers.containsKey("x-throughcare-actor") && !isLoopback(http.getRemoteAddr())) {
            throw new Problem(
                    403,
                    IssueType.FORBIDDEN,
                    "X-Throughcare-Actor is taken from this machine only; from elsewhere the caller must be known");
        }
        return new Request(
                http.getMethod(),
                path,
                query,
                headers,
                bodies.lazily(http, isForm(http)),
                details.getFhirServerBase(),
                null,
                Visibility.everything());
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static List<String> path(String requestPath) {
        if (requestPath == null) {
            return List.of();
        }
        int from = 0;
        int until = requestPath.length();
        while (from < until && requestPath.charAt(from) == '/') {
            from++;
        }
        while (until > from && requestPath.charAt(until - 1) == '/') {
            until--;
        }
        List<String> parts = new ArrayList<>(4);
        while (from < until) {
            int slash = requestPath.indexOf('/', from);
            int end = slash < 0 || slash > until ? until : slash;
            parts.add(QueryStrings.decode(requestPath.substring(from, end).replace("+", "%2B")));
            from = end + 1;
        }
        return parts;
    }

    private void write(FhirServer server, ServletRequestDetails details, ResponseForm form, Answer answer) {
        try {
            writer.write(server, details, form, answer);
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("The client went away: {}", e.toString());
        }
    }
}
