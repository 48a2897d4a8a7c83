package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.InMemoryResources;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operations over a handful of resources in memory. */
class ReadmissionRiskOperationsTest {

    private final InMemoryResources resources = new InMemoryResources(FhirContext.forR4Cached()).withGuide();
    private Clock clock = Clock.fixed(Instant.parse("2026-03-14T16:00:00Z"), ZoneOffset.UTC);

    private Resource run(String operation, @Nullable String id, Parameters in) {
        return run(operation, id, in, resources);
    }

    private Resource run(String operation, @Nullable String id, Parameters in, Resources resources) {
        CareSettings settings = new CareSettings("America/Toronto");
        StayReader reader = new StayReader(resources);
        CurrentTables tables = new CurrentTables(resources);
        StayScores scores = new StayScores(
                resources,
                reader,
                tables,
                new OwnIndices(
                        resources, reader, new FhirPathInputs(ca.uhn.fhir.context.FhirContext.forR4Cached()), clock));
        ReadmissionRiskRecorder recorder =
                new ReadmissionRiskRecorder(scores, reader, resources, new AssessedPatients(resources), settings);
        FhirOperation bean = List.<FhirOperation>of(
                        new EncounterReadmissionRiskOperation(scores, settings, clock),
                        new PatientReadmissionRiskOperation(scores, settings, clock),
                        new FlagReadmissionRiskOperation(recorder, resources, tables, settings, clock))
                .stream()
                .filter(o -> o.definition().equals(operation))
                .findFirst()
                .orElseThrow();
        String type = operation.substring(0, operation.indexOf('-'));
        return bean.run(new OperationCall(type, id, in, Visibility.everything()));
    }

    /** A patient with an open stay: high risk by four days, acuity, heart failure and dementia; or elective and healthy. */
    private Encounter inpatient(String name, boolean high) {
        Patient patient = new Patient();
        patient.setId("p-" + name);
        Ward ward = new Ward().priority(high ? "EM" : "EL").period("2026-03-10T10:00:00-04:00", "");
        ward.index.setId("e-" + name);
        ward.index.setStatus(EncounterStatus.INPROGRESS);
        ward.diagnoses(high ? new String[] {"I50.22", "F03.90"} : new String[] {"I10"});
        Reference subject = new Reference("Patient/p-" + name);
        ward.index.setSubject(subject);
        ward.conditions.forEach(c -> {
            c.setSubject(subject);
            c.setId(name + c.getIdElement().getIdPart());
        });
        resources.with(patient, ward.index);
        ward.conditions.forEach(resources::with);
        return ward.index;
    }

    private static List<String> versions(Resource bundle) {
        return ((Bundle) bundle)
                .getEntry().stream()
                        .map(BundleEntryComponent::getResource)
                        .map(r -> r.fhirType() + " " + r.getMeta().getVersionId())
                        .toList();
    }

    private static int count(Resource parameters, String name) {
        return ((IntegerType) ((Parameters) parameters).getParameter(name).getValue()).getValue();
    }

    @Test
    void a_stay_is_scored_and_nothing_is_stored() {
        inpatient("a", true);
        Parameters answer = (Parameters) run("Encounter-readmission-risk", "e-a", new Parameters());
        assertThat(answer.getParameter()).hasSize(3);
        assertThat(resources.commits).isZero();
    }

    @Test
    void the_patients_stay_is_the_open_one_else_the_latest() {
        Encounter open = inpatient("a", true);
        Encounter later = new Ward().period("2026-03-01", "2026-03-03").index;
        later.setId("old");
        later.setSubject(open.getSubject());
        resources.with(later);
        assertThat(encounter(run("Patient-readmission-risk", "p-a", new Parameters())))
                .isEqualTo("Encounter/e-a");
        open.setStatus(EncounterStatus.CANCELLED);
        assertThat(encounter(run("Patient-readmission-risk", "p-a", new Parameters())))
                .isEqualTo("Encounter/old");
        later.getClass_().setCode("AMB");
        assertThatThrownBy(() -> run("Patient-readmission-risk", "p-a", new Parameters()))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(422));
    }

    private static String encounter(Resource answer) {
        var assessment = ((Parameters) answer)
                .getParameterFirstRep().getPart().stream()
                        .filter(p -> p.getName().equals("assessment"))
                        .findFirst()
                        .orElseThrow();
        return ((org.hl7.fhir.r4.model.RiskAssessment) assessment.getResource())
                .getEncounter()
                .getReference();
    }

    @Test
    void who_is_unknown_is_404_and_a_wrong_code_400() {
        inpatient("a", true);
        assertThatThrownBy(() -> run("Encounter-readmission-risk", "nobody", new Parameters()))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(404));
        assertThatThrownBy(() -> run("Patient-readmission-risk", "nobody", new Parameters()))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(404));
        Parameters wrong = new Parameters().addParameter("losPolicy", new CodeType("nights"));
        assertThatThrownBy(() -> run("Encounter-readmission-risk", "e-a", wrong))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(400));
    }

    @Test
    void flagging_stores_three_assessments_and_a_flag_in_one_transaction_and_repeating_changes_nothing() {
        inpatient("a", true);
        Resource first = run("Encounter-flag-readmission-risk", "e-a", new Parameters());
        assertThat(versions(first))
                .containsExactly("RiskAssessment 1", "RiskAssessment 1", "RiskAssessment 1", "Flag 1");
        assertThat(resources.commits).isEqualTo(1);

        clock = Clock.offset(clock, Duration.ofHours(1));
        Resource second = run("Encounter-flag-readmission-risk", "e-a", new Parameters());
        assertThat(versions(second)).isEqualTo(versions(first));
        assertThat(resources.commits).isEqualTo(1);
    }

    @Test
    void a_day_later_only_what_changed_is_a_new_version() {
        inpatient("a", true);
        run("Encounter-flag-readmission-risk", "e-a", new Parameters());
        clock = Clock.offset(clock, Duration.ofDays(1));
        Resource later = run("Encounter-flag-readmission-risk", "e-a", new Parameters());
        assertThat(versions(later))
                .containsExactly("RiskAssessment 2", "RiskAssessment 2", "RiskAssessment 2", "Flag 1");
    }

    @Test
    void when_the_risk_falls_the_flag_is_closed() {
        Encounter stay = inpatient("a", true);
        run("Encounter-flag-readmission-risk", "e-a", new Parameters());
        resources.stored.keySet().removeIf(k -> k.startsWith("Condition/"));
        stay.setPriority(Ward.code(Ward.PRIORITY, "EL"));
        Bundle cleared = (Bundle) run("Encounter-flag-readmission-risk", "e-a", new Parameters());
        Flag flag = (Flag) cleared.getEntry().get(3).getResource();
        assertThat(flag.getStatus()).isEqualTo(Flag.FlagStatus.INACTIVE);
        assertThat(flag.getPeriod().hasEnd()).isTrue();
    }

    @Test
    void the_whole_house_is_done_in_groups_with_few_queries() {
        for (int i = 0; i < 60; i++) {
            inpatient("n" + i, i % 3 == 0);
        }
        Encounter finished = inpatient("home", true);
        finished.setStatus(EncounterStatus.FINISHED);

        Resource counts = run("Encounter-flag-readmission-risk", null, new Parameters());

        assertThat(count(counts, "assessed")).isEqualTo(60);
        assertThat(count(counts, "flagged")).isEqualTo(20);
        assertThat(count(counts, "cleared")).isZero();
        assertThat(count(counts, "incomplete")).isEqualTo(60);
        assertThat(resources.commits).isEqualTo(1);
        assertThat(resources.queries).hasSizeLessThan(40);
        assertThat(resources.stored.keySet().stream().filter(k -> k.startsWith("Flag/")))
                .hasSize(20);

        run("Encounter-flag-readmission-risk", null, new Parameters());
        assertThat(resources.commits).isEqualTo(1);
    }

    @Test
    void a_query_with_too_many_matches_is_halved() {
        for (int i = 0; i < 20; i++) {
            inpatient("n" + i, true);
        }
        resources.most = 21;
        assertThat(count(run("Encounter-flag-readmission-risk", null, new Parameters()), "flagged"))
                .isEqualTo(20);
    }

    @Test
    void one_ward_can_be_asked_for() {
        inpatient("a", true).addLocation().setLocation(new Reference("Location/4w"));
        inpatient("b", true);
        Parameters ward = new Parameters().addParameter("location", new Reference("Location/4w"));
        assertThat(count(run("Encounter-flag-readmission-risk", null, ward), "assessed"))
                .isEqualTo(1);
    }

    /** The same resources; the first time that many are put, something happens just before. */
    private Resources interrupted(String method, Runnable meanwhile) {
        AtomicReference<Runnable> once = new AtomicReference<>(meanwhile);
        return (Resources) Proxy.newProxyInstance(
                Resources.class.getClassLoader(), new Class<?>[] {Resources.class}, (proxy, called, args) -> {
                    Runnable now = called.getName().equals(method) ? once.getAndSet(() -> {}) : () -> {};
                    now.run();
                    return called.invoke(resources, args);
                });
    }

    @ParameterizedTest
    @CsvSource({"put, ", "commit, e-a"})
    void what_somebody_stores_meanwhile_of_newer_data_is_not_undone(String method, @Nullable String id) {
        Encounter stay = inpatient("a", false);
        run("Encounter-flag-readmission-risk", "e-a", new Parameters());
        clock = Clock.offset(clock, Duration.ofDays(1));
        Resources slow = interrupted(method, () -> {
            stay.setPriority(Ward.code(Ward.PRIORITY, "EM"));
            Ward ward = new Ward().diagnoses("I50.22", "F03.90");
            ward.conditions.forEach(c -> {
                c.setSubject(stay.getSubject());
                c.setId("new" + c.getIdElement().getIdPart());
                resources.with(c);
            });
            run("Encounter-flag-readmission-risk", "e-a", new Parameters());
        });
        run("Encounter-flag-readmission-risk", id, new Parameters(), slow);
        RiskAssessment lace = (RiskAssessment) Objects.requireNonNull(
                resources.stored.get("RiskAssessment/" + RiskAssessments.id("RiskAssessment", "e-a", "lace")));
        assertThat(lace.getPredictionFirstRep()
                        .getQualitativeRisk()
                        .getCodingFirstRep()
                        .getCode())
                .isEqualTo("high");
        assertThat(resources.all(Flag.class))
                .singleElement()
                .satisfies(f -> assertThat(f.getStatus()).isEqualTo(Flag.FlagStatus.ACTIVE));
    }

    @Test
    void a_stay_that_is_called_off_after_it_was_found_does_not_stop_the_others() {
        Encounter gone = inpatient("a", true);
        inpatient("b", true);
        Resources late = (Resources) Proxy.newProxyInstance(
                Resources.class.getClassLoader(), new Class<?>[] {Resources.class}, (proxy, called, args) -> {
                    if (called.getName().equals("each")) {
                        List<Encounter> found =
                                resources.search(Encounter.class, (String) args[1], Visibility.everything());
                        gone.setStatus(EncounterStatus.ENTEREDINERROR);
                        @SuppressWarnings("unchecked")
                        Consumer<List<Encounter>> page = (Consumer<List<Encounter>>) args[3];
                        page.accept(found);
                        return null;
                    }
                    return called.invoke(resources, args);
                });
        Resource counts = run("Encounter-flag-readmission-risk", null, new Parameters(), late);
        assertThat(count(counts, "assessed")).isEqualTo(1);
        assertThat(resources.all(Flag.class)).hasSize(1);
    }
}
