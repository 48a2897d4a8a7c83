package io.github.throughcare.care;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;

class WriteBackTest {

    private static Task task(String id) {
        return (Task) new Task().setId(id);
    }

    private static Task read(String id, String version) {
        Task task = task(id);
        task.getMeta().setVersionId(version);
        return task;
    }

    @Test
    void what_was_read_is_put_back_only_where_it_still_stands() {
        Task task = read("Task/7/_history/3", "3");

        BundleEntryComponent entry = WriteBack.entry(task);

        assertThat(entry.getResource()).isSameAs(task);
        BundleEntryRequestComponent request = entry.getRequest();
        assertThat(request.getMethod()).isEqualTo(HTTPVerb.PUT);
        assertThat(request.getUrl()).isEqualTo("Task/7");
        assertThat(request.getIfMatch()).isEqualTo("W/\"3\"");
    }

    @Test
    void what_was_never_read_is_put_without_a_condition() {
        assertThat(WriteBack.entry(task("7")).getRequest().hasIfMatch()).isFalse();
        assertThat(WriteBack.entry(task("7"), null).getRequest().hasIfMatch()).isFalse();
        assertThat(WriteBack.entry(read("7", "3"), null).getRequest().hasIfMatch())
                .as("what it says of itself does not count where nothing was there")
                .isFalse();
    }

    @Test
    void what_was_made_anew_replaces_what_was_read() {
        assertThat(WriteBack.entry(task("7"), read("7", "3")).getRequest().getIfMatch())
                .isEqualTo("W/\"3\"");
    }

    @Test
    void a_transaction_keeps_the_order_and_may_be_empty() {
        List<Resource> tasks = List.of(task("b"), read("a", "2"));

        Bundle transaction = WriteBack.transaction(tasks);

        assertThat(transaction.getType()).isEqualTo(BundleType.TRANSACTION);
        assertThat(transaction.getEntry())
                .extracting(BundleEntryComponent::getResource)
                .containsExactlyElementsOf(tasks);
        assertThat(WriteBack.transaction(List.of()).hasEntry()).isFalse();
    }
}
