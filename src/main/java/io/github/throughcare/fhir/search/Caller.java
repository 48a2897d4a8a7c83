package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.storage.Reader;

/**
 * Who searches, and through what.
 *
 * @param reader inside a transaction it sees the transaction's own writes
 * @param visibility what may be seen
 * @param base of this server as the caller writes it: references below it are local; empty where there is none
 */
public record Caller(Reader reader, Visibility visibility, String base) {

    /** A reference relative to this server, if it is written as an absolute URL below the base. */
    String local(String reference) {
        return !base.isEmpty() && reference.startsWith(base + "/") ? reference.substring(base.length() + 1) : reference;
    }
}
