package io.github.throughcare.fhir.bulk;

import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Tx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/** What of an import is stored, and what was refused: written in the transaction of the resources themselves. */
final class ImportLog {

    /** Findings that a result names; all are counted. */
    static final int MOST_ERRORS = 1000;

    /** What became of lines. */
    record Counts(long created, long updated, long unchanged, long refused) {

        long stored() {
            return created + updated + unchanged;
        }
    }

    /** A line that was refused. */
    record Refused(int file, int line, String why) {}

    private final Store store;

    ImportLog(Store store) {
        this.store = store;
    }

    /** Batches of a file that are stored. */
    Set<Integer> done(String job, int file) {
        Set<Integer> done = new HashSet<>();
        LongStream.of(store.numbers(
                        new Sql("SELECT batch::bigint FROM import_batch WHERE job = ? AND file = ?", job, file)))
                .forEach(b -> done.add((int) b));
        return done;
    }

    /** Notes a batch; false when it is noted already, and then nothing of it must be stored again. */
    static boolean note(Tx tx, String job, int file, int batch, Counts counts) {
        return tx.change(new Sql(
                        "INSERT INTO import_batch (job, file, batch, created, updated, unchanged, refused)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        job,
                        file,
                        batch,
                        (int) counts.created(),
                        (int) counts.updated(),
                        (int) counts.unchanged(),
                        (int) counts.refused()))
                == 1;
    }

    static void note(Tx tx, String job, Refused refused) {
        tx.change(new Sql(
                "INSERT INTO import_error (job, file, line, why) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                job,
                refused.file(),
                refused.line(),
                refused.why()));
    }

    /** What became of a file so far. */
    Counts counts(String job, int file) {
        List<Long> sums = new ArrayList<>();
        for (String column : List.of("created", "updated", "unchanged", "refused")) {
            sums.add(store.number(new Sql(
                    "SELECT sum(" + column + ")::bigint FROM import_batch WHERE job = ? AND file = ?", job, file)));
        }
        return new Counts(sums.get(0), sums.get(1), sums.get(2), sums.get(3));
    }

    /** The first findings, by file and line. */
    List<Refused> refused(String job) {
        return store
                .lines(new Sql(
                        "SELECT file || ' ' || line || ' ' || why FROM import_error WHERE job = ? ORDER BY file, line LIMIT "
                                + MOST_ERRORS,
                        job))
                .stream()
                .map(text -> text.split(" ", 3))
                .map(p -> new Refused(Integer.parseInt(p[0]), Integer.parseInt(p[1]), p[2]))
                .toList();
    }
}
