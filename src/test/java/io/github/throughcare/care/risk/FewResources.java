package io.github.throughcare.care.risk;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * A handful of resources in memory. Knows patient, encounter, location and the _id of a search, refuses parameters that FHIR R4
 * does not define for what is read here, and leaves the other ones to the code under test, which must not rely on them alone.
 */
final class FewResources implements Resources {

    private static final Set<String> PARAMETERS = Set.of(
            "_id",
            "patient",
            "encounter",
            "class",
            "status",
            "code",
            "date",
            "location",
            "service-provider",
            "context");

    final Map<String, Resource> stored = new LinkedHashMap<>();
    final List<String> queries = new ArrayList<>();
    int commits;
    int most = Integer.MAX_VALUE;

    void add(Resource... resources) {
        for (Resource resource : resources) {
            stored.put(StayRecord.reference(resource), resource);
        }
    }

    @Override
    public synchronized <T extends Resource> Optional<T> read(Class<T> type, String id, Visibility visibility) {
        return Optional.ofNullable(stored.get(type.getSimpleName() + "/" + id)).map(type::cast);
    }

    @Override
    public synchronized <T extends Resource> List<T> search(Class<T> type, String query, Visibility visibility) {
        queries.add(type.getSimpleName() + "?" + query);
        List<T> found = stored.values().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .filter(r -> Arrays.stream(query.split("&")).allMatch(p -> matches(r, p)))
                .toList();
        if (found.size() > most) {
            throw new Problem(413, IssueType.TOOCOSTLY, "Too many.");
        }
        return found;
    }

    private static boolean matches(Resource resource, String parameter) {
        String name = parameter.substring(0, parameter.indexOf('='));
        if (!PARAMETERS.contains(name)) {
            throw Problem.malformed("Unknown parameter " + name, null);
        }
        List<String> values = Stream.of(parameter.substring(name.length() + 1).split(","))
                .map(v -> URLDecoder.decode(v, StandardCharsets.UTF_8))
                .map(v -> v.substring(v.indexOf('/') + 1))
                .toList();
        return switch (name) {
            case "_id" -> values.contains(resource.getIdElement().getIdPart());
            case "patient" -> refers(resource, "subject", values);
            case "encounter" -> refers(resource, "encounter", values);
            case "location" ->
                resource instanceof Encounter e
                        && e.getLocation().stream()
                                .anyMatch(l -> values.contains(
                                        l.getLocation().getReferenceElement().getIdPart()));
            default -> true;
        };
    }

    private static boolean refers(Resource resource, String element, List<String> ids) {
        Property property = resource.getNamedProperty(element);
        return property != null
                && property.getValues().stream()
                        .anyMatch(v -> v instanceof Reference r
                                && ids.contains(r.getReferenceElement().getIdPart()));
    }

    @Override
    public <T extends MetadataResource> Optional<T> definition(Class<T> type, String canonical) {
        return Optional.of(new GuideOnClassPath().get(type, canonical));
    }

    @Override
    public synchronized Bundle commit(Bundle transaction, Visibility visibility) {
        commits++;
        Bundle response = new Bundle().setType(Bundle.BundleType.TRANSACTIONRESPONSE);
        for (BundleEntryComponent entry : transaction.getEntry()) {
            Resource copy = entry.getResource().copy();
            Resource old = stored.get(StayRecord.reference(copy));
            int version = old == null
                    ? 1
                    : Integer.parseInt(Objects.requireNonNull(old.getMeta().getVersionId())) + 1;
            copy.getMeta().setVersionId(String.valueOf(version));
            stored.put(StayRecord.reference(copy), copy);
            response.addEntry().setResource(copy).getResponse().setStatus(version == 1 ? "201" : "200");
        }
        return response;
    }
}
