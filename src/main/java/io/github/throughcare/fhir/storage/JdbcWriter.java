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
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the resources of one transaction: locks the rows that are there, decides what each write comes to, and changes all tables
 * with one statement per 1,000 resources ({@link WriteBatch}).
 */
final class JdbcWriter {

    /** Gives the transaction an id as well, by which other processes see that a write is under way; a row that is locked does so too. */
    private static final String LOCK_GONE =
            "SELECT pk, self, ver, upd, patient FROM gone WHERE self = ANY(?) AND pg_current_xact_id() IS NOT NULL"
                    + " ORDER BY self FOR UPDATE";

    private static final long[] NONE = {};

    /**
     * So many are ready within what {@link Horizon} allows between the clock and the first statement. Of more, the other processes are
     * told before that a write is under way: they see it by its transaction.
     */
    private static final int SOON = 20;

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
            long[] links,
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
    private final ReferentialIntegrity integrity;
    private final IndexDefinitions definitions;

    JdbcWriter(
            Keys keys,
            Types types,
            BodyCodec codec,
            Indexer indexer,
            JsonMapper mapper,
            Horizon horizon,
            JdbcReader reader,
            PkBlocks pks,
            Hearing hearing,
            ReferentialIntegrity integrity,
            IndexDefinitions definitions) {
        this.keys = keys;
        this.types = types;
        this.codec = codec;
        this.indexer = indexer;
        this.mapper = mapper;
        this.horizon = horizon;
        this.reader = reader;
        this.pks = pks;
        this.hearing = hearing;
        this.integrity = integrity;
        this.definitions = definitions;
    }

    /**
     * What writes come to.
     *
     * @param unsent changes of them that the database has not got yet; null when it has all
     * @param told whether any of them goes into the outbox
     * @see WriteBatch#runOrFail
     */
    record Decided(List<Write.Result> results, @Nullable WriteBatch unsent, boolean told) {}

    /** Whether these come down to one statement, unless somebody asks for more. */
    static boolean isOneStatement(List<Write> writes) {
        return writes.size() <= SOON && writes.stream().allMatch(Write::isNew);
    }

    private static void beSeen(Connection c) throws SQLException {
        try (PreparedStatement s = c.prepareStatement("SELECT pg_current_xact_id()")) {
            s.execute();
        }
    }

    /**
     * @param careful sends everything at once, to say what is wrong with it
     * @param held whether references are held to what is there
     * @param known texts that the transaction need not write again
     * @param looked rows that it has locked and not changed since
     */
    Decided write(
            Connection c,
            List<Write> writes,
            Visibility visibility,
            boolean careful,
            boolean held,
            Terms.Added known,
            LockedRows looked)
            throws SQLException {
        definitions.checkForm();
        long generation = definitions.generation();
        Map<Long, Row> rows = lock(c, writes, looked);
        long[] visible = visibility.patients() == null ? null : reader.selves(visibility.patients());
        if (writes.size() > SOON && writes.stream().allMatch(Write::isNew)) {
            beSeen(c); // else a lock has done so
        }
        long now = horizon.now();
        List<Write.Result> results = new ArrayList<>(writes.size());
        WriteBatch batch = new WriteBatch(generation, known);
        ReferentialIntegrity.Check references = integrity.begin(writes, held);
        Ahead ahead = new Ahead(Map.of(), Map.of());
        boolean told = false;
        for (int i = 0; i < writes.size(); i++) {
            if (i % WriteBatch.LIMIT == 0 && !rows.isEmpty()) {
                ahead = ahead(c, writes.subList(i, Math.min(writes.size(), i + WriteBatch.LIMIT)), rows);
            }
            Write w = writes.get(i);
            results.add(one(c, w, rows.get(keys.self(w.type(), w.id())), visible, now, batch, references, ahead));
            if (batch.size() >= WriteBatch.LIMIT) {
                references.found(batch.run(c, visible));
                told |= batch.tells();
                batch = new WriteBatch(generation, known);
            }
        }
        // indexed in part by definitions that another thread has taken over meanwhile
        if (definitions.generation() != generation) {
            throw IndexDefinitions.changedMeanwhile();
        }
        told |= batch.tells();
        if (!careful && visible == null && results.size() == batch.size() && references.isLeftTo(batch)) {
            return new Decided(results, batch, told);
        }
        references.found(batch.run(c, visible));
        references.finish(c, visible).forEach((i, warnings) -> {
            Write.Result r = results.get(i);
            results.set(i, new Write.Result(r.outcome(), r.stored(), warnings));
        });
        return new Decided(results, null, told);
    }

    /**
     * What is known ahead of the next writes.
     *
     * @param digests of those on live resources
     * @param same what is there now, by key, where it seems to be the same
     */
    private record Ahead(Map<Write, Long> digests, Map<Long, Stored> same) {}

    /** With one statement, however many write what is there already. */
    private Ahead ahead(Connection c, List<Write> next, Map<Long, Row> rows) throws SQLException {
        Map<Write, Long> digests = new IdentityHashMap<>();
        LongStream.Builder seem = LongStream.builder();
        for (Write w : next) {
            long self = keys.self(w.type(), w.id());
            Row row = rows.get(self);
            if (w.body() != null && row != null && row.live()) {
                long digest = Content.digest(w.body());
                digests.put(w, digest);
                if (digest == row.digest()) {
                    seem.add(self);
                }
            }
        }
        long[] selves = seem.build().toArray();
        Map<Long, Stored> same = new HashMap<>();
        if (selves.length > 0) {
            reader.current(c, selves, Visibility.everything()).forEach(s -> same.put(keys.self(s.type(), s.id()), s));
        }
        return new Ahead(digests, same);
    }

    private Map<Long, Row> lock(Connection c, List<Write> writes, LockedRows looked) throws SQLException {
        long[] changed = selves(writes, false);
        long[] deleted = selves(writes, true);
        Map<Long, Row> rows = new HashMap<>();
        if (changed.length + deleted.length == 0) {
            return rows;
        }
        rows.putAll(looked.rows());
        LockedRows.lock(c, looked.others(changed), rows);
        LockedRows.lockToDelete(c, deleted, rows);
        looked.check(rows);
        long[] rest = LongStream.concat(LongStream.of(changed), LongStream.of(deleted))
                .filter(self -> !rows.containsKey(self))
                .toArray();
        if (rest.length > 0) {
            try (PreparedStatement s = JdbcReader.prepare(c, new Sql(LOCK_GONE, (Object) rest));
                    ResultSet r = s.executeQuery()) {
                while (r.next()) {
                    rows.put(
                            r.getLong(2),
                            new Row(
                                    r.getLong(1),
                                    r.getInt(3),
                                    r.getLong(4),
                                    0,
                                    0,
                                    LockedRows.nullable(r, 5),
                                    NONE,
                                    NONE,
                                    false));
                }
            }
        }
        return rows;
    }

    private long[] selves(List<Write> writes, boolean deletions) {
        long[] selves = new long[writes.size()];
        int n = 0;
        for (Write w : writes) {
            if (!w.isNew() && w.body() == null == deletions) {
                selves[n++] = keys.self(w.type(), w.id());
            }
        }
        return Arrays.copyOf(selves, n);
    }

    private Write.Result one(
            Connection c,
            Write w,
            @Nullable Row row,
            long @Nullable [] visible,
            long now,
            WriteBatch batch,
            ReferentialIntegrity.Check references,
            Ahead ahead)
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
            return delete(w, row, now, batch, references);
        }
        Long known = ahead.digests().get(w);
        long digest = known != null ? known : Content.digest(w.body());
        Stored same = ahead.same().get(keys.self(w.type(), w.id()));
        if (row != null && same != null && Content.same((ObjectNode) mapper.readTree(same.requireJson()), w.body())) {
            return new Write.Result(Write.Outcome.UNCHANGED, same);
        }
        IndexValues index = indexer.index(w.type(), w.id(), w.body());
        if (!isVisible(index.patient(), visible)) {
            throw new Problem(403, IssueType.FORBIDDEN, "You may not write for this patient", w.place());
        }
        boolean create = row == null || !row.live();
        int version = row == null ? 1 : row.version() + 1;
        long updated = row == null ? now : Math.max(now, row.updated() + 1000);
        byte[] json = Body.of(mapper, w.type(), w.id(), w.body()).stamp(version, updated);
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
        references.refers(index.links(), row == null ? NONE : row.links(), batch);
        batch.version(pk, updated, version, type, method, packed.codec(), packed.bytes());
        if (hearing.wants(w.type(), json)) {
            batch.tell(pk, version);
        }
        return new Write.Result(
                create ? Write.Outcome.CREATED : Write.Outcome.UPDATED,
                new Stored(pk, w.type(), w.id(), version, updated, method, json, null));
    }

    private Write.Result delete(
            Write w, @Nullable Row row, long now, WriteBatch batch, ReferentialIntegrity.Check references) {
        if (row == null || !row.live()) {
            return new Write.Result(Write.Outcome.ABSENT, null);
        }
        int version = row.version() + 1;
        long updated = Math.max(now, row.updated() + 1000);
        int type = types.number(w.type());
        batch.delete(row, keys.self(w.type(), w.id()), updated, version, type, w.id());
        references.deletes(keys.self(w.type(), w.id()));
        batch.version(row.pk(), updated, version, type, Stored.Method.DELETE, (short) 0, null);
        if (hearing.wants(w.type(), null)) {
            batch.tell(row.pk(), version);
        }
        return new Write.Result(
                Write.Outcome.DELETED,
                new Stored(row.pk(), w.type(), w.id(), version, updated, Stored.Method.DELETE, null, null));
    }

    static boolean isVisible(@Nullable Long patient, long @Nullable [] visible) {
        return visible == null || patient == null || LongStream.of(visible).anyMatch(v -> v == patient);
    }
}
