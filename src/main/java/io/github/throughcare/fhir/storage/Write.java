package io.github.throughcare.fhir.storage;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One resource to be written in a transaction.
 *
 * @param type resource type
 * @param id logical id
 * @param body the resource; null deletes. Its id and meta.versionId/lastUpdated are set by the store
 * @param isNew the id was made by this server just now: no look-up is needed
 * @param ifVersion only if this is the current version (If-Match); null: whatever it is
 * @param patch recorded as a patch in history
 * @param place where in the request it stands, for errors, e.g. {@code Bundle.entry[3]}; null outside a bundle
 */
public record Write(
        String type,
        String id,
        @Nullable ObjectNode body,
        boolean isNew,
        @Nullable Integer ifVersion,
        boolean patch,
        @Nullable String place) {

    /** What came of it. */
    public enum Outcome {
        CREATED,
        UPDATED,
        /** The body was the current one already: no new version. */
        UNCHANGED,
        DELETED,
        /** A deletion of what was not there. */
        ABSENT
    }

    /**
     * @param outcome what came of it
     * @param stored the version that is current now (for DELETED the deletion); null for ABSENT
     * @param warnings what was let pass ({@link ReferencePolicy#WARN})
     */
    public record Result(Outcome outcome, @Nullable Stored stored, List<String> warnings) {

        public Result(Outcome outcome, @Nullable Stored stored) {
            this(outcome, stored, List.of());
        }

        /** The same with these warnings too. */
        public Result with(List<String> more) {
            return more.isEmpty()
                    ? this
                    : new Result(
                            outcome,
                            stored,
                            Stream.concat(warnings.stream(), more.stream()).toList());
        }

        /** Whether there is a version now that was not there before. */
        public boolean changed() {
            return outcome == Outcome.CREATED || outcome == Outcome.UPDATED || outcome == Outcome.DELETED;
        }

        public Stored requireStored() {
            if (stored == null) {
                throw new IllegalStateException("Nothing was stored");
            }
            return stored;
        }
    }
}
