package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Batch and transaction (R4 http.html 3.1.0.11). */
final class Bundles {

    private static final Logger LOG = LoggerFactory.getLogger(Bundles.class);

    private final Transactions transactions;
    private final Bodies bodies;
    private final Edits edits;

    Bundles(Transactions transactions, Bodies bodies, Edits edits) {
        this.transactions = transactions;
        this.bodies = bodies;
        this.edits = edits;
    }

    /**
     * Carries out a Bundle.
     *
     * @param each what answers one entry of a batch, and a GET of a transaction
     */
    Answer run(Request request, Function<Request, Answer> each) {
        return run(request, each, List.of());
    }

    /** @param guards rules for this transaction alone */
    Answer run(Request request, Function<Request, Answer> each, List<WriteRule> guards) {
        ObjectNode bundle = request.body().get();
        String type = bundle.path("type").asString("");
        List<ObjectNode> list = entries(bundle, type);
        return switch (type) {
            case "batch" -> batch(request, list, each);
            default -> transaction(request, list, each, guards);
        };
    }

    /** The entries of a Bundle that must be of this type. */
    private List<ObjectNode> entries(ObjectNode bundle, String type) {
        if (!bodies.typeOf(bundle, null).equals("Bundle")) {
            throw Problem.malformed("The base takes a Bundle of type batch or transaction", "resourceType");
        }
        String actual = text(bundle, "type");
        if (!actual.equals(type) || !type.equals("batch") && !type.equals("transaction")) {
            throw Problem.malformed(
                    "Bundle.type must be " + (type.equals("transaction") ? type : "batch or transaction")
                            + " here, not " + (actual.isEmpty() ? "absent" : actual),
                    "Bundle.type");
        }
        JsonNode entries = bundle.get("entry");
        if (entries != null && !entries.isArray()) {
            throw Problem.malformed("Bundle.entry must be an array", "Bundle.entry");
        }
        List<ObjectNode> list = new ArrayList<>();
        if (entries != null) {
            for (int i = 0; i < entries.size(); i++) {
                if (!(entries.get(i) instanceof ObjectNode entry)) {
                    throw Problem.malformed("An entry must be an object", place(i));
                }
                list.add(entry);
            }
        }
        return list;
    }

    // ---------------------------------------------------------------- batch

    private Answer batch(Request request, List<ObjectNode> entries, Function<Request, Answer> each) {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            try {
                answers.add(each.apply(entry(request, entries.get(i), place(i))));
            } catch (Problem p) {
                answers.add(new Answer.Made(p.status(), Outcomes.of(p)));
            } catch (RuntimeException e) { // the other entries are stored, and their answers are owed
                LOG.error("{} of a batch failed", place(i), e);
                answers.add(new Answer.Made(500, Outcomes.failure(place(i))));
            }
        }
        return new Answer.Entries(false, answers);
    }

    /** An entry as a request of its own. */
    private static Request entry(Request outer, ObjectNode entry, String place) {
        if (!(entry.get("request") instanceof ObjectNode r)) {
            throw Problem.malformed("An entry needs a request with method and url", place + ".request");
        }
        String method = text(r, "method").toUpperCase(Locale.ROOT);
        String url = relative(text(r, "url"), outer.base());
        int mark = url.indexOf('?');
        String path = mark < 0 ? url : url.substring(0, mark);
        Map<String, String> headers = new HashMap<>();
        outer.header("prefer").ifPresent(p -> headers.put("prefer", p));
        outer.header("x-provenance").ifPresent(p -> headers.put("x-provenance", p));
        outer.header("x-throughcare-actor").ifPresent(p -> headers.put("x-throughcare-actor", p));
        for (String[] h : new String[][] {
            {"ifMatch", "if-match"},
            {"ifNoneMatch", "if-none-match"},
            {"ifModifiedSince", "if-modified-since"},
            {"ifNoneExist", "if-none-exist"}
        }) {
            if (r.has(h[0])) {
                headers.put(h[1], text(r, h[0]));
            }
        }
        return new Request(
                method,
                path.isEmpty()
                        ? List.of()
                        : Arrays.stream(path.split("/"))
                                .map(QueryStrings::decode)
                                .toList(),
                QueryStrings.parse(mark < 0 ? "" : url.substring(mark + 1)),
                headers,
                () -> {
                    if (entry.get("resource") instanceof ObjectNode body) {
                        return body;
                    }
                    throw Problem.malformed("A " + method + " needs a resource", place + ".resource");
                },
                outer.base(),
                place,
                outer.visibility());
    }

    private static String relative(String url, String base) {
        String own = url.startsWith(base + "/") ? url.substring(base.length() + 1) : url;
        return own.startsWith("/") ? own.substring(1) : own;
    }

    // ---------------------------------------------------------------- transaction

    /**
     * Stores a transaction Bundle without reads, and notes it in the same transaction.
     *
     * @return false when it was noted before, and then nothing is stored
     */
    boolean load(Request request, Sql note, Consumer<Write.Result> each) {
        List<Change> changes = new ArrayList<>();
        List<ObjectNode> entries = entries(request.body().get(), "transaction");
        for (int i = 0; i < entries.size(); i++) {
            changes.add(change(entry(request, entries.get(i), place(i)), entries.get(i)));
        }
        try {
            transactions
                    .run(changes, request, o -> {
                        if (o.tx().change(note) == 0) {
                            throw new Noted();
                        }
                        return o.results();
                    })
                    .forEach(each);
            return true;
        } catch (Noted noted) {
            return false;
        }
    }

    /** Undoes what was stored before. */
    private static final class Noted extends RuntimeException {
        Noted() {
            super(null, null, false, false);
        }
    }

    private Answer transaction(
            Request request, List<ObjectNode> entries, Function<Request, Answer> each, List<WriteRule> guards) {
        List<Change> changes = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        Map<Integer, Request> reads = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            Request r = entry(request, entries.get(i), place(i));
            if (r.method().equals("GET") || r.method().equals("HEAD")) {
                reads.put(i, r);
            } else {
                changes.add(change(r, entries.get(i)));
                positions.add(i);
            }
        }
        Answer[] answers = new Answer[entries.size()];
        Transactions.Outcome outcome = transactions.run(changes, request, guards, o -> o);
        for (int n = 0; n < changes.size(); n++) {
            answers[positions.get(n)] = Writes.answer(outcome, n, changes.get(n));
        }
        // after the writes, as R4 orders; what they read is committed
        reads.forEach((i, r) -> {
            try {
                answers[i] = each.apply(r);
            } catch (Problem p) {
                answers[i] = new Answer.Made(p.status(), Outcomes.of(p));
            }
        });
        return new Answer.Entries(true, List.of(answers));
    }

    private Change change(Request r, ObjectNode entry) {
        List<String> path = r.path();
        String place = String.valueOf(r.place());
        if (path.isEmpty() || path.size() > 2) {
            throw Problem.malformed(
                    "In a transaction the url is Type, Type/id or Type?criteria", place + ".request.url");
        }
        String type = path.get(0);
        String id = path.size() > 1 ? path.get(1) : null;
        String url = text((ObjectNode) entry.get("request"), "url");
        String query = url.indexOf('?') < 0 ? null : url.substring(url.indexOf('?') + 1);
        String fullUrl = entry.has("fullUrl") ? text(entry, "fullUrl") : "";
        if (r.method().equals("POST")) {
            if (id != null) {
                throw Problem.malformed(
                        "A POST in a transaction creates: its url is a resource type", place + ".request.url");
            }
            List<String> warnings = bodies.check(type, r.body().get(), place);
            return Change.create(type, r.header("if-none-exist").orElse(null), warnings, fullUrl, r);
        }
        if (!List.of("PUT", "PATCH", "DELETE").contains(r.method())) {
            throw Problem.malformed(
                    "In a transaction the method is GET, POST, PUT, PATCH or DELETE, not " + r.method(),
                    place + ".request.method");
        }
        bodies.checkType(type, place + ".request.url");
        if (id == null && query == null) {
            throw Problem.malformed(
                    "A " + r.method() + " names its resource: Type/id or Type?criteria", place + ".request.url");
        }
        if (id != null) {
            Ids.check(id);
        }
        String condition = id == null ? query : null;
        return switch (r.method()) {
            case "PUT" -> {
                List<String> warnings = bodies.check(type, r.body().get(), place);
                if (id != null) {
                    bodies.checkId(id, r.body().get(), place);
                }
                yield Change.update(type, id, condition, warnings, fullUrl, r);
            }
            case "PATCH" -> Change.edit(type, id, condition, edits.patch(type, r), fullUrl, r);
            default -> Change.delete(type, id, condition, fullUrl, r);
        };
    }

    private static String place(int i) {
        return "Bundle.entry[" + i + "]";
    }

    private static String text(ObjectNode node, String field) {
        @Nullable JsonNode value = node.get(field);
        return value == null || !value.isValueNode() ? "" : value.asString();
    }
}
