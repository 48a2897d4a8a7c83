package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.search.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** Finds the interaction that a request means (R4 http.html 3.1.0). */
public final class Router {

    private final SearchParameters types;
    private final Validation validation;
    private final MetaOperations metas;
    private final Reads reads;
    private final Writes writes;
    private final Bundles bundles;
    private final Operations operations;

    Router(
            SearchParameters types,
            Validation validation,
            MetaOperations metas,
            Reads reads,
            Writes writes,
            Bundles bundles,
            Operations operations) {
        this.types = types;
        this.validation = validation;
        this.metas = metas;
        this.reads = reads;
        this.writes = writes;
        this.bundles = bundles;
        this.operations = operations;
    }

    /** The operations that are served, for the CapabilityStatement. */
    public Operations operations() {
        return operations;
    }

    /** @throws Problem for every fault of the caller; nothing is stored then */
    public Answer route(Request r) {
        List<String> path = r.path();
        if (path.isEmpty()) {
            return root(r);
        }
        String first = path.get(0);
        if (first.equals("$meta") && path.size() == 1) {
            return metas.ofAll(r, null);
        }
        if (first.startsWith("$") && path.size() == 1) {
            return operations.run(r, null, null, first.substring(1));
        }
        if (first.equals("_history") && path.size() == 1) {
            get(r);
            return reads.history(r, null, null);
        }
        if (first.equals("_job") && path.size() == 2) {
            return operations.job(r, path.get(1));
        }
        if (first.equals("_search") && path.size() == 1) {
            return posted(r, Scope.system());
        }
        if (!types.isType(first)) {
            throw new Problem(404, IssueType.NOTSUPPORTED, first + " is no FHIR R4 resource type");
        }
        return switch (path.size()) {
            case 1 -> type(r, first);
            case 2 -> below(r, first, path.get(1));
            case 3 -> instance(r, first, path.get(1), path.get(2));
            case 4 -> {
                if (path.get(3).equals("_search")) {
                    yield posted(r, compartment(r, first, path.get(1), path.get(2)));
                }
                if (!path.get(2).equals("_history")) {
                    throw nothing(r);
                }
                get(r);
                yield reads.vread(r, first, id(path.get(1)), path.get(3));
            }
            case 5 -> {
                if (!path.get(2).equals("_history") || !MetaOperations.isOne(path.get(4))) {
                    throw nothing(r);
                }
                yield metas.ofVersion(r, first, id(path.get(1)), path.get(3), path.get(4));
            }
            default -> throw nothing(r);
        };
    }

    private Answer root(Request r) {
        if (r.method().equals("POST")) {
            return bundles.run(r, this::route);
        }
        if (!r.method().equals("GET") && !r.method().equals("HEAD")) {
            throw method(r);
        }
        return reads.search(r, Scope.system());
    }

    private Answer type(Request r, String type) {
        return switch (r.method()) {
            case "GET", "HEAD" -> reads.search(r, Scope.of(type));
            case "POST" -> writes.create(r, type);
            case "PUT" -> writes.updateWhere(r, type, criteria(r));
            case "PATCH" -> writes.patchWhere(r, type, criteria(r));
            case "DELETE" -> writes.deleteWhere(r, type, criteria(r));
            default -> throw method(r);
        };
    }

    private Answer below(Request r, String type, String second) {
        if (second.equals("$validate")) {
            return validation.run(r, type, null);
        }
        if (second.equals("$meta")) {
            return metas.ofAll(r, type);
        }
        if (second.startsWith("$")) {
            return operations.run(r, type, null, second.substring(1));
        }
        if (second.equals("_search")) {
            return posted(r, Scope.of(type));
        }
        if (second.equals("_history")) {
            get(r);
            return reads.history(r, type, null);
        }
        return switch (r.method()) {
            case "GET", "HEAD" -> reads.read(r, type, id(second));
            case "PUT" -> writes.update(r, type, second);
            case "PATCH" -> writes.patch(r, type, second);
            case "DELETE" -> writes.delete(r, type, second);
            default -> throw method(r);
        };
    }

    private Answer instance(Request r, String type, String id, String third) {
        if (third.equals("$everything") && type.equals("Patient")) {
            if (r.method().equals("POST")) {
                return reads.everything(r.with(QueryStrings.ofParameters(r)), id(id));
            }
            get(r);
            return reads.everything(r, id(id));
        }
        if (MetaOperations.isOne(third)) {
            return metas.ofInstance(r, type, id(id), third);
        }
        if (third.equals("$validate")) {
            return validation.run(r, type, id(id));
        }
        if (third.startsWith("$")) {
            return operations.run(r, type, id(id), third.substring(1));
        }
        if (third.equals("_history")) {
            get(r);
            return reads.history(r, type, id(id));
        }
        Scope scope = compartment(r, type, id, third);
        get(r);
        return reads.search(r, scope);
    }

    /** {@code Patient/7/Observation}, {@code Patient/7/*}. */
    private Scope compartment(Request r, String owner, String id, String member) {
        if (!member.equals("*") && !types.isType(member)) {
            throw nothing(r);
        }
        if (!Scope.COMPARTMENTS.contains(owner)) {
            throw new Problem(
                    404,
                    IssueType.NOTSUPPORTED,
                    owner + " has no compartment; those that have are "
                            + String.join(", ", new java.util.TreeSet<>(Scope.COMPARTMENTS)));
        }
        return Scope.compartment(owner, id(id), member.equals("*") ? null : member);
    }

    private Answer posted(Request r, Scope scope) {
        if (!r.method().equals("POST")) {
            throw method(r);
        }
        return reads.search(r, scope);
    }

    private static String id(String id) {
        Ids.check(id);
        return id;
    }

    private static void get(Request r) {
        if (!r.method().equals("GET") && !r.method().equals("HEAD")) {
            throw method(r);
        }
    }

    /** The criteria of a conditional update or delete, as a query string again. */
    private static String criteria(Request r) {
        Map<String, List<String>> query = new LinkedHashMap<>(r.query());
        query.keySet().removeAll(List.of("_format", "_pretty", "_summary", "_elements"));
        return query.entrySet().stream()
                .flatMap(e -> e.getValue().stream().map(v -> encode(e.getKey()) + "=" + encode(v)))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static Problem method(Request r) {
        return new Problem(
                405, IssueType.NOTSUPPORTED, r.method() + " is not supported on /" + String.join("/", r.path()));
    }

    private static Problem nothing(Request r) {
        return new Problem(404, IssueType.NOTSUPPORTED, "There is no interaction at /" + String.join("/", r.path()));
    }
}
