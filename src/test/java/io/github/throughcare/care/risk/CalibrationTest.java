package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counts, C statistic, and which stays count as readmissions. */
class CalibrationTest {

    @Test
    void the_c_statistic_is_what_comparing_all_pairs_gives() {
        Random random = new Random(3);
        for (int run = 0; run < 50; run++) {
            int[] points = random.ints(40, 0, 12).toArray();
            boolean[] back = new boolean[40];
            Calibration calibration = new Calibration();
            for (int i = 0; i < 40; i++) {
                back[i] = random.nextInt(14) < points[i];
                calibration.add(points[i], back[i]);
            }
            double wins = 0;
            int pairs = 0;
            for (int i = 0; i < 40; i++) {
                for (int j = 0; j < 40; j++) {
                    if (back[i] && !back[j]) {
                        pairs++;
                        wins += points[i] > points[j] ? 1 : points[i] == points[j] ? 0.5 : 0;
                    }
                }
            }
            double naive = wins / pairs;
            assertThat(calibration.cStatistic().orElseThrow().doubleValue()).isBetween(naive - 0.0001, naive + 0.0001);
        }
    }

    @Test
    void an_index_that_tells_perfectly_has_one_and_one_that_tells_nothing_a_half() {
        Calibration perfect = new Calibration();
        perfect.add(1, false);
        perfect.add(9, true);
        assertThat(perfect.cStatistic().orElseThrow()).isEqualByComparingTo(BigDecimal.ONE);
        Calibration none = new Calibration();
        none.add(5, false);
        none.add(5, true);
        assertThat(none.cStatistic().orElseThrow()).isEqualByComparingTo(new BigDecimal("0.5"));
        assertThat(none.byPoints().get(5).rate()).isEqualByComparingTo(new BigDecimal("0.5"));
    }

    @Test
    void without_readmissions_or_without_others_there_is_none() {
        Calibration all = new Calibration();
        all.add(5, true);
        assertThat(all.cStatistic()).isEmpty();
        assertThat(new Calibration().cStatistic()).isEmpty();
    }

    @ParameterizedTest(name = "back {0} with priority {1}: {2}")
    @CsvSource({
        "2026-03-20T10:00:00-04:00, EM, UNPLANNED", "2026-03-20T10:00:00-04:00, '', UNPLANNED",
        "2026-03-20T10:00:00-04:00, EL, PLANNED", "2026-04-14T08:59:59-04:00, EM, UNPLANNED",
        "2026-04-14T09:00:00-04:00, EM, NONE", "2026-05-20T10:00:00-04:00, EM, NONE",
        // within a day, not from home: a transfer, one stay
        "2026-03-15T20:00:00-04:00, EM, EXCLUDED"
    })
    void the_first_stay_within_thirty_days_decides(String back, String priority, Readmission wanted) {
        Ward ward = new Ward();
        var next = ward.encounter("next", "IMP", back, "");
        if (!priority.isEmpty()) {
            next.setPriority(Ward.code(Ward.PRIORITY, priority));
        }
        assertThat(after(ward, "2026-06-01T12:00:00-04:00")).isEqualTo(wanted);
    }

    @Test
    void after_a_planned_stay_nothing_counts() {
        Ward ward = new Ward();
        ward.encounter("planned", "IMP", "2026-03-20T10:00:00-04:00", "2026-03-21T10:00:00-04:00")
                .setPriority(Ward.code(Ward.PRIORITY, "EL"));
        ward.encounter("later", "IMP", "2026-04-01T10:00:00-04:00", "2026-04-02T10:00:00-04:00");
        assertThat(after(ward, "2026-06-01T12:00:00-04:00")).isEqualTo(Readmission.PLANNED);
    }

    @Test
    void death_and_thirty_days_that_are_not_over_are_excluded() {
        Ward dead = new Ward();
        dead.index
                .getHospitalization()
                .setDischargeDisposition(
                        Ward.code("http://terminology.hl7.org/CodeSystem/discharge-disposition", "exp"));
        assertThat(after(dead, "2026-06-01T12:00:00-04:00")).isEqualTo(Readmission.EXCLUDED);
        assertThat(after(new Ward(), "2026-04-01T12:00:00-04:00")).isEqualTo(Readmission.EXCLUDED);
        assertThat(after(new Ward(), "2026-04-14T09:00:01-04:00")).isEqualTo(Readmission.NONE);
    }

    private static Readmission after(Ward ward, String now) {
        RiskPolicy policy = Ward.policy(now);
        Stay stay =
                Stay.of(ward.index, ward.encounters, GuideOnClassPath.TABLES.inpatient(), policy.asOf(), policy.zone());
        return Readmission.after(stay, ward.encounters, policy, GuideOnClassPath.TABLES, policy.asOf());
    }
}
