package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.storage.Reader;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Who searches, and through what.
 *
 * @param reader inside a transaction it sees the transaction's own writes
 * @param visibility what may be seen
 * @param base of this server as the caller writes it: references below it are local; empty where there is none
 * @param notes what must be said of the answer: where it may lack something
 */
public record Caller(Reader reader, Visibility visibility, String base, Set<String> notes) {

    public Caller(Reader reader, Visibility visibility, String base) {
        this(reader, visibility, base, new ConcurrentSkipListSet<>());
    }

    /** A reference relative to this server, if it is written as an absolute URL below the base. */
    String local(String reference) {
        return !base.isEmpty() && reference.startsWith(base + "/") ? reference.substring(base.length() + 1) : reference;
    }
}
