package io.github.throughcare.fhir;

import java.util.Set;

/**
 * Hears of committed changes, at least once and after a crash too (the change and its outbox row are one transaction), in the
 * order of commit per resource. What it does must change nothing when it is told twice.
 */
public interface ChangeListener {

    /** Resource types it wants to hear of. */
    Set<String> types();

    /**
     * Whether it wants to hear of this one; asked while it is written, so quick and without a look at the store. Deletions are told
     * always.
     *
     * @param json the new version
     */
    default boolean wants(String type, byte[] json) {
        return true;
    }

    /** Told in a thread of its own, some milliseconds after the commit. An exception makes it be told again later. */
    void changed(ResourceChanged change);
}
