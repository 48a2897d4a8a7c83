package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.index.IndexValues;
import io.github.throughcare.fhir.index.Indexer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Indexes resources anew, in the background and in steps of {@value #STEP}: each is one transaction with its progress, so that a
 * process that is killed loses one step and any other goes on. Versions and times stay as they are. Before the first step all writes
 * that began under earlier definitions are waited for; every later one indexes by the new definitions itself.
 */
final class Reindexer extends BackgroundWork {

    private static final Logger LOG = LoggerFactory.getLogger(Reindexer.class);
    private static final int STEP = 200;
    private static final long LOCK = 0x7265696e646578L;

    private final DataSource dataSource;
    private final IndexDefinitions definitions;
    private final Types types;
    private final BodyCodec codec;
    private final Indexer indexer;
    private final JsonMapper mapper;
    private final Terms terms;

    Reindexer(
            DataSource dataSource,
            IndexDefinitions definitions,
            Types types,
            BodyCodec codec,
            Indexer indexer,
            JsonMapper mapper,
            Terms terms) {
        super("reindexer");
        this.dataSource = dataSource;
        this.definitions = definitions;
        this.types = types;
        this.codec = codec;
        this.indexer = indexer;
        this.mapper = mapper;
        this.terms = terms;
    }

    /** That writers were in the way, or the definitions changed, is no news. */
    @Override
    void failed(Exception fault) {
        String state = fault instanceof SQLException s ? String.valueOf(s.getSQLState()) : "";
        if (!state.equals("55P03") && !state.equals("40P01") && !state.equals(IndexDefinitions.CHANGED)) {
            super.failed(fault);
        }
    }

    @Override
    boolean step() throws SQLException, InterruptedException {
        boolean more = oneStep();
        if (more) {
            Thread.sleep(2); // others come first
        }
        return more;
    }

    private boolean oneStep() throws SQLException {
        try (Connection c = dataSource.getConnection()) {
            definitions.refresh(c);
            if (JdbcReader.number(c, new Sql("SELECT count(*) FROM reindex")) == 0) {
                return false;
            }
            c.setAutoCommit(false);
            Terms.Added texts = terms.begin();
            try {
                boolean more = JdbcReader.number(c, new Sql("SELECT pg_try_advisory_xact_lock(?)::int", LOCK)) == 1
                        && step(c, texts);
                c.commit();
                texts.committed();
                return more;
            } catch (SQLException | RuntimeException e) {
                c.rollback();
                throw e;
            } finally {
                c.setAutoCommit(true);
                definitions.refresh(c);
            }
        }
    }

    private boolean step(Connection c, Terms.Added texts) throws SQLException {
        long[] job = new long[3];
        try (PreparedStatement s = c.prepareStatement(
                        "SELECT type, cut::int, cursor FROM reindex ORDER BY type LIMIT 1 FOR UPDATE");
                ResultSet r = s.executeQuery()) {
            if (!r.next()) {
                return false;
            }
            for (int i = 0; i < job.length; i++) {
                job[i] = r.getLong(i + 1);
            }
        }
        int type = (int) job[0];
        if (job[1] == 0) {
            // conflicts with every write under way, and lets later ones wait no longer than this
            JdbcReader.update(c, new Sql("SET LOCAL lock_timeout = '300ms'"));
            JdbcReader.update(c, new Sql("LOCK TABLE resource IN SHARE MODE"));
            JdbcReader.update(c, new Sql("UPDATE reindex SET cut = true WHERE type = ?", type));
            return true;
        }
        List<Row> rows = rows(c, type, job[2]);
        if (!rows.isEmpty()) {
            index(c, type, rows, texts);
            JdbcReader.update(
                    c,
                    new Sql(
                            "UPDATE reindex SET cursor = ?, done = done + ? WHERE type = ?",
                            rows.get(rows.size() - 1).pk,
                            rows.size(),
                            type));
        }
        if (rows.size() < STEP) {
            definitions.finished(c, type);
            LOG.info("All {} resources are indexed", types.name(type));
        }
        return true;
    }

    private record Row(
            long pk,
            int version,
            long updated,
            long digest,
            long self,
            String id,
            long side,
            long present,
            long[] tokens) {}

    private static List<Row> rows(Connection c, int type, long after) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement s = JdbcReader.prepare(
                        c,
                        new Sql(
                                "SELECT pk, ver, upd, digest, self, id, side, present, tokens FROM resource"
                                        + " WHERE type = ? AND pk > ? ORDER BY pk LIMIT ? FOR NO KEY UPDATE",
                                type,
                                after,
                                STEP));
                ResultSet r = s.executeQuery()) {
            while (r.next()) {
                Long[] tokens = (Long[]) r.getArray(9).getArray();
                rows.add(new Row(
                        r.getLong(1),
                        r.getInt(2),
                        r.getLong(3),
                        r.getLong(4),
                        r.getLong(5),
                        r.getString(6),
                        r.getLong(7),
                        r.getLong(8),
                        java.util.Arrays.stream(tokens)
                                .mapToLong(Long::longValue)
                                .toArray()));
            }
        }
        return rows;
    }

    private void index(Connection c, int type, List<Row> rows, Terms.Added texts) throws SQLException {
        long used = definitions.generation();
        WriteBatch batch = new WriteBatch(used, texts);
        int at = 0;
        // a statement of its own: the rows are locked now, and their versions are what they say
        try (PreparedStatement s = JdbcReader.prepare(
                        c,
                        new Sql(
                                "SELECT v.pk, v.codec, v.body FROM unnest(?, ?) AS x(pk, ver) JOIN version v ON v.pk = x.pk AND v.ver = x.ver ORDER BY v.pk",
                                rows.stream().mapToLong(Row::pk).toArray(),
                                rows.stream().mapToLong(Row::version).toArray()));
                ResultSet r = s.executeQuery()) {
            while (r.next()) {
                Row row = rows.get(at++);
                ObjectNode body = (ObjectNode) mapper.readTree(codec.unpack(r.getShort(2), r.getBytes(3), c));
                IndexValues index = indexer.index(types.name(type), row.id, body);
                batch.reindex(
                        new WriteBatch.Line(
                                row.pk, row.updated, row.self, Content.digest(body), row.version, type, row.id, index),
                        new JdbcWriter.Row(
                                row.pk,
                                row.version,
                                row.updated,
                                row.digest,
                                row.side,
                                null,
                                row.tokens,
                                new long[0],
                                true));
            }
        }
        if (at != rows.size()) {
            throw new IllegalStateException("A resource of " + types.name(type) + " has no current version");
        }
        if (definitions.generation() != used) {
            throw IndexDefinitions.changedMeanwhile();
        }
        batch.run(c, null);
    }
}
