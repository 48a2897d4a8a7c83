package io.github.throughcare.care.assessment;

import io.github.throughcare.care.WriteBack;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

/**
 * {@code QuestionnaireResponse/$extract}: the Observations that {@code $assess} would make of the answers, and the resources that the form
 * describes by definitions, as a transaction Bundle; stores nothing.
 *
 * @see <a href="http://hl7.org/fhir/uv/sdc/OperationDefinition/QuestionnaireResponse-extract">SDC, QuestionnaireResponse extract</a>
 */
@Component
class ExtractOperation implements FhirOperation {

    private final Resources resources;
    private final Forms forms;

    ExtractOperation(Resources resources, Forms forms) {
        this.resources = resources;
        this.forms = forms;
    }

    @Override
    public String definition() {
        return "QuestionnaireResponse-extract";
    }

    @Override
    public Resource run(OperationCall call) {
        QuestionnaireResponse response = (call.id() != null
                        ? resources.read(QuestionnaireResponse.class, call.id(), call.visibility())
                        : call.resource("questionnaire-response", QuestionnaireResponse.class)
                                .map(QuestionnaireResponse::copy))
                .orElseThrow(() -> call.id() != null
                        ? Problem.unknown("There is no QuestionnaireResponse/" + call.id() + ".")
                        : Problem.malformed(
                                "Call it on a stored response, or give parameter \"questionnaire-response\".", null));
        if (!response.hasQuestionnaire()) {
            throw Problem.rule("The response must name its form.", "QuestionnaireResponse.questionnaire");
        }
        boolean stored = call.id() != null;
        if (!stored) {
            response.setId(UUID.randomUUID().toString());
        }
        Patient patient = Optional.ofNullable(
                        response.getSubject().getReferenceElement().getIdPart())
                .flatMap(id -> resources.read(Patient.class, id, call.visibility()))
                .orElseGet(Patient::new);
        Assessment assessment =
                Assessment.of(forms.form(response.getQuestionnaire()), response, patient, forms.expressions());
        Map<String, Observation> earlier = new HashMap<>();
        if (stored) {
            resources
                    .search(
                            Observation.class,
                            "derived-from=QuestionnaireResponse/" + response.getIdPart(),
                            call.visibility())
                    .forEach(o -> earlier.put(o.getIdPart(), o));
        }
        List<Observation> observations = new Observations(assessment.sheet(), assessment.scores(), earlier).all();
        Bundle bundle = stored ? updates(observations) : creations(observations);
        addDefined(
                bundle,
                DefinitionExtraction.of(
                        assessment.sheet(), Rules.of(assessment.sheet(), patient, forms.expressions()), forms));
        return bundle;
    }

    /** What the form describes element by element: a stored resource is put back changed, a new one is posted. */
    private static void addDefined(Bundle bundle, List<DefinitionExtraction.Extracted> extracted) {
        for (DefinitionExtraction.Extracted one : extracted) {
            Resource resource = one.resource();
            if (one.update()) {
                resource.setId(resource.getIdPart());
                bundle.addEntry(WriteBack.entry(resource));
            } else {
                bundle.addEntry()
                        .setResource(resource)
                        .setFullUrl("urn:uuid:" + UUID.randomUUID())
                        .getRequest()
                        .setMethod(HTTPVerb.POST)
                        .setUrl(resource.fhirType());
            }
        }
    }

    private static Bundle updates(List<Observation> observations) {
        Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
        for (Observation observation : observations) {
            bundle.addEntry()
                    .setResource(observation)
                    .getRequest()
                    .setMethod(HTTPVerb.PUT)
                    .setUrl("Observation/" + observation.getIdPart());
        }
        return bundle;
    }

    /** The response is nowhere: Observations name each other by {@code urn:uuid:} and cannot name it. */
    private static Bundle creations(List<Observation> observations) {
        Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
        for (Observation observation : observations) {
            String url = "urn:uuid:" + observation.getIdPart();
            observation.setId((String) null);
            observation.setDerivedFrom(null);
            for (Reference member : observation.getHasMember()) {
                member.setReference("urn:uuid:" + member.getReferenceElement().getIdPart());
            }
            bundle.addEntry()
                    .setFullUrl(url)
                    .setResource(observation)
                    .getRequest()
                    .setMethod(HTTPVerb.POST)
                    .setUrl("Observation");
        }
        return bundle;
    }
}
