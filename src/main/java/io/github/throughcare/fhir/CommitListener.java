package io.github.throughcare.fhir;

import java.util.Collection;
import java.util.Set;

/**
 * Hears which resources were changed, so that what is kept in memory of them is never older than what a client was told: at once of
 * transactions of this process, some seconds later of those of another process on the same database. For caches only: news that must
 * not be lost go to a {@link ChangeListener}.
 */
public interface CommitListener {

    /** Resource types it wants to hear of. */
    Set<String> types();

    /**
     * Told after the commit, in the thread that wrote and before its caller gets the answer; has to be quick and thread-safe, and
     * must not throw. While there are other processes, own changes are told twice.
     *
     * @param resources {@code Type/id} of each; created, updated or deleted
     */
    void committed(Collection<String> resources);

    /**
     * Told when another process begins to use the same database, and when the last one has gone: as long as there are others, what is
     * kept in memory may be some seconds old. A process is alone until this says otherwise.
     */
    default void accompanied(boolean others) {}
}
