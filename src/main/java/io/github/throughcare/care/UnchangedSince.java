package io.github.throughcare.care;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;

/**
 * Lets a commit through only while what it was decided on still stands, whichever server process on the same database wrote
 * meanwhile. It holds the Patient's row: of two such commits about one patient the second waits for the first, looks again, finds
 * something new and is refused with 409, so that its caller decides anew.
 *
 * <p>What the commit writes itself is guarded by its {@code If-Match}; of these resources only whether they were there is looked at.
 */
public final class UnchangedSince implements WriteRule {

    private final String type;
    private final String patient;
    private final Function<Look, ? extends Collection<? extends Resource>> question;
    private final Set<String> written;
    private final Set<String> seen;

    /**
     * @param type resource type of exactly one entry of the transaction
     * @param patient id of the Patient
     * @param question what was asked before deciding; it is asked again
     * @param answer what was answered then
     */
    public UnchangedSince(
            String type,
            String patient,
            Function<Look, ? extends Collection<? extends Resource>> question,
            Collection<? extends Resource> answer,
            Bundle transaction) {
        this.type = type;
        this.patient = patient;
        this.question = question;
        this.written = new TreeSet<>(transaction.getEntry().stream()
                .map(entry -> entry.getRequest().getUrl())
                .toList());
        this.seen = marks(answer);
    }

    @Override
    public Set<String> types() {
        return Set.of(type);
    }

    @Override
    public void check(Intent intent) {
        intent.current(Patient.class, patient); // held until the commit
        if (!marks(question.apply(Look.within(intent))).equals(seen)) {
            throw new Problem(
                    409,
                    IssueType.CONFLICT,
                    "What is stored of Patient/" + patient + " changed while this was being decided; send it again",
                    null);
        }
    }

    private Set<String> marks(Collection<? extends Resource> resources) {
        Set<String> marks = new TreeSet<>();
        for (Resource resource : resources) {
            String local = resource.fhirType() + "/" + resource.getIdElement().getIdPart();
            marks.add(
                    written.contains(local)
                            ? local
                            : local + "/_history/" + resource.getMeta().getVersionId());
        }
        return marks;
    }
}
