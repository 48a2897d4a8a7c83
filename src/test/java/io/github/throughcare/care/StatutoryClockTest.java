package io.github.throughcare.care;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StatutoryClockTest {

    private static final Path GUIDE = Path.of("ig/input");
    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    @ParameterizedTest
    @CsvSource({
        "clock-case-plan, 2026-11-22, 0, 2027-01-21",
        "clock-reasonable-efforts-finding, 2026-01-01, 0, 2026-03-02",
        "clock-status-review, 2026-08-31, 0, 2027-02-28",
        "clock-status-review, 2026-08-31, 1, 2027-08-31",
        "clock-permanency-hearing, 2024-02-29, 0, 2025-02-28",
        "clock-permanency-hearing, 2024-02-29, 3, 2028-02-29",
        "clock-permanency-hearing-no-reunification, 2026-11-22, 0, 2026-12-22",
        "clock-termination-petition, 2026-11-30, 0, 2028-02-29",
        "clock-caseworker-visit, 2026-01-31, 0, 2026-02-28",
        "clock-caseworker-visit, 2026-01-31, 1, 2026-03-31",
        "clock-annual-reassessment, 2026-11-22, 0, 2027-11-22",
        "clock-annual-assessment-housing, 2026-11-22, 0, 2027-12-22",
        "clock-annual-assessment-housing, 2026-11-22, 1, 2028-12-22",
        "clock-appeal-commercial, 2026-11-22, 0, 2027-05-21",
        "clock-external-review-commercial, 2026-10-31, 0, 2027-02-28",
        "clock-appeal-medicaid-managed-care, 2026-11-22, 0, 2027-01-21",
    })
    void the_last_day(String id, LocalDate start, int turn, LocalDate due) {
        assertThat(clock(id).due(start, turn)).isEqualTo(due);
    }

    @Test
    void a_window_opens_before_the_last_day() {
        StatutoryClock annual = clock("clock-annual-assessment-housing");
        assertThat(annual.opens(LocalDate.parse("2027-12-22"))).isEqualTo("2027-10-23");
        assertThat(clock("clock-case-plan").opens(LocalDate.parse("2027-12-22")))
                .isNull();
    }

    @Test
    void business_days_leave_out_weekends_and_holidays() {
        ActivityDefinition twoDays = definition("clock-case-plan").copy();
        twoDays.getExtensionByUrl(StatutoryClock.EXTENSION)
                .addExtension("days", new org.hl7.fhir.r4.model.CodeType("business"));
        ((org.hl7.fhir.r4.model.Duration) twoDays.getTiming()).setValue(2);
        assertThat(StatutoryClock.of(twoDays).orElseThrow().due(LocalDate.parse("2026-11-25")))
                .isEqualTo("2026-11-30");
    }

    @Test
    void what_is_no_clock_is_none() {
        assertThat(StatutoryClock.of(definition("advocacy"))).isEmpty();
        ActivityDefinition hours = definition("clock-case-plan").copy();
        ((org.hl7.fhir.r4.model.Duration) hours.getTiming()).setCode("h");
        assertThat(StatutoryClock.of(hours)).isEmpty();
        ActivityDefinition huge = definition("clock-case-plan").copy();
        ((org.hl7.fhir.r4.model.Duration) huge.getTiming()).setValue(1e12);
        assertThat(StatutoryClock.of(huge)).isEmpty();
        ActivityDefinition back = definition("clock-case-plan").copy();
        ((org.hl7.fhir.r4.model.Duration) back.getTiming()).setValue(-1);
        assertThat(StatutoryClock.of(back)).isEmpty();
        ActivityDefinition blank = definition("clock-case-plan").copy();
        blank.getExtensionByUrl(StatutoryClock.EXTENSION).getExtension().forEach(e -> e.setValue(null));
        assertThat(StatutoryClock.of(blank).orElseThrow().starts()).isEmpty();
        ActivityDefinition half = definition("clock-case-plan").copy();
        ((org.hl7.fhir.r4.model.Duration) half.getTiming()).setValue(1.5);
        assertThat(StatutoryClock.of(half)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("clocks")
    void a_clock_names_its_source_and_known_codes(String id) throws IOException {
        StatutoryClock clock = clock(id);
        assertThat(clock.url()).isEqualTo(Ig.BASE + "/ActivityDefinition/" + id);
        assertThat(clock.sources()).isNotEmpty().allMatch(s -> s.length() > 10);
        assertThat(clock.starts()).isNotEmpty();
        Set<String> events = clock.caseTypes().isEmpty() ? codes("task-item") : codes("case-event");
        assertThat(events).containsAll(clock.starts());
        assertThat(codes("case-type")).containsAll(clock.caseTypes());
        assertThat(clock.task().getCodingFirstRep().getSystem()).isEqualTo(Ig.TASK_KIND);
        assertThat(codes("task-kind")).contains(clock.task().getCodingFirstRep().getCode());
        // what is not confirmed says so and is no more than a draft
        ActivityDefinition definition = definition(id);
        assertThat(definition.getStatus())
                .isEqualTo(
                        definition.getDescription().contains("Unconfirmed")
                                ? PublicationStatus.DRAFT
                                : PublicationStatus.ACTIVE);
    }

    static Stream<String> clocks() throws IOException {
        try (Stream<Path> files = Files.list(GUIDE.resolve("activitydefinitions"))) {
            return new TreeSet<>(files.map(f -> f.getFileName().toString())
                            .filter(f -> f.startsWith("ActivityDefinition-clock-"))
                            .map(f -> f.replaceAll("^ActivityDefinition-|\\.json$", ""))
                            .toList())
                    .stream();
        }
    }

    private static Set<String> codes(String system) throws IOException {
        return CONTEXT
                .newJsonParser()
                .parseResource(
                        CodeSystem.class, Files.readString(GUIDE.resolve("codesystems/CodeSystem-" + system + ".json")))
                .getConcept()
                .stream()
                .map(CodeSystem.ConceptDefinitionComponent::getCode)
                .collect(Collectors.toSet());
    }

    private static StatutoryClock clock(String id) {
        return StatutoryClock.of(definition(id)).orElseThrow();
    }

    private static ActivityDefinition definition(String id) {
        try {
            return CONTEXT.newJsonParser()
                    .parseResource(
                            ActivityDefinition.class,
                            Files.readString(GUIDE.resolve("activitydefinitions/ActivityDefinition-" + id + ".json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
