package io.github.throughcare.care;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** A facility where it is always the same moment. */
public final class FixedTime {

    /** Noon on 22 November 2026, in a facility that goes by UTC. */
    public static final FacilityTime NOON = at("2026-11-22T12:00:00Z", "UTC");

    private FixedTime() {}

    public static FacilityTime at(String moment, String zone) {
        return new FacilityTime(Clock.fixed(Instant.parse(moment), ZoneOffset.UTC), new CareSettings(zone));
    }
}
