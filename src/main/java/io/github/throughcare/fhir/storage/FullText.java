package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Words;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The index of {@code _text} and {@code _content} (table {@code fulltext}). A write only notes the row ({@code fulltext_due}); the
 * words are indexed when somebody looks for words, before the answer: so writes do not pay for it, and an answer is never older than
 * the store. What is too much for one request is indexed on in the background, and the search is told to come again (503).
 * Thread-safe.
 */
public final class FullText {

    /** Serializes indexing among all server processes. */
    private static final long LOCK = 0x66756c6c74657874L;

    private static final int BATCH = 500;
    /** How long a search waits for the index. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String TAKE =
            "DELETE FROM fulltext_due WHERE ctid = ANY(ARRAY(SELECT ctid FROM fulltext_due LIMIT " + BATCH
                    + ")) RETURNING pk";
    private static final String BODIES = "SELECT r.pk, r.type, r.id, r.ver, r.upd, v.codec, v.body FROM resource r"
            + " JOIN version v ON v.pk = r.pk AND v.ver = r.ver WHERE r.pk = ANY(?)";
    private static final String KEEP =
            "INSERT INTO fulltext (pk, narrative, content) SELECT x.pk, to_tsvector('simple', x.n), to_tsvector('simple', x.c)"
                    + " FROM unnest(?::bigint[], ?::text[], ?::text[]) AS x(pk, n, c)"
                    + " ON CONFLICT (pk) DO UPDATE SET narrative = excluded.narrative, content = excluded.content";

    private final Store store;
    private final JsonMapper mapper;
    private final AtomicBoolean working = new AtomicBoolean();

    FullText(Store store, JsonMapper mapper) {
        this.store = store;
        this.mapper = mapper;
    }

    /**
     * Brings the index up to date with every write that was committed before.
     *
     * @throws Problem 503 when that takes longer than a request should; it goes on meanwhile
     */
    public void bringUpToDate() {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (isDue()) {
            if (System.nanoTime() > until) {
                background();
                throw new Problem(
                        503,
                        IssueType.TRANSIENT,
                        "The words of " + waiting() + " resources are still being indexed; try again in a minute");
            }
            batch();
        }
    }

    private boolean isDue() {
        return store.number(new Sql("SELECT count(*) FROM (SELECT 1 FROM fulltext_due LIMIT 1) x")) > 0;
    }

    private long waiting() {
        return store.number(new Sql("SELECT count(*) FROM fulltext_due"));
    }

    private void background() {
        if (working.compareAndSet(false, true)) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            while (isDue()) {
                                batch();
                            }
                        } finally {
                            working.set(false);
                        }
                    },
                    "full-text");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void batch() {
        store.transaction(tx -> {
            tx.lock(List.of(), List.of(LOCK));
            return ((ConnectionReader) tx).on(c -> {
                Set<Long> due = take(c);
                List<Stored> live = tx.select(new Sql(
                        BODIES, (Object) due.stream().mapToLong(Long::longValue).toArray()));
                live.forEach(s -> due.remove(s.pk()));
                if (!due.isEmpty()) {
                    JdbcReader.update(c, new Sql("DELETE FROM fulltext WHERE pk = ANY(?)", (Object)
                            due.stream().mapToLong(Long::longValue).toArray()));
                }
                keep(c, live);
                return live.size();
            });
        });
    }

    private static Set<Long> take(Connection c) throws SQLException {
        Set<Long> due = new HashSet<>();
        try (PreparedStatement s = c.prepareStatement(TAKE);
                ResultSet rows = s.executeQuery()) {
            while (rows.next()) {
                due.add(rows.getLong(1));
            }
        }
        return due;
    }

    private void keep(Connection c, List<Stored> live) throws SQLException {
        List<Long> pks = new ArrayList<>();
        List<String> narratives = new ArrayList<>();
        List<String> contents = new ArrayList<>();
        for (Stored s : live) {
            ObjectNode resource = (ObjectNode) mapper.readTree(s.requireJson());
            pks.add(s.pk());
            narratives.add(Words.narrative(resource));
            contents.add(Words.content(resource));
        }
        try (PreparedStatement s = c.prepareStatement(KEEP)) {
            s.setArray(1, c.createArrayOf("bigint", pks.toArray()));
            s.setArray(2, c.createArrayOf("text", narratives.toArray()));
            s.setArray(3, c.createArrayOf("text", contents.toArray()));
            s.executeUpdate();
        }
    }
}
