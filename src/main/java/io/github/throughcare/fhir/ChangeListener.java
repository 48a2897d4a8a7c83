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

    /**
     * Asked once more when the change is committed and about to be told, before the resource is read: so what is remembered of other
     * changes may decide here, which it may not while both are still being written. Deletions are told always.
     *
     * @param json the new version
     */
    default boolean concerns(String type, byte[] json) {
        return wants(type, json);
    }

    /** Told in a thread of its own, some milliseconds after the commit. An exception makes it be told again later. */
    void changed(ResourceChanged change);
}
