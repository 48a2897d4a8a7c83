package io.github.throughcare.care;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.throughcare.fhir.Problem;
import java.util.concurrent.atomic.AtomicInteger;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreshLookTest {

    @ParameterizedTest
    @CsvSource({"409, 3, 4", "412, 9, 10"})
    void looks_again_when_somebody_was_faster(int status, int failures, int expected) {
        AtomicInteger looks = new AtomicInteger();
        assertThat(FreshLook.untilAlone(() -> {
                    if (looks.incrementAndGet() <= failures) {
                        throw new Problem(status, IssueType.CONFLICT, "Somebody was faster.");
                    }
                    return "done";
                }))
                .isEqualTo("done");
        assertThat(looks).hasValue(expected);
    }

    @ParameterizedTest
    @CsvSource({"409, 10", "412, 10", "422, 1", "404, 1", "503, 1"})
    void gives_up_after_ten_and_at_once_for_another_reason(int status, int expected) {
        AtomicInteger looks = new AtomicInteger();
        assertThatThrownBy(() -> FreshLook.untilAlone(() -> {
                    looks.incrementAndGet();
                    throw new Problem(status, IssueType.CONFLICT, "It will not go.");
                }))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(status));
        assertThat(looks).hasValue(expected);
    }
}
