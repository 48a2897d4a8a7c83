package io.github.throughcare.fhir.rest;

import io.github.throughcare.fhir.interaction.JsonBodies;
import jakarta.servlet.RequestDispatcher;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.error.ErrorAttributeOptions;
import org.springframework.boot.webmvc.error.DefaultErrorAttributes;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.WebRequest;

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
        String outcome = JsonBodies.mapper().writeValueAsString(outcome(status));
        try {
            response.setContentType("application/fhir+json");
            response.setCharacterEncoding("UTF-8");
            response.getReporter().write(outcome);
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            // the client has gone, or the answer has begun
        }
    }

    /** What a status of the container's says, as the members of an OperationOutcome. */
    static Map<String, Object> outcome(int status) {
        String code = switch (status) {
            case 404 -> "not-found";
            case 405, 501 -> "not-supported";
            default -> status < 500 ? "invalid" : "exception";
        };
        String text = switch (status) {
            case 404 -> "There is nothing at this address; the FHIR interface is at /fhir";
            case 405, 501 -> "This method is not supported";
            case 414 -> "The URL is too long; a search can be sent by POST to [type]/_search";
            default ->
                status < 500
                        ? "The request line or its headers are malformed or too long"
                        : "The server failed; nothing was stored";
        };
        return Map.of(
                "resourceType",
                "OperationOutcome",
                "issue",
                List.of(Map.of("severity", "error", "code", code, "diagnostics", text)));
    }

    /** The same for what the container hands to Spring's error page. */
    static final class Attributes extends DefaultErrorAttributes {

        @Override
        public Map<String, Object> getErrorAttributes(WebRequest request, ErrorAttributeOptions options) {
            Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE, RequestAttributes.SCOPE_REQUEST);
            return new LinkedHashMap<>(outcome(status instanceof Integer code ? code : 500));
        }
    }
}
