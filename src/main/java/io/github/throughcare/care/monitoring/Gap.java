package io.github.throughcare.care.monitoring;

import java.util.List;
import org.hl7.fhir.r4.model.DetectedIssue.DetectedIssueSeverity;

/**
 * Something that is missing, double or at odds.
 *
 * @param code of {@code gap-kind}, or {@code DUPTHPY} of v3 ActCode
 * @param key what it is about, the same every time it is found
 * @param implicated every side, as {@code Type/id}
 * @param detail a sentence for whoever reads it
 */
record Gap(String code, String key, List<String> implicated, DetectedIssueSeverity severity, String detail) {

    static final String DUPLICATE = "DUPTHPY";

    Gap {
        implicated = List.copyOf(implicated);
    }
}
