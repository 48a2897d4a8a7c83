package io.github.throughcare.fhir.job;

import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Store;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code job}. */
final class JobTable {

    enum State {
        WAITING,
        RUNNING,
        COMPLETED,
        FAILED,
        CANCELLED
    }

    /**
     * One job.
     *
     * @param input Parameters as JSON
     * @param actor the caller; empty: the system
     * @param patients what the caller may see; null: everything
     * @param attempts how often it was begun
     * @param status HTTP status of the result, 0 while there is none
     * @param result a resource, or the issues of an error, as JSON
     * @param expires when it is forgotten, microseconds since 1970
     */
    record Row(
            String id,
            String definition,
            @Nullable String type,
            @Nullable String resource,
            String input,
            String actor,
            @Nullable Set<String> patients,
            State state,
            int attempts,
            String progress,
            int status,
            @Nullable String result,
            long expires) {

        Visibility visibility() {
            return patients == null ? Visibility.everything() : Visibility.ofPatients(patients);
        }
    }

    private final Store store;
    private final JsonMapper mapper;

    JobTable(Store store, JsonMapper mapper) {
        this.store = store;
        this.mapper = mapper;
    }

    void insert(String id, String definition, OperationCall call, String input, String actor, long now, long expires) {
        Set<String> patients = call.visibility().patients();
        Sql sql = new Sql(
                "INSERT INTO job (id, definition, type, resource, input, actor, created, expires, patients)"
                        + " VALUES (?, ?, nullif(?, ''), nullif(?, ''), ?, ?, ?, ?, ",
                id,
                definition,
                call.type() == null ? "" : call.type(),
                call.id() == null ? "" : call.id(),
                input,
                actor,
                now,
                expires);
        if (patients == null) {
            sql.add("NULL)");
        } else {
            sql.add("?)", (Object) patients.toArray(new String[0]));
        }
        store.change(sql);
    }

    Optional<Row> find(String id) {
        List<String> found = store.lines(new Sql("SELECT to_jsonb(j)::text FROM job j WHERE id = ?", id));
        return found.stream().findFirst().map(mapper::readTree).map(JobTable::row);
    }

    /** Begins it, or begins it again; empty when there is nothing left to do. */
    Optional<Row> take(String id) {
        int taken = store.change(new Sql(
                "UPDATE job SET state = 'running', attempts = attempts + 1 WHERE id = ? AND state IN ('waiting', 'running')",
                id));
        return taken == 0 ? Optional.empty() : find(id);
    }

    /** Notes how far it is; false when it is to go on no longer. */
    boolean progress(String id, String text) {
        return store.change(new Sql("UPDATE job SET progress = ? WHERE id = ? AND state = 'running'", text, id)) == 1;
    }

    /** Ends a running job; one that was cancelled meanwhile stays so. */
    void end(String id, State state, int status, String result, long expires) {
        store.change(new Sql(
                "UPDATE job SET state = ?, status = ?, result = ?, expires = ? WHERE id = ? AND state = 'running'",
                name(state),
                status,
                result,
                expires,
                id));
    }

    void cancel(String id) {
        store.change(new Sql("UPDATE job SET state = 'cancelled', result = NULL WHERE id = ?", id));
    }

    /** Forgets what has ended, or never begun, and is past its time. */
    void forget(long now) {
        store.change(new Sql("DELETE FROM job WHERE expires < ? AND state <> 'running'", now));
    }

    private static String name(State state) {
        return state.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static Row row(JsonNode j) {
        Set<String> patients = null;
        if (j.path("patients").isArray()) {
            Set<String> all = new HashSet<>();
            j.path("patients").forEach(p -> all.add(p.asString()));
            patients = all;
        }
        return new Row(
                j.path("id").asString(),
                j.path("definition").asString(),
                text(j, "type"),
                text(j, "resource"),
                j.path("input").asString(),
                j.path("actor").asString(),
                patients,
                State.valueOf(j.path("state").asString().toUpperCase(java.util.Locale.ROOT)),
                j.path("attempts").asInt(),
                j.path("progress").asString(),
                j.path("status").asInt(0),
                text(j, "result"),
                j.path("expires").asLong());
    }

    private static @Nullable String text(JsonNode j, String name) {
        JsonNode value = j.path(name);
        return value.isString() ? value.asString() : null;
    }
}
