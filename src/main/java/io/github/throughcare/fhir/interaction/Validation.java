package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Stored;
import io.github.throughcare.fhir.validation.Profiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code $validate} on a type or an instance. With a mode of create, update or delete the change is really made, in a transaction that is
 * then taken back: what would refuse it there (references, a version, a rule) is found here too.
 *
 * @see <a href="https://hl7.org/fhir/R4/resource-operation-validate.html">R4, $validate</a>
 */
final class Validation {

    private static final Set<String> MODES = Set.of("create", "update", "delete", "profile");

    private final Bodies bodies;
    private final Transactions transactions;
    private final Store store;
    private final Profiles profiles;

    Validation(Bodies bodies, Transactions transactions, Store store, Profiles profiles) {
        this.bodies = bodies;
        this.transactions = transactions;
        this.store = store;
        this.profiles = profiles;
    }

    /** What is asked. */
    private record Asked(
            @Nullable ObjectNode resource, @Nullable String mode, List<String> profiles) {}

    /** Ends the transaction that must not be. */
    private static final class TakenBack extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TakenBack() {
            super(null, null, false, false);
        }
    }

    Answer run(Request r, String type, @Nullable String id) {
        if (!Set.of("POST", "GET", "HEAD").contains(r.method())) {
            throw new Problem(405, IssueType.NOTSUPPORTED, "$validate is called by POST or GET");
        }
        Asked asked = asked(r);
        if (asked.mode != null && !MODES.contains(asked.mode)) {
            throw Problem.malformed("mode is create, update, delete or profile, not " + asked.mode, "Parameters");
        }
        ObjectNode resource = asked.resource != null || id == null ? asked.resource : stored(r, type, id);
        boolean delete = "delete".equals(asked.mode);
        if (resource == null && !delete || delete && id == null) {
            throw Problem.malformed(
                    delete
                            ? "mode delete is for one resource: [base]/" + type + "/[id]/$validate"
                            : "$validate needs a resource: as the body, or as parameter resource",
                    null);
        }
        OperationOutcome outcome = new OperationOutcome();
        if (!delete && resource != null) {
            content(outcome, type, resource, asked.profiles);
        }
        if (asked.mode != null && !asked.mode.equals("profile") && !hasErrors(outcome)) {
            tryIt(outcome, r, type, id, asked.mode, resource);
        }
        if (outcome.getIssue().isEmpty()) {
            return new Answer.Made(200, Outcomes.information("Nothing is wrong with it"));
        }
        return new Answer.Made(200, outcome);
    }

    private ObjectNode stored(Request r, String type, String id) {
        Stored stored = store.read(type, id, r.visibility())
                .filter(s -> !s.deleted())
                .orElseThrow(() -> Problem.unknown(type + "/" + id + " is not known"));
        return JsonBodies.parse(stored.requireJson());
    }

    private static Asked asked(Request r) {
        ObjectNode body =
                r.method().equals("POST") ? r.body().get() : JsonBodies.mapper().createObjectNode();
        String mode = r.first("mode").orElse(null);
        List<String> profiles = new ArrayList<>(r.query().getOrDefault("profile", List.of()));
        if (body.isEmpty()) {
            return new Asked(null, mode, profiles);
        }
        if (!"Parameters".equals(body.path("resourceType").asString(""))) {
            return new Asked(body, mode, profiles);
        }
        ObjectNode resource = null;
        for (JsonNode p : body.path("parameter")) {
            switch (p.path("name").asString("")) {
                case "resource" -> resource = p.get("resource") instanceof ObjectNode o ? o : null;
                case "mode" -> mode = p.path("valueCode").asString(null);
                case "profile" -> {
                    for (String value : new String[] {"valueUri", "valueCanonical", "valueString"}) {
                        if (p.has(value)) {
                            profiles.add(p.get(value).asString(""));
                        }
                    }
                }
                default ->
                    throw Problem.malformed(
                            "$validate has the parameters resource, mode and profile, not "
                                    + p.path("name").asString(""),
                            "Parameters");
            }
        }
        return new Asked(resource, mode, profiles);
    }

    private void content(OperationOutcome outcome, String type, ObjectNode resource, List<String> asked) {
        try {
            bodies.structure(type, resource, null);
        } catch (Problem p) {
            add(outcome, p);
            return; // the validator would say the same again in other words
        }
        List<String> known = new ArrayList<>();
        for (String profile : asked) {
            if (profiles.isKnown(profile)) {
                known.add(profile);
            } else {
                issue(
                        outcome,
                        IssueSeverity.ERROR,
                        IssueType.NOTFOUND,
                        "The profile " + profile + " is not here",
                        null);
            }
        }
        profiles.validate(resource.toString(), known)
                .forEach(f -> issue(outcome, f.severity(), IssueType.INVALID, f.text(), f.expression()));
    }

    private void tryIt(
            OperationOutcome outcome,
            Request r,
            String type,
            @Nullable String id,
            String mode,
            @Nullable ObjectNode resource) {
        try {
            Change change = switch (mode) {
                case "delete" -> Change.delete(type, Objects.requireNonNull(id), null, "", r);
                case "update" -> {
                    ObjectNode body = Objects.requireNonNull(resource);
                    String target = id == null ? body.path("id").asString("") : id;
                    Ids.check(target);
                    bodies.checkId(target, body, null);
                    yield Change.update(type, target, null, List.of(), "", r.with(body));
                }
                default -> Change.create(type, null, List.of(), "", r.with(Objects.requireNonNull(resource)));
            };
            transactions.run(List.of(change), r, o -> {
                o.tx().number(new Sql("SELECT 1")); // what is written is sent, at the latest, when something is read
                throw new TakenBack();
            });
        } catch (TakenBack e) {
            // it would have been stored
        } catch (Problem p) {
            add(outcome, p);
        }
    }

    private static boolean hasErrors(OperationOutcome outcome) {
        return outcome.getIssue().stream()
                .anyMatch(i -> i.getSeverity() == IssueSeverity.ERROR || i.getSeverity() == IssueSeverity.FATAL);
    }

    private static void add(OperationOutcome outcome, Problem p) {
        p.issues().forEach(i -> issue(outcome, IssueSeverity.ERROR, i.code(), i.text(), i.expression()));
    }

    private static void issue(
            OperationOutcome outcome,
            IssueSeverity severity,
            IssueType code,
            String text,
            @Nullable String expression) {
        OperationOutcome.OperationOutcomeIssueComponent i =
                outcome.addIssue().setSeverity(severity).setCode(code).setDiagnostics(text);
        if (expression != null) {
            i.addExpression(expression);
        }
    }
}
