package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Resources;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.Resource;
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
        return reasoning.serving(() -> {
            ApplyInput input = new ApplyInput(resources, call);
            Programme programme = Programme.of(input.definition(PlanDefinition.class, "planDefinition"));
            return reasoning.about(input.patient(), call.visibility()).apply(programme, input.context());
        });
    }
}
