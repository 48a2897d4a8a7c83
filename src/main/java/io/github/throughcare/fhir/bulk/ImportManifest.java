package io.github.throughcare.fhir.bulk;

import io.github.throughcare.fhir.Problem;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.jspecify.annotations.Nullable;

/**
 * What {@code $import} is to load (bulk-import manifest as Parameters).
 *
 * @param inputs the files, in the order given
 */
record ImportManifest(List<Input> inputs) {

    /** One NDJSON file with resources of one type. */
    record Input(String type, URI url) {}

    private static final Set<String> FORMATS =
            Set.of("application/fhir+ndjson", "application/ndjson", "application/x-ndjson", "ndjson");

    /** @throws Problem 400 for a format other than NDJSON, no input, a part that is missing or unknown, or no absolute URL */
    static ImportManifest of(Parameters in) {
        List<Input> inputs = new ArrayList<>();
        for (int i = 0; i < in.getParameter().size(); i++) {
            ParametersParameterComponent p = in.getParameter().get(i);
            String place = "Parameters.parameter[" + i + "]";
            if (p.getName().equals("inputFormat")) {
                String format = String.valueOf(text(p));
                if (!FORMATS.contains(format)) {
                    throw new Problem(
                            400,
                            IssueType.NOTSUPPORTED,
                            "inputFormat must be application/fhir+ndjson, not " + format,
                            place);
                }
            } else if (p.getName().equals("input")) {
                inputs.add(input(p, place));
            }
        }
        return new ImportManifest(List.copyOf(inputs));
    }

    private static Input input(ParametersParameterComponent p, String place) {
        String type = null;
        String url = null;
        for (ParametersParameterComponent part : p.getPart()) {
            switch (String.valueOf(part.getName())) {
                case "type" -> type = text(part);
                case "url" -> url = text(part);
                default ->
                    throw Problem.malformed(
                            "An input has the parts type and url; " + part.getName() + " is not known", place);
            }
        }
        if (type == null || url == null) {
            throw Problem.malformed("An input needs the parts type (a resource type) and url", place);
        }
        try {
            URI uri = new URI(url);
            if (uri.getScheme() != null) {
                return new Input(type, uri);
            }
        } catch (java.net.URISyntaxException e) {
            // said below
        }
        throw Problem.malformed("The url of an input is absolute (file:, http: or https:), unlike " + url, place);
    }

    private static @Nullable String text(ParametersParameterComponent p) {
        return p.hasValue() && p.getValue().isPrimitive() ? p.getValue().primitiveValue() : null;
    }
}
