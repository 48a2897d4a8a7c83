package io.github.throughcare.care.outreach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.FakeIntent;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule.Actor;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EpisodeRuleTest {

    private static final Map<String, Set<String>> MOVES = Map.of(
            "planned", Set.of("waitlist", "active", "cancelled", "entered-in-error"),
            "waitlist", Set.of("planned", "active", "cancelled", "entered-in-error"),
            "active", Set.of("onhold", "finished", "cancelled", "entered-in-error"),
            "onhold", Set.of("active", "finished", "cancelled", "entered-in-error"),
            "finished", Set.of("active", "entered-in-error"),
            "cancelled", Set.of("entered-in-error"),
            "entered-in-error", Set.of());

    private final EpisodeRule rule = rule(null);

    private static EpisodeRule rule(Integer reopenDays) {
        return new EpisodeRule(
                new FacilityTime(
                        Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC), new CareSettings("UTC")),
                new CoordinationSettings(null, reopenDays, 180));
    }

    static Stream<Arguments> everyMove() {
        return MOVES.keySet().stream()
                .flatMap(from -> MOVES.keySet().stream()
                        .filter(to -> !to.equals(from))
                        .map(to -> Arguments.of(from, to, MOVES.get(from).contains(to))));
    }

    @ParameterizedTest
    @MethodSource("everyMove")
    void every_move(String from, String to, boolean legal) {
        EpisodeOfCare after = episode(to);
        after.addExtension(EpisodeRule.STATUS_REASON, new StringType("relapse"));
        assertThat(statusOf(new FakeIntent(episode(from), after, Actor.SYSTEM))).isEqualTo(legal ? 200 : 422);
    }

    @ParameterizedTest
    @MethodSource("everyBeginning")
    void every_beginning(String to, boolean legal) {
        assertThat(statusOf(new FakeIntent(null, episode(to), Actor.SYSTEM))).isEqualTo(legal ? 200 : 422);
    }

    static Stream<Arguments> everyBeginning() {
        return MOVES.keySet().stream()
                .map(to -> Arguments.of(
                        to, List.of("planned", "waitlist", "active").contains(to)));
    }

    @ParameterizedTest
    @CsvSource({"Group/home, 200", "Patient/ann, 422", "Location/home, 422"})
    void a_household_is_a_group(String household, int expected) {
        EpisodeOfCare after = episode("active");
        after.addExtension(EpisodeRule.HOUSEHOLD, new Reference(household));
        assertThat(statusOf(new FakeIntent(null, after, Actor.SYSTEM))).isEqualTo(expected);
        assertThat(statusOf(new FakeIntent(episode("active"), after, Actor.SYSTEM)))
                .isEqualTo(expected);
        // what came so from elsewhere does not stop other work
        EpisodeOfCare noted = after.copy();
        noted.addAccount(new Reference("Account/a"));
        assertThat(statusOf(new FakeIntent(after, noted, Actor.SYSTEM))).isEqualTo(200);
        after.addExtension(EpisodeRule.HOUSEHOLD, new Reference("Group/other"));
        assertThat(statusOf(new FakeIntent(null, after, Actor.SYSTEM))).isEqualTo(422);
    }

    @Test
    void a_finished_case_is_reopened_with_a_reason() {
        assertThat(statusOf(new FakeIntent(episode("finished"), episode("active"), Actor.SYSTEM)))
                .isEqualTo(422);
    }

    @Test
    void why_it_ended_is_no_reason_to_open_it_again() {
        EpisodeOfCare ended = episode("finished");
        ended.addExtension(EpisodeRule.STATUS_REASON, new StringType("goals reached"));
        EpisodeOfCare same = episode("active");
        same.addExtension(EpisodeRule.STATUS_REASON, new StringType("goals reached"));
        EpisodeOfCare other = episode("active");
        other.addExtension(EpisodeRule.STATUS_REASON, new StringType("relapse"));
        assertThat(statusOf(new FakeIntent(ended, same, Actor.SYSTEM))).isEqualTo(422);
        FakeIntent reopens = new FakeIntent(ended, other, Actor.SYSTEM);
        assertThat(statusOf(reopens)).isEqualTo(200);
        EpisodeOfCare kept = (EpisodeOfCare) reopens.put.get("EpisodeOfCare/e");
        assertThat(kept.getStatusHistory().get(1).getExtensionByUrl(EpisodeRule.STATUS_REASON))
                .matches(e -> e.getValue().primitiveValue().equals("relapse"));
    }

    @ParameterizedTest
    @CsvSource({"2026-11-01, , 200", "2020-01-01, , 200", "2026-11-01, 30, 200", "2026-10-01, 30, 422"})
    void the_house_says_how_long_a_case_may_be_reopened(String ended, Integer days, int status) {
        EpisodeOfCare before = episode("finished");
        before.addStatusHistory()
                .setStatus(EpisodeOfCareStatus.FINISHED)
                .getPeriod()
                .setStartElement(new DateTimeType(ended));
        EpisodeOfCare after = episode("active");
        after.addExtension(EpisodeRule.STATUS_REASON, new StringType("relapse"));
        Problem problem = catchThrowableOfType(
                Problem.class, () -> rule(days).check(new FakeIntent(before, after, Actor.SYSTEM)));
        assertThat(problem == null ? 200 : problem.status()).isEqualTo(status);
    }

    @Test
    void an_active_case_has_a_care_manager() {
        EpisodeOfCare alone = episode("active").setCareManager(null);
        assertThat(statusOf(new FakeIntent(null, alone, Actor.SYSTEM))).isEqualTo(422);
        assertThat(statusOf(new FakeIntent(episode("active"), alone, Actor.INTERNAL)))
                .isEqualTo(422);
    }

    @Test
    void the_history_is_the_servers() {
        FakeIntent begins = new FakeIntent(null, episode("planned"), Actor.SYSTEM);
        rule.check(begins);
        EpisodeOfCare planned = (EpisodeOfCare) begins.put.get("EpisodeOfCare/e");
        EpisodeOfCare forged = episode("active");
        forged.addStatusHistory().setStatus(EpisodeOfCareStatus.FINISHED);
        FakeIntent moves = new FakeIntent(planned, forged, Actor.SYSTEM);
        rule.check(moves);
        EpisodeOfCare active = (EpisodeOfCare) moves.put.get("EpisodeOfCare/e");
        assertThat(active.getStatusHistory())
                .extracting(h -> h.getStatus().toCode())
                .containsExactly("planned", "active");
        assertThat(active.getStatusHistory().get(0).getPeriod().getEndElement().getValueAsString())
                .isEqualTo("2026-11-22T12:00:00+00:00");
        assertThat(active.getStatusHistory().get(1).getPeriod().hasEnd()).isFalse();

        FakeIntent again = new FakeIntent(active, active.copy(), Actor.SYSTEM);
        rule.check(again);
        assertThat(again.put).isEmpty();
    }

    private int statusOf(FakeIntent intent) {
        return intent.answer(rule);
    }

    private static EpisodeOfCare episode(String status) {
        EpisodeOfCare episode = new EpisodeOfCare();
        episode.setId("e");
        episode.setStatus(EpisodeOfCareStatus.fromCode(status));
        episode.setPatient(new Reference("Patient/p"));
        episode.setCareManager(new Reference("Practitioner/kim"));
        return episode;
    }
}
