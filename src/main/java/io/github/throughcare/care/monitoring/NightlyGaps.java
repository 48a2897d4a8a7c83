package io.github.throughcare.care.monitoring;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Keeps the gaps of everybody with an open case, once a night: what is found is stored, what is gone is closed. */
@Component
final class NightlyGaps {

    private static final Logger LOG = LoggerFactory.getLogger(NightlyGaps.class);
    private static final String OPEN = "status=planned,waitlist,active,onhold";
    private static final int MOST = 5_000;

    private final Resources resources;
    private final GapKeeper keeper;
    private final FacilityTime time;

    NightlyGaps(Resources resources, GapKeeper keeper, FacilityTime time) {
        this.resources = resources;
        this.keeper = keeper;
        this.time = time;
    }

    /** One person's failure is told and does not keep the others from their turn. */
    void run() {
        Set<String> patients = new TreeSet<>();
        collect(Instant.EPOCH, time.now().plus(1, ChronoUnit.DAYS), patients);
        int failed = 0;
        for (String patient : patients) {
            try {
                keeper.keep(patient, 0, Visibility.everything());
            } catch (RuntimeException e) {
                failed++;
                LOG.warn("The gaps of Patient/{} were not looked at: {}", patient, e.toString());
            }
        }
        LOG.info("Looked for gaps in the care of {} people, {} failed", patients.size(), failed);
    }

    /** All open cases, in stretches of their last change that are small enough to read. */
    private void collect(Instant from, Instant until, Set<String> patients) {
        String query = OPEN + "&_lastUpdated=ge" + from + "&_lastUpdated=lt" + until;
        if (resources.count(EpisodeOfCare.class, query, Visibility.everything()) > MOST
                && from.until(until, ChronoUnit.MILLIS) > 2) {
            Instant middle =
                    from.plusMillis(from.until(until, ChronoUnit.MILLIS) / 2).truncatedTo(ChronoUnit.MILLIS);
            collect(from, middle, patients);
            collect(middle, until, patients);
            return;
        }
        resources
                .search(EpisodeOfCare.class, query, Visibility.everything())
                .forEach(e -> patients.add(e.getPatient().getReferenceElement().getIdPart()));
    }
}
