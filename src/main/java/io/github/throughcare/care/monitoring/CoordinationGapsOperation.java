package io.github.throughcare.care.monitoring;

import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.DetectedIssue;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

/** {@code Patient/[id]/$coordination-gaps}: by GET what is found now, by POST the same and kept. */
@Component
final class CoordinationGapsOperation implements FhirOperation {

    private final GapKeeper keeper;
    private final Resources resources;

    CoordinationGapsOperation(GapKeeper keeper, Resources resources) {
        this.keeper = keeper;
        this.resources = resources;
    }

    @Override
    public String definition() {
        return "Patient-coordination-gaps";
    }

    @Override
    public Resource run(OperationCall call) {
        return gaps(call, true);
    }

    @Override
    public Resource look(OperationCall call) {
        return gaps(call, false);
    }

    private Resource gaps(OperationCall call, boolean keep) {
        String patient = call.requireId();
        if (resources.read(Patient.class, patient, call.visibility()).isEmpty()) {
            throw Problem.unknown("Patient/" + patient + " is not known");
        }
        int grace = call.value("grace", IntegerType.class)
                .map(IntegerType::getValue)
                .orElse(0);
        if (grace < 0 || grace > 3650) {
            throw Problem.malformed("grace is a number of days from 0 to 3650, not " + grace, "grace");
        }
        List<DetectedIssue> issues =
                keep ? keeper.keep(patient, grace, call.visibility()) : keeper.look(patient, grace, call.visibility());
        Bundle bundle = new Bundle().setType(BundleType.COLLECTION);
        for (DetectedIssue issue : issues) {
            var entry = bundle.addEntry().setResource(issue);
            if (!keep) {
                entry.setFullUrl("urn:uuid:" + issue.getIdElement().getIdPart());
                issue.setId((String) null);
            }
        }
        return bundle;
    }
}
