package io.github.throughcare.care.risk;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.ResourceChanged;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.ListResource;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Procedure;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reckons a recorded risk anew when something changes that it rests on: a result, a diagnosis, the problem
 * list, a procedure, the stay or another one. Only
 * stays whose risk was recorded before: those that go on, as of now, and those that ended at most 30 days ago, as of their end. What
 * was assumed then is assumed again. A result that says the same is not stored, so a change makes at most one new version, and being
 * told twice none.
 */
@Component
final class RiskWatcher implements ChangeListener {

    private static final Logger LOG = LoggerFactory.getLogger(RiskWatcher.class);
    private static final Visibility SERVER = Visibility.everything();
    private static final Duration OUTCOME = Duration.ofDays(31);
    private static final Duration REFRESH = Duration.ofMinutes(1);
    private static final byte[] PROBLEM_LIST =
            ('"' + Comorbidity.PROBLEM_LIST + '"').getBytes(StandardCharsets.US_ASCII);
    private static final String LABORATORY = Ig.codeSystem("readmission-laboratory");

    private final Resources resources;
    private final ReadmissionRiskRecorder recorder;
    private final CurrentTables tables;
    private final AssessedPatients assessed;
    private final OwnIndices ownIndices;
    private final ZoneId zone;
    private final Clock clock;
    /** When each patient's risk was last read for anew: of many changes that were committed before, one is enough. */
    private final Cache<String, Instant> begun =
            Caffeine.newBuilder().maximumSize(10_000).build();

    private volatile List<byte[]> laboratory;
    private volatile Instant refreshed = Instant.MIN;

    RiskWatcher(
            Resources resources,
            ReadmissionRiskRecorder recorder,
            CurrentTables tables,
            AssessedPatients assessed,
            OwnIndices ownIndices,
            CareSettings settings,
            Clock clock) {
        this.resources = resources;
        this.recorder = recorder;
        this.tables = tables;
        this.assessed = assessed;
        this.ownIndices = ownIndices;
        this.zone = settings.zoneId();
        this.clock = clock;
        this.laboratory = bytes(shipped());
    }

    @Override
    public Set<String> types() {
        return Set.of("Condition", "Procedure", "Encounter", "Observation", "List");
    }

    /**
     * Most changes concern patients whose risk nobody has recorded, and most results are of another kind; an index of the hospital's own
     * may read any.
     */
    @Override
    public boolean wants(String type, byte[] json) {
        return JsonBytes.mayBeOf(json, assessed::mayContain)
                && switch (type) {
                    case "Observation" ->
                        ownIndices.mayBeAny() || laboratory.stream().anyMatch(code -> JsonBytes.contain(json, code));
                    case "List" -> JsonBytes.contain(json, PROBLEM_LIST);
                    default -> true;
                };
    }

    private static List<byte[]> bytes(Set<String> codes) {
        return codes.stream()
                .map(c -> ('"' + c + '"').getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /** Codes as the guide in the jar has them: what is listened to is asked before there is a store. */
    private static Set<String> shipped() {
        try (InputStream json = Objects.requireNonNull(RiskWatcher.class.getResourceAsStream(
                "/ig/input/codesystems/CodeSystem-readmission-laboratory.json"))) {
            Set<String> codes = new TreeSet<>();
            for (JsonNode property : new JsonMapper().readTree(json).findValues("valueCoding")) {
                codes.add(property.path("code").asString());
            }
            return codes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Codes as the store has them now: a hospital may have added its own. */
    private void refresh() {
        Instant now = clock.instant();
        if (now.isBefore(refreshed.plus(REFRESH))) {
            return;
        }
        refreshed = now;
        ownIndices.all();
        resources.definition(CodeSystem.class, LABORATORY).ifPresent(system -> {
            Set<String> codes = system.getConcept().stream()
                    .flatMap(c -> Properties.all(c, "loinc", Coding.class).stream())
                    .map(Coding::getCode)
                    .collect(Collectors.toCollection(TreeSet::new));
            laboratory = bytes(codes);
        });
    }

    @Override
    public void changed(ResourceChanged change) {
        refresh();
        Stream.of(change.before(), change.after())
                .filter(Objects::nonNull)
                .map(RiskWatcher::patient)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .filter(assessed::contains)
                .forEach(patient -> again(patient, change.known()));
    }

    private static @Nullable String patient(Resource resource) {
        Reference subject = switch (resource.fhirType()) {
            case "Condition" -> ((Condition) resource).getSubject();
            case "Procedure" -> ((Procedure) resource).getSubject();
            case "Observation" -> ((Observation) resource).getSubject();
            case "Encounter" -> ((Encounter) resource).getSubject();
            case "List" -> ((ListResource) resource).getSubject();
            default -> new Reference();
        };
        String type = subject.getReferenceElement().getResourceType();
        return type == null || type.equals("Patient")
                ? subject.getReferenceElement().getIdPart()
                : null;
    }

    private void again(String patient, Instant known) {
        Instant last = begun.getIfPresent(patient);
        if (last != null && last.isAfter(known)) {
            return;
        }
        Instant now = clock.instant();
        again(patient, now, recorded(patient));
        begun.put(patient, now);
    }

    /** The patient's stays whose risk has been recorded. */
    private Set<String> recorded(String patient) {
        return resources.search(RiskAssessment.class, "patient=" + StayReader.encode(patient), SERVER).stream()
                .filter(r -> r.getIdElement()
                        .getIdPart()
                        .equals(RiskAssessments.id(
                                "RiskAssessment",
                                String.valueOf(
                                        r.getEncounter().getReferenceElement().getIdPart()),
                                "lace")))
                .map(r -> r.getEncounter().getReferenceElement().getIdPart())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void again(String patient, Instant now, Set<String> recorded) {
        if (recorded.isEmpty() || isDead(patient)) {
            return;
        }
        List<Encounter> stays = resources.read(Encounter.class, recorded, SERVER);
        for (Encounter stay : stays) {
            Instant asOf = asOf(stay, now);
            if (asOf != null) {
                record(Linked.id(stay), asOf);
            }
        }
    }

    private boolean isDead(String patient) {
        return resources
                .read(Patient.class, patient, SERVER)
                .filter(p -> p.hasDeceasedDateTimeType()
                        || p.hasDeceasedBooleanType()
                                && p.getDeceasedBooleanType().booleanValue())
                .isPresent();
    }

    /** Now for a stay that goes on, its end for one that ended lately; null where nothing is to be reckoned any more. */
    private @Nullable Instant asOf(Encounter stay, Instant now) {
        if (!Stay.begun(stay.getStatus())
                || RiskTables.any(
                        stay.getHospitalization().getDischargeDisposition(),
                        tables.get().death())) {
            return null;
        }
        if (stay.getStatus() != Encounter.EncounterStatus.FINISHED) {
            return now;
        }
        return Stay.end(stay, zone)
                .map(end -> end.until().toInstant())
                .filter(end -> end.isAfter(now.minus(OUTCOME)))
                .orElse(null);
    }

    private void record(String encounter, Instant asOf) {
        try {
            recorder.record(encounter, asOf, SERVER);
        } catch (Problem p) {
            if (p.status() >= 500 || p.status() == 409 || p.status() == 412) {
                throw p;
            }
            LOG.warn("The readmission risk of Encounter/{} cannot be reckoned anew: {}", encounter, p.getMessage());
        }
    }
}
