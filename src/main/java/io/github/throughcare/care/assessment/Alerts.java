package io.github.throughcare.care.assessment;

import io.github.throughcare.care.Actors;
import io.github.throughcare.care.assessment.Form.AlertRule;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.Flag.FlagStatus;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * Alerts: a Flag for everybody who opens the record, one active per kind and patient, and a Task for whoever must act, one per
 * response. A Task that somebody has begun is never touched.
 */
final class Alerts {

    private static final String FLAG_CATEGORY = "http://terminology.hl7.org/CodeSystem/flag-category";
    private static final Set<String> FLAG_AUTHORS =
            Set.of("Practitioner", "PractitionerRole", "Organization", "Device", "Patient");
    private static final Set<String> REQUESTERS =
            Set.of("Practitioner", "PractitionerRole", "Organization", "Device", "Patient", "RelatedPerson");
    private static final Set<TaskStatus> NOT_BEGUN = EnumSet.of(
            TaskStatus.DRAFT, TaskStatus.REQUESTED, TaskStatus.RECEIVED, TaskStatus.ACCEPTED, TaskStatus.READY);

    private final Form form;
    private final QuestionnaireResponse response;
    private final List<Flag> flags;
    private final Map<String, Task> tasks;
    private final Instant now;
    private final ZoneId zone;

    /**
     * @param flags the patient's Flags
     * @param tasks Tasks that an earlier version of this response raised, by id
     */
    Alerts(AnswerSheet sheet, List<Flag> flags, Map<String, Task> tasks, Instant now, ZoneId zone) {
        this.form = sheet.form();
        this.response = sheet.response();
        this.flags = flags;
        this.tasks = tasks;
        this.now = now;
        this.zone = zone;
    }

    /** Id of the Task that a response raises by a rule. */
    static String taskId(String responseId, AlertRule rule) {
        return DerivedId.of(responseId, "task", key(rule.task()));
    }

    List<Flag> flags(Set<AlertRule> holding) {
        List<Flag> drafts = new ArrayList<>();
        for (AlertRule rule : form.alerts()) {
            if (rule.flag() != null) {
                (holding.contains(rule) ? Optional.of(raised(rule)) : lowered(rule)).ifPresent(drafts::add);
            }
        }
        return drafts;
    }

    List<Task> tasks(Set<AlertRule> holding) {
        List<Task> drafts = new ArrayList<>();
        for (AlertRule rule : form.alerts()) {
            if (rule.task() != null) {
                Task earlier = tasks.get(taskId(response.getIdPart(), rule));
                (holding.contains(rule) ? Optional.of(asked(rule, earlier)) : takenBack(earlier))
                        .ifPresent(drafts::add);
            }
        }
        return drafts;
    }

    private Flag raised(AlertRule rule) {
        String id = DerivedId.of(response.getIdPart(), "flag", key(rule.flag()));
        Flag flag = flags.stream()
                .filter(f -> f.getStatus() == FlagStatus.ACTIVE && shared(f.getCode(), rule.flag()))
                .findFirst()
                .or(() -> flags.stream().filter(f -> f.getIdPart().equals(id)).findFirst())
                .map(Flag::copy)
                .orElseGet(() -> flag(rule, id));
        flag.setStatus(FlagStatus.ACTIVE);
        flag.getPeriod().setEndElement(null);
        RaisedBy.add(flag, response.getIdPart());
        return flag;
    }

    private Optional<Flag> lowered(AlertRule rule) {
        return flags.stream()
                .filter(f -> shared(f.getCode(), rule.flag()) && RaisedBy.names(f, response.getIdPart()))
                .findFirst()
                .map(Flag::copy)
                .map(flag -> {
                    if (RaisedBy.removeLast(flag, response.getIdPart()) && flag.getStatus() == FlagStatus.ACTIVE) {
                        flag.setStatus(FlagStatus.INACTIVE);
                        flag.getPeriod().setEndElement(at(now));
                    }
                    return flag;
                });
    }

    private Flag flag(AlertRule rule, String id) {
        Flag flag = new Flag();
        flag.setId(id);
        flag.addCategory(new CodeableConcept(new Coding(FLAG_CATEGORY, "safety", "Safety")));
        flag.setCode(rule.flag().copy());
        flag.setSubject(response.getSubject().copy());
        flag.setEncounter(response.getEncounter().copy());
        flag.getPeriod().setStartElement(at(now));
        if (Actors.isOneOf(response.getAuthor(), FLAG_AUTHORS)) {
            flag.setAuthor(response.getAuthor().copy());
        }
        return flag;
    }

    private Task asked(AlertRule rule, @Nullable Task earlier) {
        if (earlier == null) {
            return task(rule);
        }
        Task task = earlier.copy();
        if (task.getStatus() == TaskStatus.CANCELLED) {
            task.setStatus(TaskStatus.REQUESTED).setStatusReason(null).setLastModifiedElement(at(now));
            task.setRestriction(restriction(rule));
        }
        return task;
    }

    private Optional<Task> takenBack(@Nullable Task earlier) {
        return Optional.ofNullable(earlier)
                .filter(t -> NOT_BEGUN.contains(t.getStatus()))
                .map(Task::copy)
                .map(t -> t.setStatus(TaskStatus.CANCELLED)
                        .setStatusReason(
                                new CodeableConcept().setText("The response was amended; the alert no longer holds."))
                        .setLastModifiedElement(at(now)));
    }

    private Task task(AlertRule rule) {
        Task task = new Task();
        task.setId(taskId(response.getIdPart(), rule));
        task.setStatus(TaskStatus.REQUESTED);
        task.setIntent(TaskIntent.ORDER);
        task.setPriority(rule.priority());
        task.setCode(rule.task().copy());
        task.setDescription(rule.task().getCodingFirstRep().getDisplay() + " (" + form.name() + ")");
        task.setFocus(new Reference("QuestionnaireResponse/" + response.getIdPart()));
        task.setFor(response.getSubject().copy());
        task.setEncounter(response.getEncounter().copy());
        task.setAuthoredOnElement(at(now));
        task.setLastModifiedElement(at(now));
        task.setRestriction(restriction(rule));
        if (Actors.isOneOf(response.getAuthor(), REQUESTERS)) {
            task.setRequester(response.getAuthor().copy());
        }
        return task;
    }

    private Task.@Nullable TaskRestrictionComponent restriction(AlertRule rule) {
        if (rule.due() == null) {
            return null;
        }
        long hours = rule.due().getValue().longValue() * ("d".equals(rule.due().getCode()) ? 24 : 1);
        Task.TaskRestrictionComponent restriction = new Task.TaskRestrictionComponent();
        restriction.getPeriod().setStartElement(at(now)).setEndElement(at(now.plusSeconds(hours * 3600)));
        return restriction;
    }

    private DateTimeType at(Instant moment) {
        DateTimeType at = new DateTimeType(Date.from(moment));
        at.setTimeZone(TimeZone.getTimeZone(zone));
        return at;
    }

    private static boolean shared(CodeableConcept one, CodeableConcept other) {
        return other.getCoding().stream().anyMatch(c -> one.hasCoding(c.getSystem(), c.getCode()));
    }

    private static String key(CodeableConcept code) {
        return code.getCodingFirstRep().getSystem() + "|"
                + code.getCodingFirstRep().getCode();
    }
}
