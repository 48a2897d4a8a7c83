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
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * HAPI's validator asked about what a plan consists of, by the profiles of the guide. Where the environment variable {@value #PACKAGE}
 * names US Core's package (a .tgz of 6.1.0, which is not ours to ship), by US Core's own profiles too; what they demand stands
 * in ours and in {@link ProfileRules} as well. What differs from one validated before in ids, dates and references only is taken as valid.
 */
final class PlanProfiles {

    private static final String PACKAGE = "US_CORE_PACKAGE";
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
        String own = OWN.get(resource.fhirType());
        if (own == null) {
            return;
        }
        String json = context.newJsonParser().encodeResourceToString(resource);
        if (!valid.add(PARTICULAR.matcher(json).replaceAll("_"))) {
            return;
        }
        assertThat(profiles.validate(json, asked(resource.fhirType(), own)))
                .as(json)
                .filteredOn(Profiles.Finding::isError)
                .isEmpty();
    }

    private List<String> asked(String type, String own) {
        @Nullable String theirs = type.equals("Task") ? null : US_CORE + type.toLowerCase(java.util.Locale.ROOT);
        return usCore && theirs != null ? List.of(Ig.extension(own), theirs) : List.of(Ig.extension(own));
    }
}
