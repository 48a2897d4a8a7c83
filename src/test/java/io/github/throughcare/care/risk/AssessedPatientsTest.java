package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.CommitListener.Written;
import io.github.throughcare.fhir.InMemoryResources;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.junit.jupiter.api.Test;

class AssessedPatientsTest {

    private final InMemoryResources resources = new InMemoryResources(FhirContext.forR4Cached());
    private final AssessedPatients assessed = new AssessedPatients(resources);

    private static RiskAssessment of(String patient) {
        RiskAssessment assessment = new RiskAssessment();
        assessment.setId("r-" + patient);
        assessment.setSubject(new Reference("Patient/" + patient));
        return assessment;
    }

    private static Written written(String patient) {
        String json = "{\"resourceType\":\"RiskAssessment\",\"subject\":{\"reference\":\"Patient/" + patient + "\"}}";
        return new Written("RiskAssessment", "r-" + patient, json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void before_it_has_read_it_may_be_anybody_and_then_those_who_are() {
        resources.with(of("a"));
        assertThat(assessed.mayContain("b")).isTrue();
        assertThat(assessed.contains("a")).isTrue();
        assertThat(assessed.contains("b")).isFalse();
        assertThat(assessed.mayContain("b")).isFalse();
    }

    @Test
    void what_is_written_here_is_known_without_reading_it() {
        assertThat(assessed.contains("b")).isFalse();
        resources.queries.clear();
        assessed.written(List.of(written("b"), written("c")));
        assertThat(assessed.mayContain("b")).isTrue();
        assertThat(assessed.contains("c")).isTrue();
        assertThat(assessed.mayContain("d")).isFalse();
        assertThat(resources.queries).isEmpty();
    }

    @Test
    void what_another_process_writes_is_read() {
        assertThat(assessed.contains("b")).isFalse();
        resources.with(of("b"));
        assessed.committed(List.of("RiskAssessment/r-b"));
        assertThat(assessed.mayContain("d")).isTrue();
        assertThat(assessed.contains("b")).isTrue();
        assertThat(assessed.mayContain("d")).isFalse();
    }

    @Test
    void whose_risk_is_being_reckoned_is_waited_for() {
        assertThat(assessed.contains("b")).isFalse();
        assessed.begin(List.of("b", "c"));
        assessed.begin(List.of("b"));
        assertThat(assessed.mayContain("b")).isTrue();
        CompletableFuture<Boolean> told = CompletableFuture.supplyAsync(() -> assessed.contains("b"));
        assessed.end(List.of("b", "c"));
        assertThat(told).isNotDone();
        assessed.written(List.of(written("b")));
        assessed.end(List.of("b"));
        assertThat(told).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo(true);
        assertThat(assessed.mayContain("c")).isFalse();
    }
}
