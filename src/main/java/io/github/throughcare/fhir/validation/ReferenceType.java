package io.github.throughcare.fhir.validation;

import org.jspecify.annotations.Nullable;

/**
 * The resource type that a Reference names, where it names one by R4's own names.
 *
 * @see <a href="https://hl7.org/fhir/R4/references.html#literal">R4, literal references</a>
 */
final class ReferenceType {

    private ReferenceType() {}

    /** Of {@code Reference.reference}: {@code Type} of {@code Type/id}; null for a URL, a fragment, a condition. */
    static @Nullable String inReference(String reference) {
        int slash = reference.indexOf('/');
        return slash > 0 && isName(reference, slash) ? reference.substring(0, slash) : null;
    }

    /** Of {@code Reference.type}: the type; null for the URL of a logical model and for the abstract ones, also in its value set. */
    static @Nullable String inType(String type) {
        boolean isAbstract = type.equals("Resource") || type.equals("DomainResource");
        return !isAbstract && isName(type, type.length()) ? type : null;
    }

    private static boolean isName(String text, int end) {
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (!(c >= 'A' && c <= 'Z' || i > 0 && c >= 'a' && c <= 'z')) {
                return false;
            }
        }
        return true;
    }
}
