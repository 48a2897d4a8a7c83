package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.Visibility;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** {@link Reader} on whatever connection the subclass gives: one from the pool, or that of a transaction. */
abstract class ConnectionReader implements Reader {

    /** Work on a connection. */
    interface Work<T> {
        T run(Connection c) throws SQLException;
    }

    final JdbcReader reader;

    ConnectionReader(JdbcReader reader) {
        this.reader = reader;
    }

    /** Runs work on the connection. */
    abstract <T> T on(Work<T> work);

    @Override
    public final Optional<Stored> read(String type, String id, Visibility visibility) {
        return on(c -> reader.read(c, type, id, visibility));
    }

    @Override
    public final Optional<Stored> version(String type, String id, int version, Visibility visibility) {
        return on(c -> reader.version(c, type, id, version, visibility));
    }

    @Override
    public final List<Stored> current(String type, Collection<String> ids, Visibility visibility) {
        return on(c -> reader.current(c, type, ids, visibility));
    }

    @Override
    public final List<Stored> current(Collection<String> references, Visibility visibility) {
        return on(c -> reader.current(c, references, visibility));
    }

    @Override
    public final List<Stored> select(Sql query) {
        return on(c -> reader.select(c, query));
    }

    @Override
    public final long number(Sql query) {
        return on(c -> JdbcReader.number(c, query));
    }

    @Override
    public final long[] numbers(Sql query) {
        return on(c -> JdbcReader.numbers(c, query));
    }

    @Override
    public final List<String> lines(Sql query) {
        return on(c -> JdbcReader.lines(c, query));
    }
}
