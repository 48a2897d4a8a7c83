package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.index.IndexValues;
import io.github.throughcare.fhir.index.Interval;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    /** A row of {@code resource} to be. */
    record Line(long pk, long updated, long self, long digest, int version, int type, String id, IndexValues index) {}

    private static final String ALL_THERE = "SELECT 1 / (CASE WHEN (SELECT count(*) FROM k) = ? THEN 1 ELSE 0 END)";

    private final Rows inserts = new Rows();
    private final Rows updates = new Rows();
    private final Table versions =
            new Table("bigint", "bigint", "integer", "smallint", "smallint", "smallint", "bytea");
    private final Table tokens = new Table("bigint", "bigint");
    private final Table tokensGone = new Table("bigint", "bigint");
    private final Table strings = new Table("bigint", "text", "bigint");
    private final Table dates = new Table("bigint", "bigint", "bigint", "bigint");
    private final Numbers numbers = new Numbers();
    private final Table sidesGone = new Table("bigint");
    private final Table deleted = new Table("bigint", "bigint", "bigint", "integer", "smallint", "text", "bigint");
    private final Table revived = new Table("bigint");
    private final Table due = new Table("bigint");
    private final Table needed = new Table("bigint");
    private final Table told = new Table("bigint", "integer");

    int size() {
        return versions.size();
    }

    void insert(Line line) {
        inserts.add(line);
        for (long h : line.index().walkedTokens()) {
            tokens.add(h, line.pk());
        }
        sides(line);
    }

    void update(Line line, JdbcWriter.Row before) {
        updates.add(line);
        long[] walked = line.index().walkedTokens();
        long[] all = line.index().tokens();
        for (long h : walked) {
            if (Arrays.binarySearch(before.tokens(), h) < 0) {
                tokens.add(h, line.pk());
            }
        }
        for (long h : before.tokens()) {
            if (Arrays.binarySearch(all, h) < 0) {
                tokensGone.add(h, line.pk());
            }
        }
        if (line.index().sideDigest() != before.side()) {
            sidesGone.add(line.pk());
            sides(line);
        }
    }

    void delete(JdbcWriter.Row row, long self, long updated, int version, int type, String id) {
        deleted.add(self, row.pk(), updated, version, (short) type, id, row.patient());
        sidesGone.add(row.pk());
        for (long h : row.tokens()) {
            tokensGone.add(h, row.pk());
        }
    }

    /** A deleted resource lives again under its old key. */
    void revive(long pk) {
        revived.add(pk);
    }

    void version(
            long pk, long updated, int version, int type, Stored.Method method, short codec, byte @Nullable [] body) {
        due.add(pk);
        versions.add(pk, updated, version, (short) type, method.number, codec, body);
    }

    /** Puts the change into the outbox. */
    void tell(long pk, int version) {
        told.add(pk, version);
    }

    private void sides(Line line) {
        line.index().strings().forEach(s -> strings.add(s.h(), s.v(), line.pk()));
        line.index().dates().forEach(d -> dates.add(d.h(), d.lo(), d.hi(), line.pk()));
        line.index().numbers().forEach(n -> numbers.add(n, line.pk()));
    }

    /** Something that one of the writes refers to: it must be there, and stay until the end of the transaction. */
    void need(long self) {
        needed.add(self);
    }

    int needs() {
        return needed.size();
    }

    /** @return what is there of that which is needed, and visible */
    List<Long> run(Connection c, long @Nullable [] visible) throws SQLException {
        if (size() == 0) {
            return List.of();
        }
        List<Long> found = new ArrayList<>();
        try (PreparedStatement s =
                        statement().prepare(c, needed.size() == 0 ? "SELECT 1" : "SELECT self, patient FROM k");
                ResultSet rows = s.executeQuery()) {
            while (needed.size() > 0 && rows.next()) {
                long patient = rows.getLong(2);
                if (JdbcWriter.isVisible(rows.wasNull() ? null : Long.valueOf(patient), visible)) {
                    found.add(rows.getLong(1));
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
        try (PreparedStatement s = statement.prepare(c, (needed.size() == 0 ? "SELECT 1" : ALL_THERE) + end)) {
            if (needed.size() > 0) {
                s.setInt(statement.values.size() + 1, needed.size());
            }
            s.execute();
        }
    }

    private Statement statement() {
        Statement s = new Statement();
        s.with("i", inserts, "INSERT INTO resource (" + Rows.COLUMNS + ") SELECT " + inserts.select() + inserts.from());
        s.with(
                "u",
                updates,
                "UPDATE resource r SET (" + Rows.COLUMNS + ") = ROW(" + updates.select() + ")" + updates.from()
                        + " WHERE r.pk = x.pk");
        s.with("d", deleted, "INSERT INTO gone (self, pk, upd, ver, type, id, patient) #");
        s.with("dr", deleted.only(1), "DELETE FROM resource WHERE pk = ANY(ARRAY(#))");
        s.with("rv", revived, "DELETE FROM gone WHERE pk = ANY(ARRAY(#))");
        s.with("v", versions, "INSERT INTO version (pk, upd, ver, type, method, codec, body) #");
        s.with("tg", tokensGone, "DELETE FROM token t USING (#) AS x(h, pk) WHERE t.h = x.h AND t.pk = x.pk");
        s.with("t", tokens, "INSERT INTO token (h, pk) #");
        s.with("sg", sidesGone, "DELETE FROM idx_string WHERE pk = ANY(ARRAY(#))");
        s.with("dg", sidesGone, "DELETE FROM idx_date WHERE pk = ANY(ARRAY(#))");
        s.with("ng", sidesGone, "DELETE FROM idx_number WHERE pk = ANY(ARRAY(#))");
        s.with("s", strings, "INSERT INTO idx_string (h, v, pk) #");
        s.with("da", dates, "INSERT INTO idx_date (h, lo, hi, pk) #");
        s.with(
                "n",
                numbers,
                "INSERT INTO idx_number (h, lo, hi, unit, code, pk, also) SELECT " + Numbers.SELECT + " FROM "
                        + Numbers.FROM);
        s.with("w", due, "INSERT INTO fulltext_due (pk) #");
        s.with("o", told, "INSERT INTO outbox (pk, ver) #");
        s.with(
                "k",
                needed,
                "SELECT self, patient FROM resource WHERE self = ANY(ARRAY(#)) ORDER BY self FOR KEY SHARE");
        return s;
    }

    /** Rows as columns. */
    private static class Table {
        final Column[] columns;

        Table(String... sqlTypes) {
            columns = Arrays.stream(sqlTypes).map(Column::new).toArray(Column[]::new);
        }

        private Table(Column column) {
            columns = new Column[] {column};
        }

        void add(@Nullable Object... row) {
            for (int i = 0; i < row.length; i++) {
                columns[i].add(row[i]);
            }
        }

        Table only(int column) {
            return new Table(columns[column]);
        }

        int size() {
            return columns[0].size();
        }

        /** Arrays of which each row takes a slice: an array column cannot be unnested row by row. */
        List<Column> sliced() {
            return List.of();
        }
    }

    /** Rows of {@code idx_number}; few have anything in {@code also}. */
    private static final class Numbers extends Table {
        static final String SELECT =
                "x.h, x.lo, x.hi, x.unit, x.code, x.pk, CASE WHEN x.a1 >= x.a0 THEN a.also[x.a0:x.a1] END";
        static final String FROM =
                "(#) AS x(h, lo, hi, unit, code, pk, a0, a1), (SELECT ?::bigint[] AS also OFFSET 0) a";

        final Column also = new Column("bigint");

        Numbers() {
            super("bigint", "float8", "float8", "bigint", "bigint", "bigint", "integer", "integer");
        }

        void add(IndexValues.Num n, long pk) {
            int from = also.size() + 1;
            n.also().forEach(also::add);
            add(n.h(), n.lo(), n.hi(), n.unit(), n.code(), pk, from, also.size());
        }

        @Override
        List<Column> sliced() {
            return List.of(also);
        }
    }

    /** Rows of {@code resource}: scalar columns as they are, the two array columns as slices of one long array each. */
    private static final class Rows extends Table {
        static final String COLUMNS =
                "pk, upd, self, patient, sdate, edate, state, present, digest, side, ver, type, id, tokens, links";
        private static final String NAMES =
                "pk, upd, self, patient, sdate, edate, state, present, digest, side, ver, type, id, t0, t1, l0, l1";
        private static final String SCALARS =
                "x.pk, x.upd, x.self, x.patient, x.sdate, x.edate, x.state, x.present, x.digest, x.side, x.ver, x.type, x.id,";

        /** The columns of the rows in {@link #from()}; a single row has its arrays as they are. */
        String select() {
            return SCALARS + (size() == 1 ? " a.tokens, a.links" : " a.tokens[x.t0:x.t1], a.links[x.l0:x.l1]");
        }

        String from() {
            return " FROM (#) AS x(" + NAMES + "), (SELECT ?::bigint[] AS tokens, ?::bigint[] AS links OFFSET 0) a";
        }

        final Column tokens = new Column("bigint");
        final Column links = new Column("bigint");

        Rows() {
            super(
                    "bigint",
                    "bigint",
                    "bigint",
                    "bigint",
                    "bigint",
                    "bigint",
                    "bigint",
                    "bigint",
                    "bigint",
                    "bigint",
                    "integer",
                    "smallint",
                    "text",
                    "integer",
                    "integer",
                    "integer",
                    "integer");
        }

        @Override
        List<Column> sliced() {
            return List.of(tokens, links);
        }

        void add(Line l) {
            IndexValues v = l.index();
            Interval date = v.principal();
            int t0 = tokens.size() + 1;
            int l0 = links.size() + 1;
            tokens.addAll(v.tokens());
            links.addAll(v.links());
            add(
                    l.pk(),
                    l.updated(),
                    l.self(),
                    v.patient(),
                    date == null ? Interval.MISSING : date.lo(),
                    date == null ? Interval.MISSING : date.hi(),
                    v.state(),
                    v.present(),
                    l.digest(),
                    v.sideDigest(),
                    l.version(),
                    (short) l.type(),
                    l.id(),
                    t0,
                    tokens.size(),
                    l0,
                    links.size());
        }
    }

    /** The CTEs that have rows, and their arrays in order. */
    private static final class Statement {
        private final StringBuilder text = new StringBuilder(1024);
        private final List<Value> values = new ArrayList<>();

        /** An argument: a column's only value, or all of it as an array. */
        private record Value(Column column, boolean single) {}

        void with(String name, Table table, String sql) {
            if (table.size() == 0) {
                return;
            }
            // one row as plain values costs the database half of what unnest does
            boolean single = table.size() == 1;
            StringBuilder marks = new StringBuilder(single ? "SELECT " : "SELECT * FROM unnest(");
            for (int i = 0; i < table.columns.length; i++) {
                marks.append(i == 0 ? "?::" : ", ?::")
                        .append(table.columns[i].sqlType())
                        .append(single ? "" : "[]");
                values.add(new Value(table.columns[i], single));
            }
            marks.append(single ? "" : ")");
            table.sliced().forEach(c -> values.add(new Value(c, false)));
            text.append(text.isEmpty() ? "WITH " : ",\n ")
                    .append(name)
                    .append(" AS (")
                    .append(sql.replace("#", marks))
                    .append(')');
        }

        PreparedStatement prepare(Connection c, String last) throws SQLException {
            PreparedStatement s = c.prepareStatement(text + "\n" + last);
            try {
                for (int i = 0; i < values.size(); i++) {
                    Column column = values.get(i).column();
                    if (values.get(i).single()) {
                        column.bindOnly(s, i + 1);
                    } else {
                        s.setArray(i + 1, c.createArrayOf(column.sqlType(), column.array()));
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
