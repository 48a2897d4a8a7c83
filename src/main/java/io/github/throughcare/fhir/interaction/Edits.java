package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.patch.Patches;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Changes of the version that is current, whatever it is: each is checked like a body that a client sends. */
final class Edits {

    private final Patches patches;
    private final Bodies bodies;

    Edits(Patches patches, Bodies bodies) {
        this.patches = patches;
        this.bodies = bodies;
    }

    /** A patch (R4 http.html 3.1.0.6): the request's body is the Binary or the Parameters that hold it. */
    Change.Edit patch(String type, Request r) {
        ObjectNode patch = r.body().get();
        return checked(type, current -> patches.apply(patch, current, r.place()), r.place());
    }

    /** More profiles, tags and security labels, or fewer. */
    Change.Edit labels(String type, ObjectNode meta, boolean add) {
        return checked(type, current -> Labels.change(current, meta, add), null);
    }

    private Change.Edit checked(String type, UnaryOperator<ObjectNode> edit, @Nullable String place) {
        return current -> {
            ObjectNode edited = edit.apply(current);
            return new Change.Edited(edited, bodies.checkResult(type, edited, place));
        };
    }
}
