package io.github.throughcare.demo;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.InMemoryResources;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

class DemoDataTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    private final InMemoryResources resources = new InMemoryResources(CONTEXT);
    private final DemoData demo = new DemoData(CONTEXT, resources, Clock.systemUTC(), new CareSettings("UTC"));

    @Test
    void loading_twice_changes_nothing() {
        assertThat(demo.load()).isEqualTo(4);
        int stored = resources.all().size();

        assertThat(demo.load()).isZero();
        assertThat(resources.all())
                .hasSize(stored)
                .allMatch(r -> r.getMeta().getVersionId().equals("1"));
    }

    @Test
    void every_reference_of_a_story_is_in_it_or_in_an_earlier_one() {
        Set<String> there = new HashSet<>();
        demo.stories().forEach(story -> {
            there.addAll(story.getEntry().stream()
                    .map(BundleEntryComponent::getResource)
                    .map(r -> r.fhirType() + "/" + r.getIdElement().getIdPart())
                    .collect(Collectors.toSet()));
            assertThat(CONTEXT.newTerser().getAllPopulatedChildElementsOfType(story, Reference.class))
                    .extracting(r ->
                            r.getReferenceElement().toUnqualifiedVersionless().getValue())
                    .isSubsetOf(there);
        });
    }

    @Test
    void all_ids_say_that_they_are_demo_data() {
        assertThat(demo.stories())
                .flatExtracting(story -> story.getEntry())
                .allMatch(e -> e.getRequest().getUrl().matches("[A-Za-z]+/demo-[a-z0-9-]+"));
    }
}
