package io.github.throughcare.care.advocacy;

import io.github.throughcare.care.Ig;
import io.github.throughcare.care.TaskItems;
import io.github.throughcare.care.TaskLife;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.hl7.fhir.r4.model.Type;

/**
 * What has to stand in a Task of advocacy. Documents are inputs (the notice, evidence) and outputs (the letter with the decision) of
 * type {@code document}, as many as there are. Pure.
 */
final class AdvocacyPapers {

    static final String DECISION = Ig.codeSystem("advocacy-decision");
    static final Set<String> DECISIONS =
            Set.of("granted", "partly-granted", "denied", "withdrawn", "dismissed", "not-pursued");

    private static final Set<String> PERSON = Set.of("Patient", "RelatedPerson");

    /** Something that is missing, and where. */
    record Missing(String text, String expression) {}

    private AdvocacyPapers() {}

    /** What keeps this Task from being as it is to be written; none of a draft, and of what was entered in error. */
    static List<Missing> of(Task task) {
        List<Missing> missing = new ArrayList<>();
        TaskStatus status = task.getStatus();
        if (status == TaskStatus.DRAFT || status == TaskStatus.ENTEREDINERROR) {
            return missing;
        }
        String kind = AdvocacyLife.kind(task);
        if (!"Patient".equals(task.getFor().getReferenceElement().getResourceType())) {
            missing.add(new Missing("Task.for names the Patient whose right it is", "Task.for"));
        }
        if (kind.equals(AdvocacyLife.DENIED) && task.getFocus().isEmpty()) {
            missing.add(new Missing("Task.focus names what was denied, e.g. the ServiceRequest", "Task.focus"));
        }
        if (TaskLife.GIVEN_UP.contains(status) && task.getStatusReason().isEmpty()) {
            missing.add(new Missing(
                    "A right is not given up without a word: Task.statusReason says why", "Task.statusReason"));
        }
        if (status == TaskStatus.COMPLETED) {
            completed(kind, task, missing);
        }
        return missing;
    }

    private static void completed(String kind, Task task, List<Missing> missing) {
        if (AdvocacyLife.DECIDED.contains(kind)) {
            if (decision(task).isEmpty()) {
                missing.add(new Missing(
                        "It is completed when the decision stands in it: an output of type task-item|decision with a code of "
                                + DECISION + " (" + String.join(", ", new java.util.TreeSet<>(DECISIONS)) + ")",
                        "Task.output"));
            }
        } else if (kind.equals(AdvocacyLife.CHOICE)) {
            dated(TaskItems.inputs(task, "list-given"), "When the list was given: input task-item|list-given", missing);
            if (TaskItems.inputs(task, "option").stream().noneMatch(AdvocacyPapers::names)) {
                missing.add(new Missing(
                        "What was on the list: inputs task-item|option, each a Reference to a provider", "Task.input"));
            }
            if (TaskItems.outputs(task, "choice").stream().noneMatch(c -> names(c) || c instanceof CodeableConcept)) {
                missing.add(new Missing(
                        "What was chosen: output task-item|choice, a Reference, or a CodeableConcept when none was",
                        "Task.output"));
            }
            person(task, "chosen-by", "Who chose", missing);
        } else {
            dated(
                    TaskItems.outputs(task, "given-on"),
                    "When the rights were explained: output task-item|given-on",
                    missing);
            person(task, "given-to", "To whom they were explained", missing);
        }
    }

    /** The decision that stands in a Task, else an empty text. */
    static String decision(Task task) {
        return TaskItems.coded(task, "decision", DECISION)
                .filter(DECISIONS::contains)
                .orElse("");
    }

    private static void dated(List<Type> values, String text, List<Missing> missing) {
        if (values.stream().noneMatch(v -> v instanceof BaseDateTimeType t && t.hasValue())) {
            missing.add(new Missing(text + ", a date or dateTime", "Task"));
        }
    }

    private static void person(Task task, String item, String text, List<Missing> missing) {
        if (TaskItems.outputs(task, item).stream()
                .noneMatch(v -> v instanceof Reference r
                        && PERSON.contains(
                                String.valueOf(r.getReferenceElement().getResourceType())))) {
            missing.add(new Missing(
                    text + ": output task-item|" + item + ", a Reference to the Patient or a RelatedPerson",
                    "Task.output"));
        }
    }

    private static boolean names(Type value) {
        return value instanceof Reference r && (r.hasReference() || r.hasIdentifier() || r.hasDisplay());
    }
}
