package io.github.throughcare.fhir.rest;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;

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

        @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
        public boolean take(ServletRequestDetails request) {
            exchange.serve(FhirServer.this, request);
            return false;
        }
    }
}
