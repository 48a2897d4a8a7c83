package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.InMemoryResources;
import io.github.throughcare.fhir.validation.Profiles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.hl7.fhir.r4.model.Resource;

/**
 * HAPI's validator asked about what a plan consists of, by the profiles of the guide. Where the environment variable {@value #PACKAGE}
 * names US Core's package (a .tgz of 6.1.0, which is not ours to ship), by US Core's own profiles too; what they demand stands
 * in ours and in {@link ProfileRules} as well. What differs from one validated before in ids, dates and references only is taken as valid.
 */
final class PlanProfiles {

    static final String PACKAGE = "US_CORE_PACKAGE";
    private static final String US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-";

    private static final Map<String, String> OWN = Map.of(
            "CarePlan", "care-plan",
            "CareTeam", "care-team",
            "Goal", "care-plan-goal",
            "ServiceRequest", "care-plan-service",
            "Task", "care-plan-task");

    private static final Pattern PARTICULAR = Pattern.compile(
            "[0-9a-f]{8}-[0-9a-f-]{27}|\\d{4}-\\d\\d-\\d\\d[^\"]*|(?<=/)\\d+(?=\")|\"(versionId|value)\":\"[^\"]*\"");

    private final FhirContext context;
    private final Profiles profiles;
    private final boolean usCore;
    private final Set<String> valid = new HashSet<>();

    PlanProfiles(FhirContext context) {
        this.context = context;
        InMemoryResources definitions = new InMemoryResources(context).withGuide();
        for (String folder : List.of("profiles", "extensions")) {
            try (Stream<Path> files = Files.list(Path.of("ig/input", folder))) {
                files.map(definitions::parse).forEach(definitions::put);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        String file = System.getenv(PACKAGE);
        this.usCore = file != null;
        if (file != null) {
            usCore(Path.of(file), definitions);
        }
        this.profiles = new Profiles(context, () -> definitions);
    }

    private void usCore(Path file, InMemoryResources into) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.getName().matches("package/(StructureDefinition|ValueSet|CodeSystem)-[^/]*\\.json")) {
                    into.put((Resource) context.newJsonParser()
                            .parseResource(new String(tar.readAllBytes(), StandardCharsets.UTF_8)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void check(Resource resource) {
        if (!OWN.containsKey(resource.fhirType())) {
            return;
        }
        String json = context.newJsonParser().encodeResourceToString(resource);
        if (!valid.add(PARTICULAR.matcher(json).replaceAll("_"))) {
            return;
        }
        for (String profile : asked(resource)) {
            assertThat(errors(resource, profile)).as(profile + " of " + json).isEmpty();
        }
    }

    /** Errors by R4's own definition and by this profile, which has to be here: the validator passes over one it does not know. */
    List<Profiles.Finding> errors(Resource resource, String profile) {
        assertThat(profiles.isStored(profile)).as(profile).isTrue();
        return validate(resource, List.of(profile));
    }

    /** Errors by R4's own definition alone. */
    List<Profiles.Finding> errors(Resource resource) {
        return validate(resource, List.of());
    }

    private List<Profiles.Finding> validate(Resource resource, List<String> asked) {
        return profiles.validate(context.newJsonParser().encodeResourceToString(resource), asked).stream()
                .filter(Profiles.Finding::isError)
                .toList();
    }

    private List<String> asked(Resource resource) {
        return usCore && !resource.fhirType().equals("Task")
                ? List.of(own(resource), usCore(resource))
                : List.of(own(resource));
    }

    static String own(Resource resource) {
        return Ig.extension(String.valueOf(OWN.get(resource.fhirType())));
    }

    static String usCore(Resource resource) {
        return US_CORE + resource.fhirType().toLowerCase(Locale.ROOT);
    }
}
