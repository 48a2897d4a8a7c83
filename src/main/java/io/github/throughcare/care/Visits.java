package io.github.throughcare.care;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Reference;

/** In which encounter something was done: one patient's record must never hang on the encounter of another. */
public final class Visits {

    private Visits() {}

    /**
     * Checks an Encounter that a caller names; what is no reference to this server is taken as it is, and whether it must be there is
     * the store's to say.
     *
     * @return whether it is there, as far as this server can know
     * @throws Problem 422 when it is another patient's
     */
    public static boolean check(
            Reference encounter, String patient, Resources resources, Visibility visibility, String expression) {
        IIdType id = encounter.getReferenceElement();
        if (!encounter.hasReference() || id.hasBaseUrl() || id.isLocal() || !id.hasIdPart()) {
            return true;
        }
        if (!"Encounter".equals(id.getResourceType())) {
            throw Problem.rule(
                    "encounter is a reference like Encounter/123, not " + encounter.getReference(), expression);
        }
        Optional<Encounter> known = resources.read(Encounter.class, id.getIdPart(), visibility);
        String subject = known.map(e -> e.getSubject().getReference()).orElse(null);
        if (subject != null && !subject.equals("Patient/" + patient)) {
            throw Problem.rule(
                    "Encounter/" + id.getIdPart() + " is not of Patient/" + patient
                            + "; name one of this patient, or none",
                    expression);
        }
        return known.isPresent();
    }
}
