package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Resources;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

/**
 * {@code PlanDefinition/$r5.apply}: what R5 makes of {@code $apply}, in R4 resources: a Bundle with the RequestGroup first and what
 * its actions made as entries of their own. Stores nothing.
 *
 * @see <a href="http://hl7.org/fhir/R5/plandefinition-operation-apply.html">the operation in R5</a>
 */
@Component
final class PlanDefinitionApplyR5Operation implements FhirOperation {

    private final Resources resources;
    private final ClinicalReasoning reasoning;

    PlanDefinitionApplyR5Operation(Resources resources, ClinicalReasoning reasoning) {
        this.resources = resources;
        this.reasoning = reasoning;
    }

    @Override
    public String definition() {
        return "PlanDefinition-r5-apply";
    }

    @Override
    public Resource run(OperationCall call) {
        return reasoning.serving(() -> {
            ApplyInput input = new ApplyInput(resources, call);
            Programme programme = Programme.of(input.definition(PlanDefinition.class, "planDefinition"));
            return reasoning.about(input.patient(), call.visibility()).applyAsBundle(programme, input.context());
        });
    }
}
