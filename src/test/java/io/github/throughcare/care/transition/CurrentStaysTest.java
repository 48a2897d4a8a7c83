package io.github.throughcare.care.transition;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CurrentStaysTest {

    @ParameterizedTest(name = "{0} version {1}, {2}: {3}")
    @CsvSource({
        "Encounter, 1, in-progress, true",
        "Encounter, 1, finished, false",
        "Encounter, 2, finished, true",
        "Encounter, 12, cancelled, true",
        "Task, 1, requested, true",
        "Task, 1, draft, true",
        "Task, 1, on-hold, true",
        "Task, 1, completed, false",
        "Task, 1, cancelled, false",
        "Task, 2, completed, true",
    })
    void only_what_can_stand_in_a_row_or_may_have_stood_in_one_matters(
            String type, int version, String status, boolean matters) {
        String json = "{\"resourceType\":\"" + type + "\",\"id\":\"1\",\"meta\":{\"versionId\":\"" + version
                + "\"},\"status\":\"" + status + "\"}";
        assertThat(CurrentStays.mayMatter(type, json.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(matters);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {"\"encounter\":{\"reference\":\"Encounter/1\"}; true", "\"status\":\"final\"; false"})
    void a_risk_matters_that_is_of_a_stay(String content, boolean matters) {
        String json =
                "{\"resourceType\":\"RiskAssessment\",\"id\":\"1\",\"meta\":{\"versionId\":\"1\"}," + content + "}";
        assertThat(CurrentStays.mayMatter("RiskAssessment", json.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(matters);
    }
}
