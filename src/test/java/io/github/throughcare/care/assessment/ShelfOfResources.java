package io.github.throughcare.care.assessment;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Resource;

/** Resources in a map: reads, the few searches that assessment makes, transactions of PUTs with ifMatch. */
final class ShelfOfResources implements Resources {

    final Map<String, Resource> shelf = new LinkedHashMap<>();
    int commits;
    int searches;

    ShelfOfResources with(Resource resource) {
        shelf.put(resource.fhirType() + "/" + resource.getIdPart(), resource);
        return this;
    }

    @Override
    public <T extends Resource> Optional<T> read(Class<T> type, String id, Visibility visibility) {
        return Optional.ofNullable(shelf.get(type.getSimpleName() + "/" + id)).map(r -> type.cast(r.copy()));
    }

    @Override
    public <T extends Resource> List<T> search(Class<T> type, String query, Visibility visibility) {
        searches++;
        return shelf.values().stream()
                .filter(type::isInstance)
                .filter(r -> Arrays.stream(query.split("&")).allMatch(p -> matches(r, p)))
                .map(r -> type.cast(r.copy()))
                .toList();
    }

    private static boolean matches(Resource resource, String parameter) {
        String[] pair = parameter.split("=", 2);
        String json = Filled.CONTEXT.newJsonParser().encodeResourceToString(resource);
        return switch (pair[0]) {
            case "patient" -> json.contains("\"reference\":\"Patient/" + pair[1] + "\"");
            case "url" ->
                resource instanceof MetadataResource definition
                        && URLDecoder.decode(pair[1], StandardCharsets.UTF_8).equals(definition.getUrl());
            case "status" -> Arrays.stream(pair[1].split(",")).anyMatch(s -> json.contains("\"status\":\"" + s + "\""));
            case "derived-from" -> json.contains("\"derivedFrom\":[{\"reference\":\"" + pair[1] + "\"}]");
            case "identifier", "code" ->
                Arrays.stream(pair[1].split(","))
                        .map(t -> URLDecoder.decode(t, StandardCharsets.UTF_8).split("\\|", 2))
                        .anyMatch(t -> json.contains("\"system\":\"" + t[0] + "\",\"code\":\"" + t[1] + "\"")
                                || json.contains("\"system\":\"" + t[0] + "\",\"value\":\"" + t[1] + "\""));
            default -> throw Problem.malformed("unknown parameter " + pair[0], null);
        };
    }

    @Override
    public <T extends MetadataResource> Optional<T> definition(Class<T> type, String canonical) {
        return shelf.values().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .filter(r -> canonical.equals(r.getUrl()) || canonical.equals(r.getUrl() + "|" + r.getVersion()))
                .findFirst();
    }

    @Override
    public Bundle commit(Bundle transaction, Visibility visibility) {
        commits++;
        for (BundleEntryComponent entry : transaction.getEntry()) {
            Resource stored = shelf.get(entry.getRequest().getUrl());
            String expected = entry.getRequest().getIfMatch();
            if (expected != null
                    && (stored == null
                            || !expected.equals("W/\"" + stored.getMeta().getVersionId() + "\""))) {
                throw new Problem(
                        412, IssueType.CONFLICT, "stale " + entry.getRequest().getUrl());
            }
        }
        Bundle response = new Bundle().setType(BundleType.TRANSACTIONRESPONSE);
        for (BundleEntryComponent entry : transaction.getEntry()) {
            Resource stored = entry.getResource().copy();
            Resource before = shelf.get(entry.getRequest().getUrl());
            stored.getMeta()
                    .setVersionId(
                            before == null
                                    ? "1"
                                    : String.valueOf(
                                            Integer.parseInt(before.getMeta().getVersionId()) + 1));
            shelf.put(entry.getRequest().getUrl(), stored);
            response.addEntry().setResource(stored.copy());
        }
        return response;
    }
}
