package io.github.throughcare.fhir;

import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
     * One resource as a transaction of this process meant to leave it: whether a commit happened is not known when its answer was lost, so
     * what is here may never have been stored, or be overtaken. Who must be sure asks the store.
     *
     * @param json the new version; null when it was deleted
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Written(String type, String id, byte @Nullable [] json) {

        public String reference() {
            return type + "/" + id;
        }
    }

    /**
     * {@link #committed} with what was written, for those who see from it what it means to them without asking the store; of other
     * processes' changes nothing but {@link #committed} is told.
     */
    default void written(Collection<Written> resources) {
        committed(resources.stream().map(Written::reference).toList());
    }

    /**
     * Told when another process begins to use the same database, and when the last one has gone: as long as there are others, what is
     * kept in memory may be some seconds old. A process is alone until this says otherwise.
     */
    default void accompanied(boolean others) {}
}
