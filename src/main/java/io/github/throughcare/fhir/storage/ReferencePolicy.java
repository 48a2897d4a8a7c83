package io.github.throughcare.fhir.storage;

/** What becomes of literal references between local resources that do not resolve ({@code THROUGHCARE_REFERENCES}). */
public enum ReferencePolicy {
    /** A write that adds one is refused (422), and so is the deletion of what is referred to (409). */
    ENFORCE,
    /** Both are done, with a warning. */
    WARN,
    /** Nobody looks. */
    OFF
}
