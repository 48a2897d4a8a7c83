package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.storage.Write;
import java.util.List;
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
 * @param body the resource, for CREATE and UPDATE
 * @param edit what to do to the current version, for EDIT (a patch, new tags); it leaves its argument alone and throws a Problem when
 *     it cannot be done
 * @param warnings what was let pass in the body
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
        @Nullable Edit edit,
        List<String> warnings,
        OptionalInt ifMatch,
        @Nullable String fullUrl,
        @Nullable String place) {

    enum Kind {
        CREATE,
        UPDATE,
        DELETE,
        EDIT
    }

    /** What is done to the current version. */
    @FunctionalInterface
    interface Edit {
        /** Leaves its argument alone. */
        Edited of(ObjectNode current);
    }

    /** What an edit comes to, and what was let pass in it. */
    record Edited(ObjectNode body, List<String> warnings) {}

    static Change create(String type, @Nullable String condition, List<String> warnings, String fullUrl, Request r) {
        return new Change(
                Kind.CREATE,
                type,
                null,
                condition,
                r.body().get(),
                null,
                warnings,
                OptionalInt.empty(),
                blankAsNull(fullUrl),
                r.place());
    }

    /** @param id or else the condition */
    static Change update(
            String type,
            @Nullable String id,
            @Nullable String condition,
            List<String> warnings,
            String fullUrl,
            Request r) {
        return new Change(
                Kind.UPDATE,
                type,
                id,
                condition,
                r.body().get(),
                null,
                warnings,
                r.ifMatch(),
                blankAsNull(fullUrl),
                r.place());
    }

    /** A whole resource of the server's own, under its id. */
    static Change whole(String id, ObjectNode body, Bodies bodies) {
        String type = bodies.typeOf(body, null);
        List<String> warnings = bodies.check(type, body, null);
        return new Change(Kind.UPDATE, type, id, null, body, null, warnings, OptionalInt.empty(), null, null);
    }

    static Change delete(String type, @Nullable String id, @Nullable String condition, String fullUrl, Request r) {
        return new Change(
                Kind.DELETE, type, id, condition, null, null, List.of(), r.ifMatch(), blankAsNull(fullUrl), r.place());
    }

    static Change edit(
            String type, @Nullable String id, @Nullable String condition, Edit edit, String fullUrl, Request r) {
        return new Change(
                Kind.EDIT, type, id, condition, null, edit, List.of(), r.ifMatch(), blankAsNull(fullUrl), r.place());
    }

    private static @Nullable String blankAsNull(String text) {
        return text.isBlank() ? null : text;
    }

    /** The same about one of the resources that its condition names. */
    Change of(String target) {
        return new Change(kind, type, target, null, body, edit, warnings, ifMatch, fullUrl, place);
    }

    /** The same with a body: what an edit comes to. */
    Change with(Edited edited) {
        return new Change(kind, type, id, condition, edited.body(), edit, edited.warnings(), ifMatch, fullUrl, place);
    }

    /** What the store has to do once the target is known. */
    Write write(String target, boolean isNew) {
        return new Write(
                type,
                target,
                kind == Kind.DELETE ? null : requireBody(),
                isNew,
                ifMatch.isPresent() ? Integer.valueOf(ifMatch.getAsInt()) : null,
                kind == Kind.EDIT,
                place);
    }

    ObjectNode requireBody() {
        if (body == null) {
            throw new IllegalStateException(kind + " without a body");
        }
        return body;
    }
}
