package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.storage.Sql;
import java.util.Optional;

/**
 * The row is one of the resources whose keys a query yields: what the inner part of a {@code _has} leads to. The query is run by the
 * statement that it is a part of, once.
 *
 * @param keys query of an array of keys that refuses too many of them ({@link Chains})
 * @param about rows that the query looks at, roughly: there are no more keys than that
 */
record Yielded(Sql keys, long about) implements Criterion {

    @Override
    public Sql filter() {
        return new Sql("r.self IN (SELECT unnest(").add(keys).add("))");
    }

    @Override
    public Optional<Sql> lead() {
        return Optional.of(
                new Sql("SELECT pk FROM resource WHERE self = ANY(").add(keys).add(")"));
    }
}
