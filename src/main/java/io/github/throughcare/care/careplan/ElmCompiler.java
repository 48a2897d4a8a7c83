package io.github.throughcare.care.careplan;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compiles the CQL of the guide when the server is built (see the pom), as the server itself would: compiling costs seconds of CPU and
 * some hundred megabytes, at each start. {@link ShippedElm} reads what it writes.
 */
public final class ElmCompiler {

    /** Counted up when something else is written of the same sources. */
    private static final String FORM = "2 ";

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
        String fingerprint = ShippedElm.digest((FORM + compiler() + sources).getBytes(StandardCharsets.UTF_8));
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
        Files.deleteIfExists(target.resolve(ShippedElm.INDEX)); // written last: broken off half-way there is none
        List<String> lines = new ArrayList<>(List.of("#" + fingerprint));
        Map<String, String> sources = bundle.getEntry().stream()
                .map(e -> (Library) e.getResource())
                .collect(Collectors.toMap(Library::getName, l -> ShippedElm.digest(ShippedElm.cql(l))));
        Set<String> used = used(compiled, sources.keySet());
        for (Map.Entry<VersionedIdentifier, CompiledLibrary> entry : compiled.entrySet()) {
            org.hl7.elm.r1.Library elm = elm(entry);
            String source = sources.getOrDefault(String.valueOf(entry.getKey().getId()), "");
            if (source.isEmpty() && elm.getStatements() != null) {
                elm.getStatements().getDef().removeIf(definition -> !used.contains(definition.getName()));
            }
            lines.add(ShippedElm.Entry.of(entry.getKey(), source, elm).line());
            Files.writeString(
                    target.resolve(ShippedElm.file(entry.getKey())), new ElmJsonLibraryWriter().writeAsString(elm));
        }
        Files.write(target.resolve(ShippedElm.INDEX), lines);
    }

    private static org.hl7.elm.r1.Library elm(Map.Entry<VersionedIdentifier, CompiledLibrary> entry) {
        org.hl7.elm.r1.Library elm = entry.getValue().getLibrary();
        if (elm == null) {
            throw new IllegalStateException(entry.getKey().getId() + " was not compiled");
        }
        return elm;
    }

    /**
     * What the guide's libraries refer to in others, and what that refers to in turn. Of FHIRHelpers, which comes with the engine, they use
     * ten of three hundred functions; to read all of them would be most of the work of reading.
     */
    private static Set<String> used(Map<VersionedIdentifier, CompiledLibrary> compiled, Set<String> own) {
        Map<String, Set<String>> referred = new HashMap<>(); // by a definition that comes with the engine
        Set<String> used = new HashSet<>();
        for (Map.Entry<VersionedIdentifier, CompiledLibrary> entry : compiled.entrySet()) {
            JsonNode elm = JsonMapper.shared().readTree(new ElmJsonLibraryWriter().writeAsString(elm(entry)));
            if (own.contains(entry.getKey().getId())) {
                names(elm, true, used);
            } else {
                elm.at("/library/statements/def")
                        .forEach(definition -> names(
                                definition,
                                false,
                                referred.computeIfAbsent(definition.path("name").asString(), name -> new HashSet<>())));
            }
        }
        List<String> open = new ArrayList<>(used);
        while (!open.isEmpty()) {
            referred.getOrDefault(open.remove(open.size() - 1), Set.of()).stream()
                    .filter(used::add)
                    .forEach(open::add);
        }
        return used;
    }

    /** @param elsewhere whether references into other libraries are meant, or those within one */
    private static void names(JsonNode node, boolean elsewhere, Set<String> into) {
        boolean reference =
                node.path("type").isString() && node.path("type").asString().endsWith("Ref");
        if (reference && node.has("libraryName") == elsewhere) {
            into.add(node.path("name").asString());
        }
        node.forEach(child -> names(child, elsewhere, into));
    }

    /** The jar of the compiler, which bears its version. */
    private static String compiler() {
        String place = LibraryManager.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        return place.substring(place.lastIndexOf('/') + 1);
    }
}
