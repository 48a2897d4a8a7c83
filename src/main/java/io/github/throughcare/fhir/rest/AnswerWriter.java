package io.github.throughcare.fhir.rest;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import io.github.throughcare.fhir.interaction.Answer;
import io.github.throughcare.fhir.interaction.ModelWriter;
import io.github.throughcare.fhir.interaction.Outcomes;
import io.github.throughcare.fhir.storage.Stored;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/** Writes an {@link Answer} to the client: stored bytes untouched where it can, through HAPI's encoders where it was asked for more. */
final class AnswerWriter {

    private final FhirContext context;
    private final ModelWriter model;
    private final BundleWriter bundles;

    AnswerWriter(FhirContext context, BundleWriter bundles) {
        this.context = context;
        this.model = new ModelWriter(context);
        this.bundles = bundles;
    }

    void write(FhirServer server, ServletRequestDetails details, ResponseForm form, Answer answer) throws IOException {
        HttpServletRequest http = details.getServletRequest();
        HttpServletResponse response = details.getServletResponse();
        response.setStatus(answer.status());
        if (answer instanceof Answer.One one) {
            headers(http, response, details.getFhirServerBase(), one);
        }
        if (answer instanceof Answer.Going going) {
            if (going.begun()) {
                response.setHeader("Content-Location", details.getFhirServerBase() + "/" + going.job());
            }
            response.setHeader("X-Progress", header(going.progress()));
            response.setHeader("Retry-After", "1");
        }
        if (answer instanceof Answer.Finished finished) {
            response.setDateHeader("Expires", finished.expires() / 1000);
        }
        if (answer.status() == 503 || answer.status() == 429) {
            response.setHeader("Retry-After", "1");
        }
        byte[] json = json(http, details.getFhirServerBase(), answer);
        if (json == null) {
            return;
        }
        if (form.xml() || form.shaped()) {
            shaped(server, details, form, json);
            return;
        }
        response.setContentType("application/fhir+json;charset=UTF-8");
        response.setContentLength(json.length);
        if (!http.getMethod().equals("HEAD")) {
            response.getOutputStream().write(json);
        }
    }

    private byte @Nullable [] json(HttpServletRequest http, String base, Answer answer) {
        if (answer instanceof Answer.One one) {
            return one(http, one);
        }
        if (answer instanceof Answer.Made made) {
            return made(base, made.resource());
        }
        if (answer instanceof Answer.Finished finished) {
            return made(base, finished.resource());
        }
        if (answer instanceof Answer.Going going) {
            return encode(Outcomes.information(
                    going.begun()
                            ? "Begun; ask for the result at " + base + "/" + going.job() + ", DELETE it to cancel"
                            : "Going on: " + going.progress()));
        }
        if (answer instanceof Answer.Raw raw) {
            return raw.json();
        }
        return bundles.write(base, answer, preference(http));
    }

    private byte[] made(String base, Resource resource) {
        if (resource instanceof Bundle bundle) {
            bundle.getEntry().forEach(e -> absolute(base, e));
            bundle.getLink().stream()
                    .filter(l -> l.hasUrl() && !l.getUrl().contains("://"))
                    .forEach(l -> l.setUrl(base + "/" + l.getUrl()));
        }
        return encode(resource);
    }

    /** At most 100 printable characters (Bulk Data Access, status request). */
    private static String header(String text) {
        String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
        return plain.length() > 100 ? plain.substring(0, 100) : plain;
    }

    /** An operation names its results by type and id; what it does not name has no URL, as in a preview. */
    private static void absolute(String base, Bundle.BundleEntryComponent entry) {
        if (!entry.hasFullUrl() && entry.hasResource() && entry.getResource().hasId()) {
            entry.setFullUrl(base + "/" + entry.getResource().fhirType() + "/"
                    + entry.getResource().getIdElement().getIdPart());
        } else if (entry.hasFullUrl() && !entry.getFullUrl().contains(":")) {
            entry.setFullUrl(base + "/" + entry.getFullUrl());
        }
    }

    private byte @Nullable [] one(HttpServletRequest http, Answer.One one) {
        Stored stored = one.stored();
        if (one.status() == 304 || one.status() == 204 || stored == null) {
            return null;
        }
        return switch (preference(http)) {
            case MINIMAL -> null;
            case OUTCOME -> encode(Outcomes.written(one));
            case REPRESENTATION, NONE -> stored.requireJson();
        };
    }

    private byte[] encode(Resource resource) {
        return model.bytes(resource);
    }

    /** What {@code Prefer: return=} asks; it is for writes only. */
    enum Preference {
        NONE,
        MINIMAL,
        REPRESENTATION,
        OUTCOME
    }

    private static Preference preference(HttpServletRequest http) {
        String prefer = http.getHeader("Prefer");
        if (prefer == null || http.getMethod().equals("GET")) {
            return Preference.NONE;
        }
        return prefer.contains("return=minimal")
                ? Preference.MINIMAL
                : prefer.contains("return=OperationOutcome")
                        ? Preference.OUTCOME
                        : prefer.contains("return=representation") ? Preference.REPRESENTATION : Preference.NONE;
    }

    private static void headers(HttpServletRequest http, HttpServletResponse response, String base, Answer.One one) {
        // RFC 7234 5.5: 199 is a warning in free words; it must not break the header
        one.warnings().stream()
                .limit(10)
                .map(w -> "199 throughcare \"" + w.replaceAll("[^ -~]|[\"\\\\]", "?") + "\"")
                .forEach(w -> response.addHeader("Warning", w));
        Stored stored = one.stored();
        if (stored == null) {
            return;
        }
        response.setHeader("ETag", "W/\"" + stored.version() + "\"");
        // the header says whole seconds, and Tomcat keeps the text of a time that it was given before
        response.setDateHeader("Last-Modified", stored.updated() / 1_000_000 * 1000);
        String location = base + "/" + stored.type() + "/" + stored.id() + "/_history/" + stored.version();
        if (one.status() == 201 || http.getMethod().equals("POST")) {
            response.setHeader("Location", location);
        }
        if (!stored.deleted() && one.status() != 304) {
            response.setHeader("Content-Location", location);
        }
    }

    /** XML, pretty, summaries, chosen elements: parsed again and encoded by HAPI. */
    private void shaped(FhirServer server, ServletRequestDetails details, ResponseForm form, byte[] json)
            throws IOException {
        IBaseResource resource = context.newJsonParser().parseResource(new String(json, StandardCharsets.UTF_8));
        IParser parser = form.xml() ? context.newXmlParser() : context.newJsonParser();
        RestfulServerUtils.configureResponseParser(details, parser);
        if (RestfulServerUtils.determineSummaryMode(details).contains(SummaryEnum.TEXT)) {
            parser.setEncodeElements(Set.of("*.text", "*.id", "*.meta", "*.(mandatory)"));
            parser.setEncodeElementsAppliesToChildResourcesOnly(resource instanceof Bundle);
        }
        parser.setPrettyPrint(RestfulServerUtils.prettyPrintResponse(server, details));
        byte[] shaped = parser.encodeResourceToString(resource).getBytes(StandardCharsets.UTF_8);
        HttpServletResponse response = details.getServletResponse();
        response.setContentType((form.xml() ? "application/fhir+xml" : "application/fhir+json") + ";charset=UTF-8");
        response.setContentLength(shaped.length);
        if (!details.getServletRequest().getMethod().equals("HEAD")) {
            response.getOutputStream().write(shaped);
        }
    }
}
