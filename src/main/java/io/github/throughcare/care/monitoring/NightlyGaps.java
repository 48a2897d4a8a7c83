package io.github.throughcare.care.monitoring;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Keeps the gaps of everybody with an open case, once a night: what is found is stored, what is gone is closed. People whose case has
 * ended are looked at for another thirty days, so that what was open then does not stay so.
 */
@Component
final class NightlyGaps {

    private static final Logger LOG = LoggerFactory.getLogger(NightlyGaps.class);
    private static final Duration AFTERWARDS = Duration.ofDays(30);

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
        collect("status=planned,waitlist,active,onhold", patients);
        collect("status=finished,cancelled&_lastUpdated=ge" + time.now().minus(AFTERWARDS), patients);
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

    private void collect(String query, Set<String> patients) {
        resources.each(
                EpisodeOfCare.class,
                query,
                Visibility.everything(),
                page -> page.stream()
                        .map(e -> e.getPatient().getReferenceElement())
                        .filter(p ->
                                p.hasIdPart() && !p.isAbsolute()) // one named by an identifier or elsewhere is not here
                        .forEach(p -> patients.add(p.getIdPart())));
    }
}
