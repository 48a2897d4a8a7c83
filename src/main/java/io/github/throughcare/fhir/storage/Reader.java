package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.Visibility;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Reads, alone or inside a transaction. */
public interface Reader {

    /** The current version, or the deletion when it was deleted; empty when it never was or is not visible. */
    Optional<Stored> read(String type, String id, Visibility visibility);

    /** One version. */
    Optional<Stored> version(String type, String id, int version, Visibility visibility);

    /** The current ones of these ids that are there and visible, in the order of the ids, once each. */
    List<Stored> current(String type, Collection<String> ids, Visibility visibility);

    /** The current ones of these ({@code Type/id}, of whatever types) that are there and visible. */
    List<Stored> current(Collection<String> references, Visibility visibility);

    /**
     * Runs a query whose first columns are {@code pk, type, id, ver, upd, codec, body} and, if there is an eighth, the sort key as
     * text.
     */
    List<Stored> select(Sql query);

    /** Runs a query with one number in its only row; null counts as 0. */
    long number(Sql query);

    /** Runs a query and gives its only column of numbers. */
    long[] numbers(Sql query);

    /** Runs EXPLAIN-like queries: the lines of the first column. */
    List<String> lines(Sql query);
}
