package io.github.throughcare.fhir;

import java.util.Set;

/**
 * Hears of committed changes, at least once and after a crash too (the change and its outbox row are one transaction), in the
 * order of commit per resource. What it does must change nothing when it is told twice.
 */
public interface ChangeListener {

    /**
     * What it wants to hear of: a resource type; or, of a type, only changes of resources that have one of some codes, before or after,
     * as a token search names them: {@code Observation?code=http://loinc.org|718-7,http://loinc.org|2951-2}. Each change that is wanted
     * costs a row and a delivery, so a type of many resources should be narrowed. Asked again now and then; must be quick.
     */
    Set<String> types();

    /** Told in a thread of its own, some milliseconds after the commit. An exception makes it be told again later. */
    void changed(ResourceChanged change);
}
