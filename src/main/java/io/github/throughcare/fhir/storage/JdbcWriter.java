package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.index.IndexValues;
import io.github.throughcare.fhir.index.Indexer;
import io.github.throughcare.fhir.index.Keys;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the resources of one transaction: locks the rows that are there, decides what each write comes to, and changes all tables
 * with one statement per 1,000 resources ({@link WriteBatch}).
 */
final class JdbcWriter {

    private static final String LOCK_LIVE = "SELECT pk, self, ver, upd, digest, side, patient, tokens FROM resource"
            + " WHERE self = ANY(?) ORDER BY self FOR UPDATE";
    private static final String LOCK_GONE =
            "SELECT pk, self, ver, upd, patient FROM gone WHERE self = ANY(?) ORDER BY self FOR UPDATE";

    /** A row as it is now. */
    @SuppressWarnings("ArrayRecordComponent")
    record Row(
            long pk,
            int version,
            long updated,
            long digest,
            long side,
            @Nullable Long patient,
            long[] tokens,
            boolean live) {}

    private final Keys keys;
    private final Types types;
    private final BodyCodec codec;
    private final Indexer indexer;
    private final JsonMapper mapper;
    private final Horizon horizon;
    private final JdbcReader reader;
    private final PkBlocks pks;
    private final Hearing hearing;

    JdbcWriter(
            Keys keys,
            Types types,
            BodyCodec codec,
            Indexer indexer,
            JsonMapper mapper,
            Horizon horizon,
            JdbcReader reader,
            PkBlocks pks,
            Hearing hearing) {
        this.keys = keys;
        this.types = types;
        this.codec = codec;
        this.indexer = indexer;
        this.mapper = mapper;
        this.horizon = horizon;
        this.reader = reader;
        this.pks = pks;
        this.hearing = hearing;
    }

    /**
     * What writes come to.
     *
     * @param unsent changes of them that the database has not got yet; null when it has all
     */
    record Decided(List<Write.Result> results, @Nullable WriteBatch unsent) {}

    Decided write(Connection c, List<Write> writes, Visibility visibility) throws SQLException {
        Map<Long, Row> rows = lock(c, writes);
        long[] visible = visibility.patients() == null ? null : reader.selves(visibility.patients());
        long now = horizon.now();
        List<Write.Result> results = new ArrayList<>(writes.size());
        WriteBatch batch = new WriteBatch();
        for (Write w : writes) {
            results.add(one(c, w, rows.get(keys.self(w.type(), w.id())), visible, now, batch));
            if (batch.size() >= WriteBatch.LIMIT) {
                batch.run(c);
                batch = new WriteBatch();
            }
        }
        return new Decided(results, batch.size() == 0 ? null : batch);
    }

    private Map<Long, Row> lock(Connection c, List<Write> writes) throws SQLException {
        long[] selves = writes.stream()
                .filter(w -> !w.isNew())
                .mapToLong(w -> keys.self(w.type(), w.id()))
                .toArray();
        Map<Long, Row> rows = new HashMap<>();
        if (selves.length == 0) {
            return rows;
        }
        try (PreparedStatement s = JdbcReader.prepare(c, new Sql(LOCK_LIVE, (Object) selves));
                ResultSet r = s.executeQuery()) {
            while (r.next()) {
                Long[] tokens = (Long[]) r.getArray(8).getArray();
                rows.put(
                        r.getLong(2),
                        new Row(
                                r.getLong(1),
                                r.getInt(3),
                                r.getLong(4),
                                r.getLong(5),
                                r.getLong(6),
                                nullable(r, 7),
                                java.util.Arrays.stream(tokens)
                                        .mapToLong(Long::longValue)
                                        .toArray(),
                                true));
            }
        }
        long[] rest =
                LongStream.of(selves).filter(self -> !rows.containsKey(self)).toArray();
        if (rest.length > 0) {
            try (PreparedStatement s = JdbcReader.prepare(c, new Sql(LOCK_GONE, (Object) rest));
                    ResultSet r = s.executeQuery()) {
                while (r.next()) {
                    rows.put(
                            r.getLong(2),
                            new Row(r.getLong(1), r.getInt(3), r.getLong(4), 0, 0, nullable(r, 5), new long[0], false));
                }
            }
        }
        return rows;
    }

    private static @Nullable Long nullable(ResultSet r, int column) throws SQLException {
        long v = r.getLong(column);
        return r.wasNull() ? null : v;
    }

    private Write.Result one(
            Connection c, Write w, @Nullable Row row, long @Nullable [] visible, long now, WriteBatch batch)
            throws SQLException {
        if (row != null && !isVisible(row.patient(), visible)) {
            throw new Problem(404, IssueType.NOTFOUND, w.type() + "/" + w.id() + " is not known", w.place());
        }
        if (w.ifVersion() != null && (row == null || !row.live() || row.version() != w.ifVersion())) {
            throw new Problem(
                    412,
                    IssueType.CONFLICT,
                    (w.ifVersion() < 0
                                    ? "If-Match is no ETag of this server for "
                                    : "If-Match asks for version " + w.ifVersion() + " of ")
                            + w.type() + "/" + w.id() + ", but "
                            + (row == null || !row.live() ? "there is none" : "the current one is " + row.version()),
                    w.place());
        }
        if (w.body() == null) {
            return delete(w, row, now, batch);
        }
        Body body = Body.of(mapper, w.type(), w.id(), w.body());
        long digest = body.digest();
        if (row != null && row.live() && row.digest() == digest) {
            Stored same =
                    reader.read(c, w.type(), w.id(), Visibility.everything()).orElseThrow();
            if (java.util.Arrays.equals(same.json(), body.stamp(row.version(), row.updated()))) {
                return new Write.Result(Write.Outcome.UNCHANGED, same);
            }
        }
        IndexValues index = indexer.index(w.type(), w.id(), w.body());
        if (!isVisible(index.patient(), visible)) {
            throw new Problem(403, IssueType.FORBIDDEN, "You may not write for this patient", w.place());
        }
        boolean create = row == null || !row.live();
        int version = row == null ? 1 : row.version() + 1;
        long updated = row == null ? now : Math.max(now, row.updated() + 1000);
        byte[] json = body.stamp(version, updated);
        int type = types.number(w.type());
        BodyCodec.Packed packed = codec.pack(type, json);
        long pk = row == null ? pks.next(c) : row.pk();
        Stored.Method method =
                w.isNew() ? Stored.Method.CREATE : w.patch() ? Stored.Method.PATCH : Stored.Method.UPDATE;
        WriteBatch.Line line =
                new WriteBatch.Line(pk, updated, keys.self(w.type(), w.id()), digest, version, type, w.id(), index);
        if (create) {
            batch.insert(line);
            if (row != null) {
                batch.revive(pk);
            }
        } else {
            batch.update(line, row);
        }
        batch.version(pk, updated, version, type, method, packed.codec(), packed.bytes());
        if (hearing.wants(w.type(), json)) {
            batch.tell(pk, version);
        }
        return new Write.Result(
                create ? Write.Outcome.CREATED : Write.Outcome.UPDATED,
                new Stored(pk, w.type(), w.id(), version, updated, method, json, null));
    }

    private Write.Result delete(Write w, @Nullable Row row, long now, WriteBatch batch) {
        if (row == null || !row.live()) {
            return new Write.Result(Write.Outcome.ABSENT, null);
        }
        int version = row.version() + 1;
        long updated = Math.max(now, row.updated() + 1000);
        int type = types.number(w.type());
        batch.delete(row, keys.self(w.type(), w.id()), updated, version, type, w.id());
        batch.version(row.pk(), updated, version, type, Stored.Method.DELETE, (short) 0, null);
        if (hearing.wants(w.type(), null)) {
            batch.tell(row.pk(), version);
        }
        return new Write.Result(
                Write.Outcome.DELETED,
                new Stored(row.pk(), w.type(), w.id(), version, updated, Stored.Method.DELETE, null, null));
    }

    private static boolean isVisible(@Nullable Long patient, long @Nullable [] visible) {
        return visible == null || patient == null || LongStream.of(visible).anyMatch(v -> v == patient);
    }
}
