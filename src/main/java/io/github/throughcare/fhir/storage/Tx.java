package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.index.LocalReference;
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

    /**
     * Keeps everybody else from changing these resources until the transaction ends.
     *
     * @return the current versions of those that are there and visible, in no order
     */
    List<Stored> hold(Collection<LocalReference> resources, Visibility visibility);

    /**
     * Waits for these locks and holds them to the end of the transaction: first those that it shares with others, then its own, each
     * in the order of their numbers, and all with one statement.
     */
    void lock(Collection<Long> shared, Collection<Long> exclusive);

    /** Locks the rows of these resources, {@code Type/id}, in the order in which {@link #write} does; those that are not there yet cannot be. */
    void lockRows(Collection<String> local);
}
