package io.github.throughcare.care;

import java.util.Set;
import org.hl7.fhir.r4.model.Reference;

/** Who may stand where: elements such as recorder, author or performer each allow other types of resources. */
public final class Actors {

    private Actors() {}

    /** Does the reference name its type, and is it one of these? */
    public static boolean isOneOf(Reference actor, Set<String> types) {
        String type = actor.getReferenceElement().getResourceType();
        return type != null && types.contains(type);
    }
}
