package io.github.throughcare.fhir.rest;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.OwnParameter;
import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.ParamKind;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.interaction.Answer;
import io.github.throughcare.fhir.interaction.JsonBodies;
import io.github.throughcare.fhir.interaction.Operations;
import io.github.throughcare.fhir.patch.Patches;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The CapabilityStatement: what the registry, the interactions and the operations really are, nothing else. */
final class Capabilities {

    private static final List<String> INTERACTIONS = List.of(
            "read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type");

    /** What R4 defines for every resource. */
    private static final List<String> OF_R4 =
            List.of("Resource-validate", "Resource-meta", "Resource-meta-add", "Resource-meta-delete");

    private final SearchParameters parameters;
    private final Operations operations;
    private final boolean referencesEnforced;
    private final String version;
    private final Instant started;
    private final Map<String, byte[]> byBase = new ConcurrentHashMap<>();
    private volatile Object made = new Object();

    Capabilities(
            SearchParameters parameters,
            Operations operations,
            boolean referencesEnforced,
            String version,
            Instant started) {
        this.parameters = parameters;
        this.operations = operations;
        this.referencesEnforced = referencesEnforced;
        this.version = version;
        this.started = started;
    }

    Answer answer(String method, String base) {
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw new Problem(405, IssueType.NOTSUPPORTED, "/metadata is read by GET");
        }
        Object current = parameters.revision();
        if (byBase.size() > 50 || made != current) {
            byBase.clear(); // as many as clients write Host headers
            made = current;
        }
        return new Answer.Raw(
                byBase.computeIfAbsent(base, b -> JsonBodies.mapper().writeValueAsBytes(statement(b))));
    }

    private ObjectNode statement(String base) {
        ObjectNode s = JsonBodies.mapper().createObjectNode();
        s.put("resourceType", "CapabilityStatement").put("id", "throughcare");
        s.put("url", base + "/metadata")
                .put("name", "Throughcare")
                .put("title", "Throughcare care-coordination server");
        s.put("status", "active")
                .put("date", started.toString())
                .put("publisher", "Throughcare")
                .put("kind", "instance");
        s.putObject("software").put("name", "Throughcare").put("version", version);
        s.putObject("implementation")
                .put("description", "Throughcare at " + base)
                .put("url", base);
        s.put("fhirVersion", "4.0.1");
        s.putArray("format")
                .add("application/fhir+json")
                .add("json")
                .add("application/fhir+xml")
                .add("xml");
        s.putArray("patchFormat")
                .add(Patches.JSON_PATCH)
                .add(Patches.XML_PATCH)
                .add("application/fhir+json")
                .add("application/fhir+xml");
        ObjectNode rest = s.putArray("rest").addObject();
        rest.put("mode", "server");
        ArrayNode resources = rest.putArray("resource");
        parameters.types().forEach(t -> resource(resources.addObject(), t));
        interactions(rest, List.of("transaction", "batch", "history-system", "search-system"));
        operations(
                rest,
                operations.all().stream()
                        .filter(o -> o.levels().contains("system"))
                        .toList(),
                List.of("Resource-meta"));
        return s;
    }

    private void resource(ObjectNode r, String type) {
        r.put("type", type);
        interactions(r, INTERACTIONS);
        r.put("versioning", "versioned-update").put("readHistory", true).put("updateCreate", true);
        r.put("conditionalCreate", true)
                .put("conditionalRead", "full-support")
                .put("conditionalUpdate", true)
                .put("conditionalDelete", "multiple");
        ArrayNode references = r.putArray("referencePolicy").add("literal").add("logical");
        if (referencesEnforced) {
            references.add("enforced");
        }
        Collection<Param> own = parameters.of(type);
        List<String> includes = own.stream()
                .filter(p -> p.kind() == ParamKind.REFERENCE)
                .map(p -> type + ":" + p.code())
                .toList();
        if (!includes.isEmpty()) {
            includes.forEach(r.putArray("searchInclude")::add);
        }
        List<String> reverse = parameters.pointingTo(type).stream()
                .filter(p -> !p.targets().isEmpty())
                .map(p -> p.type() + ":" + p.code())
                .sorted()
                .toList();
        if (!reverse.isEmpty()) {
            ArrayNode array = r.putArray("searchRevInclude");
            reverse.forEach(array::add);
        }
        ArrayNode search = r.putArray("searchParam");
        own.forEach(p -> {
            ObjectNode one = search.addObject()
                    .put("name", p.code())
                    .put("type", p.kind().name().toLowerCase(Locale.ROOT));
            OwnParameter defined = parameters.own(type).get(p.code());
            if (defined != null && !defined.url().isEmpty()) {
                one.put("definition", defined.url());
            }
        });
        operations(
                r,
                operations.all().stream().filter(o -> o.types().contains(type)).toList(),
                type.equals("Patient")
                        ? Stream.concat(OF_R4.stream(), Stream.of("Patient-everything"))
                                .toList()
                        : OF_R4);
    }

    private static void interactions(ObjectNode node, List<String> codes) {
        ArrayNode array = node.putArray("interaction");
        codes.forEach(c -> array.addObject().put("code", c));
    }

    private static void operations(ObjectNode node, List<Operations.Served> served, List<String> ofR4) {
        if (served.isEmpty() && ofR4.isEmpty()) {
            return;
        }
        ArrayNode array = node.putArray("operation");
        ofR4.forEach(o -> array.addObject()
                .put("name", o.substring(o.indexOf('-') + 1))
                .put("definition", "http://hl7.org/fhir/OperationDefinition/" + o));
        served.stream()
                .collect(Collectors.toMap(Operations.Served::url, o -> o, (a, b) -> a))
                .values()
                .forEach(o -> array.addObject().put("name", o.code()).put("definition", o.url()));
    }
}
