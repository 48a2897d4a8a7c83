package io.github.throughcare.fhir.storage;

import java.sql.Connection;
import java.sql.SQLException;

/** Hands out row keys from blocks of 1,000 taken from the sequence. Thread-safe; a crash leaves a gap, which harms nothing. */
final class PkBlocks {

    private static final int BLOCK = 1000;

    private long next = 1;
    private long last;

    /** @param c to take a new block on: a sequence is outside of transactions, and a second connection could be waited for in vain */
    synchronized long next(Connection c) throws SQLException {
        if (next > last) {
            last = JdbcReader.number(c, new Sql("SELECT nextval('resource_pk')"));
            next = last - BLOCK + 1;
        }
        return next++;
    }
}
