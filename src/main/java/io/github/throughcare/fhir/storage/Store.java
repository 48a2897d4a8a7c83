package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.CommitListener;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.index.Indexer;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.LocalReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
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
    private final Horizon horizon;
    private final IndexDefinitions definitions;
    private final SearchIndex index;
    private final DatabaseFaults faults;
    private final Terms terms;
    private volatile Runnable bell = () -> {};
    private volatile List<CommitListener> commitListeners = List.of();

    Store(
            DataSource dataSource,
            Keys keys,
            Types types,
            BodyCodec codec,
            Indexer indexer,
            JsonMapper mapper,
            Clock clock,
            ReferencePolicy references,
            Supplier<long[]> referenceSeeds,
            IndexDefinitions definitions,
            int statementTimeout,
            Hearing hearing,
            Terms terms) {
        super(new JdbcReader(keys, types, codec));
        this.dataSource = dataSource;
        this.keys = keys;
        this.terms = terms;
        this.types = types;
        this.horizon = new Horizon(clock);
        this.definitions = definitions;
        this.faults = new DatabaseFaults(statementTimeout);
        this.index = new SearchIndex(this, definitions);
        this.writer = new JdbcWriter(
                keys,
                types,
                codec,
                indexer,
                mapper,
                horizon,
                reader,
                new PkBlocks(),
                hearing,
                new ReferentialIntegrity(references, keys, types, referenceSeeds),
                definitions);
    }

    /** What searches are answered from: whether it is whole, and how. */
    public SearchIndex index() {
        return index;
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

    /**
     * Every version with a lastUpdated before this (microseconds since 1970) is committed or never will be, so that whoever has read
     * up to it misses nothing. Waits up to a second for writes under way.
     */
    public long settled() {
        return horizon.settled(this::number);
    }

    /** The same without waiting: it may be earlier. */
    public long settledAlready() {
        return horizon.settledAlready(this::number);
    }

    // ---------------------------------------------------------------- reads

    @Override
    <T> T on(Work<T> work) {
        try (Connection c = dataSource.getConnection()) {
            return work.run(c);
        } catch (SQLException e) {
            throw faults.of(e);
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
        return transaction(work, true);
    }

    /** The same for what is moved here from elsewhere, in whatever order: references may point to what is not here yet. */
    public <T> T loading(Function<Tx, T> work) {
        return transaction(work, false);
    }

    private <T> T transaction(Function<Tx, T> work, boolean held) {
        boolean careful = false;
        for (int attempt = 1; ; attempt++) {
            SQLException fault;
            try (Connection c = dataSource.getConnection()) {
                return attempt(c, work, new OneTransaction(c, careful, held));
            } catch (SQLException e) {
                fault = e;
            } catch (Carried e) {
                fault = e.cause;
            }
            if (!careful && WriteBatch.NEED_MISSING.equals(fault.getSQLState())) {
                careful = true; // again, to say which reference it is
            } else {
                pause(attempt, fault);
            }
        }
    }

    /** Waits before the next attempt, or gives up. */
    private void pause(int attempt, SQLException e) {
        if (attempt == ATTEMPTS || !DatabaseFaults.isTransient(e)) {
            throw faults.of(e);
        }
        if (IndexDefinitions.CHANGED.equals(e.getSQLState())) {
            index.refresh();
        }
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1_000_000L, 4_000_000L << Math.min(attempt, 5)));
    }

    private <T> T attempt(Connection c, Function<Tx, T> work, OneTransaction tx) throws SQLException {
        try {
            T result = work.apply(tx);
            tx.commit();
            tx.texts.committed();
            c.setAutoCommit(true);
            tx.tell();
            if (tx.told) {
                bell.run();
            }
            if (!tx.parameters.isEmpty()) {
                index.changed();
            }
            return result;
        } catch (RuntimeException | Error | SQLException e) {
            tx.tell(); // a commit whose answer was lost may have happened
            try {
                if (!c.getAutoCommit()) {
                    c.rollback();
                    c.setAutoCommit(true);
                }
            } catch (SQLException broken) {
                e.addSuppressed(broken); // the pool throws the connection away
            }
            throw e;
        } finally {
            horizon.end(tx);
        }
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
        private final List<List<Write.Result>> written = new ArrayList<>(1);
        /** SearchParameter resources that it wrote or deleted, by id. */
        private final Map<String, Write> parameters = new LinkedHashMap<>();
        /** Decided and not yet sent: the last changes travel together with the commit. */
        private @Nullable WriteBatch pending;

        private final Terms.Added texts = terms.begin();
        private final boolean careful;
        private final boolean held;
        /** Rows locked and not changed since: they need not be locked again to be written. */
        private final LockedRows looked = new LockedRows();
        /** Whether something of it goes into the outbox. */
        private boolean told;

        OneTransaction(Connection connection, boolean careful, boolean held) {
            super(Store.this.reader);
            this.careful = careful;
            this.held = held;
            this.connection = connection;
        }

        @Override
        <T> T on(Work<T> work) {
            return first(c -> {
                c.setAutoCommit(false); // from here on there are several statements
                WriteBatch before = pending;
                pending = null;
                if (before != null) {
                    before.runOrFail(c);
                }
                return work.run(c);
            });
        }

        private <T> T first(Work<T> work) {
            try {
                return work.run(connection);
            } catch (SQLException e) {
                throw new Carried(e);
            }
        }

        void commit() throws SQLException {
            if (!parameters.isEmpty()) {
                on(c -> {
                    definitions.change(c, parameters);
                    return true;
                });
            }
            WriteBatch last = pending;
            try {
                if (!connection.getAutoCommit()) {
                    if (last != null) {
                        last.runAndCommit(connection);
                    }
                    connection.commit();
                } else if (last != null) {
                    last.runOrFail(connection); // the only statement: a transaction by itself
                }
            } catch (SQLException e) {
                if (DatabaseFaults.isGone(e)) {
                    throw new Problem(
                            503,
                            IssueType.TRANSIENT,
                            "The database went away while this was being stored; whether it was is not known. Look for it"
                                    + " before you send it again, or send it so that a repetition does no harm (PUT, If-None-Exist)");
                }
                throw e;
            }
        }

        @Override
        public List<Write.Result> write(List<Write> writes, Visibility visibility) {
            horizon.begin(this);
            writes.stream().filter(w -> w.type().equals("SearchParameter")).forEach(w -> parameters.put(w.id(), w));
            // what got its id here is not looked for: it may come down to the one statement that writes it
            boolean alone = pending == null && JdbcWriter.isOneStatement(writes);
            Work<List<Write.Result>> work = c -> {
                JdbcWriter.Decided decided = writer.write(c, writes, visibility, careful, held, texts, looked);
                looked.clear();
                pending = decided.unsent();
                told |= decided.told();
                return decided.results();
            };
            List<Write.Result> results = alone ? first(work) : on(work);
            if (!commitListeners.isEmpty()) {
                written.add(results);
            }
            return results;
        }

        void tell() {
            for (CommitListener listener : commitListeners) {
                Set<String> types = listener.types();
                List<CommitListener.Written> changed = written.stream()
                        .flatMap(List::stream)
                        .filter(Write.Result::changed)
                        .map(Write.Result::requireStored)
                        .filter(s -> types.contains(s.type()))
                        .map(s -> new CommitListener.Written(s.type(), s.id(), s.json()))
                        .toList();
                if (!changed.isEmpty()) {
                    listener.written(changed);
                }
            }
        }

        @Override
        public int change(Sql change) {
            return on(c -> JdbcReader.update(c, change));
        }

        @Override
        public List<Stored> hold(Collection<LocalReference> resources, Visibility visibility) {
            long[] selves = resources.stream()
                    .mapToLong(r -> keys.self(r.type(), r.id()))
                    .toArray();
            return on(c -> {
                List<Stored> found = new ArrayList<>();
                // what others have changed while it waited for the row is read by a statement of its own, which sees it
                long[] unread = looked.read(c, selves, reader, visiblePatients(visibility), found);
                if (unread.length > 0) {
                    found.addAll(reader.current(c, unread, visibility));
                }
                return found;
            });
        }

        @Override
        public void lock(Collection<Long> shared, Collection<Long> exclusive) {
            long[] first = sorted(shared);
            long[] then = sorted(exclusive);
            if (first.length + then.length > 0) {
                long[] all = Arrays.copyOf(first, first.length + then.length);
                System.arraycopy(then, 0, all, first.length, then.length);
                on(c -> JdbcReader.number(
                        c,
                        new Sql(
                                "SELECT count(*) FROM (SELECT CASE WHEN n <= ? THEN pg_advisory_xact_lock_shared(k) ELSE pg_advisory_xact_lock(k) END"
                                        + " FROM unnest(?) WITH ORDINALITY AS x(k, n) OFFSET 0) x",
                                first.length,
                                all)));
            }
        }

        private static long[] sorted(Collection<Long> numbers) {
            return numbers.stream().mapToLong(n -> n).sorted().distinct().toArray();
        }

        @Override
        public void lockRows(Collection<String> local) {
            long[] selves = local.stream().mapToLong(keys::text).toArray();
            on(c -> {
                looked.lock(c, selves);
                return true;
            });
        }
    }
}
