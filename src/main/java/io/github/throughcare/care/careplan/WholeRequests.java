package io.github.throughcare.care.careplan;

import ca.uhn.fhir.context.FhirVersionEnum;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.ActivityDefinition.ActivityDefinitionParticipantComponent;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestPriority;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Timing;
import org.hl7.fhir.r4.model.Type;
import org.opencds.cqf.fhir.cr.activitydefinition.apply.BaseRequestResourceResolver;
import org.opencds.cqf.fhir.cr.activitydefinition.apply.IRequestResolverFactory;
import org.opencds.cqf.fhir.cr.common.ICpgRequest;

/**
 * What an ActivityDefinition says of a service or a task and the library leaves out: when, how urgent, how much, where and by whom. Dynamic
 * values come after it and have the last word.
 *
 * @see <a href="http://hl7.org/fhir/R4/activitydefinition.html#12.17.3">ActivityDefinition, applying an ActivityDefinition</a>
 */
final class WholeRequests implements IRequestResolverFactory {

    private final IRequestResolverFactory library = IRequestResolverFactory.getDefault(FhirVersionEnum.R4);

    @Override
    public BaseRequestResourceResolver create(IBaseResource definition) {
        BaseRequestResourceResolver resolver = library.create(definition);
        return new BaseRequestResourceResolver() {
            @Override
            public IBaseResource resolve(ICpgRequest request) {
                IBaseResource made = resolver.resolve(request);
                if (definition instanceof ActivityDefinition activity) {
                    complete(made, activity);
                }
                return made;
            }
        };
    }

    private static void complete(IBaseResource made, ActivityDefinition activity) {
        if (made instanceof Task task && activity.hasPriority()) {
            task.setPriority(TaskPriority.fromCode(activity.getPriority().toCode()));
        }
        if (made instanceof ServiceRequest service) {
            if (activity.hasPriority()) {
                service.setPriority(
                        ServiceRequestPriority.fromCode(activity.getPriority().toCode()));
            }
            if (isMoment(activity.getTiming())) {
                service.setOccurrence(activity.getTiming());
            }
            if (activity.hasQuantity()) {
                service.setQuantity(activity.getQuantity());
            }
            if (activity.hasLocation()) {
                service.addLocationReference(activity.getLocation());
            }
            performer(activity).ifPresent(service::setPerformerType);
        }
    }

    /** A length of time has no place in a ServiceRequest. */
    private static boolean isMoment(Type timing) {
        return timing instanceof Timing || timing instanceof Period || timing instanceof DateTimeType;
    }

    private static Optional<CodeableConcept> performer(ActivityDefinition activity) {
        return activity.getParticipant().stream()
                .filter(ActivityDefinitionParticipantComponent::hasRole)
                .map(ActivityDefinitionParticipantComponent::getRole)
                .findFirst();
    }
}
