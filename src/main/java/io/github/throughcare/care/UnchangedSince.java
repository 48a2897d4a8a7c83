package io.github.throughcare.care;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule;
import java.util.Set;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Patient;

/**
 * Lets a commit through only while what it was decided on still stands, whichever server process on the same database wrote
 * meanwhile. It holds the Patient's row: of two such commits about one patient the second waits for the first, looks again, finds
 * something new and is refused with 409, so that its caller decides anew.
 */
public final class UnchangedSince implements WriteRule {

    private final String type;
    private final String patient;
    private final Look look;

    /**
     * @param type resource type of exactly one entry of the transaction
     * @param patient id of the Patient
     * @param look what was asked before deciding, and answered
     */
    public UnchangedSince(String type, String patient, Look look) {
        this.type = type;
        this.patient = patient;
        this.look = look;
    }

    @Override
    public Set<String> types() {
        return Set.of(type);
    }

    @Override
    public void check(Intent intent) {
        intent.current(Patient.class, patient); // held until the commit
        for (Look.Asked asked : look.asked()) {
            if (!Set.copyOf(intent.versions(asked.type(), asked.query())).equals(Set.copyOf(asked.found()))) {
                throw new Problem(
                        409,
                        IssueType.CONFLICT,
                        "What is stored of Patient/" + patient + " changed while this was being decided; send it again",
                        null);
            }
        }
    }
}
