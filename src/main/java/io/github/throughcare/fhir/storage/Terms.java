package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.index.IndexValues.Term;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which rows of {@code term} the database has for certain: those that this process has committed. What is forgotten, or was written by
 * another process, is written once more, which does no harm. Thread-safe.
 */
final class Terms {

    /** About 12 MB; with more it begins anew. */
    private static final int MOST = 200_000;

    private final Set<Long> known = ConcurrentHashMap.newKeySet();

    /** What one transaction adds. */
    final class Added {
        private final Set<Long> added = new HashSet<>();

        /** Has the transaction to write it? Says so once. */
        boolean isNew(Term term) {
            return !known.contains(term.key()) && added.add(term.key());
        }

        /** The transaction is committed. */
        void committed() {
            if (known.size() + added.size() > MOST) {
                known.clear();
            }
            known.addAll(added);
        }
    }

    Added begin() {
        return new Added();
    }
}
