package io.github.throughcare.fhir;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * A rule that each write of some resource types must keep, whatever path it comes by: create, update, patch, delete, conditional,
 * in a transaction, or a commit of the server's own. A Spring bean of this type is asked inside the database transaction, with the
 * row locked, so that it sees the very version that the write replaces; of two writers at the same moment the second is asked
 * about what the first has left.
 *
 * <p>A rule is asked once per resource that the caller writes, in the order of the transaction, and not about writes that rules
 * add. It must have no effect but on the {@link Intent}: a transaction that loses a race is run again from its beginning.
 * {@code $import} keeps history as it was elsewhere and asks no rule. A type without a rule costs nothing.
 */
public interface WriteRule {

    /** Resource types it is for. */
    Set<String> types();

    /** @throws Problem to refuse; nothing of the whole transaction is stored then */
    void check(Intent intent);

    /**
     * Who writes.
     *
     * @param reference as the caller names himself, {@code Type/id}; null: the system, which may do what anybody may
     * @param actsAs everybody he may act as: himself, and for a PractitionerRole its organization and practitioner
     * @param internal a commit of the server's own (an operation, a job) rather than a client's request
     */
    record Actor(@Nullable String reference, Set<String> actsAs, boolean internal) {

        /** A client that does not say who it is, while no security is configured. */
        public static final Actor SYSTEM = new Actor(null, Set.of(), false);

        /** The server itself. */
        public static final Actor INTERNAL = new Actor(null, Set.of(), true);

        public Actor {
            actsAs = Set.copyOf(actsAs);
        }

        public boolean isSystem() {
            return reference == null;
        }

        /** May he act as the one referred to? The system may act as anybody. */
        public boolean is(@Nullable Reference other) {
            return isSystem()
                    || other != null
                            && other.hasReference()
                            && actsAs.contains(other.getReferenceElement()
                                    .toUnqualifiedVersionless()
                                    .getValue());
        }
    }

    /** One resource about to be written, and the transaction around it. */
    interface Intent {

        /** The current version, locked; null when there is none. Not to be changed. */
        @Nullable
        Resource before();

        /** What is to be written, with its id; null for a deletion. Changed only by {@link #put}. */
        @Nullable
        Resource after();

        Actor actor();

        /** A resource as it will stand after this transaction, locked until then; empty when it will not be there. */
        <T extends Resource> Optional<T> current(Class<T> type, String id);

        /** A search of what is stored; matches that this transaction writes are given as they will be, but for deleted ones. */
        <T extends Resource> List<T> search(Class<T> type, String query);

        /** All resources of this type that the transaction writes, as they will be, also those that are new. Not to be changed. */
        <T extends Resource> List<T> written(Class<T> type);

        /**
         * What a search finds, without what this transaction is about to write: {@code Type/id/_history/version} of each match. Cheaper
         * than {@link #search}, for nothing is parsed.
         */
        default List<String> versions(Class<? extends Resource> type, String query) {
            return search(type, query).stream()
                    .map(r -> r.fhirType() + "/" + r.getIdElement().getIdPart() + "/_history/"
                            + r.getMeta().getVersionId())
                    .toList();
        }

        /**
         * Writes this resource, which has an id, together with the rest: instead of what was to be written of it, or in addition.
         */
        void put(Resource resource);
    }
}
