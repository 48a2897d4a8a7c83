package io.github.throughcare.care.transition;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.ResourceChanged;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keeps the history of a stay's expected discharge: each time the date is another one, an Observation
 * ({@code discharge-planning|expected-discharge}) with the date as its value, issued when it was said, and without a value when it was taken
 * back. Ids are of Encounter and version, so that being told twice changes nothing.
 */
@Component
final class ExpectedDateWatcher implements ChangeListener {

    static final String SYSTEM = Ig.codeSystem("discharge-planning");
    static final String EXPECTED = "expected-discharge";

    private static final byte[] DATE = WorklistReader.EXPECTED.getBytes(StandardCharsets.US_ASCII);

    private final StoredTransition store;
    private final ZoneId zone;
    private volatile List<byte[]> inpatient = List.of();

    ExpectedDateWatcher(StoredTransition store, CareSettings settings) {
        this.store = store;
        this.zone = settings.zoneId();
    }

    @Override
    public Set<String> types() {
        return Set.of("Encounter");
    }

    /** A first version with a date, and every later one: it may no longer have a date. */
    @Override
    public boolean wants(String type, byte[] json) {
        return (!JsonBytes.isFirst(json) || JsonBytes.contain(json, DATE))
                && DischargeWatcher.isInpatient(json, inpatient);
    }

    @Override
    public void changed(ResourceChanged change) {
        Encounter after = change.after(Encounter.class).orElse(null);
        if (after == null) {
            return;
        }
        Destination.Codes codes = store.codes();
        inpatient = DischargeWatcher.classes(codes);
        DateTimeType was = change.before(Encounter.class)
                .map(ExpectedDateWatcher::expected)
                .orElse(null);
        DateTimeType is = expected(after);
        String patient = Discharge.patient(after);
        if (patient == null || !codes.inpatient(after.getClass_()) || text(was).equals(text(is))) {
            return;
        }
        String id = TaskKind.id("Observation", change.id(), EXPECTED + "|" + change.version());
        store.store(() -> store.read(Observation.class, id) != null
                ? List.of()
                : List.of(observation(id, change.id(), patient, after, is)));
    }

    private Observation observation(
            String id, String encounter, String patient, Encounter after, @Nullable DateTimeType expected) {
        Observation observation = new Observation();
        observation.setId(id);
        observation.setStatus(ObservationStatus.FINAL);
        observation.setCode(new CodeableConcept()
                .addCoding(new Coding().setSystem(SYSTEM).setCode(EXPECTED))
                .setText("Expected discharge"));
        observation.setSubject(new Reference("Patient/" + patient));
        observation.setEncounter(new Reference("Encounter/" + encounter));
        observation.setIssuedElement(new InstantType(after.getMeta().getLastUpdated()));
        observation.setEffective(
                new TransitionTasks(after.getMeta().getLastUpdated().toInstant(), zone)
                        .time(after.getMeta().getLastUpdated().toInstant()));
        if (expected != null) {
            observation.setValue(expected.copy());
        } else {
            observation.setDataAbsentReason(new CodeableConcept()
                    .addCoding(new Coding()
                            .setSystem("http://terminology.hl7.org/CodeSystem/data-absent-reason")
                            .setCode("unknown"))
                    .setText("No longer expected on a date"));
        }
        return observation;
    }

    private static @Nullable DateTimeType expected(Encounter encounter) {
        return WorklistReader.expected(encounter);
    }

    private static String text(@Nullable DateTimeType time) {
        return time == null ? "" : String.valueOf(time.getValueAsString());
    }
}
