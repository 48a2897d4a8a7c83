package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.index.Keys;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** {@link Reader} on one connection. */
final class JdbcReader {

    private static final String CURRENT =
            "SELECT r.pk, r.type, r.id, r.ver, r.upd, v.codec, v.body, NULL, v.method FROM resource r"
                    + " JOIN version v ON v.pk = r.pk AND v.ver = r.ver WHERE r.self = ?";
    private static final String GONE =
            "SELECT g.pk, g.type, g.id, g.ver, g.upd, 0, NULL, NULL, 3 FROM gone g WHERE g.self = ?";
    private static final String VERSION = "SELECT v.pk, v.type, r.id, v.ver, v.upd, v.codec, v.body, NULL, v.method"
            + " FROM (SELECT pk, id, patient FROM resource WHERE self = ? UNION ALL SELECT pk, id, patient FROM gone WHERE self = ?) r"
            + " JOIN version v ON v.pk = r.pk AND v.ver = ? WHERE true";

    private final Keys keys;
    private final Types types;
    private final BodyCodec codec;

    JdbcReader(Keys keys, Types types, BodyCodec codec) {
        this.keys = keys;
        this.types = types;
        this.codec = codec;
    }

    Optional<Stored> read(Connection c, String type, String id, Visibility visibility) throws SQLException {
        long self = keys.self(type, id);
        List<Stored> found = select(c, visible(new Sql(CURRENT, self), "r", visibility));
        if (found.isEmpty()) {
            found = select(c, visible(new Sql(GONE, self), "g", visibility));
        }
        return found.stream().findFirst();
    }

    /** The live ones of these ids, in their order. */
    List<Stored> current(Connection c, String type, Collection<String> ids, Visibility visibility) throws SQLException {
        if (ids.isEmpty()) {
            return List.of();
        }
        Map<String, Stored> found = new HashMap<>();
        for (Stored s : current(c, keys.selves(type, ids), visibility)) {
            found.put(s.id(), s);
        }
        List<Stored> inOrder = new ArrayList<>(found.size());
        for (String id : ids) {
            Stored s = found.remove(id);
            if (s != null) {
                inOrder.add(s);
            }
        }
        return inOrder;
    }

    /** The live ones of these, {@code Type/id}. */
    List<Stored> current(Connection c, Collection<String> references, Visibility visibility) throws SQLException {
        long[] selves = references.stream().mapToLong(keys::text).toArray();
        return selves.length == 0 ? List.of() : current(c, selves, visibility);
    }

    /** The live ones of these. */
    List<Stored> current(Connection c, long[] selves, Visibility visibility) throws SQLException {
        Sql sql = new Sql(CURRENT.replace("= ?", "= ANY(?)"), (Object) selves);
        return select(c, visible(sql, "r", visibility));
    }

    Optional<Stored> version(Connection c, String type, String id, int version, Visibility visibility)
            throws SQLException {
        long self = keys.self(type, id);
        return select(c, visible(new Sql(VERSION, self, self, version), "r", visibility)).stream()
                .findFirst();
    }

    /** Narrows a query over a table with a patient column to what may be seen. */
    private Sql visible(Sql sql, String table, Visibility visibility) {
        Set<String> patients = visibility.patients();
        return patients == null
                ? sql
                : sql.add(" AND (" + table + ".patient IS NULL OR " + table + ".patient = ANY(?))", (Object)
                        selves(patients));
    }

    long[] selves(Set<String> patients) {
        return keys.selves("Patient", patients);
    }

    List<Stored> select(Connection c, Sql query) throws SQLException {
        try (PreparedStatement s = prepare(c, query);
                ResultSet rows = s.executeQuery()) {
            int columns = rows.getMetaData().getColumnCount();
            List<Stored> found = new ArrayList<>();
            while (rows.next()) {
                byte[] body = rows.getBytes(7);
                short bodyCodec = rows.getShort(6);
                found.add(new Stored(
                        rows.getLong(1),
                        types.name(rows.getShort(2)),
                        rows.getString(3),
                        rows.getInt(4),
                        rows.getLong(5),
                        columns >= 9 ? Stored.Method.of(rows.getShort(9)) : Stored.Method.UPDATE,
                        body == null ? null : codec.unpack(bodyCodec, body, c),
                        columns >= 8 ? rows.getString(8) : null));
            }
            return found;
        }
    }

    /** The current version of a row. */
    Stored stored(Connection c, JdbcWriter.Row row, short type, String id, short bodyCodec, byte[] body, short method)
            throws SQLException {
        return new Stored(
                row.pk(),
                types.name(type),
                id,
                row.version(),
                row.updated(),
                Stored.Method.of(method),
                codec.unpack(bodyCodec, body, c),
                null);
    }

    static long number(Connection c, Sql query) throws SQLException {
        try (PreparedStatement s = prepare(c, query);
                ResultSet rows = s.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    static long[] numbers(Connection c, Sql query) throws SQLException {
        try (PreparedStatement s = prepare(c, query);
                ResultSet rows = s.executeQuery()) {
            LongStream.Builder found = LongStream.builder();
            while (rows.next()) {
                found.add(rows.getLong(1));
            }
            return found.build().toArray();
        }
    }

    static List<String> lines(Connection c, Sql query) throws SQLException {
        try (PreparedStatement s = prepare(c, query);
                ResultSet rows = s.executeQuery()) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    /** PostgreSQL's plan for a query, the one it uses whatever the arguments are. */
    static List<String> explain(Connection c, Sql query) throws SQLException {
        StringBuilder text = new StringBuilder();
        int n = 0;
        for (String piece : query.text().split("\\?", -1)) {
            text.append(n == 0 ? "" : "$" + n).append(piece);
            n++;
        }
        String types = query.args().stream().map(JdbcReader::sqlType).collect(Collectors.joining(", "));
        String nulls = query.args().stream().map(a -> "NULL").collect(Collectors.joining(", "));
        List<String> lines = new ArrayList<>();
        try (Statement s = c.createStatement()) {
            s.execute("PREPARE explained" + (types.isEmpty() ? "" : "(" + types + ")") + " AS " + text);
            try (ResultSet rows =
                    s.executeQuery("EXPLAIN EXECUTE explained" + (nulls.isEmpty() ? "" : "(" + nulls + ")"))) {
                while (rows.next()) {
                    lines.add(rows.getString(1));
                }
            } finally {
                s.execute("DEALLOCATE explained");
            }
        }
        return lines;
    }

    private static String sqlType(Object arg) {
        return arg instanceof Long
                ? "bigint"
                : arg instanceof Integer
                        ? "integer"
                        : arg instanceof Double
                                ? "float8"
                                : arg instanceof long[] ? "bigint[]" : arg instanceof String[] ? "text[]" : "text";
    }

    static int update(Connection c, Sql change) throws SQLException {
        try (PreparedStatement s = prepare(c, change)) {
            return s.executeUpdate();
        }
    }

    static PreparedStatement prepare(Connection c, Sql query) throws SQLException {
        PreparedStatement s = c.prepareStatement(query.text());
        int i = 1;
        for (Object arg : query.args()) {
            if (arg instanceof Long v) {
                s.setLong(i, v);
            } else if (arg instanceof Integer v) {
                s.setInt(i, v);
            } else if (arg instanceof Double v) {
                s.setDouble(i, v);
            } else if (arg instanceof String v) {
                s.setString(i, v);
            } else if (arg instanceof long[] v) {
                s.setObject(i, v);
            } else if (arg instanceof String[] v) {
                s.setArray(i, c.createArrayOf("text", v));
            } else {
                throw new IllegalArgumentException("No SQL argument: " + arg.getClass());
            }
            i++;
        }
        return s;
    }
}
