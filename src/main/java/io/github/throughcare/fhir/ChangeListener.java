package io.github.throughcare.fhir;

import java.util.Set;

/**
 * Hears of committed changes, at least once and after a crash too (the change and its outbox row are one transaction), in the
 * order of commit per resource. What it does must change nothing when it is told twice.
 */
public interface ChangeListener {

    /** Resource types it wants to hear of. */
    Set<String> types();

    /** Told in a thread of its own, some milliseconds after the commit. An exception makes it be told again later. */
    void changed(ResourceChanged change);
}
