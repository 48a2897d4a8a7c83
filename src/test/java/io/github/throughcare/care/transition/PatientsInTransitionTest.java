package io.github.throughcare.care.transition;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.CommitListener.Written;
import io.github.throughcare.fhir.InMemoryResources;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.Test;

class PatientsInTransitionTest {

    private final InMemoryResources resources = new InMemoryResources(FhirContext.forR4Cached());

    private PatientsInTransition in(Duration later) {
        return new PatientsInTransition(new StoredTransition(resources), Clock.offset(Clock.systemUTC(), later));
    }

    private void task(String patient, String kind, TaskStatus status) {
        Task task = new Task();
        task.setId(patient + "-" + kind);
        task.setStatus(status);
        task.setCode(new CodeableConcept().addCoding(new Coding(Ig.TASK_KIND, kind, null)));
        task.setFor(new Reference("Patient/" + patient));
        resources.with(task);
    }

    private static byte[] json(String content) {
        return ("{" + content + "}").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void before_it_has_read_it_may_be_anybody() {
        assertThat(in(Duration.ZERO).mayBe("a")).isTrue();
        assertThat(in(Duration.ZERO).isNobody()).isFalse();
    }

    @Test
    void who_has_or_lately_had_tasks_is_known() {
        task("open", "tcm-contact", TaskStatus.REQUESTED);
        task("closed", "tcm-visit", TaskStatus.COMPLETED);
        task("other", "discharge-barrier", TaskStatus.REQUESTED);
        PatientsInTransition now = in(Duration.ZERO);
        now.load();
        assertThat(List.of(now.mayBe("open"), now.mayBe("closed"), now.mayBe("other")))
                .containsExactly(true, true, false);
        assertThat(now.mayBeOf(json("\"subject\":{\"reference\":\"Patient/other\"}")))
                .isFalse();
        assertThat(now.mayBeOf(json("\"subject\":{\"reference\":\"Patient/open\"}")))
                .isTrue();

        // what nobody has touched for long matters as long as it is open
        PatientsInTransition later = in(Duration.ofDays(400));
        later.load();
        assertThat(List.of(later.mayBe("open"), later.mayBe("closed"))).containsExactly(true, false);
    }

    @Test
    void what_is_written_or_begun_is_heard() {
        PatientsInTransition now = in(Duration.ZERO);
        now.load();
        assertThat(now.isNobody()).isTrue();
        now.remember("begun");
        now.written(List.of(
                new Written("Task", "1", json("\"code\":\"tcm-visit\",\"for\":{\"reference\":\"Patient/written\"}")),
                new Written("Task", "2", json("\"code\":\"fulfill\",\"for\":{\"reference\":\"Patient/other\"}")),
                new Written("Task", "3", null)));
        assertThat(List.of(now.mayBe("begun"), now.mayBe("written"), now.mayBe("other")))
                .containsExactly(true, true, false);
        now.accompanied(true);
        assertThat(now.mayBe("other")).isTrue();
        now.accompanied(false);
        assertThat(now.mayBe("other")).as("it may have begun meanwhile").isTrue();
    }
}
