package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.storage.Write;
import java.util.List;
import java.util.Optional;

/** Create, update, patch and delete of one resource, conditional or not (R4 http.html 3.1.0.4 to 3.1.0.8). */
final class Writes {

    private final Transactions transactions;
    private final Bodies bodies;
    private final Edits edits;
    private final int mostDeleted;

    /** @param mostDeleted how many resources one conditional delete may take away */
    Writes(Transactions transactions, Bodies bodies, Edits edits, int mostDeleted) {
        this.transactions = transactions;
        this.bodies = bodies;
        this.edits = edits;
        this.mostDeleted = mostDeleted;
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
        Optional<String> count = r.first("_count");
        if (count.isEmpty()) {
            return run(r, Change.delete(type, null, query, "", r));
        }
        if (!count.get().matches("[1-9]\\d{0,8}")) {
            throw Problem.malformed("_count says how many may be deleted: 1 or more, not " + count.get(), null);
        }
        int most = Math.min(Integer.parseInt(count.get()), mostDeleted);
        int deleted = transactions.deleteAll(type, query, most, r);
        return new Answer.Made(200, Outcomes.information("Deleted " + deleted + " of " + type));
    }

    private Answer run(Request r, Change change) {
        Write.Result result =
                transactions.run(List.of(change), r, o -> o.results().get(0));
        return answer(result);
    }

    static Answer answer(Write.Result result) {
        int status = switch (result.outcome()) {
            case CREATED -> 201;
            case UPDATED, UNCHANGED -> 200;
            case DELETED, ABSENT -> 204;
        };
        return new Answer.One(status, result.stored(), false, result.warnings());
    }
}
