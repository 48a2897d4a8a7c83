package io.github.throughcare.care.outreach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.throughcare.care.FakeIntent;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule.Actor;
import java.math.BigDecimal;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaseloadCapTest {

    private static final Reference MANAGER = new Reference("Practitioner/m");

    private static EpisodeOfCare episode(String id, String manager) {
        EpisodeOfCare episode = new EpisodeOfCare();
        episode.setId("EpisodeOfCare/" + id);
        episode.setStatus(EpisodeOfCareStatus.ACTIVE);
        episode.setCareManager(new Reference(manager));
        return episode;
    }

    @ParameterizedTest
    @CsvSource({
        "2, 3, Practitioner/other, false, true",
        "3, 3, Practitioner/other, false, false",
        "3, 3, Practitioner/other, true, true",
        "3, , Practitioner/other, false, true",
        "4, 3, Practitioner/m, false, true",
    })
    void nobody_takes_on_more_than_the_cap(
            int carried, BigDecimal cap, String before, boolean override, boolean allowed) {
        EpisodeOfCare after = episode("new", "Practitioner/m");
        EpisodeOfCare[] others = IntStream.range(0, carried)
                .mapToObj(i -> episode("e" + i, "Practitioner/m"))
                .toArray(EpisodeOfCare[]::new);
        FakeIntent intent = new FakeIntent(episode("new", before), after, Actor.INTERNAL, others);
        Problem problem = catchThrowableOfType(
                Problem.class, () -> new AssignOperation.Cap(MANAGER, override, cap).check(intent));
        assertThat(problem == null ? 200 : problem.status()).isEqualTo(allowed ? 200 : 422);
    }
}
