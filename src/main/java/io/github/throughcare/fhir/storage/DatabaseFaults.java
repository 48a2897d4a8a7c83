package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.Problem;
import java.sql.SQLException;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.postgresql.util.PSQLException;

/** What the database's errors mean: whether it is worth while to try again, and what the caller is told. */
final class DatabaseFaults {

    /** What the function {@code at_most} raises, with a message for the caller. */
    private static final String TOO_MANY = "TC001";

    private final int statementTimeout;

    /** @param statementTimeout in milliseconds */
    DatabaseFaults(int statementTimeout) {
        this.statementTimeout = statementTimeout;
    }

    /** Another run may end well. */
    static boolean isTransient(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.equals("40001")
                || state.equals("40P01")
                || state.equals("23505")
                || state.equals(IndexDefinitions.CHANGED);
    }

    /** The connection is broken, or the database stops, starts or recovers. */
    static boolean isGone(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("08") || state.startsWith("57P");
    }

    /** What the caller is told. */
    RuntimeException of(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (state.equals("57014")) {
            return new Problem(
                    503,
                    IssueType.TOOCOSTLY,
                    "This took longer than the " + statementTimeout / 1000.0
                            + " s that the server allows one statement; narrow the request and try again");
        }
        if (state.equals(TOO_MANY) && e instanceof PSQLException p && p.getServerErrorMessage() != null) {
            return new Problem(
                    400,
                    IssueType.TOOCOSTLY,
                    String.valueOf(p.getServerErrorMessage().getMessage()));
        }
        if (state.equals("22021")) {
            return Problem.malformed("No text may hold the character U+0000", null);
        }
        if (isTransient(e)) {
            return new Problem(
                    503, IssueType.TRANSIENT, "Others kept writing the same resources at the same time; try again");
        }
        if (isGone(e) || state.startsWith("53") || e instanceof java.sql.SQLTransientException) {
            return new Problem(503, IssueType.TRANSIENT, "The database cannot be reached now; try again");
        }
        return new IllegalStateException("Database error " + state, e);
    }
}
