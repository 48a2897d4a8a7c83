package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.storage.Write;
import java.util.List;

/** Create, update, patch and delete of one resource, conditional or not (R4 http.html 3.1.0.4 to 3.1.0.8). */
final class Writes {

    private final Transactions transactions;
    private final Bodies bodies;
    private final Edits edits;

    Writes(Transactions transactions, Bodies bodies, Edits edits) {
        this.transactions = transactions;
        this.bodies = bodies;
        this.edits = edits;
    }

    Answer create(Request r, String type) {
        List<String> warnings = bodies.check(type, r.body().get(), r.place());
        return run(r, Change.create(type, r.header("if-none-exist").orElse(null), warnings, "", r));
    }

    Answer update(Request r, String type, String id) {
        Ids.check(id);
        List<String> warnings = bodies.check(type, r.body().get(), r.place());
        bodies.checkId(id, r.body().get(), r.place());
        return run(r, Change.update(type, id, null, warnings, "", r));
    }

    Answer updateWhere(Request r, String type, String query) {
        return run(
                r, Change.update(type, null, query, bodies.check(type, r.body().get(), r.place()), "", r));
    }

    Answer patch(Request r, String type, String id) {
        Ids.check(id);
        return run(r, Change.edit(type, id, null, edits.patch(type, r), "", r));
    }

    Answer patchWhere(Request r, String type, String query) {
        return run(r, Change.edit(type, null, query, edits.patch(type, r), "", r));
    }

    Answer delete(Request r, String type, String id) {
        Ids.check(id);
        return run(r, Change.delete(type, id, null, "", r));
    }

    Answer deleteWhere(Request r, String type, String query) {
        return run(r, Change.delete(type, null, query, "", r));
    }

    private Answer run(Request r, Change change) {
        return answer(transactions.run(List.of(change), r, o -> o), 0, change);
    }

    /** The answer to the nth change. */
    static Answer answer(Transactions.Outcome outcome, int n, Change change) {
        Integer deleted = outcome.deleted().get(n);
        return deleted == null
                ? answer(outcome.results().get(n))
                : new Answer.Made(200, Outcomes.information("Deleted " + deleted + " of " + change.type()));
    }

    private static Answer answer(Write.Result result) {
        int status = switch (result.outcome()) {
            case CREATED -> 201;
            case UPDATED, UNCHANGED -> 200;
            case DELETED, ABSENT -> 204;
        };
        return new Answer.One(status, result.stored(), false, result.warnings());
    }
}
