package io.github.throughcare.care.careplan;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.repository.IRepository;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.server.exceptions.NotImplementedOperationException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import com.google.common.collect.Multimap;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseParameters;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Library;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ValueSet;

/**
 * The stored resources as the clinical-reasoning library wants to see them: read and search only, with the caller's
 * visibility. Made anew for each call: what was read or searched once in a call is remembered, since the library repeats itself.
 * Not thread-safe.
 */
final class ResourcesRepository implements IRepository {

    private final FhirContext context;
    private final Resources resources;
    private final Visibility visibility;
    private final DefinitionShelf definitions;
    private final Map<String, List<Resource>> found = new HashMap<>();
    private final Map<String, Optional<? extends Resource>> known = new HashMap<>();

    /**
     * @param definitions shared by all calls
     * @param patient read already
     */
    ResourcesRepository(
            FhirContext context,
            Resources resources,
            Visibility visibility,
            DefinitionShelf definitions,
            Patient patient) {
        this.context = context;
        this.resources = resources;
        this.visibility = visibility;
        this.definitions = definitions;
        known.put("Patient/" + patient.getIdElement().getIdPart(), Optional.of(patient));
    }

    @Override
    public FhirContext fhirContext() {
        return context;
    }

    @Override
    public <T extends IBaseResource, I extends IIdType> T read(Class<T> type, I id, Map<String, String> headers) {
        // the library reads the patient again for every activity
        String address = type.getSimpleName() + "/" + id.getIdPart();
        return known.computeIfAbsent(
                        address, k -> resources.read(type.asSubclass(Resource.class), id.getIdPart(), visibility))
                .map(type::cast)
                .orElseThrow(() -> new ResourceNotFoundException(id));
    }

    @Override
    public <B extends IBaseBundle, T extends IBaseResource> B search(
            Class<B> bundleType,
            Class<T> type,
            Multimap<String, List<IQueryParameterType>> parameters,
            Map<String, String> headers) {
        Bundle bundle = new Bundle().setType(BundleType.SEARCHSET);
        List<Resource> matches = found.computeIfAbsent(
                type.getSimpleName() + "?" + query(parameters), k -> find(type.asSubclass(Resource.class), parameters));
        matches.forEach(match -> bundle.addEntry().setResource(match));
        return bundleType.cast(bundle.setTotal(matches.size()));
    }

    private List<Resource> find(
            Class<? extends Resource> type, Multimap<String, List<IQueryParameterType>> parameters) {
        Optional<String> canonical = canonical(type, parameters);
        if (canonical.isPresent() && type == ValueSet.class) {
            return definitions
                    .expanded(canonical.get())
                    .<Resource>map(s -> s)
                    .map(List::of)
                    .orElse(List.of());
        }
        if (canonical.isPresent()) {
            // a copy: the library puts elements of a definition into what it makes of it
            return definitions
                    .of(type.asSubclass(MetadataResource.class), canonical.get())
                    .<Resource>map(MetadataResource::copy)
                    .map(List::of)
                    .orElse(List.of());
        }
        if (type == Library.class && parameters.containsKey("name")) {
            return definitions.libraries(single(parameters.get("name")), query(parameters));
        }
        return resources.search(type, query(parameters), visibility).stream()
                .map(Resource.class::cast)
                .toList();
    }

    /** {@code url} with at most a {@code version} beside it is a question for the cached definition. */
    private Optional<String> canonical(
            Class<? extends Resource> type, Multimap<String, List<IQueryParameterType>> parameters) {
        if (!MetadataResource.class.isAssignableFrom(type)
                || !parameters.containsKey("url")
                || !List.of("url", "version").containsAll(parameters.keySet())) {
            return Optional.empty();
        }
        String url = single(parameters.get("url"));
        return Optional.of(parameters.containsKey("version") ? url + "|" + single(parameters.get("version")) : url);
    }

    private String single(Collection<List<IQueryParameterType>> values) {
        return values.iterator().next().get(0).getValueAsQueryToken();
    }

    private String query(Multimap<String, List<IQueryParameterType>> parameters) {
        return parameters.entries().stream()
                .filter(p -> !p.getValue().isEmpty())
                .map(p -> name(p) + "="
                        + p.getValue().stream()
                                .map(IQueryParameterType::getValueAsQueryToken)
                                .map(v -> URLEncoder.encode(v, StandardCharsets.UTF_8))
                                .collect(Collectors.joining(",")))
                .sorted()
                .collect(Collectors.joining("&"));
    }

    private String name(Map.Entry<String, List<IQueryParameterType>> parameter) {
        String qualifier = parameter.getValue().get(0).getQueryParameterQualifier();
        if (parameter.getKey().equals("name") && qualifier == null) {
            return "name:exact"; // the name of a CQL library, never the start of one
        }
        return parameter.getKey() + Objects.requireNonNullElse(qualifier, "");
    }

    @Override
    public <T extends IBaseResource> MethodOutcome create(T resource, Map<String, String> headers) {
        throw readOnly();
    }

    @Override
    public <T extends IBaseResource> MethodOutcome update(T resource, Map<String, String> headers) {
        throw readOnly();
    }

    @Override
    public <T extends IBaseResource, I extends IIdType> MethodOutcome delete(
            Class<T> type, I id, Map<String, String> headers) {
        throw readOnly();
    }

    @Override
    public <R extends IBaseResource, P extends IBaseParameters, T extends IBaseResource> R invoke(
            Class<T> type, String name, P parameters, Class<R> returnType, Map<String, String> headers) {
        throw readOnly();
    }

    @Override
    public <R extends IBaseResource, P extends IBaseParameters, I extends IIdType> R invoke(
            I id, String name, P parameters, Class<R> returnType, Map<String, String> headers) {
        throw readOnly();
    }

    private NotImplementedOperationException readOnly() {
        return new NotImplementedOperationException("Definitions are applied over what is stored; they change nothing");
    }
}
