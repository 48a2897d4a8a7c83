package io.github.throughcare.fhir.interaction;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One write that a client asks for, before its target is known.
 *
 * @param kind what is asked
 * @param type resource type
 * @param id logical id, where the URL has one
 * @param condition query that names the target instead (conditional interactions), or null
 * @param body the resource, except for DELETE
 * @param ifMatch version that must be current
 * @param fullUrl by which other entries refer to it, or null
 * @param place in the bundle, for errors, or null
 */
record Change(
        Kind kind,
        String type,
        @Nullable String id,
        @Nullable String condition,
        @Nullable ObjectNode body,
        OptionalInt ifMatch,
        @Nullable String fullUrl,
        @Nullable String place) {

    enum Kind {
        CREATE,
        UPDATE,
        DELETE
    }

    ObjectNode requireBody() {
        if (body == null) {
            throw new IllegalStateException(kind + " without a body");
        }
        return body;
    }
}
