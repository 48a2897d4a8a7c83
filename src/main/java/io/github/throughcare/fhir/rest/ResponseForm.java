package io.github.throughcare.fhir.rest;

import ca.uhn.fhir.rest.api.EncodingEnum;
import io.github.throughcare.fhir.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * The form in which a client wants its answer.
 *
 * @param xml XML rather than JSON
 * @param shaped pretty, a summary or chosen elements: not the stored bytes as they are
 */
record ResponseForm(boolean xml, boolean shaped) {

    static final ResponseForm DEFAULT = new ResponseForm(false, false);

    /**
     * What is asked for.
     *
     * @param query the parameters, those of a posted form among them
     * @throws Problem 406 for a form this server does not speak, 400 for a value that has no meaning
     */
    static ResponseForm of(HttpServletRequest http, Map<String, List<String>> query) {
        boolean pretty = query.getOrDefault("_pretty", List.of()).contains("true");
        boolean elements = query.keySet().stream().anyMatch(k -> k.equals("_elements"));
        String summary = query.getOrDefault("_summary", List.of("false")).get(0);
        if (!List.of("true", "false", "text", "data", "count").contains(summary)) {
            throw Problem.malformed("_summary takes true, text, data, count or false, not " + summary, null);
        }
        boolean shaped = pretty || elements || !summary.equals("false") && !summary.equals("count");
        String format = query.getOrDefault("_format", List.of("")).get(0);
        return new ResponseForm(
                format.isEmpty() ? acceptsXml(http.getHeader("Accept")) : isXml(format.replace(' ', '+')), shaped);
    }

    private static boolean isXml(String format) {
        EncodingEnum encoding = EncodingEnum.forContentType(format.split(";", -1)[0].trim());
        if (encoding == null || encoding != EncodingEnum.JSON && encoding != EncodingEnum.XML) {
            throw new Problem(
                    406,
                    IssueType.NOTSUPPORTED,
                    "This server speaks application/fhir+json and application/fhir+xml, not " + format);
        }
        return encoding == EncodingEnum.XML;
    }

    /** The first known type with the highest q; JSON for a browser, and where any type will do. */
    private static boolean acceptsXml(String accept) {
        if (accept == null || accept.isBlank() || accept.equals("application/fhir+json") || accept.equals("*/*")) {
            return false;
        }
        double best = 0;
        boolean xml = false;
        boolean known = false;
        for (String part : accept.toLowerCase(Locale.ROOT).split(",")) {
            String[] pieces = part.trim().split("\\s*;\\s*", -1);
            double q = 1;
            for (int i = 1; i < pieces.length; i++) {
                if (pieces[i].startsWith("q=")) {
                    try {
                        q = Double.parseDouble(pieces[i].substring(2));
                    } catch (NumberFormatException e) {
                        q = 0;
                    }
                }
            }
            EncodingEnum encoding = EncodingEnum.forContentType(pieces[0]);
            boolean isXml = encoding == EncodingEnum.XML && !accept.contains("text/html");
            boolean any =
                    pieces[0].equals("*/*") || pieces[0].startsWith("application/*") || pieces[0].startsWith("text/");
            if (q > 0 && (encoding == EncodingEnum.JSON || encoding == EncodingEnum.XML || any)) {
                known = true;
                if (q > best) {
                    best = q;
                    xml = isXml;
                }
            }
        }
        if (!known) {
            throw new Problem(
                    406,
                    IssueType.NOTSUPPORTED,
                    "This server speaks application/fhir+json and application/fhir+xml, not " + accept);
        }
        return xml;
    }
}
