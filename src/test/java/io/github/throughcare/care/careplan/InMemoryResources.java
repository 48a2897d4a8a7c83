package io.github.throughcare.care.careplan;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** The door over maps, for tests: reads, searches and commits as the real one promises, as far as care planning asks. */
public final class InMemoryResources implements Resources {

    private final FhirContext context;
    private final Map<String, Resource> stored = new LinkedHashMap<>();
    public int commits;

    public InMemoryResources(FhirContext context) {
        this.context = context;
    }

    /** Stores every definition of the implementation guide, as the server does at start. */
    InMemoryResources withGuide() {
        for (String folder : List.of("plandefinitions", "activitydefinitions", "cql", "valuesets", "codesystems")) {
            try (Stream<Path> files = Files.list(Path.of("ig/input", folder))) {
                files.filter(f -> f.toString().endsWith(".json"))
                        .map(this::parse)
                        .forEach(this::put);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return this;
    }

    Resource parse(Path file) {
        try {
            return (Resource) context.newJsonParser().parseResource(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    <T extends Resource> T put(T resource) {
        String key = resource.fhirType() + "/" + resource.getIdElement().getIdPart();
        Resource before = stored.get(key);
        int version = before == null ? 1 : Integer.parseInt(before.getMeta().getVersionId()) + 1;
        resource.setId(key);
        resource.getMeta().setVersionId(String.valueOf(version)).setLastUpdated(new Date());
        stored.put(key, resource);
        return resource;
    }

    public List<Resource> all() {
        return List.copyOf(stored.values());
    }

    @Override
    public <T extends Resource> Optional<T> read(Class<T> type, String id, Visibility visibility) {
        return Optional.ofNullable(stored.get(type.getSimpleName() + "/" + id))
                .map(Resource::copy)
                .map(type::cast);
    }

    @Override
    public <T extends Resource> List<T> search(Class<T> type, String query, Visibility visibility) {
        return stored.values().stream()
                .filter(type::isInstance)
                .filter(r -> Arrays.stream(query.split("&")).allMatch(p -> matches(r, p)))
                .map(r -> type.cast(r.copy()))
                .toList();
    }

    private boolean matches(Resource resource, String parameter) {
        String[] parts = parameter.split("=", 2);
        String name = parts[0].replace(":exact", "");
        List<String> wanted = Arrays.stream(parts[1].split(","))
                .map(v -> URLDecoder.decode(v, StandardCharsets.UTF_8))
                .toList();
        if (name.equals("_lastUpdated")) {
            return !resource.getMeta()
                    .getLastUpdated()
                    .toInstant()
                    .isBefore(java.time.Instant.parse(wanted.get(0).substring(2)));
        }
        if (name.equals("_id")) {
            return wanted.contains(resource.getIdElement().getIdPart());
        }
        boolean subject = name.equals("patient") && resource.getNamedProperty("subject") != null;
        Property property = resource.getNamedProperty(subject ? "subject" : name.equals("based-on") ? "basedOn" : name);
        if (property == null) {
            throw new IllegalArgumentException(resource.fhirType() + " has no element for parameter " + name);
        }
        return property.getValues().stream()
                .flatMap(v -> tokens(v).stream())
                .anyMatch(token -> wanted.contains(token)
                        || wanted.contains(token.substring(token.indexOf('/') + 1))
                        || wanted.contains(token.substring(token.indexOf('|') + 1)));
    }

    /** A value as search sees it: {@code system|code}, {@code Type/id}, or the bare primitive. */
    private static List<String> tokens(Base value) {
        if (value instanceof CodeableConcept concept) {
            return concept.getCoding().stream()
                    .map(c -> c.getSystem() + "|" + c.getCode())
                    .toList();
        }
        if (value instanceof Reference reference) {
            return List.of(String.valueOf(reference.getReference()));
        }
        return List.of(String.valueOf(value.primitiveValue()));
    }

    @Override
    public <T extends MetadataResource> Optional<T> definition(Class<T> type, String canonical) {
        String[] parts = canonical.split("\\|", 2);
        return stored.values().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .filter(d -> parts[0].equals(d.getUrl()))
                .filter(d -> parts.length == 1 || parts[1].equals(d.getVersion()))
                .findFirst();
    }

    @Override
    public Bundle commit(Bundle transaction, Visibility visibility) {
        commits++;
        Map<String, String> links = new HashMap<>();
        for (BundleEntryComponent entry : transaction.getEntry()) {
            Resource resource = entry.getResource();
            if (entry.getRequest().getMethod() == Bundle.HTTPVerb.POST) {
                resource.setId(resource.fhirType() + "/" + UUID.randomUUID());
            }
            if (entry.hasFullUrl()) {
                links.put(entry.getFullUrl(), resource.getIdElement().getValue());
            }
        }
        Bundle response = new Bundle().setType(BundleType.TRANSACTIONRESPONSE);
        for (BundleEntryComponent entry : transaction.getEntry()) {
            Resource resource = entry.getResource().copy();
            context.newTerser().getAllPopulatedChildElementsOfType(resource, Reference.class).stream()
                    .filter(r -> links.containsKey(r.getReference()))
                    .forEach(r -> r.setReference(links.get(r.getReference())));
            response.addEntry().setResource(put(resource).copy());
        }
        return response;
    }
}
