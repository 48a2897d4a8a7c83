package io.github.throughcare.care.assessment;

import io.github.throughcare.care.Ig;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;

/**
 * The responses that a Condition or Flag was raised by. A need or alert is open once per patient, however many responses show it, and
 * is withdrawn when the last of them no longer does; what a clinician opened names no response and is never withdrawn here.
 */
final class RaisedBy {

    static final String URL = Ig.extension("raised-by");

    private RaisedBy() {}

    static boolean names(DomainResource resource, String responseId) {
        return resource.getExtensionsByUrl(URL).stream().anyMatch(e -> is(e, responseId));
    }

    static void add(DomainResource resource, String responseId) {
        if (!names(resource, responseId)) {
            resource.addExtension(URL, new Reference("QuestionnaireResponse/" + responseId));
        }
    }

    /** @return whether that was the last one */
    static boolean removeLast(DomainResource resource, String responseId) {
        resource.getExtension().removeIf(e -> URL.equals(e.getUrl()) && is(e, responseId));
        return !resource.hasExtension(URL);
    }

    private static boolean is(Extension e, String responseId) {
        return e.getValue() instanceof Reference reference
                && responseId.equals(reference.getReferenceElement().getIdPart());
    }
}
