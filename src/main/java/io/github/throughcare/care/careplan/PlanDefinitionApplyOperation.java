package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.util.Optional;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * {@code PlanDefinition/$apply} in its R4 shape: a CarePlan whose one activity references a contained RequestGroup. Stores
 * nothing, and asks neither for an assessment nor whether the programme is for the patient.
 *
 * @see <a href="http://hl7.org/fhir/R4/plandefinition-operation-apply.html">the operation in R4</a>
 */
@Component
final class PlanDefinitionApplyOperation implements FhirOperation {

    private final Resources resources;
    private final ClinicalReasoning reasoning;

    PlanDefinitionApplyOperation(Resources resources, ClinicalReasoning reasoning) {
        this.resources = resources;
        this.reasoning = reasoning;
    }

    @Override
    public String definition() {
        return "PlanDefinition-apply";
    }

    @Override
    public Resource run(OperationCall call) {
        PlanDefinition definition = definition(call);
        String subject = text(call, "subject");
        String id = subject == null ? "" : subject.replaceFirst("^Patient/", "");
        if (id.isEmpty() || id.contains("/")) {
            throw Problem.malformed("subject must name a patient: Patient/[id]", "Parameters.parameter");
        }
        Patient patient = resources
                .read(Patient.class, id, call.visibility())
                .orElseThrow(() -> Problem.unknown("There is no Patient/" + id));
        return reasoning
                .about(patient, call.visibility())
                .apply(definition, text(call, "encounter"), text(call, "practitioner"), text(call, "organization"));
    }

    private PlanDefinition definition(OperationCall call) {
        if (call.id() != null) {
            return resources
                    .read(PlanDefinition.class, call.id(), call.visibility())
                    .orElseThrow(() -> Problem.unknown("There is no PlanDefinition/" + call.id()));
        }
        return call.resource("planDefinition", PlanDefinition.class)
                .orElseThrow(() -> Problem.malformed(
                        "Give a planDefinition, or call PlanDefinition/[id]/$apply", "Parameters.parameter"));
    }

    private static @Nullable String text(OperationCall call, String name) {
        return Optional.of(call)
                .flatMap(c -> c.value(name, StringType.class))
                .map(StringType::getValue)
                .orElse(null);
    }
}
