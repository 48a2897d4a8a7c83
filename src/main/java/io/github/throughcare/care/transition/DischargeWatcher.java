package io.github.throughcare.care.transition;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.care.risk.ReadmissionRiskRecorder;
import io.github.throughcare.care.transition.TransitionTasks.Reason;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.ResourceChanged;
import io.github.throughcare.fhir.Visibility;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Hears of every change of an inpatient Encounter, however it was written, and brings the Tasks of transitional care to what the
 * record now says: a discharge starts them, a corrected one moves them, one that is withdrawn or followed by another stay calls them off.
 * It goes by the Encounter as it is now, and by the version before only to know what is new; so being told late or twice changes
 * nothing.
 */
@Component
final class DischargeWatcher implements ChangeListener {

    private static final Logger LOG = LoggerFactory.getLogger(DischargeWatcher.class);
    private static final Set<EncounterStatus> BEGUN =
            Set.of(EncounterStatus.INPROGRESS, EncounterStatus.ONLEAVE, EncounterStatus.FINISHED);

    private static final byte[] DECEASED = "\"deceased".getBytes(StandardCharsets.UTF_8);
    private static final byte[] RISK = "\"readmission-risk\"".getBytes(StandardCharsets.UTF_8);
    private static final byte[] FINISHED = "\"finished\"".getBytes(StandardCharsets.UTF_8);

    private final StoredTransition store;
    private final MedicationReader medications;
    private final Reconciliations reconciliations;
    private final PatientsInTransition inTransition;
    private final ReadmissionRiskRecorder recorder;
    private final ZoneId zone;
    private final Clock clock;
    /** Quoted codes of inpatient classes; empty until the store was asked. */
    private volatile List<byte[]> inpatient = List.of();

    DischargeWatcher(
            StoredTransition store,
            MedicationReader medications,
            Reconciliations reconciliations,
            PatientsInTransition inTransition,
            ReadmissionRiskRecorder recorder,
            CareSettings settings,
            Clock clock) {
        this.store = store;
        this.medications = medications;
        this.reconciliations = reconciliations;
        this.inTransition = inTransition;
        this.recorder = recorder;
        this.zone = settings.zoneId();
        this.clock = clock;
    }

    @Override
    public Set<String> types() {
        return Set.of("Encounter", "Patient", "Flag");
    }

    /** A first version of another class than an inpatient one neither begins nor ends anything. */
    @Override
    public boolean wants(String type, byte[] json) {
        return switch (type) {
            case "Patient" -> JsonBytes.contain(json, DECEASED);
            case "Flag" -> JsonBytes.contain(json, RISK);
            default -> isInpatient(json, inpatient);
        };
    }

    /**
     * A Flag matters to who has Tasks, and so does an admission, the first version of a stay; a first version may also be a discharge, if
     * it says anything of the last weeks. Whoever has Tasks is remembered before they are made, here in the same thread.
     */
    @Override
    public boolean concerns(String type, byte[] json) {
        return wants(type, json)
                && switch (type) {
                    case "Flag" -> inTransition.mayBeOf(json);
                    case "Encounter" ->
                        !JsonBytes.isFirst(json)
                                || inTransition.mayBeOf(json)
                                || JsonBytes.contain(json, FINISHED) && JsonBytes.mayBeSince(json, weeksAgo());
                    default -> true;
                };
    }

    /** No discharge of an earlier day starts anything, in whatever zone. */
    private LocalDate weeksAgo() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(Discharge.HISTORY_DAYS + 2L);
    }

    static boolean isInpatient(byte[] json, List<byte[]> classes) {
        return classes.isEmpty()
                || !JsonBytes.isFirst(json)
                || classes.stream().anyMatch(code -> JsonBytes.contain(json, code));
    }

    static List<byte[]> classes(Destination.Codes codes) {
        return codes.inpatient().stream()
                .map(c -> ('"' + c.substring(c.indexOf('|') + 1) + '"').getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public void changed(ResourceChanged change) {
        if (change.type().equals("Patient")) {
            patientChanged(change);
            return;
        }
        if (change.type().equals("Flag")) {
            change.after(Flag.class).ifPresent(this::riskChanged);
            return;
        }
        Destination.Codes codes = store.codes();
        inpatient = classes(codes);
        Encounter before = change.before(Encounter.class).orElse(null);
        boolean was = before != null && codes.inpatient(before.getClass_());
        boolean told = change.after(Encounter.class)
                .filter(e -> codes.inpatient(e.getClass_()))
                .isPresent();
        if (!was && !told) {
            return;
        }
        Encounter now = store.read(Encounter.class, change.id());
        Optional<Discharge> left = Discharge.of(before, codes, zone);
        Optional<Discharge> leaves = Discharge.of(now, codes, zone);
        if (now != null && BEGUN.contains(now.getStatus()) && codes.inpatient(now.getClass_())) {
            readmitted(now);
        }
        if (leaves.isPresent()) {
            discharged(now, leaves.get(), before, left, codes);
        } else if (left.isPresent()) {
            withdrawn(change.id(), now, codes);
        }
    }

    private void discharged(
            Encounter encounter,
            Discharge discharge,
            @Nullable Encounter version,
            Optional<Discharge> before,
            Destination.Codes codes) {
        Instant now = clock.instant();
        boolean watched = before.filter(b -> !b.isHistory(now, zone)).isPresent();
        boolean seenOpen = version != null && before.isEmpty() && BEGUN.contains(version.getStatus());
        if (discharge.isHistory(now, zone) && !watched
                || !discharge.recorded() && !seenOpen && isOld(encounter, now)
                || before.filter(discharge::saysTheSame).isPresent()
                || isPartOfStay(encounter, codes)) {
            return;
        }
        TransitionTasks tasks = new TransitionTasks(now, zone);
        String id = discharge.encounter();
        if (discharge.destination() == Destination.DEATH || isDead(discharge.patient())) {
            recorder.close(id, discharge.at(), Visibility.everything());
            store.store(() -> tasks.calledOff(store.tasks(id).values(), Reason.DIED));
            return;
        }
        boolean high = risk(id, discharge.at());
        if (discharge.destination() == Destination.FACILITY) {
            store.store(() -> tasks.calledOff(store.tasks(id).values(), Reason.FACILITY));
            return;
        }
        if (isToldOrOver(encounter, discharge, codes)) {
            return;
        }
        inTransition.remember(discharge.patient());
        boolean again = store.read(Task.class, TaskKind.RECONCILIATION.id(id)) != null;
        store.store(() -> {
            Map<String, Task> stored = store.tasks(id);
            List<Task> changed = tasks.started(discharge, high, stored, store.careManager(discharge.patient()));
            List<Resource> all = new ArrayList<>(changed);
            boolean begins = changed.stream().anyMatch(TaskKind.RECONCILIATION::is)
                    && !stored.containsKey(TaskKind.RECONCILIATION.id(id));
            if (begins) {
                all.add(medications.compare(encounter, discharge, tasks));
            }
            return all;
        });
        if (again) {
            reconciliations.refresh(discharge.patient());
        }
    }

    /** Without a time of discharge, a stay that began long ago may have ended long ago. */
    private boolean isOld(Encounter encounter, Instant now) {
        Instant start = Discharge.from(encounter.getPeriod().getStartElement(), zone);
        return start == null
                || start.atZone(zone)
                        .toLocalDate()
                        .isBefore(now.atZone(zone).toLocalDate().minusDays(Discharge.HISTORY_DAYS));
    }

    /** A part of another inpatient Encounter ends with a transfer; the whole's end is the discharge. */
    private boolean isPartOfStay(Encounter encounter, Destination.Codes codes) {
        String whole = encounter.getPartOf().getReferenceElement().getIdPart();
        Encounter parent = whole == null ? null : store.read(Encounter.class, whole);
        return parent != null && codes.inpatient(parent.getClass_()) && BEGUN.contains(parent.getStatus());
    }

    private boolean isDead(String patient) {
        Patient read = store.read(Patient.class, patient);
        return read != null && hasDied(read);
    }

    private static boolean hasDied(Patient patient) {
        return patient.hasDeceasedDateTimeType()
                || patient.hasDeceasedBooleanType()
                        && patient.getDeceasedBooleanType().booleanValue();
    }

    /** Whether the same visit is on record a second time and has its Tasks, or the patient came back since. */
    private boolean isToldOrOver(Encounter encounter, Discharge discharge, Destination.Codes codes) {
        for (Encounter other : store.stays(discharge.patient(), codes)) {
            String id = other.getIdElement().getIdPart();
            if (id.equals(discharge.encounter()) || !BEGUN.contains(other.getStatus())) {
                continue;
            }
            if (isSameVisit(encounter, other) && !store.tasks(id).isEmpty()) {
                return true;
            }
            Instant start = Discharge.from(other.getPeriod().getStartElement(), zone);
            if (start != null && !start.isBefore(discharge.at()) && !isSameVisit(encounter, other)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSameVisit(Encounter a, Encounter b) {
        String id = a.getIdElement().getIdPart();
        return id.equals(b.getPartOf().getReferenceElement().getIdPart())
                || a.getIdentifier().stream()
                        .anyMatch(i -> i.hasSystem()
                                && i.hasValue()
                                && b.getIdentifier().stream()
                                        .anyMatch(j -> i.getSystem().equals(j.getSystem())
                                                && i.getValue().equals(j.getValue())));
    }

    /** A stay has begun: what was to be done after an earlier one is over. */
    private void readmitted(Encounter stay) {
        String patient = Discharge.patient(stay);
        Instant start = Discharge.at(stay.getPeriod().getStartElement(), zone);
        if (patient == null || start == null) {
            return;
        }
        TransitionTasks tasks = new TransitionTasks(clock.instant(), zone);
        store.store(() -> tasks.calledOff(
                store.openTasks(patient).stream()
                        .filter(t -> isOfEarlierStay(t, stay, start))
                        .toList(),
                Reason.READMITTED));
    }

    private boolean isOfEarlierStay(Task task, Encounter stay, Instant start) {
        String id = task.getEncounter().getReferenceElement().getIdPart();
        if (id == null || id.equals(stay.getIdElement().getIdPart())) {
            return false;
        }
        Encounter earlier = store.read(Encounter.class, id);
        if (earlier == null || isSameVisit(earlier, stay) || isSameVisit(stay, earlier)) {
            return false;
        }
        Instant began = Discharge.from(earlier.getPeriod().getStartElement(), zone);
        Instant left = Discharge.from(earlier.getPeriod().getEndElement(), zone);
        Instant from = left != null ? left : began;
        return from == null || !start.isBefore(from);
    }

    private void withdrawn(String id, @Nullable Encounter now, Destination.Codes codes) {
        TransitionTasks tasks = new TransitionTasks(clock.instant(), zone);
        store.store(() -> tasks.calledOff(store.tasks(id).values(), Reason.WITHDRAWN));
        boolean goesOn = now != null && codes.inpatient(now.getClass_()) && BEGUN.contains(now.getStatus());
        if (!goesOn) {
            recorder.close(id, clock.instant(), Visibility.everything());
        } else if (recorder.isRecorded(id, Visibility.everything())) {
            risk(id, clock.instant());
        }
    }

    /** Computes and stores the risk; whether a band is high. A stay that cannot be scored is not. */
    private boolean risk(String encounter, Instant asOf) {
        try {
            return ReadmissionRiskRecorder.isHigh(recorder.record(encounter, asOf, Visibility.everything()));
        } catch (Problem p) {
            if (p.status() >= 500 || p.status() == 409) {
                throw p;
            }
            LOG.warn("The readmission risk of Encounter/{} at discharge is not known: {}", encounter, p.getMessage());
            return false;
        }
    }

    /** The risk after a discharge turned high, or is so no longer: the visit is due sooner, or later. */
    private void riskChanged(Flag flag) {
        String stay = flag.getEncounter().getReferenceElement().getIdPart();
        if (stay == null || !ReadmissionRiskRecorder.isOfRisk(flag)) {
            return;
        }
        TransitionTasks tasks = new TransitionTasks(clock.instant(), zone);
        store.store(() -> {
            Map<String, Task> stored = store.tasks(stay);
            Encounter encounter = stored.isEmpty() ? null : store.read(Encounter.class, stay);
            boolean high = flag.getStatus() == Flag.FlagStatus.ACTIVE;
            return Discharge.of(encounter, store.codes(), zone)
                    .map(d -> tasks.corrected(d, high, stored))
                    .orElse(List.of());
        });
    }

    private void patientChanged(ResourceChanged change) {
        boolean dies =
                change.after(Patient.class).filter(DischargeWatcher::hasDied).isPresent()
                        && change.before(Patient.class)
                                .filter(DischargeWatcher::hasDied)
                                .isEmpty();
        if (dies && change.before() != null) {
            TransitionTasks tasks = new TransitionTasks(clock.instant(), zone);
            store.store(() -> tasks.calledOff(store.openTasks(change.id()), Reason.DIED));
        }
    }
}
