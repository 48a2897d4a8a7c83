package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.CommitListener;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.index.Indexer;
import io.github.throughcare.fhir.index.Keys;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import javax.sql.DataSource;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The store: reads one by one without a transaction, writes in {@link #transaction}. Thread-safe. */
public final class Store extends ConnectionReader {

    private static final int ATTEMPTS = 8;

    private final DataSource dataSource;
    private final JdbcWriter writer;
    private final Types types;
    private final Keys keys;
    private final IndexDefinitions definitions;
    private final int statementTimeout;
    private volatile Runnable bell = () -> {};
    private volatile Runnable indexBell = () -> {};
    private volatile List<CommitListener> commitListeners = List.of();

    Store(
            DataSource dataSource,
            Keys keys,
            Types types,
            BodyCodec codec,
            Indexer indexer,
            JsonMapper mapper,
            Clock clock,
            IndexDefinitions definitions,
            int statementTimeout,
            Hearing hearing) {
        super(new JdbcReader(keys, types, codec));
        this.dataSource = dataSource;
        this.keys = keys;
        this.types = types;
        this.writer = new JdbcWriter(
                keys, types, codec, indexer, mapper, clock, reader, new PkBlocks(), definitions, hearing);
        this.definitions = definitions;
        this.statementTimeout = statementTimeout;
    }

    /** The numbers of resource types. */
    public Types types() {
        return types;
    }

    /** The keys of this database. */
    public Keys keys() {
        return keys;
    }

    /** Patients' keys, for SQL that narrows to what may be seen; null: everything. */
    public long @Nullable [] visiblePatients(Visibility visibility) {
        Set<String> patients = visibility.patients();
        return patients == null ? null : reader.selves(patients);
    }

    /** Called after each commit that put something into the outbox. */
    void afterCommit(Runnable bell) {
        this.bell = bell;
    }

    /** Called after each commit that changed what resources are indexed by. */
    void afterIndexChange(Runnable indexRinger) {
        this.indexBell = indexRinger;
    }

    /** Takes over what other processes have changed of the search parameters; says whether there was anything. */
    public boolean refreshParameters() {
        return on(definitions::refresh);
    }

    /** Types of which nothing can be searched, because their index is made anew in another form. */
    public Set<String> rebuilding() {
        return definitions.rebuilding();
    }

    /** PostgreSQL's plan for a query, line by line; the query is not run. */
    public List<String> explain(Sql query) {
        return on(c -> JdbcReader.explain(c, query));
    }

    /** A type that is being indexed anew: how many of its resources are done, of how many. */
    public record Indexing(String type, long done, long of) {}

    /** What is being indexed anew. */
    public List<Indexing> indexing() {
        return lines(new Sql(
                        "SELECT x.type || ' ' || x.done || ' ' || (SELECT count(*) FROM resource r WHERE r.type = x.type)"
                                + " FROM reindex x ORDER BY x.type"))
                .stream()
                .map(line -> line.split(" "))
                .map(p -> new Indexing(types.name(Integer.parseInt(p[0])), Long.parseLong(p[1]), Long.parseLong(p[2])))
                .toList();
    }

    /** Has all resources of these types indexed anew in the background; they can be searched meanwhile. */
    public void reindex(Collection<String> typeNames) {
        on(c -> {
            for (String type : new java.util.TreeSet<>(typeNames)) {
                definitions.request(c, type, false);
            }
            return true;
        });
        indexBell.run();
    }

    /** Whom to tell at once what each transaction has changed. */
    void tellAtOnce(List<CommitListener> listeners) {
        this.commitListeners = List.copyOf(listeners);
    }

    /** Digest of the implementation guide that was loaded last; 0: none yet. */
    public long guide() {
        return number(new Sql("SELECT guide FROM store"));
    }

    /** Remembers which implementation guide is loaded. */
    public void guide(long digest) {
        change(new Sql("UPDATE store SET guide = ?", digest));
    }

    // ---------------------------------------------------------------- reads

    @Override
    <T> T on(Work<T> work) {
        try (Connection c = dataSource.getConnection()) {
            return work.run(c);
        } catch (SQLException e) {
            throw translate(e);
        }
    }

    // ---------------------------------------------------------------- writes

    /** Runs one INSERT, UPDATE or DELETE on a table that holds no resources, by itself: how many rows it changed. */
    public int change(Sql change) {
        return on(c -> JdbcReader.update(c, change));
    }

    /**
     * Runs work in one transaction. When the database gives it up for another (serialization failure, deadlock, two creators of
     * one id) it is run again, up to {@value #ATTEMPTS} times: work must have no effect of its own outside.
     *
     * @throws Problem what the work threw (nothing is stored); 503 when the database is away or too busy
     */
    public <T> T transaction(Function<Tx, T> work) {
        for (int attempt = 1; ; attempt++) {
            try (Connection c = dataSource.getConnection()) {
                return attempt(c, work);
            } catch (SQLException e) {
                pause(attempt, e);
            } catch (Carried e) {
                pause(attempt, e.cause);
            }
        }
    }

    /** Waits before the next attempt, or gives up. */
    private void pause(int attempt, SQLException e) {
        if (attempt == ATTEMPTS || !isTransient(e)) {
            throw translate(e);
        }
        refreshParameters();
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1_000_000L, 4_000_000L << Math.min(attempt, 5)));
    }

    private <T> T attempt(Connection c, Function<Tx, T> work) throws SQLException {
        c.setAutoCommit(false);
        try {
            OneTransaction tx = new OneTransaction(c);
            T result = work.apply(tx);
            if (!tx.definitions.isEmpty()) {
                definitions.change(c, tx.definitions);
            }
            c.commit();
            c.setAutoCommit(true);
            tx.tell();
            bell.run();
            if (!tx.definitions.isEmpty()) {
                definitions.refresh(c);
                indexBell.run();
            }
            return result;
        } catch (RuntimeException | Error | SQLException e) {
            try {
                c.rollback();
                c.setAutoCommit(true);
            } catch (SQLException broken) {
                e.addSuppressed(broken); // the pool throws the connection away
            }
            throw e;
        }
    }

    private static boolean isTransient(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.equals("40001") || state.equals("40P01") || state.equals("23505");
    }

    private RuntimeException translate(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (state.equals("57014")) {
            return new Problem(
                    503,
                    IssueType.TOOCOSTLY,
                    "This took longer than the " + statementTimeout / 1000.0
                            + " s that the server allows one statement; narrow the request and try again");
        }
        if (state.equals("22021")) {
            return Problem.malformed("No text may hold the character U+0000", null);
        }
        if (isTransient(e)) {
            return new Problem(
                    409, IssueType.CONFLICT, "Others kept writing the same resources at the same time; try again");
        }
        if (state.startsWith("08")
                || state.startsWith("57P")
                || state.startsWith("53")
                || e instanceof java.sql.SQLTransientException) {
            return new Problem(503, IssueType.TRANSIENT, "The database cannot be reached now; try again");
        }
        return new IllegalStateException("Database error " + state, e);
    }

    /** Brings an SQLException through a Function. */
    private static final class Carried extends RuntimeException {
        private final transient SQLException cause;

        Carried(SQLException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    private final class OneTransaction extends ConnectionReader implements Tx {

        private final Connection connection;
        /** SearchParameter resources that it wrote or deleted, by id. */
        private final Map<String, Write> definitions = new LinkedHashMap<>();

        private final List<List<Write>> written = new ArrayList<>(1);

        OneTransaction(Connection connection) {
            super(Store.this.reader);
            this.connection = connection;
        }

        @Override
        <T> T on(Work<T> work) {
            try {
                return work.run(connection);
            } catch (SQLException e) {
                throw new Carried(e);
            }
        }

        @Override
        public List<Write.Result> write(List<Write> writes, Visibility visibility) {
            writes.stream().filter(w -> w.type().equals("SearchParameter")).forEach(w -> definitions.put(w.id(), w));
            List<Write.Result> results = on(c -> writer.write(c, writes, visibility));
            if (!commitListeners.isEmpty()) {
                written.add(writes);
            }
            return results;
        }

        void tell() {
            for (CommitListener listener : commitListeners) {
                List<String> changed = written.stream()
                        .flatMap(List::stream)
                        .filter(w -> listener.types().contains(w.type()))
                        .map(w -> w.type() + "/" + w.id())
                        .toList();
                if (!changed.isEmpty()) {
                    listener.committed(changed);
                }
            }
        }

        @Override
        public int change(Sql change) {
            return on(c -> JdbcReader.update(c, change));
        }

        @Override
        public void lock(Collection<Long> lockKeys) {
            for (Long key : new java.util.TreeSet<>(lockKeys)) {
                on(c -> JdbcReader.number(c, new Sql("SELECT 1 FROM pg_advisory_xact_lock(?)", key)));
            }
        }

        @Override
        public void lockShared(long key) {
            on(c -> JdbcReader.number(c, new Sql("SELECT 1 FROM pg_advisory_xact_lock_shared(?)", key)));
        }
    }
}
