package io.github.throughcare.fhir.validation;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationOptions;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.github.throughcare.fhir.Resources;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.jspecify.annotations.Nullable;

/**
 * HAPI's validator: R4's own definitions, and those in the store. It needs seconds and some 200 MB when it is first asked, so it is made
 * then, and given back after ten minutes in which nobody asked. Codes of systems that are not here (LOINC, SNOMED CT) are not judged.
 * Thread-safe.
 */
public final class Profiles {

    /** @param expression FHIRPath of the place */
    public record Finding(
            IssueSeverity severity, String text, @Nullable String expression) {

        public boolean isError() {
            return severity == IssueSeverity.ERROR || severity == IssueSeverity.FATAL;
        }
    }

    private record Loaded(FhirValidator validator, FhirInstanceValidator module, ValidationSupportChain definitions) {}

    private final FhirContext context;
    private final Supplier<Resources> resources;
    private final LoadingCache<Boolean, Loaded> loaded = Caffeine.newBuilder()
            .expireAfterAccess(Duration.ofMinutes(10))
            .scheduler(Scheduler.systemScheduler())
            .build(one -> load());

    /** @param resources where stored definitions are found */
    public Profiles(FhirContext context, Supplier<Resources> resources) {
        this.context = context;
        this.resources = resources;
    }

    /** Whether a profile is in the store, the implementation guide's included; R4's own do not count. */
    public boolean isStored(String canonical) {
        return resources.get().definition(StructureDefinition.class, canonical).isPresent();
    }

    /** Whether a profile is in the store or one of R4's own. */
    public boolean isKnown(String canonical) {
        return isStored(canonical) || loaded.get(true).definitions().fetchStructureDefinition(canonical) != null;
    }

    /**
     * What the base definition, the profiles that the resource claims, and these say of it.
     *
     * @param json the resource
     * @param profiles canonical URLs to be met beside those it claims
     */
    public List<Finding> validate(String json, Collection<String> profiles) {
        ValidationOptions options = new ValidationOptions();
        profiles.forEach(options::addProfile);
        return loaded.get(true).validator().validateWithResult(json, options).getMessages().stream()
                .map(Profiles::finding)
                .toList();
    }

    /** A definition has changed: none is remembered any longer. */
    public void forget() {
        Loaded now = loaded.getIfPresent(true);
        if (now != null) {
            now.definitions().invalidateCaches();
            now.module().invalidateCaches();
        }
    }

    @SuppressWarnings("deprecation") // what is to replace it does not judge codes alike yet
    private Loaded load() {
        UnknownCodeSystemWarningValidationSupport unknown = new UnknownCodeSystemWarningValidationSupport(context);
        unknown.setNonExistentCodeSystemSeverity(IValidationSupport.IssueSeverity.WARNING);
        ValidationSupportChain definitions = new ValidationSupportChain(
                new DefaultProfileValidationSupport(context),
                new StoredDefinitions(context, resources),
                new SnapshotGeneratingValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context),
                unknown);
        FhirInstanceValidator module = new FhirInstanceValidator(definitions);
        module.setAnyExtensionsAllowed(true);
        module.setErrorForUnknownProfiles(false);
        module.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
        FhirValidator validator = context.newValidator();
        validator.setValidateAgainstStandardSchema(false);
        validator.setValidateAgainstStandardSchematron(false);
        validator.registerValidatorModule(module);
        return new Loaded(validator, module, definitions);
    }

    private static Finding finding(SingleValidationMessage m) {
        IssueSeverity severity = switch (m.getSeverity()) {
            case FATAL -> IssueSeverity.FATAL;
            case ERROR -> IssueSeverity.ERROR;
            case WARNING -> IssueSeverity.WARNING;
            case INFORMATION -> IssueSeverity.INFORMATION;
        };
        return new Finding(severity, String.valueOf(m.getMessage()), m.getLocationString());
    }
}
