package io.github.throughcare.care.careplan;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cqframework.cql.cql2elm.LibraryManager;
import org.cqframework.cql.cql2elm.model.CompiledLibrary;
import org.cqframework.cql.elm.serializing.ElmJsonLibraryWriter;
import org.hl7.elm.r1.VersionedIdentifier;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Library;
import org.opencds.cqf.fhir.cql.Engines;
import org.opencds.cqf.fhir.cql.EvaluationSettings;
import org.opencds.cqf.fhir.cql.VersionedIdentifiers;
import org.opencds.cqf.fhir.utility.repository.InMemoryFhirRepository;

/**
 * Compiles the CQL of the guide when the jar is built (see the pom), as the server itself would: compiling costs seconds of CPU and
 * some hundred megabytes, at each start. {@link ShippedElm} reads what it writes.
 */
public final class ElmCompiler {

    private ElmCompiler() {}

    /** @param folders where the {@code Library-*.json} are, and where the ELM goes */
    public static void main(String[] folders) throws IOException {
        compile(Path.of(folders[0]), Path.of(folders[1]));
    }

    /** Does nothing when what is there was made of the same sources. */
    static void compile(Path guide, Path target) throws IOException {
        List<String> sources = new ArrayList<>();
        try (Stream<Path> files = Files.list(guide)) {
            for (Path file : files.filter(f -> f.getFileName().toString().matches("Library-.*\\.json"))
                    .sorted()
                    .toList()) {
                sources.add(Files.readString(file));
            }
        }
        String fingerprint = ShippedElm.digest((compiler() + sources).getBytes(StandardCharsets.UTF_8));
        Path index = target.resolve(ShippedElm.INDEX);
        if (Files.exists(index) && Files.readAllLines(index).contains("#" + fingerprint)) {
            return;
        }
        FhirContext context = FhirContext.forR4Cached();
        Bundle bundle = new Bundle().setType(Bundle.BundleType.COLLECTION);
        sources.forEach(
                source -> bundle.addEntry().setResource(context.newJsonParser().parseResource(Library.class, source)));
        write(compiled(context, bundle), bundle, target, fingerprint);
    }

    /** All libraries, with what they include, by the identifiers under which the engine will look for them. */
    private static Map<VersionedIdentifier, CompiledLibrary> compiled(FhirContext context, Bundle bundle) {
        EvaluationSettings settings = ShippedElm.withoutPlaces(EvaluationSettings.getDefault());
        LibraryManager compiler = Engines.forRepository(new InMemoryFhirRepository(context, bundle), settings)
                .getEnvironment()
                .getLibraryManager();
        if (compiler == null) {
            throw new IllegalStateException("The CQL engine has no compiler");
        }
        bundle.getEntry().stream()
                .map(entry -> (Library) entry.getResource())
                .map(library -> VersionedIdentifiers.forUrl(library.getUrl() + "|" + library.getVersion()))
                .forEach(compiler::resolveLibrary); // throws when one has errors
        Map<VersionedIdentifier, CompiledLibrary> sorted = new TreeMap<>(
                Comparator.comparing(ShippedElm::file).thenComparing(id -> String.valueOf(id.getSystem())));
        sorted.putAll(settings.getLibraryCache());
        return sorted;
    }

    private static void write(
            Map<VersionedIdentifier, CompiledLibrary> compiled, Bundle bundle, Path target, String fingerprint)
            throws IOException {
        Files.createDirectories(target);
        List<String> lines = new ArrayList<>(List.of("#" + fingerprint));
        for (Map.Entry<VersionedIdentifier, CompiledLibrary> entry : compiled.entrySet()) {
            org.hl7.elm.r1.Library elm = entry.getValue().getLibrary();
            if (elm == null) {
                throw new IllegalStateException(entry.getKey().getId() + " was not compiled");
            }
            String source = bundle.getEntry().stream()
                    .map(e -> (Library) e.getResource())
                    .filter(l -> l.getName().equals(entry.getKey().getId()))
                    .map(l -> ShippedElm.digest(ShippedElm.cql(l)))
                    .findFirst()
                    .orElse("");
            lines.add(ShippedElm.Entry.of(entry.getKey(), source, elm).line());
            Files.writeString(
                    target.resolve(ShippedElm.file(entry.getKey())), new ElmJsonLibraryWriter().writeAsString(elm));
        }
        Files.write(target.resolve(ShippedElm.INDEX), lines);
    }

    /** The jar of the compiler, which bears its version. */
    private static String compiler() {
        return Path.of(LibraryManager.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .getFileName()
                .toString();
    }
}
