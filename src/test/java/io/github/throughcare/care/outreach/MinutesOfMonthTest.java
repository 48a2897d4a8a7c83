package io.github.throughcare.care.outreach;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.outreach.MinutesOfMonth.Reached;
import io.github.throughcare.care.outreach.MinutesOfMonth.Threshold;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MinutesOfMonthTest {

    private static final FacilityTime TIME = new FacilityTime(Clock.systemUTC(), new CareSettings("America/New_York"));

    @ParameterizedTest
    @CsvSource({
        "19, 20, 20, false, 1, 0",
        "20, 20, 20, true, 0, 1",
        "39, 40, 20, false, 1, 0",
        "40, 40, 20, true, 0, 1",
        "59, 40, 20, true, 0, 1",
        "60, 40, 20, true, 0, 2",
        "100, 60, 0, true, 0, 1"
    })
    void thresholds(int minutes, int from, int each, boolean reached, int missing, int units) {
        Reached is = month(entry("2026-11-10", minutes, "min"))
                .against(new Threshold("x", MinutesOfMonth.STAFF, from, each));
        assertThat(is.reached()).isEqualTo(reached);
        assertThat(is.missing()).isEqualByComparingTo(BigDecimal.valueOf(missing));
        assertThat(is.units()).isEqualTo(units);
    }

    @Test
    void a_month_is_the_facilitys() {
        MinutesOfMonth m = month(
                entry("2026-11-01T03:59:59Z", 1, "min"), // still October in New York
                entry("2026-11-01T04:00:00Z", 2, "min"),
                entry("2026-12-01T04:59:59Z", 4, "min"),
                entry("2026-12-01T05:00:00Z", 8, "min"));
        assertThat(m.byRole().get(MinutesOfMonth.STAFF)).isEqualByComparingTo("6");
    }

    @Test
    void hours_count_and_what_is_no_time_is_told() {
        MinutesOfMonth m = month(entry("2026-11-02", 2, "h"), entry("2026-11-02", 5, "km"));
        assertThat(m.byRole().get(MinutesOfMonth.STAFF)).isEqualByComparingTo("120");
        assertThat(m.uncounted()).isEqualTo(1);
    }

    @Test
    void what_was_entered_in_error_does_not_count() {
        Observation wrong = entry("2026-11-02", 5, "min");
        wrong.setStatus(ObservationStatus.ENTEREDINERROR);
        assertThat(month(wrong).byRole()).isEmpty();
    }

    @Test
    void a_physicians_minutes_are_not_those_of_staff() {
        Observation visit = entry("2026-11-02", 35, "min");
        visit.addPerformer(new Reference("PractitionerRole/physician"));
        MinutesOfMonth m = month(visit, entry("2026-11-03", 10, "min"));
        assertThat(m.against(new Threshold("99491", MinutesOfMonth.PHYSICIAN, 30, 0))
                        .reached())
                .isTrue();
        assertThat(m.against(new Threshold("99490", MinutesOfMonth.STAFF, 20, 0))
                        .missing())
                .isEqualByComparingTo("10");
    }

    private static MinutesOfMonth month(Observation... entries) {
        return MinutesOfMonth.of(
                List.of(entries),
                YearMonth.of(2026, 11),
                performer -> Optional.of(performer.getReferenceElement().getIdPart()),
                TIME);
    }

    private static Observation entry(String when, int value, String unit) {
        Observation entry = new Observation();
        entry.setStatus(ObservationStatus.FINAL);
        entry.setEffective(new DateTimeType(when));
        entry.setValue(new Quantity().setValue(value).setCode(unit).setSystem("http://unitsofmeasure.org"));
        return entry;
    }
}
