package io.github.throughcare.fhir.rest;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.interaction.Outcomes;
import io.github.throughcare.fhir.interaction.QueryStrings;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * HAPI's plain server as the shell: it parses the request line, runs interceptors and answers what never reaches an interaction.
 * Every interaction is taken over at {@code SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED} by {@link Exchange}, so that bodies come in
 * and go out as bytes (docs/decisions/2611-bytes-through-hapi.md).
 */
final class FhirServer extends RestfulServer {

    private static final long serialVersionUID = 1L;

    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final transient Exchange exchange;

    FhirServer(FhirContext context, Exchange exchange) {
        super(context);
        this.exchange = exchange;
    }

    @Override
    protected void initialize() {
        setServerName("Throughcare");
        registerInterceptor(new TakeOver());
    }

    /** HAPI decodes the URL itself, before the exchange does, and fails on one that is broken: such a request ends here. */
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            if (!METHODS.contains(request.getMethod())) {
                throw new Problem(405, IssueType.NOTSUPPORTED, "This server knows " + String.join(", ", METHODS));
            }
            QueryStrings.parse(request.getQueryString() == null ? "" : request.getQueryString());
            QueryStrings.decode(request.getPathInfo() == null ? "" : request.getPathInfo());
        } catch (Problem p) {
            response.setStatus(p.status());
            response.setContentType("application/fhir+json;charset=UTF-8");
            response.getOutputStream()
                    .write(getFhirContext()
                            .newJsonParser()
                            .encodeResourceToString(Outcomes.of(p))
                            .getBytes(StandardCharsets.UTF_8));
            return;
        }
        super.service(request, response);
    }

    /** No name and version of what runs here. */
    @Override
    protected String createPoweredByHeader() {
        return "";
    }

    /** An id to tell requests apart in logs, of letters and digits; nobody's secret, so no secure random numbers. */
    @Override
    protected String newRequestId(int length) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        StringBuilder id = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            id.append(Character.forDigit(random.nextInt(36), 36));
        }
        return id.toString();
    }

    /** Hands every request to the exchange. */
    @Interceptor
    final class TakeOver {

        @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
        public boolean take(ServletRequestDetails request) {
            exchange.serve(FhirServer.this, request);
            return false;
        }
    }
}
