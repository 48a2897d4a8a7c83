package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import java.time.Instant;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;

class RiskPolicyTest {

    private static final Instant NOW = Instant.parse("2026-03-14T16:00:00Z");

    private static RiskPolicy of(Parameters in) {
        return RiskPolicy.of(new OperationCall("Encounter", "e", in, Visibility.everything()), NOW, Ward.ZONE);
    }

    @Test
    void nothing_is_assumed_unless_asked_for() {
        assertThat(of(new Parameters())).isEqualTo(RiskPolicy.standard(NOW, Ward.ZONE));
    }

    @Test
    void all_parameters_are_read_in_each_type_the_definition_lets_in() {
        Parameters in = new Parameters()
                .addParameter("assumeCompleteUtilization", new BooleanType(true))
                .addParameter("assumeCompleteProblems", new BooleanType(true))
                .addParameter("losPolicy", new StringType("inclusive"))
                .addParameter("hospitalAdmissions", new CodeType("2013"))
                .addParameter("asOf", new InstantType("2026-03-01T00:00:00Z"));
        assertThat(of(in))
                .isEqualTo(new RiskPolicy(Instant.parse("2026-03-01T00:00:00Z"), Ward.ZONE, true, true, true, "2013"));
    }

    @Test
    void a_date_means_the_end_of_that_day_at_the_facility() {
        Instant end = Instant.parse("2026-03-02T04:59:59.999999999Z");
        assertThat(of(new Parameters().addParameter("asOf", new DateTimeType("2026-03-01")))
                        .asOf())
                .isEqualTo(end);
        assertThat(of(new Parameters().addParameter("asOf", new DateType("2026-03-01")))
                        .asOf())
                .isEqualTo(end);
    }

    @Test
    void another_code_is_refused_with_what_would_be_right() {
        Parameters in = new Parameters().addParameter("hospitalAdmissions", new CodeType("2017"));
        assertThatThrownBy(() -> of(in))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(400))
                .hasMessageContaining("2016")
                .hasMessageContaining("2013");
    }
}
