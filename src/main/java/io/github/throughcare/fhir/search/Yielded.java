package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.storage.Reader;
import io.github.throughcare.fhir.storage.Sql;
import java.util.Optional;

/**
 * The row is one of the Patients whose keys a query yields: those that the inner part of a {@code _has} belongs to. The query is run by
 * the statement that it is a part of, once.
 *
 * @param keys query of an array of keys that refuses too many of them ({@link Chains})
 * @param about rows that the query looks at, roughly; each yields one key at most
 */
record Yielded(Sql keys, long about) implements Criterion {

    /** A scalar subquery is run once; as a condition of its own it might be made a join. */
    @Override
    public Sql filter() {
        return new Sql("coalesce(r.self IN (SELECT unnest(").add(keys).add(")), false)");
    }

    @Override
    public Optional<Sql> lead() {
        return Optional.of(
                new Sql("SELECT pk FROM resource WHERE self = ANY(").add(keys).add(")"));
    }

    /** The same criterion; if it is such a one, with its query run at once. */
    static Criterion found(Criterion criterion, Reader reader) {
        return criterion instanceof Yielded y ? new Ids(Chains.found(y.keys, reader)) : criterion;
    }
}
