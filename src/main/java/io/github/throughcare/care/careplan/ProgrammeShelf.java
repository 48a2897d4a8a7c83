package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The active programmes, read once: each is some forty kilobytes. Before they are handed out one count asks whether a PlanDefinition
 * was written since; a deletion is heard of as a change. Thread-safe.
 */
@Component
final class ProgrammeShelf {

    /** A write may be committed a little later than the time it bears. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private record Read(Instant at, List<Programme> all) {}

    private final Resources resources;
    private final Clock clock;
    private volatile @Nullable Read last;

    ProgrammeShelf(Resources resources, Clock clock) {
        this.resources = resources;
        this.clock = clock;
    }

    /** All active programmes that name for whom they are, in a fixed order. */
    List<Programme> active() {
        return all().stream().filter(Programme::hasApplicability).toList();
    }

    /** The programme with this url, and version if one is given; of several the newest version. */
    Optional<Programme> named(String canonical) {
        String[] parts = canonical.split("\\|", 2);
        // right after the start nobody should wait for all of them who wants one
        List<Programme> those =
                last == null ? read("status=active&url=" + URLEncoder.encode(parts[0], StandardCharsets.UTF_8)) : all();
        return those.stream()
                .filter(p -> parts[0].equals(p.url()))
                .filter(p -> parts.length == 1 || parts[1].equals(p.definition().getVersion()))
                .max(Comparator.comparing(Programme::definition, Resources.NEWEST))
                .or(() -> resources
                        .definition(PlanDefinition.class, canonical)
                        .map(Programme::of)
                        .filter(Programme::isProgramme));
    }

    void forget() {
        last = null;
    }

    private List<Programme> all() {
        Read known = last;
        if (known == null || isOld(known)) {
            Instant now = clock.instant();
            known = new Read(now, read("status=active"));
            last = known;
        }
        return known.all();
    }

    private boolean isOld(Read known) {
        return resources.count(
                        PlanDefinition.class, "_lastUpdated=ge" + known.at().minus(MARGIN), Visibility.everything())
                > 0;
    }

    private List<Programme> read(String query) {
        return resources.search(PlanDefinition.class, query, Visibility.everything()).stream()
                .map(Programme::of)
                .filter(Programme::isProgramme)
                .filter(p -> p.definition().hasUrl())
                .sorted(Comparator.comparing(Programme::url))
                .toList();
    }
}
