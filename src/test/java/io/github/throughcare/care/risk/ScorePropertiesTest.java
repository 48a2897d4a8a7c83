package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for every patient. */
class ScorePropertiesTest {

    private static final List<String> DIAGNOSES = List.of(
            "I21.4", "I25.2", "I50.22", "I63.9", "I70.0", "E11.9", "E11.22", "J44.9", "K74.60", "K72.90", "N18.3",
            "N18.6", "C50.911", "C78.7", "F03.90", "M05.79", "B20", "I10", "K25.9");

    /** A patient as a choice of facts. */
    record Facts(
            List<String> diagnoses, int days, int emergencies, int admissions, int tenthsOfHemoglobin, boolean acute) {

        Ward ward() {
            return new Ward()
                    .days(days)
                    .diagnoses(diagnoses.toArray(String[]::new))
                    .emergencies(emergencies)
                    .admissions(admissions)
                    .hemoglobin(String.valueOf(tenthsOfHemoglobin / 10.0))
                    .sodium("136")
                    .procedureInStay()
                    .service("394802001")
                    .priority(acute ? "EM" : "EL");
        }
    }

    @Provide
    Arbitrary<Facts> facts() {
        return Combinators.combine(
                        Arbitraries.of(DIAGNOSES).list().ofMaxSize(6),
                        Arbitraries.integers().between(2, 20),
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.integers().between(60, 160),
                        Arbitraries.of(true, false))
                .as(Facts::new);
    }

    @Property(tries = 60)
    void more_disease_never_lowers_a_score(@ForAll("facts") Facts facts, @ForAll @IntRange(max = 18) int more) {
        // with nothing on record the range is wide, so a first diagnosis may lower the upper end: begin with one
        List<String> before = new ArrayList<>(facts.diagnoses());
        before.add("I10");
        List<String> after = new ArrayList<>(before);
        after.add(DIAGNOSES.get(more));
        List<Score> less = with(facts, before).scores();
        List<Score> then = with(facts, after).scores();
        for (int i = 0; i < less.size(); i++) {
            assertThat(then.get(i).least()).isGreaterThanOrEqualTo(less.get(i).least());
            assertThat(then.get(i).most()).isGreaterThanOrEqualTo(less.get(i).most());
        }
    }

    private static Ward with(Facts facts, List<String> diagnoses) {
        return new Facts(
                        diagnoses,
                        facts.days(),
                        facts.emergencies(),
                        facts.admissions(),
                        facts.tenthsOfHemoglobin(),
                        facts.acute())
                .ward();
    }

    @Property(tries = 60)
    void the_order_of_resources_never_matters(@ForAll("facts") Facts facts, @ForAll long seed) {
        List<String> one = words(facts.ward());
        assertThat(words(facts.ward().shuffle(seed))).isEqualTo(one);
    }

    private static List<String> words(Ward ward) {
        Stay stay = ward.stay();
        return ward.scores().stream()
                .map(s -> RiskAssessments.of(s, stay, ward.policy))
                .map(a -> ca.uhn.fhir.context.FhirContext.forR4Cached()
                        .newJsonParser()
                        .encodeResourceToString(a))
                .toList();
    }

    @Property(tries = 60)
    void a_policy_only_narrows_the_range(@ForAll("facts") Facts facts) {
        Ward open = facts.ward();
        Ward assumed = facts.ward().assuming(true, true);
        for (int i = 0; i < 3; i++) {
            assertThat(assumed.scores().get(i).least())
                    .isGreaterThanOrEqualTo(open.scores().get(i).least());
            assertThat(assumed.scores().get(i).most())
                    .isLessThanOrEqualTo(open.scores().get(i).most());
            assertThat(assumed.scores().get(i).complete()).isTrue();
        }
    }

    @Property(tries = 60)
    void a_band_is_uncertain_only_between_two_bands(@ForAll("facts") Facts facts) {
        for (Score score : facts.ward().scores()) {
            assertThat(score.band().equals(Score.UNCERTAIN))
                    .isEqualTo(!score.lowestBand().equals(score.highestBand()));
            assertThat(score.least()).isLessThanOrEqualTo(score.most());
        }
    }
}
