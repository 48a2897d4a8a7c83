package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.search.Caller;
import io.github.throughcare.fhir.search.LabelsInUse;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Stored;
import io.github.throughcare.fhir.storage.Write;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code $meta}, {@code $meta-add} and {@code $meta-delete} on an instance; {@code $meta} on a version, a type and all too. A change of labels is a change:
 * it makes a version, so that caches and listeners see it, and what history holds stays as it was.
 *
 * @see <a href="https://hl7.org/fhir/R4/resource-operation-meta.html">R4, $meta</a>
 */
final class MetaOperations {

    private final Reads reads;
    private final Transactions transactions;
    private final Edits edits;
    private final LabelsInUse labels;
    private final Store store;

    MetaOperations(Reads reads, Transactions transactions, Edits edits, LabelsInUse labels, Store store) {
        this.labels = labels;
        this.store = store;
        this.reads = reads;
        this.transactions = transactions;
        this.edits = edits;
    }

    static boolean isOne(String operation) {
        return List.of("$meta", "$meta-add", "$meta-delete").contains(operation);
    }

    /** The labels that resources carry. */
    Answer ofAll(Request r, @Nullable String type) {
        if (!List.of("GET", "HEAD", "POST").contains(r.method())) {
            throw new Problem(405, IssueType.NOTSUPPORTED, "$meta is called by GET or POST");
        }
        LabelsInUse.Labels used = labels.of(type, new Caller(store, r.visibility(), r.base()));
        ObjectNode meta = JsonBodies.mapper().createObjectNode();
        if (!used.profiles().isEmpty()) {
            ArrayNode profiles = meta.putArray("profile");
            used.profiles().forEach(profiles::add);
        }
        codings(meta, "security", used.security());
        codings(meta, "tag", used.tags());
        return shown(meta);
    }

    private static void codings(ObjectNode meta, String name, List<LabelsInUse.Label> labels) {
        for (LabelsInUse.Label label : labels) {
            ObjectNode coding = meta.withArray(name).addObject();
            for (String[] part :
                    new String[][] {{"system", label.system()}, {"code", label.code()}, {"display", label.display()}}) {
                if (!part[1].isEmpty()) {
                    coding.put(part[0], part[1]);
                }
            }
        }
    }

    Answer ofInstance(Request r, String type, String id, String operation) {
        if (operation.equals("$meta")) {
            return shown(reads.read(plain(r), type, id));
        }
        if (!r.method().equals("POST")) {
            throw new Problem(405, IssueType.NOTSUPPORTED, operation + " changes state: call it by POST");
        }
        Change change = Change.edit(type, id, null, edits.labels(type, given(r), operation.equals("$meta-add")), "", r);
        Write.Result result =
                transactions.run(List.of(change), r, o -> o.results().get(0));
        return shown(result.requireStored());
    }

    Answer ofVersion(Request r, String type, String id, String version, String operation) {
        if (!operation.equals("$meta")) {
            throw new Problem(
                    405,
                    IssueType.NOTSUPPORTED,
                    "What history holds is not changed; call " + operation + " on the resource itself");
        }
        return shown(reads.vread(plain(r), type, id, version));
    }

    /** Without a condition on what the client knows already. */
    private static Request plain(Request r) {
        return new Request("GET", r.path(), r.query(), Map.of(), r.body(), r.base(), r.place(), r.visibility());
    }

    private static ObjectNode given(Request r) {
        for (JsonNode p : r.body().get().path("parameter")) {
            if (p.path("name").asString("").equals("meta") && p.get("valueMeta") instanceof ObjectNode meta) {
                return meta;
            }
        }
        throw Problem.malformed("This operation needs Parameters with a parameter meta (valueMeta)", "Parameters");
    }

    private static Answer shown(Answer answer) {
        if (answer instanceof Answer.One one && one.stored() != null) {
            return shown(one.stored());
        }
        return answer;
    }

    private static Answer shown(Stored stored) {
        return shown(Labels.of(JsonBodies.parse(stored.requireJson())));
    }

    private static Answer shown(ObjectNode meta) {
        ObjectNode parameters = JsonBodies.mapper().createObjectNode();
        parameters.put("resourceType", "Parameters");
        parameters.putArray("parameter").addObject().put("name", "return").set("valueMeta", meta);
        return new Answer.Raw(JsonBodies.mapper().writeValueAsBytes(parameters));
    }
}
