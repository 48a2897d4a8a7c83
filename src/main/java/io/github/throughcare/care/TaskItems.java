package io.github.throughcare.care;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.ParameterComponent;
import org.hl7.fhir.r4.model.Task.TaskOutputComponent;
import org.hl7.fhir.r4.model.Type;

/** Inputs and outputs of Tasks, by the code of their type in {@code CodeSystem/task-item}. */
public final class TaskItems {

    public static final String SYSTEM = Ig.codeSystem("task-item");

    private TaskItems() {}

    /** The values of inputs of this type, those that have one. */
    public static List<Type> inputs(Task task, String code) {
        return task.getInput().stream()
                .filter(i -> i.getType().hasCoding(SYSTEM, code))
                .map(ParameterComponent::getValue)
                .filter(v -> v != null && !v.isEmpty())
                .toList();
    }

    /** The values of outputs of this type, those that have one. */
    public static List<Type> outputs(Task task, String code) {
        return task.getOutput().stream()
                .filter(o -> o.getType().hasCoding(SYSTEM, code))
                .map(TaskOutputComponent::getValue)
                .filter(v -> v != null && !v.isEmpty())
                .toList();
    }

    /** The code from this system that outputs of this type hold; the first where there are several. */
    public static Optional<String> coded(Task task, String code, String system) {
        return outputs(task, code).stream()
                .filter(CodeableConcept.class::isInstance)
                .map(CodeableConcept.class::cast)
                .flatMap(c -> c.getCoding().stream())
                .flatMap(c -> system.equals(c.getSystem()) ? Stream.ofNullable(c.getCode()) : Stream.empty())
                .findFirst();
    }

    public static CodeableConcept type(String code) {
        return new CodeableConcept(new Coding().setSystem(SYSTEM).setCode(code));
    }

    public static void addOutput(Task task, String code, Type value) {
        task.addOutput().setType(type(code)).setValue(value);
    }

    public static void addInput(Task task, String code, Type value) {
        task.addInput().setType(type(code)).setValue(value);
    }

    /** Is the Task of this kind of {@code CodeSystem/task-kind}? */
    public static boolean isKind(Task task, String kind) {
        return task.getCode().hasCoding(Ig.TASK_KIND, kind);
    }
}
