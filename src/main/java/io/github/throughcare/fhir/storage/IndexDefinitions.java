package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Indexer;
import io.github.throughcare.fhir.index.OwnParameter;
import io.github.throughcare.fhir.index.OwnParameter.State;
import io.github.throughcare.fhir.index.ParamKind;
import io.github.throughcare.fhir.index.SearchParameterReader;
import io.github.throughcare.fhir.index.TypeIndex;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import tools.jackson.databind.node.ObjectNode;

/**
 * By which own parameters resources are indexed, the same in every server process on the database. The tables
 * {@code search_parameter} and {@code reindex} change in the transaction that stores a SearchParameter, and with them the generation
 * in {@code store}; each process takes them over when it meets another generation, a write at the latest before it commits.
 */
final class IndexDefinitions {

    private static final long LOCK = 0x696e646578L;
    private static final int BITS = 64;

    /** The SQL state of a write that was indexed by definitions of another generation: the root of a negative number. */
    static final String CHANGED = "2201F";

    /** The parameters in the table changed while a transaction indexed by the ones before: it has to run again. */
    static SQLException changedMeanwhile() {
        return new SQLException("The search parameters changed", CHANGED);
    }

    private final TypeIndex.Catalog catalog;
    private final SearchParameterReader reader;
    private final Types types;
    private volatile long generation = -1;
    private volatile boolean newer;
    private volatile Set<String> whole = Set.of();

    IndexDefinitions(TypeIndex.Catalog catalog, Types types) {
        this.catalog = catalog;
        this.reader = new SearchParameterReader(catalog);
        this.types = types;
    }

    /** The generation that resources are indexed by now. */
    long generation() {
        return generation;
    }

    /**
     * Types of which nothing can be searched, because their index has another form.
     */
    Set<String> rebuilding() {
        return whole;
    }

    /** Refuses to write beside a newer release that has changed the form of the index. */
    void checkForm() {
        if (newer) {
            throw new Problem(
                    503,
                    IssueType.TRANSIENT,
                    "The database has been taken over by a newer release of the server; write through that one");
        }
    }

    /** At start: a database whose index has an older form is indexed anew. */
    void start(Connection c) throws SQLException {
        c.setAutoCommit(false);
        lock(c);
        long form = JdbcReader.number(c, new Sql("SELECT form FROM store"));
        if (form < Indexer.FORM) {
            JdbcReader.update(
                    c,
                    new Sql("INSERT INTO reindex (type, whole) SELECT DISTINCT type, true FROM resource"
                            + " ON CONFLICT (type) DO UPDATE SET cut = false, whole = true, cursor = 0, done = 0"));
            JdbcReader.update(c, new Sql("UPDATE store SET form = ?, generation = generation + 1", Indexer.FORM));
        }
        c.commit();
        c.setAutoCommit(true);
        refresh(c);
    }

    /** Takes over what another process, or a transaction of this one, has changed; says whether there was anything. */
    boolean refresh(Connection c) throws SQLException {
        long current = JdbcReader.number(c, new Sql("SELECT generation FROM store"));
        if (current == generation) {
            return false;
        }
        synchronized (this) {
            List<OwnParameter> all = all(c);
            Set<String> rebuilt = new HashSet<>();
            for (long type : JdbcReader.numbers(c, new Sql("SELECT type FROM reindex WHERE whole"))) {
                rebuilt.add(types.name((int) type));
            }
            newer = JdbcReader.number(c, new Sql("SELECT form FROM store")) > Indexer.FORM;
            whole = Set.copyOf(rebuilt);
            catalog.own(all);
            // read before the rows: what came after it is taken over next time
            generation = current;
            return true;
        }
    }

    private List<OwnParameter> all(Connection c) throws SQLException {
        List<OwnParameter> all = new ArrayList<>();
        try (PreparedStatement s = c.prepareStatement(
                        "SELECT type, code, resource, url, kind, expression, targets, bit, state FROM search_parameter");
                ResultSet r = s.executeQuery()) {
            while (r.next()) {
                String targets = r.getString(7);
                all.add(new OwnParameter(
                        r.getString(3),
                        r.getString(4),
                        types.name(r.getInt(1)),
                        r.getString(2),
                        ParamKind.valueOf(r.getString(5)),
                        r.getString(6),
                        targets.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(targets.split(","))),
                        r.getInt(8),
                        State.of(r.getInt(9))));
            }
        }
        return all;
    }

    private static void lock(Connection c) throws SQLException {
        JdbcReader.number(c, new Sql("SELECT 1 FROM pg_advisory_xact_lock(?)", LOCK));
    }

    /**
     * Takes over SearchParameter resources, in the transaction that stores them.
     *
     * @param stored by id; null: deleted
     * @throws Problem 422 when one cannot be indexed
     */
    void change(Connection c, Map<String, Write> stored) throws SQLException {
        lock(c);
        Map<String, OwnParameter> known = new HashMap<>();
        all(c).forEach(o -> known.put(o.type() + "." + o.code(), o));
        Set<String> touched = new TreeSet<>();
        boolean changed = false;
        for (Map.Entry<String, Write> e : stored.entrySet()) {
            List<OwnParameter> wanted = read(e.getKey(), e.getValue());
            for (OwnParameter o : List.copyOf(known.values())) {
                boolean kept = wanted.stream()
                        .anyMatch(w -> w.type().equals(o.type()) && w.code().equals(o.code()));
                if (o.resource().equals(e.getKey()) && o.state() != State.GONE && !kept) {
                    put(c, known, o.with(State.GONE));
                    touched.add(o.type());
                }
            }
            for (OwnParameter w : wanted) {
                OwnParameter before = known.get(w.type() + "." + w.code());
                if (before != null
                        && before.state() != State.GONE
                        && !before.resource().equals(w.resource())) {
                    throw new Problem(
                            422,
                            IssueType.BUSINESSRULE,
                            w.code() + " of " + w.type() + " is defined by SearchParameter/" + before.resource() + " ("
                                    + before.url() + ") already; retire that one first, or take another code",
                            place(e.getValue()) + ".code");
                }
                if (before == null || before.state() == State.GONE || !before.isSameIndex(w)) {
                    put(c, known, w.with(before == null ? freeBit(known, w, e.getValue()) : before.bit()));
                    touched.add(w.type());
                } else if (!before.url().equals(w.url())) {
                    put(c, known, w.with(before.bit()).with(before.state()));
                    changed = true;
                }
            }
        }
        for (String type : touched) {
            request(c, type, false);
        }
        if (changed || !touched.isEmpty()) {
            JdbcReader.update(c, new Sql("UPDATE store SET generation = generation + 1"));
        }
    }

    private List<OwnParameter> read(String id, Write write) {
        ObjectNode body = write.body();
        return body == null ? List.of() : reader.read(id, body, write.place());
    }

    private static String place(Write write) {
        return write.place() == null ? "SearchParameter" : write.place() + ".resource";
    }

    private int freeBit(Map<String, OwnParameter> known, OwnParameter wanted, Write write) {
        Set<Integer> taken = new HashSet<>();
        known.values().stream().filter(o -> o.type().equals(wanted.type())).forEach(o -> taken.add(o.bit()));
        for (int bit = BITS - 1; bit >= catalog.parameters().bits(wanted.type()); bit--) {
            if (!taken.contains(bit)) {
                return bit;
            }
        }
        throw new Problem(
                422,
                IssueType.BUSINESSRULE,
                wanted.type() + " can have no more search parameters: with R4's own " + BITS
                        + " are the most; retire one that is not needed",
                place(write) + ".base");
    }

    private void put(Connection c, Map<String, OwnParameter> known, OwnParameter o) throws SQLException {
        known.put(o.type() + "." + o.code(), o);
        JdbcReader.update(
                c,
                new Sql(
                        "INSERT INTO search_parameter (type, code, resource, url, kind, expression, targets, bit, state)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (type, code) DO UPDATE SET (resource, url, kind, expression, targets, bit, state)"
                                + " = (excluded.resource, excluded.url, excluded.kind, excluded.expression, excluded.targets, excluded.bit, excluded.state)",
                        types.number(o.type()),
                        o.code(),
                        o.resource(),
                        o.url(),
                        o.kind().name(),
                        o.expression(),
                        String.join(",", new TreeSet<>(o.targets())),
                        o.bit(),
                        o.state().number));
    }

    /** Has the resources of a type indexed anew, from the first one on. */
    void request(Connection c, String type, boolean wholeType) throws SQLException {
        JdbcReader.update(
                c,
                new Sql(
                        "INSERT INTO reindex AS x (type, whole) VALUES (?, ?::int <> 0) ON CONFLICT (type)"
                                + " DO UPDATE SET cut = false, whole = x.whole OR excluded.whole, cursor = 0, done = 0",
                        types.number(type),
                        wholeType ? 1 : 0));
    }

    /** All resources of a type are indexed: what was being built can be searched by. */
    void finished(Connection c, int type) throws SQLException {
        JdbcReader.update(c, new Sql("DELETE FROM reindex WHERE type = ?", type));
        JdbcReader.update(
                c, new Sql("DELETE FROM search_parameter WHERE type = ? AND state = ?", type, State.GONE.number));
        JdbcReader.update(
                c,
                new Sql(
                        "UPDATE search_parameter SET state = ? WHERE type = ? AND state = ?",
                        State.ACTIVE.number,
                        type,
                        State.BUILDING.number));
        JdbcReader.update(c, new Sql("UPDATE store SET generation = generation + 1"));
    }
}
