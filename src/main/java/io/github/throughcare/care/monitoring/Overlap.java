package io.github.throughcare.care.monitoring;

import io.github.throughcare.care.FacilityTime;
import java.time.Instant;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Type;

/** Do two stretches of time share a moment? A missing end is open; what is no time at all is always. Pure. */
record Overlap(FacilityTime time) {

    boolean of(Type one, Type other) {
        return from(one).isBefore(until(other)) && from(other).isBefore(until(one));
    }

    private Instant from(Type occurrence) {
        if (occurrence instanceof Period p && p.hasStart()) {
            return time.start(p.getStartElement());
        }
        return occurrence instanceof BaseDateTimeType t && t.hasValue() ? time.start(t) : Instant.MIN;
    }

    private Instant until(Type occurrence) {
        if (occurrence instanceof Period p && p.hasEnd()) {
            return time.end(p.getEndElement());
        }
        return occurrence instanceof BaseDateTimeType t && t.hasValue()
                ? time.end(t).plusMillis(1)
                : Instant.MAX;
    }
}
