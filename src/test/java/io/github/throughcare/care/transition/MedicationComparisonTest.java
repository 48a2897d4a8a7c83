package io.github.throughcare.care.transition;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.transition.MedicationComparison.Line;
import io.github.throughcare.care.transition.MedicationComparison.Phase;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.ListResource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Medication before, during and after a stay, side by side. */
class MedicationComparisonTest {

    private final TransitionTasks at =
            new TransitionTasks(Instant.parse("2026-11-26T12:00:00Z"), ZoneId.of("America/New_York"));
    private final Discharge discharge =
            new Discharge("e", "p", LocalDate.of(2026, 11, 25), at.now(), true, Destination.COMMUNITY);

    private static Line line(Phase phase, String key, String dosage, boolean stopped) {
        return new Line(phase, Set.of(key), key, dosage, phase.code() + "/" + key + dosage.hashCode(), stopped);
    }

    @ParameterizedTest(name = "before {0}, in hospital {1}, after {2}: {3}")
    @CsvSource({
        "5 mg, , 5 mg, continued", "5 mg, , 10 mg, dose-changed", "?, , 10 mg, continued", ", , 5 mg, new",
        "5 mg, 5 mg, , unaccounted", "5 mg, , , unaccounted", "stopped, , , stopped", ", 5 mg, , hospital-only",
        ", 5 mg, 5 mg, new", "stopped, , 5 mg, dose-changed"
    })
    void each_medicine_is_told_apart(String before, String inHospital, String after, String change) {
        List<Line> lines = new ArrayList<>();
        if (before != null) {
            lines.add(line(Phase.BEFORE, "m", before.equals("?") ? "" : before, before.equals("stopped")));
        }
        if (inHospital != null) {
            lines.add(line(Phase.IN_HOSPITAL, "m", inHospital, false));
        }
        if (after != null) {
            lines.add(line(Phase.AFTER, "m", after, false));
        }
        assertThat(MedicationComparison.change(lines)).isEqualTo(change);
    }

    @Test
    void a_list_follows_the_record_and_keeps_what_a_person_has_added() {
        Line before = line(Phase.BEFORE, "m", "5 mg", false);
        Line after = line(Phase.AFTER, "n", "5 mg", false);
        ListResource stored = MedicationComparison.of(discharge, List.of(before, after), at);
        assertThat(MedicationComparison.refreshed(
                        stored, MedicationComparison.of(discharge, List.of(after, before), at)))
                .isEmpty();

        stored.getEntry().get(0).addExtension("http://example.org/decided", new StringType("ask the doctor"));
        stored.addEntry().getItem().setDisplay("Tea");
        Line ordered = line(Phase.AFTER, "m", "10 mg", false);
        ListResource now = MedicationComparison.refreshed(
                        stored, MedicationComparison.of(discharge, List.of(before, after, ordered), at))
                .orElseThrow();
        assertThat(now.getEntry().stream()
                        .map(e -> e.getFlag().getCodingFirstRep().getCode()))
                .containsExactly("dose-changed", "new", null);
        assertThat(now.getEntry().get(2).getItem().getDisplay()).isEqualTo("Tea");

        Line stopped =
                new Line(before.phase(), before.keys(), before.words(), before.dosage(), before.reference(), true);
        ListResource later = MedicationComparison.refreshed(
                        stored, MedicationComparison.of(discharge, List.of(stopped, after), at))
                .orElseThrow();
        assertThat(later.getEntryFirstRep().getFlag().getCodingFirstRep().getCode())
                .isEqualTo("stopped");
        assertThat(later.getEntryFirstRep().getExtensionByUrl("http://example.org/decided"))
                .isNotNull();
    }

    @Test
    void one_medicine_under_two_codes_is_one_entry_whatever_the_order() {
        List<Line> lines = new ArrayList<>(List.of(
                new Line(Phase.BEFORE, Set.of("rx|1"), "Metformin", "", "MedicationStatement/1", false),
                new Line(
                        Phase.IN_HOSPITAL,
                        Set.of("rx|1", "ndc|2"),
                        "Metformin",
                        "",
                        "MedicationAdministration/2",
                        false),
                new Line(Phase.AFTER, Set.of("ndc|2"), "Metformin", "", "MedicationRequest/3", false),
                new Line(Phase.BEFORE, Set.of("rx|9"), "Warfarin", "", "MedicationStatement/4", false)));
        ListResource list = MedicationComparison.of(discharge, lines, at);
        assertThat(list.getEntry()).hasSize(2);
        assertThat(list.getEntry().get(0).getExtension()).hasSize(3);
        assertThat(list.getEntry().get(1).getFlag().getCodingFirstRep().getCode())
                .isEqualTo("unaccounted");
        Collections.reverse(lines);
        assertThat(MedicationComparison.of(discharge, lines, at).equalsDeep(list))
                .isTrue();
    }

    @Test
    void no_medication_on_record_is_said_not_shown_as_none() {
        ListResource list = MedicationComparison.of(discharge, List.of(), at);
        assertThat(list.getEntry()).isEmpty();
        assertThat(list.getEmptyReason().getCodingFirstRep().getCode()).isEqualTo("unavailable");
    }
}
