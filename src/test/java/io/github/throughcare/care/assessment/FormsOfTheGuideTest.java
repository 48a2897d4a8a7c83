package io.github.throughcare.care.assessment;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import io.github.throughcare.care.Ig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.OperationDefinition;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The forms in {@code ig/} and what they lean on. */
class FormsOfTheGuideTest {

    private static final Path INPUT = Path.of("ig/input");

    static List<Questionnaire> forms() throws IOException {
        return read("questionnaires", Questionnaire.class);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void a_form_can_be_made_ready_and_names_only_its_own_items(Questionnaire questionnaire) {
        Form form = Filled.of(questionnaire).form;
        assertThat(questionnaire.getUrl()).isEqualTo(Ig.questionnaire(questionnaire.getIdPart()));
        assertThat(questionnaire.getCopyright()).contains("LOINC");
        assertThat(questionnaire.getItem())
                .doesNotHaveDuplicates()
                .hasSize(form.items().size());
        assertThat(questionnaire.getDescription()).isNotBlank();
        assertThat(form.reassessments()).isNotEmpty();
        assertThat(form.scores())
                .isNotEmpty()
                .allSatisfy(
                        s -> assertThat(form.items()).containsKeys(s.members().toArray(String[]::new)))
                .allSatisfy(s -> assertThat(s.members()).isNotEmpty());
        assertThat(form.needs())
                .isNotEmpty()
                .allSatisfy(
                        n -> assertThat(form.items()).containsKeys(n.evidence().toArray(String[]::new)));
        assertThat(form.items().values())
                .allSatisfy(i ->
                        assertThat(i.observed()).as("%s is coded", i.linkId()).isTrue());
    }

    @ParameterizedTest
    @MethodSource("forms")
    void every_code_of_our_own_that_a_form_uses_is_defined(Questionnaire questionnaire) throws IOException {
        Set<String> defined = new HashSet<>();
        for (CodeSystem system : read("codesystems", CodeSystem.class)) {
            system.getConcept().forEach(c -> defined.add(system.getUrl() + "|" + c.getCode()));
        }
        Set<String> used = new HashSet<>();
        Form form = Filled.of(questionnaire).form;
        form.alerts().forEach(a -> {
            collect(a.flag().getCoding(), used);
            collect(a.task().getCoding(), used);
        });
        form.needs().forEach(n -> collect(n.code().getCoding(), used));
        form.scores().forEach(s -> s.bands().forEach(b -> collect(List.of(b.code()), used)));
        form.items().values().forEach(i -> {
            collect(i.definition().getCode(), used);
            if (i.options() != null) {
                collect(i.options().stream().map(o -> (Coding) o.value()).toList(), used);
            }
        });
        collect(questionnaire.getCode(), used);
        assertThat(used).isNotEmpty().isSubsetOf(defined);
    }

    @Test
    void the_operations_and_extensions_are_well_formed_and_under_our_canonical() throws IOException {
        List<MetadataResource> definitions = Stream.concat(
                        read("operations", OperationDefinition.class).stream(),
                        read("extensions", StructureDefinition.class).stream())
                .map(MetadataResource.class::cast)
                .toList();
        assertThat(definitions)
                .isNotEmpty()
                .allSatisfy(d -> assertThat(d.getUrl()).isEqualTo(Ig.BASE + "/" + d.fhirType() + "/" + d.getIdPart()));
    }

    private static void collect(List<Coding> codings, Set<String> used) {
        codings.stream()
                .filter(c -> c.getSystem().startsWith(Ig.BASE))
                .forEach(c -> used.add(c.getSystem() + "|" + c.getCode()));
    }

    private static <T extends Resource> List<T> read(String folder, Class<T> type) throws IOException {
        IParser parser = Filled.CONTEXT.newJsonParser().setParserErrorHandler(new StrictErrorHandler());
        try (Stream<Path> files = Files.list(INPUT.resolve(folder))) {
            return files.sorted()
                    .map(f -> {
                        try {
                            return parser.parseResource(type, Files.readString(f));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }
}
