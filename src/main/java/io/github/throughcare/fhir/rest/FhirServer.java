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
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * HAPI's plain server as the shell: it parses the request line, runs interceptors and answers what never reaches an interaction.
 * Every interaction is taken over at {@code SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED} by {@link Exchange}, so that bodies come in
 * and go out as bytes (docs/decisions/2611-bytes-through-hapi.md).
 */
final class FhirServer extends RestfulServer {

    private static final long serialVersionUID = 1L;

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

    /** Hands every request to the exchange. */
    @Interceptor
    final class TakeOver {

        /** HAPI reads the query string itself before the exchange does, and fails on one that is broken. */
        @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_PROCESSED)
        public boolean check(HttpServletRequest request, HttpServletResponse response) throws IOException {
            try {
                QueryStrings.parse(request.getQueryString() == null ? "" : request.getQueryString());
                return true;
            } catch (Problem p) {
                response.setStatus(p.status());
                response.setContentType("application/fhir+json;charset=UTF-8");
                response.getOutputStream()
                        .write(getFhirContext()
                                .newJsonParser()
                                .encodeResourceToString(Outcomes.of(p))
                                .getBytes(StandardCharsets.UTF_8));
                return false;
            }
        }

        @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
        public boolean take(ServletRequestDetails request) {
            exchange.serve(FhirServer.this, request);
            return false;
        }
    }
}
