package io.github.throughcare.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Questionnaire;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionOrderTest {

    @ParameterizedTest
    @CsvSource({
        "9, 10",
        "0.9.0, 0.10.0",
        "1.0, 1.0.1",
        "1.0.0-rc1, 1.0.0",
        "1.0.0-rc1, 1.0.0-rc2",
        "1.0.0-rc.9, 1.0.0-rc.10",
        "2025-11-30, 2026-01-01",
        "draft, 1",
        "alpha, beta",
        ", 0",
    })
    void the_second_is_newer(@Nullable String older, String newer) {
        assertThat(new VersionOrder(older)).isLessThan(new VersionOrder(newer));
        assertThat(new VersionOrder(newer)).isGreaterThan(new VersionOrder(older));
        assertThat(new VersionOrder(newer)).isEqualByComparingTo(new VersionOrder(newer));
    }

    @Test
    void an_active_definition_counts_before_a_newer_draft() {
        Questionnaire active = new Questionnaire().setVersion("1.9.0").setStatus(PublicationStatus.ACTIVE);
        Questionnaire draft = new Questionnaire().setVersion("1.10.0").setStatus(PublicationStatus.DRAFT);
        assertThat(Resources.NEWEST.compare(active, draft)).isPositive();
        draft.setStatus(PublicationStatus.ACTIVE);
        assertThat(Resources.NEWEST.compare(active, draft)).isNegative();
        assertThat(Comparator.<VersionOrder>naturalOrder().compare(new VersionOrder("1.0"), new VersionOrder("1.0.0")))
                .isNegative();
    }
}
