package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.storage.Write;
import java.util.List;
import java.util.OptionalInt;

/** Create, update and delete of one resource, conditional or not (R4 http.html 3.1.0.4 to 3.1.0.8). */
final class Writes {

    private final Transactions transactions;
    private final Bodies bodies;

    Writes(Transactions transactions, Bodies bodies) {
        this.transactions = transactions;
        this.bodies = bodies;
    }

    Answer create(Request r, String type) {
        bodies.check(type, r.body().get(), r.place());
        return run(
                r,
                new Change(
                        Change.Kind.CREATE,
                        type,
                        null,
                        r.header("if-none-exist").orElse(null),
                        r.body().get(),
                        OptionalInt.empty(),
                        null,
                        r.place()));
    }

    Answer update(Request r, String type, String id) {
        Ids.check(id);
        bodies.check(type, r.body().get(), r.place());
        bodies.checkId(id, r.body().get(), r.place());
        return run(r, new Change(Change.Kind.UPDATE, type, id, null, r.body().get(), r.ifMatch(), null, r.place()));
    }

    Answer updateWhere(Request r, String type, String query) {
        bodies.check(type, r.body().get(), r.place());
        return run(r, new Change(Change.Kind.UPDATE, type, null, query, r.body().get(), r.ifMatch(), null, r.place()));
    }

    Answer delete(Request r, String type, String id) {
        Ids.check(id);
        return run(r, new Change(Change.Kind.DELETE, type, id, null, null, r.ifMatch(), null, r.place()));
    }

    Answer deleteWhere(Request r, String type, String query) {
        return run(r, new Change(Change.Kind.DELETE, type, null, query, null, r.ifMatch(), null, r.place()));
    }

    private Answer run(Request r, Change change) {
        Write.Result result =
                transactions.run(List.of(change), r, o -> o.results().get(0));
        return answer(result);
    }

    static Answer answer(Write.Result result) {
        return switch (result.outcome()) {
            case CREATED -> new Answer.One(201, result.stored(), false);
            case UPDATED, UNCHANGED -> new Answer.One(200, result.stored(), false);
            case DELETED, ABSENT -> new Answer.One(204, result.stored(), false);
        };
    }
}
