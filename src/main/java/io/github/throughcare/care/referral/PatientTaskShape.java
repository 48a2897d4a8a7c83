package io.github.throughcare.care.referral;

import static io.github.throughcare.care.referral.PatientTaskLife.GRAVITY;
import static io.github.throughcare.care.referral.PatientTaskLife.SDC;

import io.github.throughcare.fhir.Problem.Issue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Task;

/** What a Task for a patient has to hold: invariants SDOH-Task-1 to 7 of Gravity SDOH Clinical Care 3.0.0, and whose it is. Pure. */
final class PatientTaskShape {

    private PatientTaskShape() {}

    static List<Issue> faults(Task task) {
        List<Issue> faults = new ArrayList<>();
        if (!PatientTaskLife.ownedByPerson(task)) {
            add(faults, "Task.owner is the Patient or RelatedPerson who does it", "Task.owner");
        }
        if (!"Patient".equals(task.getFor().getReferenceElement().getResourceType())) {
            add(faults, "Task.for is the Patient", "Task.for");
        }
        if (PatientTaskLife.isForm(task)) {
            form(task, faults);
        }
        if (is(task, "general-information")) {
            described(task, faults);
            outputs(task, GRAVITY, "general-information-response", faults); // SDOH-Task-2
        }
        if (is(task, "review-material")
                && !"DocumentReference"
                        .equals(task.getFocus().getReferenceElement().getResourceType())) {
            add(faults, "Task.focus is the DocumentReference to read (SDOH-Task-3)", "Task.focus");
        }
        if (is(task, "make-contact")) {
            described(task, faults); // SDOH-Task-7
            if (inputs(task, GRAVITY, "contact-entity") == 0) {
                add(faults, "At least one input contact-entity says whom to contact (SDOH-Task-4)", "Task.input");
            }
            outputs(task, GRAVITY, "chosen-contact", faults);
        }
        return faults;
    }

    /** SDOH-Task-1, 5 and 6. */
    private static void form(Task task, List<Issue> faults) {
        long form = inputs(task, SDC, "questionnaire");
        long pdf = inputs(task, GRAVITY, "questionnaire-pdf");
        long url = inputs(task, GRAVITY, "questionnaire-url");
        if (form + pdf + url != 1) {
            add(
                    faults,
                    "Exactly one input says which form: questionnaire, questionnaire-pdf or questionnaire-url (SDOH-Task-1)",
                    "Task.input");
        }
        if (inputs(task, GRAVITY, "questionnaire-category") == 0) {
            add(faults, "Input questionnaire-category says what kind of form (SDOH-Task-1)", "Task.input");
        }
        if (form > 0) {
            outputs(task, SDC, "questionnaire-response", faults);
        } else if (pdf > 0) {
            outputs(task, GRAVITY, "questionnaire-pdf-completed", faults);
        }
    }

    private static boolean is(Task task, String code) {
        return task.getCode().hasCoding(GRAVITY, code);
    }

    private static void described(Task task, List<Issue> faults) {
        if (!task.hasDescription()) {
            add(faults, "Task.description says what to do (SDOH-Task-2, SDOH-Task-7)", "Task.description");
        }
    }

    private static long inputs(Task task, String system, String code) {
        return task.getInput().stream()
                .filter(i -> i.getType().hasCoding(system, code) && i.hasValue())
                .count();
    }

    private static void outputs(Task task, String system, String code, List<Issue> faults) {
        Stream<CodeableConcept> types = task.getOutput().stream().map(Task.TaskOutputComponent::getType);
        if (types.anyMatch(t -> !t.hasCoding(system, code))) {
            add(faults, "An output of this Task is of type " + code, "Task.output");
        }
    }

    private static void add(List<Issue> faults, String text, String expression) {
        faults.add(new Issue(IssueType.BUSINESSRULE, text, expression));
    }
}
