package io.github.throughcare.care;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Codes of other people's systems in the guide. A wrong one is silent: nothing is found, or the wrong thing. So each stands in {@code
 * external-codes.csv} with where it was seen beside this guide: {@code us-core} (US Core 9.0.0), {@code gravity} (SDOH Clinical Care
 * 3.0.0), {@code ahc} (the question and answer codes that New York's SHIN-NY accepts for the AHC HRSN tool, pair by pair), {@code
 * icd-10-cm} (its tabular list), {@code published} (LOINC's own pages or several published code lists, with the same meaning), or
 * {@code unconfirmed}.
 */
class ExternalCodesTest {

    private static final Path GUIDE = Path.of("ig/input");
    private static final Path LIST = Path.of("src/test/resources/external-codes.csv");
    private static final Pattern EXTERNAL = Pattern.compile(
            "http://(snomed\\.info/sct|loinc\\.org|hl7\\.org/fhir/sid/icd-10(-cm)?|www\\.ama-assn\\.org/go/cpt|www\\.nlm\\.nih\\.gov/research/umls/rxnorm|nucc\\.org/provider-taxonomy)"
                    + "|https://www\\.cms\\.gov/Medicare/Coding/HCPCSReleaseCodeSets");
    /** In CQL: beginnings of ICD-10-CM codes, LOINC and SNOMED CT codes. */
    private static final Pattern IN_CQL = Pattern.compile("'([A-Z]\\d[\\dA-Z.]*|\\d{4,}-\\d|\\d{6,})'");

    private record Code(String system, String code, String source) {
        String inWords() {
            return system + "|" + code;
        }
    }

    @Test
    void every_external_code_of_the_guide_is_on_the_list_and_no_other() throws IOException {
        Set<String> used = new TreeSet<>();
        try (Stream<Path> files = Files.walk(GUIDE)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
                collect(new ObjectMapper().readTree(Files.readString(file)), used);
            }
        }
        try (Stream<Path> files = Files.list(GUIDE.resolve("cql"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".cql")).toList()) {
                Matcher code = IN_CQL.matcher(Files.readString(file));
                while (code.find()) {
                    used.add(system(code.group(1)) + "|" + code.group(1));
                }
            }
        }
        assertThat(list().stream().map(Code::inWords)).containsExactlyInAnyOrderElementsOf(used);
    }

    @Test
    void what_could_not_be_confirmed_is_said_where_people_read() throws IOException {
        Set<String> sources = list().stream().map(Code::source).collect(Collectors.toSet());
        assertThat(sources).isSubsetOf("us-core", "gravity", "ahc", "icd-10-cm", "published", "unconfirmed");
        String page = Files.readString(Path.of("docs/assessment.md"));
        assertThat(list())
                .filteredOn(c -> c.source().equals("unconfirmed"))
                .isNotEmpty()
                .allSatisfy(c -> assertThat(page).contains(c.code()));
        assertThat(Files.readString(GUIDE.resolve("questionnaires/Questionnaire-steadi.json")))
                .contains("could not be confirmed");
    }

    private static List<Code> list() throws IOException {
        return Files.readAllLines(LIST).stream()
                .skip(1)
                .map(line -> line.split(","))
                .map(parts -> new Code(parts[0], parts[1], parts[2]))
                .toList();
    }

    private static String system(String code) {
        return Character.isLetter(code.charAt(0))
                ? "http://hl7.org/fhir/sid/icd-10-cm"
                : code.contains("-") ? "http://loinc.org" : "http://snomed.info/sct";
    }

    private static void collect(JsonNode node, Set<String> into) {
        String system = node.path("system").asString("");
        if (EXTERNAL.matcher(system).matches()) {
            if (node.has("code")) {
                into.add(system + "|" + node.get("code").asString());
            }
            node.path("concept")
                    .forEach(c -> into.add(system + "|" + c.get("code").asString()));
        }
        node.forEach(child -> collect(child, into));
    }
}
