package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.index.IndexValues;
import io.github.throughcare.fhir.index.IndexValues.Term;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Up to {@value #LIMIT} writes as one statement: a data-modifying CTE per table that has anything to change, each fed by
 * {@code unnest} of arrays. One round trip whatever the size; the text depends only on which parts are there, so the server keeps
 * its plan.
 */
final class WriteBatch {

    static final int LIMIT = 1000;

    /** The SQL state that {@link #runOrFail} ends with when something needed is missing: a division by zero. */
    static final String NEED_MISSING = "22012";

    /**
     * A row of {@code resource} to be.
     *
     * @param tokens all keys of its index
     * @param side digest of its other rows
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Line(
            long pk,
            long updated,
            long self,
            long digest,
            int version,
            int type,
            String id,
            IndexValues index,
            long[] tokens,
            long side) {

        Line(long pk, long updated, long self, long digest, int version, int type, String id, IndexValues index) {
            this(pk, updated, self, digest, version, type, id, index, index.tokens(), index.sideDigest());
        }
    }

    private static final String ALL_THERE = "SELECT 1 / (CASE WHEN (SELECT count(*) FROM k) = ? THEN 1 ELSE 0 END)";

    /** Ends with {@link IndexDefinitions#CHANGED} when the index definitions are of another generation than this. */
    private static final String GENERATION = "sqrt(CASE WHEN (SELECT generation FROM store) = ? THEN 1 ELSE -1 END)";

    private final long generation;
    private final Terms.Added known;
    private final ResourceRows inserts = new ResourceRows();
    private final ResourceRows updates = new ResourceRows();
    private final BatchTable versions =
            new BatchTable("bigint", "bigint", "integer", "smallint", "smallint", "smallint", "bytea");
    private final BatchTable tokens = new BatchTable("bigint", "bigint");
    private final BatchTable tokensMaybe = new BatchTable("bigint", "bigint");
    private final BatchTable tokensGone = new BatchTable("bigint", "bigint");
    private final BatchTable strings = new BatchTable("bigint", "text", "bigint");
    private final BatchTable terms = new BatchTable("bigint", "text", "bigint");
    private final BatchTable dates = new BatchTable("bigint", "bigint", "bigint", "bigint");
    private final NumberRows numbers = new NumberRows();
    private final BatchTable sidesGone = new BatchTable("bigint");
    private final BatchTable deleted =
            new BatchTable("bigint", "bigint", "bigint", "integer", "smallint", "text", "bigint");
    private final BatchTable revived = new BatchTable("bigint");
    private final BatchTable due = new BatchTable("bigint");
    private final BatchTable needed = new BatchTable("bigint");
    private final BatchTable told = new BatchTable("bigint", "integer");

    /**
     * @param generation of the index definitions that its lines were indexed by; with any other the database refuses it
     * @param known texts that need not be written again
     */
    WriteBatch(long generation, Terms.Added known) {
        this.known = known;
        this.generation = generation;
    }

    int size() {
        return versions.size();
    }

    void insert(Line line) {
        inserts.add(line);
        terms(line);
        for (long h : line.index().walkedTokens()) {
            tokens.pair(h, line.pk());
        }
        sides(line);
    }

    void update(Line line, JdbcWriter.Row before) {
        updates.add(line);
        terms(line);
        long[] walked = line.index().walkedTokens();
        long[] all = line.tokens();
        for (long h : walked) {
            if (Arrays.binarySearch(before.tokens(), h) < 0) {
                tokens.pair(h, line.pk());
            }
        }
        for (long h : before.tokens()) {
            if (Arrays.binarySearch(all, h) < 0) {
                tokensGone.pair(h, line.pk());
            }
        }
        if (line.side() != before.side()) {
            sidesGone.one(line.pk());
            sides(line);
        }
    }

    /** The same version with index values of another making: what is there is brought to what should be there. */
    void reindex(Line line, JdbcWriter.Row before) {
        updates.add(line);
        terms(line);
        long[] walked = line.index().walkedTokens();
        for (long h : walked) {
            tokensMaybe.pair(h, line.pk());
        }
        for (long h : before.tokens()) {
            if (Arrays.binarySearch(walked, h) < 0) {
                tokensGone.pair(h, line.pk());
            }
        }
        if (line.side() != before.side()) {
            sidesGone.one(line.pk());
            sides(line);
        }
    }

    void delete(JdbcWriter.Row row, long self, long updated, int version, int type, String id) {
        deleted.add(self, row.pk(), updated, version, (short) type, id, row.patient());
        sidesGone.one(row.pk());
        for (long h : row.tokens()) {
            tokensGone.pair(h, row.pk());
        }
    }

    /** A deleted resource lives again under its old key. */
    void revive(long pk) {
        revived.one(pk);
    }

    void version(
            long pk, long updated, int version, int type, Stored.Method method, short codec, byte @Nullable [] body) {
        due.one(pk);
        versions.add(pk, updated, version, (short) type, method.number, codec, body);
    }

    /** Puts the change into the outbox. */
    void tell(long pk, int version) {
        told.add(pk, version);
    }

    boolean tells() {
        return told.size() > 0;
    }

    private void terms(Line line) {
        for (Term t : line.index().terms()) {
            if (known.isNew(t)) {
                terms.add(t.h(), t.v(), t.lead());
            }
        }
    }

    private void sides(Line line) {
        line.index().strings().forEach(s -> strings.add(s.h(), s.v(), line.pk()));
        line.index().dates().forEach(d -> dates.add(d.h(), d.lo(), d.hi(), line.pk()));
        line.index().numbers().forEach(n -> numbers.add(n, line.pk()));
    }

    /** Something that one of the writes refers to: it must be there, and stay until the end of the transaction. */
    void need(long self) {
        needed.one(self);
    }

    int needs() {
        return needed.size();
    }

    /** @return what is there of that which is needed, and visible */
    List<Long> run(Connection c, long @Nullable [] visible) throws SQLException {
        if (size() == 0 && updates.size() == 0) {
            return List.of();
        }
        c.setAutoCommit(false); // its answer may still undo it, or more follows
        List<Long> found = new ArrayList<>();
        Statement statement = statement();
        try (PreparedStatement s = statement.prepare(
                c,
                needed.size() == 0
                        ? "SELECT " + GENERATION
                        : "SELECT self, patient, 0 FROM k UNION ALL SELECT NULL, NULL, " + GENERATION)) {
            s.setLong(statement.values.size() + 1, generation);
            try (ResultSet rows = s.executeQuery()) {
                while (needed.size() > 0 && rows.next()) {
                    long patient = rows.getLong(2);
                    Long owner = rows.wasNull() ? null : Long.valueOf(patient);
                    long self = rows.getLong(1);
                    if (!rows.wasNull() && JdbcWriter.isVisible(owner, visible)) {
                        found.add(self);
                    }
                }
            }
        }
        return found;
    }

    /** Runs it; when something that is needed is missing, the database refuses it with {@link #NEED_MISSING}. */
    void runOrFail(Connection c) throws SQLException {
        runOrFail(c, "");
    }

    /** The same, and the transaction's end with it: one round trip for both. */
    void runAndCommit(Connection c) throws SQLException {
        runOrFail(c, ";\nCOMMIT");
    }

    private void runOrFail(Connection c, String end) throws SQLException {
        if (size() == 0) {
            return;
        }
        Statement statement = statement();
        try (PreparedStatement s =
                statement.prepare(c, (needed.size() == 0 ? "SELECT " : ALL_THERE + ", ") + GENERATION + end)) {
            int next = statement.values.size() + 1;
            if (needed.size() > 0) {
                s.setInt(next++, needed.size());
            }
            s.setLong(next, generation);
            s.execute();
        }
    }

    private Statement statement() {
        Statement s = new Statement();
        s.with(
                "i",
                inserts,
                () -> "INSERT INTO resource (" + ResourceRows.COLUMNS + ") SELECT " + inserts.select()
                        + inserts.from());
        s.with(
                "u",
                updates,
                () -> "UPDATE resource r SET (" + ResourceRows.CHANGED + ") = ROW(" + updates.changed() + ")"
                        + updates.from() + " WHERE r.pk = x.pk");
        s.with("d", deleted, () -> "INSERT INTO gone (self, pk, upd, ver, type, id, patient) #");
        s.with("dr", deleted.only(1), () -> "DELETE FROM resource WHERE pk = ANY(ARRAY(#))");
        s.with("rv", revived, () -> "DELETE FROM gone WHERE pk = ANY(ARRAY(#))");
        s.with("v", versions, () -> "INSERT INTO version (pk, upd, ver, type, method, codec, body) #");
        s.with(
                "tg",
                tokensGone.sortedPairs(),
                () -> "DELETE FROM token t USING (#) AS x(h, pk) WHERE t.h = x.h AND t.pk = x.pk");
        s.with("t", tokens.sortedPairs(), () -> "INSERT INTO token (h, pk) #");
        s.with("tm", tokensMaybe.sortedPairs(), () -> "INSERT INTO token (h, pk) # ON CONFLICT DO NOTHING");
        s.with("sg", sidesGone, () -> "DELETE FROM idx_string WHERE pk = ANY(ARRAY(#))");
        s.with("dg", sidesGone, () -> "DELETE FROM idx_date WHERE pk = ANY(ARRAY(#))");
        s.with("ng", sidesGone, () -> "DELETE FROM idx_number WHERE pk = ANY(ARRAY(#))");
        s.with("s", strings, () -> "INSERT INTO idx_string (h, v, pk) #");
        s.with("te", terms, () -> "INSERT INTO term (h, v, lead) #");
        s.with("da", dates, () -> "INSERT INTO idx_date (h, lo, hi, pk) #");
        s.with(
                "n",
                numbers,
                () -> "INSERT INTO idx_number (h, lo, hi, unit, code, pk, also) SELECT " + NumberRows.SELECT + " FROM "
                        + NumberRows.FROM);
        s.with("w", due, () -> "INSERT INTO fulltext_due (pk) #");
        s.with("o", told, () -> "INSERT INTO outbox (pk, ver) #");
        s.with(
                "k",
                needed,
                () -> "SELECT self, patient FROM resource WHERE self = ANY(ARRAY(#)) ORDER BY self FOR KEY SHARE");
        return s;
    }

    /** Texts by their shape: a few dozen are in use, and to write one takes longer than all else here. */
    private static final Map<Shape, String> TEXTS = new ConcurrentHashMap<>();

    /**
     * What a text depends on.
     *
     * @param parts base 3, for each in its order: no rows, one, several
     */
    private record Shape(long parts, String last) {}

    /** The CTEs that have rows, and their arrays in order. */
    private static final class Statement {
        private final List<Part> parts = new ArrayList<>();
        private final List<Value> values = new ArrayList<>();
        private long shape;

        private record Part(String name, BatchTable table, Supplier<String> sql) {

            String text() {
                // one row as plain values costs the database half of what unnest does
                boolean single = table.size() == 1;
                StringBuilder marks = new StringBuilder(single ? "SELECT " : "SELECT * FROM unnest(");
                for (int i = 0; i < table.columns.length; i++) {
                    marks.append(i == 0 ? "?::" : ", ?::")
                            .append(table.columns[i].sqlType())
                            .append(single ? "" : "[]");
                }
                marks.append(single ? "" : ")");
                return name + " AS (" + sql.get().replace("#", marks) + ")";
            }
        }

        /** An argument: a column's only value, or all of it as an array. */
        private record Value(Column column, boolean single) {}

        void with(String name, BatchTable table, Supplier<String> sql) {
            int size = table.size();
            shape = shape * 3 + Math.min(size, 2);
            if (size == 0) {
                return;
            }
            for (Column c : table.columns) {
                values.add(new Value(c, size == 1));
            }
            table.sliced().forEach(c -> values.add(new Value(c, false)));
            parts.add(new Part(name, table, sql));
        }

        private String text(String last) {
            return TEXTS.computeIfAbsent(
                    new Shape(shape, last),
                    s -> parts.stream().map(Part::text).collect(Collectors.joining(",\n ", "WITH ", "\n" + last)));
        }

        private static void bindAll(Connection c, PreparedStatement s, int index, Column column) throws SQLException {
            Object array = column.array();
            if (array instanceof Object[] boxed) {
                s.setArray(index, c.createArrayOf(column.sqlType(), boxed));
            } else {
                s.setObject(index, array);
            }
        }

        PreparedStatement prepare(Connection c, String last) throws SQLException {
            PreparedStatement s = c.prepareStatement(text(last));
            try {
                for (int i = 0; i < values.size(); i++) {
                    Column column = values.get(i).column();
                    if (values.get(i).single()) {
                        column.bindOnly(s, i + 1);
                    } else {
                        bindAll(c, s, i + 1, column);
                    }
                }
                return s;
            } catch (SQLException e) {
                s.close();
                throw e;
            }
        }
    }
}
