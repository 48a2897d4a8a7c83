package io.github.throughcare.fhir.rest;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.api.EncodingEnum;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.interaction.JsonBodies;
import io.github.throughcare.fhir.patch.Patches;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads what a client sends, JSON or XML, gzipped or not, within the bound on its size. */
final class RequestBodies {

    private final FhirContext context;
    private final long largest;

    /** @param largest bytes of a body, unpacked */
    RequestBodies(FhirContext context, long largest) {
        this.context = context;
        this.largest = largest;
    }

    /** Reads and parses when first asked, once. */
    Supplier<ObjectNode> lazily(HttpServletRequest http, boolean isForm) {
        return new Supplier<>() {
            private @Nullable ObjectNode parsed;

            @Override
            public ObjectNode get() {
                ObjectNode known = parsed;
                if (known == null) {
                    known = isForm ? JsonBodies.mapper().createObjectNode() : parse(http);
                    parsed = known;
                }
                return known;
            }
        };
    }

    private ObjectNode parse(HttpServletRequest http) {
        String patch = patchType(http);
        if (patch != null) {
            return JsonBodies.mapper()
                    .createObjectNode()
                    .put("resourceType", "Binary")
                    .put("contentType", patch)
                    .put("data", Base64.getEncoder().encodeToString(read(http)));
        }
        EncodingEnum encoding = encoding(http.getContentType());
        byte[] body = read(http);
        if (body.length == 0) {
            return JsonBodies.mapper().createObjectNode();
        }
        return encoding == EncodingEnum.XML ? fromXml(body) : JsonBodies.parse(body);
    }

    /** The content type of a JSON Patch or XML Patch, which goes on as a Binary, as it does in a Bundle. */
    private static @Nullable String patchType(HttpServletRequest http) {
        String contentType = http.getContentType();
        String type =
                contentType == null ? "" : contentType.split(";", -1)[0].trim().toLowerCase(Locale.ROOT);
        return http.getMethod().equals("PATCH") && (type.equals(Patches.JSON_PATCH) || type.equals(Patches.XML_PATCH))
                ? type
                : null;
    }

    private static EncodingEnum encoding(@Nullable String contentType) {
        if (contentType == null || contentType.isBlank()) {
            return EncodingEnum.JSON;
        }
        EncodingEnum encoding = EncodingEnum.forContentType(contentType.split(";", -1)[0].trim());
        if (encoding != EncodingEnum.JSON && encoding != EncodingEnum.XML) {
            throw new Problem(
                    415,
                    IssueType.NOTSUPPORTED,
                    "Send application/fhir+json or application/fhir+xml, not " + contentType);
        }
        return encoding;
    }

    private ObjectNode fromXml(byte[] body) {
        XmlShape.check(body);
        String xml = new String(body, StandardCharsets.UTF_8);
        try {
            String json = context.newJsonParser()
                    .encodeResourceToString(context.newXmlParser()
                            .setParserErrorHandler(new StrictErrorHandler())
                            .parseResource(xml));
            return JsonBodies.parse(json.getBytes(StandardCharsets.UTF_8));
        } catch (DataFormatException e) {
            throw Problem.malformed(
                    "The body is no valid FHIR XML: "
                            + String.valueOf(e.getMessage()).replaceAll("HAPI-\\d+: |DataFormatException at ", ""),
                    null);
        }
    }

    private byte[] read(HttpServletRequest http) {
        if (http.getContentLengthLong() > largest) {
            throw tooLarge();
        }
        String coding = http.getHeader("Content-Encoding");
        try (InputStream in = unpack(http.getInputStream(), coding)) {
            byte[] body = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8L, largest + 1));
            if (body.length > largest) {
                throw tooLarge();
            }
            return body;
        } catch (ZipException e) {
            throw Problem.malformed("The body is not gzip, as Content-Encoding says", null);
        } catch (IOException e) {
            throw Problem.malformed("The body ended early", null);
        }
    }

    private static InputStream unpack(InputStream in, @Nullable String coding) throws IOException {
        if (coding == null || coding.isBlank() || coding.equals("identity")) {
            return in;
        }
        if (coding.equals("gzip")) {
            return new GZIPInputStream(in);
        }
        throw new Problem(415, IssueType.NOTSUPPORTED, "Content-Encoding may be gzip, not " + coding);
    }

    private Problem tooLarge() {
        return new Problem(413, IssueType.TOOLONG, "A body may have at most " + largest + " bytes");
    }
}
