package io.github.throughcare.fhir.interaction;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.WriteRule;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Stored;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;

/** Who writes: while no security is configured, whom the header {@code X-Throughcare-Actor} names, and without it the system. */
final class Actors {

    static final String HEADER = "x-throughcare-actor";

    private static final Pattern FORM = Pattern.compile(
            "(Organization|PractitionerRole|Practitioner|Patient|RelatedPerson|Device)/([A-Za-z0-9\\-.]{1,64})");

    private final Store store;
    private final FhirContext context;

    Actors(Store store, FhirContext context) {
        this.store = store;
        this.context = context;
    }

    /** @throws Problem 400 for a header that is malformed or names nobody who is stored here */
    WriteRule.Actor of(Request r) {
        String header = r.headers().get(HEADER);
        if (header == null) {
            return r.internal() ? WriteRule.Actor.INTERNAL : WriteRule.Actor.SYSTEM;
        }
        Matcher m = FORM.matcher(header.strip()); // an empty one names nobody; it does not make the caller the system
        if (!m.matches()) {
            throw Problem.malformed(
                    "X-Throughcare-Actor is one of Organization, PractitionerRole, Practitioner, Patient, RelatedPerson or Device"
                            + " with an id, e.g. Organization/123, not " + header,
                    null);
        }
        Stored known = store.read(m.group(1), m.group(2), Visibility.everything())
                .filter(s -> !s.deleted())
                .orElseThrow(
                        () -> Problem.malformed("X-Throughcare-Actor: " + m.group() + " is not stored here", null));
        Set<String> actsAs = new HashSet<>();
        actsAs.add(m.group());
        if (known.type().equals("PractitionerRole")) {
            PractitionerRole role = context.newJsonParser()
                    .parseResource(PractitionerRole.class, new String(known.requireJson(), StandardCharsets.UTF_8));
            add(role.getOrganization(), actsAs);
            add(role.getPractitioner(), actsAs);
        }
        return new WriteRule.Actor(m.group(), actsAs, r.internal());
    }

    private static void add(Reference reference, Set<String> actsAs) {
        if (reference.hasReference()) {
            actsAs.add(
                    reference.getReferenceElement().toUnqualifiedVersionless().getValue());
        }
    }
}
