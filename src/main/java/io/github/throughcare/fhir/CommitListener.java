package io.github.throughcare.fhir;

import java.util.Collection;
import java.util.Set;

/**
 * Hears at once which resources a transaction of this process has changed, so that what is kept in memory of them is never older than
 * what a client was told. For caches only: news that must not be lost go to a {@link ChangeListener}.
 */
public interface CommitListener {

    /** Resource types it wants to hear of. */
    Set<String> types();

    /**
     * Told after the commit, in the thread that wrote and before its caller gets the answer; has to be quick and thread-safe, and
     * must not throw.
     *
     * @param resources {@code Type/id} of each; created, updated or deleted
     */
    void committed(Collection<String> resources);
}
