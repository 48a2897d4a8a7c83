package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.cqframework.cql.elm.serializing.ElmJsonLibraryReader;
import org.cqframework.cql.elm.serializing.ElmJsonLibraryWriter;
import org.hl7.elm.r1.VersionedIdentifier;
import org.hl7.fhir.r4.model.Library;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.opencds.cqf.fhir.cql.EvaluationSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** When compiled CQL is used, and when not. That plans come out the same either way, the ITs and {@link GoldenProgrammeTest} show. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShippedElmTest {

    private static final Path GUIDE = Path.of("ig/input/cql");

    @TempDir
    static Path folder;

    @BeforeAll
    void compile() throws IOException {
        ElmCompiler.compile(GUIDE, folder);
    }

    @Test
    void every_library_of_the_guide_is_there_with_what_it_includes() {
        for (Library library : guide()) {
            VersionedIdentifier asked = asked(library.getName(), library.getVersion());
            EvaluationSettings settings =
                    elm().settingsFor(asked, stored(cql -> cql)).orElseThrow();
            assertThat(settings.getLibraryCache().keySet())
                    .extracting(VersionedIdentifier::getId)
                    .contains(library.getName(), "FHIRHelpers");
            assertThat(settings.getLibraryCache()
                            .get(asked)
                            .getLibrary()
                            .getStatements()
                            .getDef())
                    .isNotEmpty();
        }
    }

    @Test
    void nothing_is_lost_between_writing_and_reading() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> elm = files.filter(f -> f.toString().endsWith(".json")).toList();
            assertThat(elm).hasSize(guide().size() + 1);
            for (Path file : elm) {
                String written = Files.readString(file);
                assertThat(new ElmJsonLibraryWriter().writeAsString(new ElmJsonLibraryReader().read(written)))
                        .as(file.toString())
                        .isEqualTo(written);
            }
        }
    }

    /** Every function that anything refers to is there; what nothing refers to is not. */
    @Test
    void of_what_comes_with_the_engine_there_is_what_is_used() throws IOException {
        Set<String> there = new HashSet<>();
        Set<String> wanted = new HashSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
                JsonNode elm = JsonMapper.shared().readTree(Files.readString(file));
                String library = elm.at("/library/identifier/id").asString();
                elm.at("/library/statements/def")
                        .forEach(d -> there.add(library + "." + d.path("name").asString()));
                wanted(elm, library, wanted);
            }
        }
        assertThat(there).containsAll(wanted).contains("FHIRHelpers.ToConcept");
        assertThat(there).filteredOn(name -> name.startsWith("FHIRHelpers.")).hasSizeLessThan(20);
    }

    private static void wanted(JsonNode node, String library, Set<String> into) {
        if (Set.of("FunctionRef", "ExpressionRef").contains(node.path("type").asString(""))) {
            into.add(node.path("libraryName").asString(library) + "."
                    + node.path("name").asString());
        }
        node.forEach(child -> wanted(child, library, into));
    }

    @Test
    void a_library_that_was_changed_is_not_taken_from_the_jar() {
        ShippedElm.Stored changed = stored(cql -> cql.contains("library Diabetes") ? cql + "\n// changed" : cql);

        assertThat(elm().settingsFor(asked("Diabetes", "1.0.0"), changed)).isEmpty();
        assertThat(elm().settingsFor(asked("HeartFailure", "1.0.0"), changed)).isPresent();
    }

    @Test
    void nor_is_one_that_includes_a_changed_library() {
        ShippedElm.Stored changed = stored(cql -> cql.contains("library Needs") ? cql + "\n// changed" : cql);

        assertThat(elm().settingsFor(asked("Needs", "1.0.0"), changed)).isEmpty();
        assertThat(elm().settingsFor(asked("Diabetes", "1.0.0"), changed)).isEmpty();
    }

    @Test
    void after_a_write_it_is_looked_at_again() {
        ShippedElm elm = elm();
        assertThat(elm.settingsFor(asked("Diabetes", "1.0.0"), stored(cql -> cql)))
                .isPresent();
        elm.forget();
        assertThat(elm.settingsFor(asked("Diabetes", "1.0.0"), stored(cql -> cql + "\n")))
                .isEmpty();
    }

    @Test
    void a_library_of_another_name_or_version_and_one_stored_twice_are_compiled() {
        assertThat(elm().settingsFor(asked("Singing", "1.0.0"), stored(cql -> cql)))
                .isEmpty();
        assertThat(elm().settingsFor(asked("Diabetes", "2.0.0"), stored(cql -> cql)))
                .isEmpty();
        assertThat(elm().settingsFor(asked("FHIRHelpers", "4.0.1"), stored(cql -> cql)))
                .as("comes with the engine")
                .isEmpty();
        ShippedElm.Stored twice = (name, version) -> Stream.concat(
                        stored(cql -> cql).libraries(name, version).stream(),
                        stored(cql -> cql).libraries(name, version).stream())
                .toList();
        assertThat(elm().settingsFor(asked("Diabetes", "1.0.0"), twice)).isEmpty();
    }

    @Test
    void without_a_build_there_is_none() {
        ShippedElm none = new ShippedElm(file -> Optional.empty(), EvaluationSettings.getDefault());
        assertThat(none.settingsFor(asked("Diabetes", "1.0.0"), stored(cql -> cql)))
                .isEmpty();
    }

    @Test
    void what_was_made_of_the_same_sources_is_left_alone() throws IOException {
        Path index = folder.resolve(ShippedElm.INDEX);
        java.nio.file.attribute.FileTime before = Files.getLastModifiedTime(index);
        ElmCompiler.compile(GUIDE, folder);
        assertThat(Files.getLastModifiedTime(index)).isEqualTo(before);
    }

    private static ShippedElm elm() {
        return new ShippedElm(
                file -> {
                    try {
                        Path there = folder.resolve(file);
                        return Files.exists(there)
                                ? Optional.<InputStream>of(Files.newInputStream(there))
                                : Optional.empty();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                EvaluationSettings.getDefault());
    }

    /** The guide's libraries, each with its CQL changed. */
    private static ShippedElm.Stored stored(UnaryOperator<String> change) {
        Map<String, Library> byName = new HashMap<>();
        for (Library library : guide()) {
            String cql = new String(library.getContentFirstRep().getData(), StandardCharsets.UTF_8);
            library.getContentFirstRep().setData(change.apply(cql).getBytes(StandardCharsets.UTF_8));
            byName.put(library.getName(), library);
        }
        return (name, version) -> Stream.ofNullable(byName.get(name))
                .filter(l -> version == null || version.equals(l.getVersion()))
                .toList();
    }

    private static List<Library> guide() {
        try (Stream<Path> files = Files.list(GUIDE)) {
            return files.filter(f -> f.toString().endsWith(".json"))
                    .map(f -> {
                        try {
                            return FhirContext.forR4Cached()
                                    .newJsonParser()
                                    .parseResource(Library.class, Files.readString(f));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static VersionedIdentifier asked(String name, String version) {
        VersionedIdentifier id = new VersionedIdentifier();
        id.setId(name);
        id.setVersion(version);
        return id;
    }
}
