package io.github.throughcare.care.assessment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.Ig;
import io.github.throughcare.care.assessment.Assessment.Draft;
import io.github.throughcare.care.assessment.Assessment.Known;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.Flag.FlagStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an assessment stores: Observations, needs, alerts, and what becomes of them when it is amended. */
class AssessmentTest {

    private static final Instant NOW = Instant.parse("2026-11-02T16:00:00Z");
    private static final ZoneId ZONE = ZoneId.of("America/New_York");
    private static final String CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/condition-category";
    private static final String GRAVITY =
            "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes";

    @Test
    void the_response_comes_first_then_observations_conditions_flags_tasks() {
        List<Draft> drafts = drafts(Filled.form("phq-9").points(3, 3, 3, 3, 3, 3, 3, 3, 1), Known.NOTHING);
        assertThat(drafts.stream().map(d -> d.after().fhirType()).distinct())
                .containsExactly("QuestionnaireResponse", "Observation", "Condition", "Flag", "Task");
        assertThat(drafts).allMatch(Draft::changes);
        assertThat(drafts).extracting(d -> d.after().getIdPart()).doesNotHaveDuplicates();
    }

    @Test
    void answers_and_total_become_survey_observations() {
        List<Draft> drafts = drafts(Filled.form("phq-9").points(0, 1, 2, 3, 0, 1, 2, 3, 0), Known.NOTHING);
        List<Observation> observations = of(Observation.class, drafts);
        assertThat(observations).hasSize(10).allSatisfy(o -> {
            assertThat(o.getStatus()).isEqualTo(ObservationStatus.FINAL);
            assertThat(o.getCategoryFirstRep()
                            .hasCoding("http://terminology.hl7.org/CodeSystem/observation-category", "survey"))
                    .isTrue();
            assertThat(o.getCode().getCodingFirstRep().getSystem()).isEqualTo("http://loinc.org");
            assertThat(o.getSubject().getReference()).isEqualTo("Patient/7");
            assertThat(o.getEffectiveDateTimeType().getValueAsString()).isEqualTo("2026-11-02T10:30:00-05:00");
            assertThat(o.getIssued()).isEqualTo(o.getEffectiveDateTimeType().getValue());
            assertThat(o.getPerformerFirstRep().getReference()).isEqualTo("Practitioner/5");
            assertThat(o.getDerivedFromFirstRep().getReference()).isEqualTo("QuestionnaireResponse/r1");
        });
        Observation total = observations.get(9);
        assertThat(total.getCode().hasCoding("http://loinc.org", "44261-6")).isTrue();
        assertThat(total.getValueQuantity().getValue()).isEqualByComparingTo("12");
        assertThat(total.getValueQuantity().getCode()).isEqualTo("{score}");
        assertThat(total.getInterpretationFirstRep().hasCoding(Ig.SCORE_BAND, "moderate"))
                .isTrue();
        assertThat(total.getHasMember())
                .extracting(r -> r.getReference())
                .containsExactlyElementsOf(observations.subList(0, 9).stream()
                        .map(o -> "Observation/" + o.getIdPart())
                        .toList());
        assertThat(observations.get(3).getValueCodeableConcept().hasCoding("http://loinc.org", "LA6571-9"))
                .isTrue();
    }

    @Test
    void an_incomplete_form_has_a_total_without_value() {
        List<Observation> observations =
                of(Observation.class, drafts(Filled.form("phq-9").points(3, 3, 3, 3, 3), Known.NOTHING));
        assertThat(observations).hasSize(6);
        Observation total = observations.get(5);
        assertThat(total.hasValue()).isFalse();
        assertThat(total.hasInterpretation()).isFalse();
        assertThat(total.getDataAbsentReason().hasCoding(AnswerSheet.ABSENT_SYSTEM, "unknown"))
                .isTrue();
        assertThat(total.getHasMember()).hasSize(5);
    }

    @Test
    void a_declined_item_is_an_observation_that_says_so() {
        List<Observation> observations = of(
                Observation.class,
                drafts(Filled.form("ahc-hrsn").points(1, 1, 1).decline("/95615-1"), Known.NOTHING));
        assertThat(observations)
                .filteredOn(o -> o.getCode().hasCoding("http://loinc.org", "95615-1"))
                .singleElement()
                .satisfies(
                        o -> assertThat(o.getDataAbsentReason().hasCoding(AnswerSheet.ABSENT_SYSTEM, "asked-declined"))
                                .isTrue());
    }

    @ParameterizedTest
    @CsvSource({
        "/71802-3,LA31995-6,homelessness,Z59.00", "/71802-3,LA31994-9,housing-instability,Z59.819",
        "/96778-6,LA28580-1,inadequate-housing,Z59.10", "/88122-7,LA28397-0,food-insecurity,Z59.41",
        "/88123-5,LA6729-3,food-insecurity,Z59.41", "/93030-5,LA33-6,transportation-insecurity,Z59.82",
        "/96779-4,LA33-6,utility-insecurity,Z59.12", "/96779-4,LA32002-0,utility-insecurity,Z59.12",
        "/96780-2,LA31982-4,employment-status,Z56.9", "/96782-8,LA33-6,educational-attainment,Z55.9"
    })
    void each_positive_answer_of_the_social_needs_screen_opens_its_need(
            String item, String answer, String category, String code) {
        List<Draft> drafts = drafts(Filled.form("ahc-hrsn").choose(item, answer), Known.NOTHING);
        assertThat(of(Condition.class, drafts)).singleElement().satisfies(c -> {
            assertThat(c.getCode().hasCoding("http://hl7.org/fhir/sid/icd-10-cm", code))
                    .isTrue();
            assertThat(categories(c))
                    .containsExactly(
                            CATEGORY + "|health-concern",
                            "http://hl7.org/fhir/us/core/CodeSystem/us-core-category|sdoh",
                            GRAVITY + "|" + category);
            assertThat(c.getClinicalStatus().getCodingFirstRep().getCode()).isEqualTo("active");
            assertThat(c.getVerificationStatus().getCodingFirstRep().getCode()).isEqualTo("unconfirmed");
            Observation shown = of(Observation.class, drafts).get(0);
            assertThat(c.getEvidenceFirstRep().getDetailFirstRep().getReference())
                    .isEqualTo("Observation/" + shown.getIdPart());
            assertThat(shown.getInterpretationFirstRep().getCodingFirstRep().getCode())
                    .isEqualTo("POS");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "/71802-3,LA31993-1",
        "/96778-6,LA9-3",
        "/88122-7,LA28398-8",
        "/93030-5,LA32-8",
        "/96779-4,LA32-8",
        "/96780-2,LA31983-2",
        "/96782-8,LA32-8"
    })
    void a_negative_answer_opens_none(String item, String answer) {
        List<Draft> drafts = drafts(Filled.form("ahc-hrsn").choose(item, answer), Known.NOTHING);
        assertThat(of(Condition.class, drafts)).isEmpty();
        assertThat(of(Flag.class, drafts)).isEmpty();
        assertThat(of(Task.class, drafts)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "phq-9,9,depressive-symptoms,10",
        "phq-2,2,depressive-symptoms,3",
        "gad-7,7,anxiety-symptoms,10",
        "cage,4,unhealthy-alcohol-use,2",
        "steadi,12,fall-risk,4"
    })
    void a_score_at_its_cut_point_opens_a_health_concern_and_one_below_does_not(
            String form, int items, String code, int cut) {
        assertThat(of(Condition.class, drafts(reaching(form, items, cut), Known.NOTHING)))
                .singleElement()
                .satisfies(c -> assertThat(c.getCode().hasCoding(Ig.codeSystem("health-concern"), code))
                        .isTrue());
        assertThat(of(Condition.class, drafts(reaching(form, items, cut - 1), Known.NOTHING)))
                .isEmpty();
    }

    @Test
    void any_thought_of_death_is_an_alert_whatever_the_total() {
        List<Draft> drafts = drafts(Filled.form("phq-9").points(-1, -1, -1, -1, -1, -1, -1, -1, 1), Known.NOTHING);
        assertThat(of(Flag.class, drafts)).singleElement().satisfies(f -> {
            assertThat(f.getStatus()).isEqualTo(FlagStatus.ACTIVE);
            assertThat(f.getCode().hasCoding(Ig.FLAG_KIND, "suicide-risk")).isTrue();
            assertThat(f.getSubject().getReference()).isEqualTo("Patient/7");
        });
        assertThat(of(Task.class, drafts)).singleElement().satisfies(t -> {
            assertThat(t.getStatus()).isEqualTo(TaskStatus.REQUESTED);
            assertThat(t.getPriority()).isEqualTo(TaskPriority.URGENT);
            assertThat(t.getCode().hasCoding(Ig.TASK_KIND, "suicide-safety-assessment"))
                    .isTrue();
            assertThat(t.getFor().getReference()).isEqualTo("Patient/7");
            assertThat(t.getRestriction().getPeriod().getEndElement().getValueAsString())
                    .isEqualTo("2026-11-03T11:00:00-05:00");
        });
    }

    @ParameterizedTest
    @CsvSource({"11,true", "10,false"})
    void the_safety_screen_alerts_from_eleven(int total, boolean alert) {
        List<Draft> drafts = drafts(Filled.form("ahc-hrsn").points(total - 8, 2, 3, 3), Known.NOTHING);
        assertThat(of(Flag.class, drafts)).hasSize(alert ? 1 : 0);
        assertThat(of(Task.class, drafts)).hasSize(alert ? 1 : 0);
        assertThat(of(Condition.class, drafts)).hasSize(alert ? 1 : 0);
    }

    @Test
    void no_steady_place_to_live_is_an_alert() {
        List<Draft> drafts = drafts(Filled.form("ahc-hrsn").choose("/71802-3", "LA31995-6"), Known.NOTHING);
        assertThat(of(Flag.class, drafts).get(0).getCode().hasCoding(Ig.FLAG_KIND, "no-shelter"))
                .isTrue();
        assertThat(of(Task.class, drafts).get(0).getPriority()).isEqualTo(TaskPriority.URGENT);
    }

    @Test
    void an_open_need_of_the_same_code_is_updated_whoever_opened_it() {
        Condition open = condition("c9", "active");
        List<Draft> drafts = drafts(
                Filled.form("ahc-hrsn").choose("/88122-7", "LA28397-0"),
                new Known(
                        null, List.of(), List.of(condition("c1", "resolved"), open), List.of(), List.of(), List.of()));
        assertThat(of(Condition.class, drafts)).singleElement().satisfies(c -> {
            assertThat(c.getIdPart()).isEqualTo("c9");
            assertThat(c.getEvidence()).hasSize(1);
            assertThat(c.getVerificationStatus().getCodingFirstRep().getCode()).isEqualTo("confirmed");
        });
    }

    @Test
    void an_active_flag_of_the_same_kind_is_kept_for_a_second_response() {
        List<Draft> first = drafts(Filled.form("phq-9").points(0, 0, 0, 0, 0, 0, 0, 0, 2), Known.NOTHING);
        Filled second = Filled.form("phq-9").points(0, 0, 0, 0, 0, 0, 0, 0, 1);
        second.response.setId("r2");
        List<Draft> drafts =
                drafts(second, new Known(null, List.of(), List.of(), of(Flag.class, first), List.of(), List.of()));
        assertThat(of(Flag.class, drafts))
                .singleElement()
                .satisfies(f -> assertThat(f.getIdPart())
                        .isEqualTo(of(Flag.class, first).get(0).getIdPart()));
        assertThat(of(Task.class, drafts).get(0).getIdPart())
                .isNotEqualTo(of(Task.class, first).get(0).getIdPart());
        Known both = known(drafts);
        assertThat(of(Flag.class, drafts(again(0, "r2"), both)).get(0).getStatus())
                .as("the first response still holds")
                .isEqualTo(FlagStatus.ACTIVE);
    }

    @Test
    void amending_keeps_every_id_and_raises_nothing_twice() {
        List<Draft> first = drafts(Filled.form("phq-9").points(2, 2, 2, 2, 2, 0, 0, 0, 1), Known.NOTHING);
        List<Draft> second = drafts(Filled.form("phq-9").points(3, 2, 2, 2, 2, 0, 0, 0, 1), known(first));
        assertThat(second.stream().map(d -> d.after().getIdPart()))
                .containsExactlyElementsOf(
                        first.stream().map(d -> d.after().getIdPart()).toList());
        assertThat(of(QuestionnaireResponse.class, second).get(0).getStatus())
                .isEqualTo(QuestionnaireResponseStatus.AMENDED);
        assertThat(of(Observation.class, second)).allMatch(o -> o.getStatus() == ObservationStatus.AMENDED);
        assertThat(second.stream()
                        .filter(Draft::changes)
                        .map(d -> d.after().fhirType())
                        .distinct())
                .as("need, flag and task are as they were")
                .containsExactly("QuestionnaireResponse", "Observation");
    }

    @Test
    void an_alert_that_no_longer_holds_is_taken_back_and_can_come_again() {
        List<Draft> first = drafts(Filled.form("phq-9").points(2, 2, 2, 2, 2, 0, 0, 0, 1), Known.NOTHING);
        List<Draft> second = drafts(again(0, "r1"), known(first));
        Flag lowered = of(Flag.class, second).get(0);
        assertThat(lowered.getStatus()).isEqualTo(FlagStatus.INACTIVE);
        assertThat(lowered.getPeriod().getEnd()).isEqualTo(NOW);
        assertThat(of(Task.class, second).get(0).getStatus()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(of(Condition.class, second)
                        .get(0)
                        .getVerificationStatus()
                        .getCodingFirstRep()
                        .getCode())
                .isEqualTo("refuted");
        List<Draft> third = drafts(Filled.form("phq-9").points(2, 2, 2, 2, 2, 0, 0, 0, 1), known(second));
        assertThat(of(Flag.class, third)).singleElement().satisfies(f -> {
            assertThat(f.getIdPart()).isEqualTo(lowered.getIdPart());
            assertThat(f.getStatus()).isEqualTo(FlagStatus.ACTIVE);
            assertThat(f.getPeriod().hasEnd()).isFalse();
        });
        assertThat(of(Task.class, third).get(0).getStatus()).isEqualTo(TaskStatus.REQUESTED);
        assertThat(of(Condition.class, third)
                        .get(0)
                        .getVerificationStatus()
                        .getCodingFirstRep()
                        .getCode())
                .isEqualTo("unconfirmed");
    }

    @Test
    void a_task_that_was_begun_is_not_taken_back() {
        List<Draft> first = drafts(Filled.form("phq-9").points(0, 0, 0, 0, 0, 0, 0, 0, 1), Known.NOTHING);
        Known known = known(first);
        known.tasks().get(0).setStatus(TaskStatus.INPROGRESS);
        assertThat(of(Task.class, drafts(again(0, "r1"), known))).isEmpty();
        assertThat(drafts(again(1, "r1"), known).stream()
                        .filter(d -> d.after() instanceof Task)
                        .noneMatch(Draft::changes))
                .isTrue();
    }

    @Test
    void an_answer_that_was_taken_back_leaves_its_observation_without_value() {
        List<Draft> first = drafts(Filled.form("ahc-hrsn").choose("/96778-6", "LA28580-1", "LA31998-0"), Known.NOTHING);
        List<Draft> second = drafts(Filled.form("ahc-hrsn").choose("/96778-6", "LA31998-0"), known(first));
        assertThat(of(Observation.class, second)).hasSize(3);
        assertThat(of(Observation.class, second))
                .filteredOn(o -> o.getCode().hasCoding("http://loinc.org", "96778-6") && !o.hasValue())
                .singleElement()
                .satisfies(o -> {
                    assertThat(o.getStatus()).isEqualTo(ObservationStatus.AMENDED);
                    assertThat(o.hasDataAbsentReason()).isTrue();
                });
        assertThat(of(Condition.class, second).get(0).getEvidence()).hasSize(1);
    }

    private static Filled again(int ninth, String id) {
        Filled filled = Filled.form("phq-9").points(0, 0, 0, 0, 0, 0, 0, 0, ninth);
        filled.response.setId(id);
        return filled;
    }

    private static Filled reaching(String form, int items, int total) {
        int[] points = new int[items];
        int left = total;
        for (int i = form.equals("steadi") ? 2 : 0; i < items && left > 0; i++) {
            points[i] = Math.min(left, form.equals("steadi") || form.equals("cage") ? 1 : 3);
            left -= points[i];
        }
        return Filled.form(form).points(points);
    }

    private static Condition condition(String id, String status) {
        Condition condition = new Condition();
        condition.setId(id);
        condition.setClinicalStatus(new CodeableConcept(
                new Coding("http://terminology.hl7.org/CodeSystem/condition-clinical", status, null)));
        condition.setVerificationStatus(new CodeableConcept(
                new Coding("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed", null)));
        condition.setCode(new CodeableConcept(new Coding("http://snomed.info/sct", "733423003", null)));
        return condition;
    }

    private static List<Draft> drafts(Filled filled, Known known) {
        return filled.assess().drafts(known, NOW, ZONE);
    }

    /** What the store would hold after these. */
    private static Known known(List<Draft> stored) {
        return new Known(
                of(QuestionnaireResponse.class, stored).get(0),
                of(Observation.class, stored),
                of(Condition.class, stored),
                of(Flag.class, stored),
                of(Task.class, stored),
                stored.stream()
                        .filter(d -> !d.told())
                        .map(d -> (Task) d.after())
                        .toList());
    }

    private static <T extends Resource> List<T> of(Class<T> type, List<Draft> drafts) {
        return drafts.stream()
                .filter(Draft::told)
                .map(Draft::after)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private static List<String> categories(Condition condition) {
        return condition.getCategory().stream()
                .flatMap(c -> c.getCoding().stream())
                .map(c -> c.getSystem() + "|" + c.getCode())
                .toList();
    }
}
