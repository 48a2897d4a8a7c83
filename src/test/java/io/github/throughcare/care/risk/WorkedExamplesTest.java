package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole patients: what they are, and the points of every item in the order of the index's name. */
class WorkedExamplesTest {

    private static final String GENERAL_MEDICINE = "394802001";
    private static final String MEDICAL_ONCOLOGY = "394593009";

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            P01 |  1 | EL |                 | 0 | 13.4 | 140 | false | false | 0 | 1+0+0+0 low      | 0+0+0+0+0+0+0 low  | 0+0+0+0+0+0+0 low
            P02 |  2 | EL |                 | 0 | 12.8 | 139 | false | false | 1 | 2+0+0+0 low      | 0+0+0+0+0+0+0 low  | 0+0+0+0+0+2+0 low
            P03 |  5 | EM | I50.22 J44.9    | 2 | 11.2 | 133 | false | false | 2 | 4+3+5+2 high     | 1+0+1+0+1+2+2 high | 1+0+1+0+1+2+2 high
            P04 |  8 | EL | C50.911 C78.7   | 0 | 9.8  | 138 | true  | true  | 6 | 5+0+5+0 high     | 1+2+0+1+0+5+2 high | 1+2+0+1+0+5+2 high
            P05 |  3 | EM | F03.90          | 1 | 12.0 | 135 | false | false | 1 | 3+3+3+1 high     | 0+0+0+0+1+0+0 low  | 0+0+0+0+1+2+0 low
            P06 | 14 | EM | I25.2 E11.9     | 5 | 7.9  | 128 | false | true  | 3 | 7+3+2+4 high     | 1+0+1+1+1+2+2 high | 1+0+1+1+1+2+2 high
            """)
    void patients_score_as_the_literature_says(
            String name,
            int days,
            String priority,
            String diagnoses,
            int emergencies,
            String hemoglobin,
            String sodium,
            boolean oncology,
            boolean procedure,
            int admissions,
            String lace,
            String hospital2016,
            String hospital2013) {
        Ward ward = new Ward()
                .days(days)
                .priority(priority)
                .emergencies(emergencies)
                .admissions(admissions)
                .hemoglobin(hemoglobin)
                .sodium(sodium)
                .service(oncology ? MEDICAL_ONCOLOGY : GENERAL_MEDICINE)
                .nothingKnown()
                .assuming(true, false);
        if (diagnoses != null) {
            ward.diagnoses(diagnoses.split(" "));
        }
        if (procedure) {
            ward.procedureInStay();
        }

        assertThat(points(ward.lace())).isEqualTo(lace);
        assertThat(points(ward.hospital())).isEqualTo(hospital2016);
        ward.policy = Ward.cutPoints(ward.policy, "2013");
        assertThat(points(ward.hospital())).isEqualTo(hospital2013);
        assertThat(ward.scores()).allMatch(Score::complete);
    }

    /** HOSPITAL's items stand in the order of its letters, LACE's too. */
    private static String points(Score score) {
        String items = Arrays.toString(
                        score.items().stream().mapToInt(Score.Item::least).toArray())
                .replaceAll("[\\[\\] ]", "")
                .replace(',', '+');
        return items + " " + score.band();
    }
}
