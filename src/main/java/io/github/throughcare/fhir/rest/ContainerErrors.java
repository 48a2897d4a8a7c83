package io.github.throughcare.fhir.rest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Answers what the container refuses before a servlet sees it (a broken URL, TRACE) with an OperationOutcome instead of its own page, and
 * without a word about itself.
 */
public final class ContainerErrors extends ErrorReportValve {

    /** Made by Tomcat, by its name. */
    public ContainerErrors() {
        setShowReport(false);
        setShowServerInfo(false);
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        String code = status == 404 ? "not-found" : status == 405 || status == 501 ? "not-supported" : "invalid";
        String text = switch (status) {
            case 404 -> "There is nothing at this address; the FHIR interface is at /fhir";
            case 405, 501 -> "This method is not supported";
            case 414 -> "The URL is too long; a search can be sent by POST to [type]/_search";
            default ->
                status < 500
                        ? "The request line or its headers are malformed or too long"
                        : "The server failed; nothing was stored";
        };
        byte[] outcome = ("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\""
                        + (status < 500 || status == 501 ? code : "exception")
                        + "\",\"diagnostics\":\"" + text + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        try {
            response.setContentType("application/fhir+json");
            response.setCharacterEncoding("UTF-8");
            response.getReporter().write(new String(outcome, StandardCharsets.UTF_8));
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            // the client has gone, or the answer has begun
        }
    }
}
