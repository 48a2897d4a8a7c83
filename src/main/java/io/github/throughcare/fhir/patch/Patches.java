package io.github.throughcare.fhir.patch;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.Problem;
import java.util.Base64;
import java.util.Locale;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Applies a patch to a resource (R4 http.html 3.1.0.6). A patch travels as R4 has it in Bundles: a Binary whose content type is that of
 * JSON Patch or XML Patch, or a Parameters resource for FHIRPath Patch. Thread-safe.
 */
public final class Patches {

    public static final String JSON_PATCH = "application/json-patch+json";
    public static final String XML_PATCH = "application/xml-patch+xml";

    private final JsonPatchDocument json;
    private final FhirPathPatch fhirPath;
    private final XmlPatchDocument xml;

    public Patches(FhirContext context, JsonMapper mapper) {
        HapiJson hapi = new HapiJson(context, mapper);
        this.json = new JsonPatchDocument(mapper);
        this.fhirPath = new FhirPathPatch(context, hapi);
        this.xml = new XmlPatchDocument(context, hapi);
    }

    /**
     * The patched resource; the one given stays as it is.
     *
     * @param patch Binary or Parameters
     * @throws Problem 400 for a patch that is malformed, 415 for another kind of body, 422 for one that cannot be applied to this
     *     resource, or would give it another identity
     */
    public ObjectNode apply(ObjectNode patch, ObjectNode resource, @Nullable String place) {
        String type = text(patch, "resourceType");
        ObjectNode patched = type.equals("Parameters")
                ? fhirPath.apply(patch, resource)
                : type.equals("Binary") ? byBinary(patch, resource, place) : refuse(type, place);
        for (String fixed : new String[] {"resourceType", "id"}) {
            if (!text(patched, fixed).equals(text(resource, fixed))) {
                throw unappliable("A patch cannot change " + fixed + " of a resource", fixed);
            }
        }
        return patched;
    }

    private ObjectNode byBinary(ObjectNode patch, ObjectNode resource, @Nullable String place) {
        byte[] content;
        try {
            content = Base64.getDecoder().decode(text(patch, "data"));
        } catch (IllegalArgumentException e) {
            throw Problem.malformed(
                    "The Binary's data must be base64", place == null ? null : place + ".resource.data");
        }
        String contentType = text(patch, "contentType").toLowerCase(Locale.ROOT);
        return switch (contentType.split(";", -1)[0].trim()) {
            case JSON_PATCH -> json.apply(content, resource);
            case XML_PATCH -> xml.apply(content, resource);
            default -> refuse(contentType, place);
        };
    }

    private static ObjectNode refuse(String what, @Nullable String place) {
        throw new Problem(
                place == null ? 415 : 400,
                IssueType.NOTSUPPORTED,
                "A patch is " + JSON_PATCH + ", " + XML_PATCH + ", or a Parameters resource (FHIRPath Patch)"
                        + (place == null ? "" : "; in a Bundle the first two are a Binary of that contentType")
                        + (what.isEmpty() ? "" : "; not " + what),
                place);
    }

    static Problem unappliable(String text, @Nullable String expression) {
        return new Problem(422, IssueType.PROCESSING, text, expression);
    }

    static String text(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null || !value.isValueNode() ? "" : value.asString();
    }
}
