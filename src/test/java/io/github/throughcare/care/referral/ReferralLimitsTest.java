package io.github.throughcare.care.referral;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.FakeIntent;
import io.github.throughcare.care.FixedTime;
import io.github.throughcare.fhir.WriteRule.Actor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** It is Sunday, 22 November 2026; Thursday is Thanksgiving. */
class ReferralLimitsTest {

    private final ReferralLimits limits = new ReferralLimits(FixedTime.NOON);

    @ParameterizedTest
    @CsvSource({
        // from, to, priority, authoredOn, restriction.period.end: response-due
        ", requested, , 2026-11-20, , 2026-11-30",
        ", requested, routine, 2026-11-22T11:00:00Z, , 2026-11-30",
        ", requested, urgent, 2026-11-22, , 2026-11-23",
        ", requested, stat, 2026-11-25, , 2026-11-23",
        ", requested, asap, 2026-11-18, , 2026-11-23",
        ", requested, , , , 2026-11-30",
        // written some time ago: it counts from when somebody could know of it; long ago: loaded
        ", requested, , 2026-10-24, , 2026-11-30",
        ", requested, , 2026-10, , 2026-11-30",
        ", requested, , 2026-10-22, , ",
        ", requested, , 2024-01-02, , ",
        ", draft, , 2026-11-20, , ",
        ", requested, , 2026-11-20, 2026-12-24, ",
        // and so does a draft
        "draft, requested, , 2026-10-01, , 2026-11-30",
        "requested, accepted, , 2026-10-01, , 2026-12-06",
        "requested, accepted, urgent, 2026-10-01, , 2026-11-25",
        "requested, accepted, , 2026-10-01, 2027-01-01, ",
        "accepted, in-progress, , 2026-10-01, , ",
        "accepted, on-hold, , 2026-10-01, , ",
        "requested, rejected, , 2026-10-01, , ",
        "in-progress, completed, , 2026-10-01, , ",
    })
    void by_when_somebody_has_to_hear_of_it(
            @Nullable String from,
            String to,
            @Nullable String priority,
            @Nullable String authored,
            @Nullable String end,
            @Nullable String due) {
        Task before = from == null ? null : task(from, priority, authored, end);
        Task after = task(to, priority, authored, end);
        after.addExtension(Referrals.RESPONSE_DUE, new DateType("2099-01-01")); // the server's, whatever a body says
        limits.of(before, after, new FakeIntent(before, after, Actor.SYSTEM, guide()));
        assertThat(due(after)).isEqualTo(due);
    }

    @Test
    void the_day_stays_until_the_next_move_also_when_the_guide_changes() {
        Task before = task("requested", null, "2026-11-20", null);
        before.addExtension(Referrals.RESPONSE_DUE, new DateType("2026-12-24"));
        Task after = task("requested", "urgent", "2026-11-20", null);
        limits.of(before, after, new FakeIntent(before, after, Actor.SYSTEM, guide()));
        assertThat(due(after)).isEqualTo("2026-12-24");
        // one that was sent before there were limits gets none by a comment
        Task old = task("requested", null, "2026-11-20", null);
        Task noted = task("requested", null, "2026-11-20", null);
        limits.of(old, noted, new FakeIntent(old, noted, Actor.SYSTEM, guide()));
        assertThat(due(noted)).isNull();
        // but one whose own end is taken away gets the default
        Task ended = task("requested", null, "2026-11-20", "2026-12-24");
        limits.of(ended, noted, new FakeIntent(ended, noted, Actor.SYSTEM, guide()));
        assertThat(due(noted)).isEqualTo("2026-11-30");
    }

    @Test
    void retired_is_switched_off_and_urgent_falls_back() {
        Resource[] guide = guide();
        ((ActivityDefinition) guide[1]).setStatus(PublicationStatus.RETIRED);
        Task urgent = task("requested", "urgent", "2026-11-20", null);
        limits.of(null, urgent, new FakeIntent(null, urgent, Actor.SYSTEM, guide));
        assertThat(due(urgent)).isEqualTo("2026-11-30");
        ((ActivityDefinition) guide[0]).setStatus(PublicationStatus.DRAFT);
        limits.of(null, urgent, new FakeIntent(null, urgent, Actor.SYSTEM, guide));
        assertThat(due(urgent)).isNull();
    }

    private static @Nullable String due(Task task) {
        return Referrals.responseDue(task).map(d -> d.getValueAsString()).orElse(null);
    }

    private static Task task(
            String status, @Nullable String priority, @Nullable String authored, @Nullable String end) {
        Task task = new Task().setStatus(TaskStatus.fromCode(status));
        task.setId("Task/t");
        if (priority != null) {
            task.setPriority(TaskPriority.fromCode(priority));
        }
        if (authored != null) {
            task.setAuthoredOnElement(new DateTimeType(authored));
        }
        if (end != null) {
            task.getRestriction().getPeriod().setEndElement(new DateTimeType(end));
        }
        return task;
    }

    private static Resource[] guide() {
        return Stream.of("answer", "answer-urgent", "service", "service-urgent")
                .map(id -> {
                    try {
                        return FhirContext.forR4Cached()
                                .newJsonParser()
                                .parseResource(
                                        ActivityDefinition.class,
                                        Files.readString(Path.of(
                                                "ig/input/activitydefinitions/ActivityDefinition-clock-referral-" + id
                                                        + ".json")));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toArray(Resource[]::new);
    }
}
