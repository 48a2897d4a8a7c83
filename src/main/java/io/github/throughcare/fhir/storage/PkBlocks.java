package io.github.throughcare.fhir.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Hands out row keys from blocks of 1,000 taken from the sequence. Thread-safe; a crash leaves a gap, which harms nothing. */
final class PkBlocks {

    private static final int BLOCK = 1000;

    private final DataSource dataSource;
    private long next = 1;
    private long last;

    PkBlocks(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    synchronized long next() throws SQLException {
        if (next > last) {
            try (Connection c = dataSource.getConnection();
                    PreparedStatement s = c.prepareStatement("SELECT nextval('resource_pk')");
                    ResultSet r = s.executeQuery()) {
                r.next();
                last = r.getLong(1);
                next = last - BLOCK + 1;
            }
        }
        return next++;
    }
}
