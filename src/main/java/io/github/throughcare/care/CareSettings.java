package io.github.throughcare.care;

import java.time.ZoneId;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the facility.
 *
 * @param zone time zone where data carry none ({@code THROUGHCARE_ZONE}); default the system's
 */
@ConfigurationProperties("throughcare")
public record CareSettings(@DefaultValue("") String zone) {

    /** The facility's time zone. */
    public ZoneId zoneId() {
        return zone.isBlank() ? ZoneId.systemDefault() : ZoneId.of(zone);
    }
}
