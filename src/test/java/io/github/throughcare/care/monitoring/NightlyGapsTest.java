package io.github.throughcare.care.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.FixedTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.InMemoryResources;
import io.github.throughcare.fhir.Visibility;
import java.util.List;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DetectedIssue;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

class NightlyGapsTest {

    private final InMemoryResources resources = new InMemoryResources(FhirContext.forR4Cached());
    private final NightlyGaps gaps =
            new NightlyGaps(resources, new GapKeeper(resources, FixedTime.NOON), FixedTime.NOON);

    private void episode(String id, Reference patient) {
        EpisodeOfCare episode =
                new EpisodeOfCare().setStatus(EpisodeOfCareStatus.ACTIVE).setPatient(patient);
        episode.setId(id);
        resources.with(episode);
    }

    @Test
    void a_case_whose_patient_is_not_here_keeps_nobody_from_their_turn() {
        episode("1", new Reference().setIdentifier(new Identifier().setValue("somebody")));
        episode("2", new Reference("http://elsewhere.example/fhir/Patient/bob"));
        episode("3", new Reference("Patient/ann"));
        Condition need = new Condition().setSubject(new Reference("Patient/ann"));
        need.setId("need");
        need.getClinicalStatus().addCoding().setCode("active");
        need.addCategory()
                .addCoding()
                .setSystem("http://hl7.org/fhir/us/core/CodeSystem/condition-category")
                .setCode("health-concern");
        resources.with(need);

        gaps.run();

        assertThat(resources.search(DetectedIssue.class, "patient=ann", Visibility.everything()))
                .singleElement()
                .satisfies(
                        issue -> assertThat(issue.getCode().hasCoding(Ig.codeSystem("gap-kind"), "need-without-plan"))
                                .isTrue());
        assertThat(List.copyOf(resources.search(DetectedIssue.class, "patient=bob", Visibility.everything())))
                .isEmpty();
    }
}
