package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Resources;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

/**
 * {@code ActivityDefinition/$apply}: the resource of the definition's {@code kind} for one patient. Stores nothing.
 *
 * @see <a href="http://hl7.org/fhir/R4/activitydefinition-operation-apply.html">the operation in R4</a>
 */
@Component
final class ActivityDefinitionApplyOperation implements FhirOperation {

    private final Resources resources;
    private final ClinicalReasoning reasoning;

    ActivityDefinitionApplyOperation(Resources resources, ClinicalReasoning reasoning) {
        this.resources = resources;
        this.reasoning = reasoning;
    }

    @Override
    public String definition() {
        return "ActivityDefinition-apply";
    }

    @Override
    public Resource run(OperationCall call) {
        return reasoning.serving(() -> {
            ApplyInput input = new ApplyInput(resources, call);
            ActivityDefinition definition = input.definition(ActivityDefinition.class, "activityDefinition");
            return reasoning.about(input.patient(), call.visibility()).apply(definition, input.context());
        });
    }
}
