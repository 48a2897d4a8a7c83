package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.Visibility;
import java.util.Collection;
import java.util.List;

/** One database transaction: reads see its own writes, and everything is kept or nothing. */
public interface Tx extends Reader {

    /**
     * Writes resources, each at most once.
     *
     * @return one result each, in the same order
     * @throws io.github.throughcare.fhir.Problem 409/412 when {@code ifVersion} is not the current version; 404 when the target
     *     is not visible
     */
    List<Write.Result> write(List<Write> writes, Visibility visibility);

    /** Runs one INSERT, UPDATE or DELETE on a table that holds no resources: how many rows it changed. */
    int change(Sql change);

    /** Waits for these locks, in order, and holds them to the end of the transaction. */
    void lock(Collection<Long> keys);

    /** As {@link #lock}, together with others that share it. */
    void lockShared(long key);
}
