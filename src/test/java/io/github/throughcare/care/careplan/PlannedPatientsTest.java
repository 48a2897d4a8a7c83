package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.CommitListener.Written;
import io.github.throughcare.fhir.InMemoryResources;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

class PlannedPatientsTest {

    private final InMemoryResources resources = new InMemoryResources(FhirContext.forR4Cached());
    private final PlannedPatients planned = new PlannedPatients(resources);

    private static byte[] about(String patient, String more) {
        return ("{\"subject\":{\"reference\":\"Patient/" + patient + "\"}" + more + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void who_has_a_plan_is_read_once_and_then_heard() {
        CarePlan plan = new CarePlan();
        plan.setId("1");
        plan.setSubject(new Reference("Patient/a"));
        plan.addCategory().addCoding().setSystem(PlanDraft.CATEGORY_SYSTEM).setCode(PlanDraft.CATEGORY);
        resources.with(plan);
        planned.read();
        assertThat(planned.mayBeOf(about("a", ""))).isTrue();
        assertThat(planned.mayBeOf(about("b", ""))).isFalse();
        assertThat(planned.mayBeOf("{}".getBytes(StandardCharsets.UTF_8))).isTrue();

        planned.written(List.of(
                new Written("CarePlan", "2", about("b", ",\"code\":\"assess-plan\"")),
                new Written("CarePlan", "3", about("c", ",\"code\":\"other\"")),
                new Written("CarePlan", "4", null)));
        assertThat(planned.mayBeOf(about("b", ""))).isTrue();
        assertThat(planned.mayBeOf(about("c", ""))).isFalse();
        planned.accompanied(true);
        assertThat(planned.mayBeOf(about("c", ""))).isTrue();
    }
}
