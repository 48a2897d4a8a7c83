package io.github.throughcare.fhir.validation;

import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.StructureDefinition.StructureDefinitionKind;
import org.hl7.fhir.r4.model.StructureDefinition.TypeDerivationRule;
import org.jspecify.annotations.Nullable;

/**
 * The names of the R4 types, as the FHIRPath engine wants them. It asks at its start for every StructureDefinition; reading the real
 * ones costs seconds and tens of megabytes, and of all they hold it needs the names only.
 */
public final class TypeNames implements IValidationSupport {

    private static final String BASE = "http://hl7.org/fhir/StructureDefinition/";

    private final FhirContext context;
    private volatile @Nullable Map<String, StructureDefinition> byUrl;

    /** @param context for R4; its types are read when they are first asked for */
    public TypeNames(FhirContext context) {
        this.context = context;
    }

    private Map<String, StructureDefinition> byUrl() {
        Map<String, StructureDefinition> known = byUrl;
        if (known == null) {
            Stream<StructureDefinition> dataTypes = context.getElementDefinitions().stream()
                    .map(BaseRuntimeElementDefinition::getName)
                    .map(n -> definition(
                            n,
                            Character.isLowerCase(n.charAt(0))
                                    ? StructureDefinitionKind.PRIMITIVETYPE
                                    : StructureDefinitionKind.COMPLEXTYPE));
            Stream<StructureDefinition> resources =
                    context.getResourceTypes().stream().map(n -> definition(n, StructureDefinitionKind.RESOURCE));
            known = Stream.concat(dataTypes, resources)
                    .collect(Collectors.toMap(StructureDefinition::getUrl, d -> d, (one, same) -> one));
            byUrl = known;
        }
        return known;
    }

    private static StructureDefinition definition(String name, StructureDefinitionKind kind) {
        StructureDefinition definition = new StructureDefinition();
        definition.setUrl(BASE + name).setName(name).setId(name);
        definition.setType(name).setKind(kind).setDerivation(TypeDerivationRule.SPECIALIZATION);
        return definition;
    }

    @Override
    public FhirContext getFhirContext() {
        return context;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends IBaseResource> List<T> fetchAllStructureDefinitions() {
        return (List<T>) List.copyOf(byUrl().values());
    }

    @Override
    public @Nullable IBaseResource fetchStructureDefinition(String url) {
        return byUrl().get(url);
    }
}
