package io.github.throughcare.demo;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/** Loads the demo stories. It does not start by itself: whoever opens an empty store calls {@link #load}. */
@Component
public final class DemoData {

    private static final String STORIES = "classpath*:/ig/input/examples/demo/*.json";

    private final FhirContext context;
    private final Resources resources;
    private final Clock clock;
    private final CareSettings settings;

    DemoData(FhirContext context, Resources resources, Clock clock, CareSettings settings) {
        this.context = context;
        this.resources = resources;
        this.clock = clock;
        this.settings = settings;
    }

    /**
     * Stores each story in one transaction, in the order of the file names. A story of which everything is there already is left
     * as it is, so that loading twice changes nothing.
     *
     * @return how many stories were stored
     */
    public int load() {
        List<Bundle> missing =
                stories().stream().filter(story -> !isThere(story)).toList();
        missing.forEach(story -> resources.commit(story, Visibility.everything()));
        return missing.size();
    }

    /** The stories as transaction Bundles, dated from now. */
    List<Bundle> stories() {
        DemoDates dates = new DemoDates(clock.instant(), settings.zoneId());
        try {
            return Arrays.stream(new PathMatchingResourcePatternResolver().getResources(STORIES))
                    .sorted(Comparator.comparing(file -> Objects.requireNonNull(file.getFilename())))
                    .map(DemoData::text)
                    .map(dates::fill)
                    .map(json -> context.newJsonParser().parseResource(Bundle.class, json))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(org.springframework.core.io.Resource file) {
        try {
            return file.getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isThere(Bundle story) {
        return story.getEntry().stream()
                .map(BundleEntryComponent::getResource)
                .allMatch(r -> resources
                        .read(
                                r.getClass().asSubclass(Resource.class),
                                r.getIdElement().getIdPart(),
                                Visibility.everything())
                        .isPresent());
    }
}
