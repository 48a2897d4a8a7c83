package io.github.throughcare.fhir.bulk;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.bulk.ImportLog.Counts;
import io.github.throughcare.fhir.bulk.ImportLog.Refused;
import io.github.throughcare.fhir.bulk.NdjsonBatches.Batch;
import io.github.throughcare.fhir.bulk.NdjsonBatches.Line;
import io.github.throughcare.fhir.interaction.JsonBodies;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Write;
import io.github.throughcare.fhir.validation.Structure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Stores one batch of lines and the note that it is stored, as one transaction; a line that cannot be stored is refused alone. */
final class ImportWriter {

    /** Where a batch belongs. */
    record Place(String job, int file, String type, Visibility visibility) {}

    /** A batch that is read and checked. */
    record Ready(Place place, int number, List<Write> writes, List<Integer> lines, List<Refused> refused) {

        /** The resources it writes. */
        Set<String> resources() {
            Set<String> all = new HashSet<>();
            writes.forEach(w -> all.add(w.type() + "/" + w.id()));
            return all;
        }
    }

    private final Store store;
    private final Structure structure;

    ImportWriter(Store store, Structure structure) {
        this.store = store;
        this.structure = structure;
    }

    Ready read(Place place, Batch batch) {
        List<Write> writes = new ArrayList<>(batch.lines().size());
        List<Integer> lines = new ArrayList<>(batch.lines().size());
        List<Refused> refused = new ArrayList<>();
        for (Line line : batch.lines()) {
            try {
                writes.add(write(place, line));
                lines.add(line.number());
            } catch (Problem p) {
                refused.add(new Refused(place.file(), line.number(), p.getMessage()));
            }
        }
        return new Ready(place, batch.number(), writes, lines, refused);
    }

    private Write write(Place place, Line line) {
        if (line.json() == null) {
            throw Problem.malformed("The line is longer than a body may be", null);
        }
        ObjectNode body = JsonBodies.parse(line.json());
        JsonNode type = body.get("resourceType");
        if (type == null || !type.asString("").equals(place.type())) {
            throw Problem.malformed(
                    "The manifest says that this file holds " + place.type() + "; resourceType is " + type, null);
        }
        List<Problem.Issue> issues = structure.check(body);
        if (!issues.isEmpty()) {
            throw new Problem(400, issues);
        }
        if (!body.path("id").isString()) {
            throw Problem.malformed("An imported resource keeps its id; this one has none", null);
        }
        return new Write(place.type(), body.get("id").asString(), body, false, null, false, null);
    }

    /** @throws Problem 503 when the database is away: the batch is not stored then, and can be tried again */
    Counts store(Ready batch) {
        try {
            return store(batch, batch.writes(), batch.refused());
        } catch (Problem | IllegalStateException e) {
            if (e instanceof Problem p && p.status() == 503 || batch.writes().isEmpty()) {
                throw e;
            }
            return storeWithoutTheFaulty(batch);
        }
    }

    private Counts store(Ready batch, List<Write> writes, List<Refused> refused) {
        return store.loading(tx -> {
            long created = 0;
            long updated = 0;
            long unchanged = 0;
            for (List<Write> distinct : distinct(writes)) {
                for (Write.Result r : tx.write(distinct, batch.place().visibility())) {
                    switch (r.outcome()) {
                        case CREATED -> created++;
                        case UPDATED -> updated++;
                        default -> unchanged++;
                    }
                }
            }
            Counts counts = new Counts(created, updated, unchanged, refused.size());
            if (!ImportLog.note(tx, batch.place().job(), batch.place().file(), batch.number(), counts)) {
                // another process had taken the job over and was faster
                throw new java.util.concurrent.CancellationException("This batch is stored already");
            }
            refused.forEach(r -> ImportLog.note(tx, batch.place().job(), r));
            return counts;
        });
    }

    /** One statement writes each resource once: further lines of the same one come in later statements, in their order. */
    private static List<List<Write>> distinct(List<Write> writes) {
        List<List<Write>> all = new ArrayList<>();
        List<Write> current = new ArrayList<>(writes.size());
        Set<String> ids = new HashSet<>();
        for (Write w : writes) {
            if (!ids.add(w.id())) {
                all.add(current);
                current = new ArrayList<>();
                ids.clear();
                ids.add(w.id());
            }
            current.add(w);
        }
        all.add(current);
        return all;
    }

    /** Something in it is refused only by the database: each line is tried alone, without being kept. */
    private Counts storeWithoutTheFaulty(Ready batch) {
        List<Write> good = new ArrayList<>();
        List<Refused> refused = new ArrayList<>(batch.refused());
        for (int i = 0; i < batch.writes().size(); i++) {
            Write write = batch.writes().get(i);
            try {
                store.loading(tx -> {
                    tx.write(List.of(write), batch.place().visibility());
                    throw new Tried();
                });
            } catch (Tried t) {
                good.add(write);
            } catch (Problem | IllegalStateException e) {
                if (e instanceof Problem p && p.status() == 503) {
                    throw e;
                }
                refused.add(new Refused(
                        batch.place().file(),
                        batch.lines().get(i),
                        e instanceof Problem ? String.valueOf(e.getMessage()) : "The database refuses this resource"));
            }
        }
        return store(batch, good, refused);
    }

    /** Undoes a trial. */
    private static final class Tried extends RuntimeException {
        Tried() {
            super(null, null, false, false);
        }
    }
}
