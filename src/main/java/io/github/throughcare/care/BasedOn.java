package io.github.throughcare.care;

import io.github.throughcare.fhir.ResourceChanged;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Reference;

/** Which Tasks a change of a Communication concerns. */
public final class BasedOn {

    private BasedOn() {}

    /** Ids of the Tasks that it is based on, or was before. */
    public static Set<String> tasks(ResourceChanged change) {
        Set<String> tasks = new TreeSet<>();
        Stream.of(change.before(Communication.class), change.after(Communication.class))
                .flatMap(c -> c.stream())
                .flatMap(c -> c.getBasedOn().stream())
                .map(Reference::getReferenceElement)
                .filter(r -> "Task".equals(r.getResourceType()))
                .forEach(r -> tasks.add(r.getIdPart()));
        return tasks;
    }
}
