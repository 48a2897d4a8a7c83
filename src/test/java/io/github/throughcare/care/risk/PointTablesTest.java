package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PointTablesTest {

    private static final RiskTables TABLES = GuideOnClassPath.TABLES;

    private static int points(IndexTable table, String item, String value) {
        BigDecimal exact = new BigDecimal(value);
        Steps steps = table.items().get(item);
        return steps.least(exact, exact);
    }

    @ParameterizedTest
    @CsvSource({
        "length-of-stay,0,0",
        "length-of-stay,1,1",
        "length-of-stay,2,2",
        "length-of-stay,3,3",
        "length-of-stay,4,4",
        "length-of-stay,6,4",
        "length-of-stay,7,5",
        "length-of-stay,13,5",
        "length-of-stay,14,7",
        "length-of-stay,400,7",
        "acuity,0,0",
        "acuity,1,3",
        "comorbidity,0,0",
        "comorbidity,1,1",
        "comorbidity,2,2",
        "comorbidity,3,3",
        "comorbidity,4,5",
        "comorbidity,30,5",
        "emergency-visits,0,0",
        "emergency-visits,3,3",
        "emergency-visits,4,4",
        "emergency-visits,9,4"
    })
    void lace_points(String item, String value, int points) {
        assertThat(points(TABLES.lace(), item, value)).isEqualTo(points);
    }

    @ParameterizedTest
    @CsvSource({
        "hemoglobin,11.9,1",
        "hemoglobin,12.0,0",
        "sodium,134,1",
        "sodium,134.9,1",
        "sodium,135,0",
        "procedure,1,1",
        "oncology,1,2",
        "index-type,1,1",
        "length-of-stay,4,0",
        "length-of-stay,5,2"
    })
    void hospital_points(String item, String value, int points) {
        assertThat(points(TABLES.hospital().get("2016"), item, value)).isEqualTo(points);
        assertThat(points(TABLES.hospital().get("2013"), item, value)).isEqualTo(points);
    }

    @ParameterizedTest
    @CsvSource({"0,0,0", "1,0,2", "2,2,2", "5,2,2", "6,5,5", "20,5,5"})
    void the_admissions_item_differs_between_the_publications(String admissions, int in2016, int in2013) {
        assertThat(points(TABLES.hospital().get("2016"), "admissions", admissions))
                .isEqualTo(in2016);
        assertThat(points(TABLES.simplified(), "admissions", admissions)).isEqualTo(in2016);
        assertThat(points(TABLES.hospital().get("2013"), "admissions", admissions))
                .isEqualTo(in2013);
    }

    @Test
    void the_most_points_are_those_of_the_papers() {
        assertThat(most(TABLES.lace())).isEqualTo(19);
        assertThat(most(TABLES.hospital().get("2016"))).isEqualTo(13);
        assertThat(most(TABLES.hospital().get("2013"))).isEqualTo(13);
        assertThat(most(TABLES.simplified())).isEqualTo(12);
        assertThat(TABLES.simplified().items()).doesNotContainKey("procedure");
    }

    private static int most(IndexTable table) {
        return table.items().values().stream()
                .mapToInt(s -> s.most(BigDecimal.ZERO, null))
                .sum();
    }

    @ParameterizedTest
    @CsvSource({
        "0,low,low,unlikely",
        "4,low,low,unlikely",
        "5,moderate,intermediate,likely",
        "6,moderate,intermediate,likely",
        "7,moderate,high,likely",
        "9,moderate,high,likely",
        "10,high,high,likely"
    })
    void bands(int points, String lace, String hospital, String simplified) {
        assertThat(TABLES.lace().bands().floorEntry(points).getValue()).isEqualTo(lace);
        assertThat(TABLES.hospital().get("2016").bands().floorEntry(points).getValue())
                .isEqualTo(hospital);
        assertThat(TABLES.simplified().bands().floorEntry(points).getValue()).isEqualTo(simplified);
    }

    @Test
    void expected_probabilities_of_lace_are_exact_at_the_ends_and_near_the_logistic_curve_between() {
        var table = TABLES.lace().probabilities();
        assertThat(table).hasSize(20);
        assertThat(table.get(0)).isEqualByComparingTo("0.020");
        assertThat(table.get(19)).isEqualByComparingTo("0.437");
        for (int score = 0; score <= 19; score++) {
            double logit = -3.8918 + 0.19150 * score;
            assertThat(table.get(score).doubleValue()).isCloseTo(1 / (1 + Math.exp(-logit)), within(0.003));
            if (score > 0) {
                assertThat(table.get(score)).isGreaterThan(table.get(score - 1));
            }
        }
    }

    @Test
    void hospital_has_the_avoidable_readmissions_of_2016_and_none_for_the_other_tables() {
        assertThat(TABLES.hospital().get("2016").probabilities().values())
                .containsExactly(new BigDecimal("0.058"), new BigDecimal("0.119"), new BigDecimal("0.228"));
        assertThat(TABLES.hospital().get("2013").probabilities()).isEmpty();
        assertThat(TABLES.simplified().probabilities()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I21.4|mi|1",
                "I252|mi|1",
                "i25.2|mi|1",
                "I63.9|cevd|1",
                "I73.9|pvd|1",
                "E11.9|diab|1",
                "E119|diab|1",
                "E11.65|diab|1",
                "I50.22|chf|2",
                "E11.22|diabwc|2",
                "E1122|diabwc|2",
                "J44.9|cpd|2",
                "J45.909|cpd|2",
                "K74.60|mld|2",
                "N18.3|rend-mild|2",
                "N18.30|rend-mild|2",
                "N18.9|rend-mild|2",
                "N03.2|rend-mild|2",
                "C50.911|canc|2",
                "C83.30|canc|2",
                "C91.00|canc|2",
                "F03.90|dementia|3",
                "G30.9|dementia|3",
                "M05.79|rheumd|3",
                "M32.10|rheumd|3",
                "B20|aids|4",
                "K72.90|msld|4",
                "I85.01|msld|4",
                "N18.6|rend-severe|4",
                "N186|rend-severe|4",
                "Z99.2|rend-severe|4",
                "C78.7|metacanc|6"
            })
    void a_diagnosis_weighs_what_lace_says(String icd, String category, int weight) {
        Set<String> categories = TABLES.comorbidities().categories(Ward.code(Ward.ICD, icd));
        assertThat(TABLES.comorbidities().counted(categories)).containsExactly(category);
        assertThat(TABLES.comorbidities().sum(categories)).isEqualTo(weight);
        assertThat(TABLES.comorbidities().categories(Ward.code("http://hl7.org/fhir/sid/icd-10", icd)))
                .isEqualTo(categories);
    }

    @ParameterizedTest
    @CsvSource({"K25.9", "G81.90", "I10", "Z59.0", "C44.9", "E11", "D50.9", "J06.9"})
    void other_diagnoses_weigh_nothing(String icd) {
        assertThat(TABLES.comorbidities().categories(Ward.code(Ward.ICD, icd))).isEmpty();
    }

    @Test
    void a_prefix_means_nothing_in_another_code_system() {
        assertThat(TABLES.comorbidities().categories(Ward.code("http://example.org/codes", "I50.22")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "84114007,2",
        "13645005,2",
        "73211009,1",
        "22298006,1",
        "52448006,3",
        "230690007,1",
        "127013003,2",
        "422034002,2",
        "368581000119106,2",
        "157141000119108,2"
    })
    void snomed_disorders_are_mapped(String code, int weight) {
        Set<String> categories = TABLES.comorbidities().categories(Ward.code(Ward.SNOMED, code));
        assertThat(TABLES.comorbidities().sum(categories)).isEqualTo(weight);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mld msld|4", "diab diabwc|2", "canc metacanc|6", "rend-mild rend-severe|4", "mld rend-mild|2",
                "msld rend-severe|4", "mld rend-severe|6", "mi diab|2", "chf cpd|4", "canc dementia|5",
                "mi cevd pvd diabwc chf cpd rend-mild dementia rheumd aids msld metacanc|31"
            })
    void weights_add_up_row_by_row_and_the_worse_outranks_the_milder(String categories, int sum) {
        assertThat(TABLES.comorbidities().sum(Set.copyOf(List.of(categories.split(" ")))))
                .isEqualTo(sum);
    }
}
