package io.github.throughcare.care.assessment;

import io.github.throughcare.care.Actors;
import io.github.throughcare.care.Ig;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TimeZone;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * Assessment is never done once: a form that has an interval leaves one open Task to fill it again. The Task is there from the day of
 * the assessment, so that it is due, and then overdue, without anybody computing it: {@code restriction.period} runs from that day to
 * the day by which the form should be filled. The next response to the form completes it and opens its own.
 *
 * <p>A response that is entered late, after a newer one, neither completes nor opens anything.
 */
final class Reassessments {

    static final String CODE = "reassessment";
    static final Set<TaskStatus> OPEN = EnumSet.of(
            TaskStatus.DRAFT,
            TaskStatus.REQUESTED,
            TaskStatus.RECEIVED,
            TaskStatus.ACCEPTED,
            TaskStatus.READY,
            TaskStatus.INPROGRESS,
            TaskStatus.ONHOLD);
    private static final Set<String> REQUESTERS =
            Set.of("Practitioner", "PractitionerRole", "Organization", "Device", "Patient", "RelatedPerson");

    /** How SDC names what a Task brings along. */
    private static final Coding FORM =
            new Coding("http://hl7.org/fhir/uv/sdc/CodeSystem/temp", "questionnaire", "Questionnaire");

    private final Form form;
    private final QuestionnaireResponse response;
    private final List<Task> known;
    private final Instant now;
    private final ZoneId zone;

    /** @param known open Tasks to fill this form again, and the one that an earlier version of this response made */
    Reassessments(Form form, QuestionnaireResponse response, List<Task> known, Instant now, ZoneId zone) {
        this.form = form;
        this.response = response;
        this.known = known;
        this.now = now;
        this.zone = zone;
    }

    /** Id of the Task that a response makes. */
    static String taskId(String responseId) {
        return DerivedId.of(responseId, CODE);
    }

    /** Whether a Task asks for this form, whichever version. */
    static boolean asksFor(Task task, String form) {
        return task.getInput().stream()
                .anyMatch(i -> i.getValue() instanceof CanonicalType canonical
                        && canonical.getValue().split("\\|", 2)[0].equals(form));
    }

    /** @param every until the next assessment, null when none is needed */
    List<Task> tasks(@Nullable Duration every) {
        LocalDate day = day(response.getAuthoredElement());
        String own = taskId(response.getIdPart());
        List<Task> others = known.stream()
                .filter(t -> !t.getIdPart().equals(own) && OPEN.contains(t.getStatus()))
                .toList();
        List<Task> drafts = new ArrayList<>();
        others.stream().filter(t -> !since(t).isAfter(day)).map(this::completed).forEach(drafts::add);
        Task mine = known.stream()
                .filter(t -> t.getIdPart().equals(own))
                .findFirst()
                .orElse(null);
        boolean newest = others.stream().noneMatch(t -> since(t).isAfter(day));
        if (mine != null) {
            drafts.add(again(mine, day, every));
        } else if (every != null && newest) {
            drafts.add(asked(own, day, every));
        }
        return drafts;
    }

    /** An amended response: its Task moves with it, unless somebody has begun or ended it. */
    private Task again(Task mine, LocalDate day, @Nullable Duration every) {
        Task task = mine.copy();
        if (task.getStatus() != TaskStatus.REQUESTED) {
            return task;
        }
        if (every == null) {
            task.setStatus(TaskStatus.CANCELLED)
                    .setStatusReason(new CodeableConcept()
                            .setText("The response was amended; there is no need to assess again."))
                    .setLastModifiedElement(at(now));
        } else {
            task.setRestriction(until(day, every));
        }
        return task;
    }

    private Task completed(Task earlier) {
        Task task = earlier.copy();
        task.setStatus(TaskStatus.COMPLETED).setLastModifiedElement(at(now));
        task.addOutput()
                .setType(new CodeableConcept().setText("The response"))
                .setValue(new Reference("QuestionnaireResponse/" + response.getIdPart()));
        return task;
    }

    private Task asked(String id, LocalDate day, Duration every) {
        Task task = new Task();
        task.setId(id);
        task.setStatus(TaskStatus.REQUESTED);
        task.setIntent(TaskIntent.ORDER);
        task.setPriority(TaskPriority.ROUTINE);
        task.setCode(new CodeableConcept(new Coding(Ig.TASK_KIND, CODE, "Assess again")));
        task.setDescription("Assess again: " + form.name());
        task.setFor(response.getSubject().copy());
        task.setAuthoredOnElement(at(now));
        task.setLastModifiedElement(at(now));
        task.setReasonReference(new Reference("QuestionnaireResponse/" + response.getIdPart()));
        task.setRestriction(until(day, every));
        task.addInput()
                .setType(new CodeableConcept(FORM.copy()))
                .setValue(new CanonicalType(form.questionnaire().getUrl()));
        if (Actors.isOneOf(response.getAuthor(), REQUESTERS)) {
            task.setRequester(response.getAuthor().copy());
        }
        return task;
    }

    private static Task.TaskRestrictionComponent until(LocalDate day, Duration every) {
        Task.TaskRestrictionComponent restriction = new Task.TaskRestrictionComponent();
        restriction
                .getPeriod()
                .setStartElement(new DateTimeType(day.toString()))
                .setEndElement(new DateTimeType(due(day, every).toString()));
        return restriction;
    }

    /** The day of the next assessment. */
    static LocalDate due(LocalDate day, Duration every) {
        long many = every.getValue().longValue();
        return switch (String.valueOf(every.getCode())) {
            case "a" -> day.plusYears(many);
            case "mo" -> day.plusMonths(many);
            case "wk" -> day.plusWeeks(many);
            default -> day.plusDays(many);
        };
    }

    /** When the Task began to run; one that does not say is the oldest. */
    private LocalDate since(Task task) {
        DateTimeType start = task.getRestriction().getPeriod().getStartElement();
        return start.hasValue() ? day(start) : LocalDate.MIN;
    }

    /** The day in the facility's zone; of a month or a year its first. */
    private LocalDate day(DateTimeType moment) {
        String written = Objects.requireNonNull(moment.getValueAsString());
        return written.contains("T")
                ? moment.getValue().toInstant().atZone(zone).toLocalDate()
                : LocalDate.parse(written + "0000-01-01".substring(written.length()));
    }

    private DateTimeType at(Instant moment) {
        DateTimeType at = new DateTimeType(Date.from(moment));
        at.setTimeZone(TimeZone.getTimeZone(zone));
        return at;
    }
}
