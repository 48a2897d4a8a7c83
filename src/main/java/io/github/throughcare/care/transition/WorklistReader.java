package io.github.throughcare.care.transition;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.transition.WorklistRow.Stretch;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterLocationComponent;
import org.hl7.fhir.r4.model.Encounter.EncounterLocationStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.Task;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads current inpatient stays with what orders them, for many patients at once, and makes rows of them. */
@Component
final class WorklistReader {

    /** Expected discharge: the R5 element as an extension (hl7.org/fhir/versions.html#extensions). */
    static final String EXPECTED = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate";

    /** Begins the references of what tells the risk. */
    static final String RISK = "RiskAssessment/";

    static final String TASK = "Task/";

    /** What is looked at of an assessment, which is long. */
    private static final String TOLD = "&_elements=status,method,encounter,occurrence,prediction";

    private static final String RISK_SCORE = Ig.extension("risk-score");
    private static final String LACE = Ig.codeSystem("lace-index");

    private final StoredTransition store;
    private final ZoneId zone;

    WorklistReader(StoredTransition store, CareSettings settings) {
        this.store = store;
        this.zone = settings.zoneId();
    }

    /**
     * What a patient's current stays come from.
     *
     * @param sources {@code Type/id} of all resources that told something
     */
    record Found(List<WorklistRow> rows, Set<String> sources) {}

    /** The search for current inpatient stays. */
    static String current(Destination.Codes codes) {
        return "status=in-progress&class=" + StoredTransition.classes(codes);
    }

    /** The current stays of some patients, some tens to hundreds; each patient is in the answer. */
    Map<String, Found> read(Set<String> patients, Destination.Codes codes) {
        String some = "patient=" + list(patients.stream());
        return rows(patients, store.search(Encounter.class, some + "&" + current(codes)));
    }

    /** The same from Encounters that have been read already: all current stays of these patients. */
    Map<String, Found> rows(Set<String> patients, List<Encounter> stays) {
        Set<String> inHouse =
                stays.stream().map(Discharge::patient).filter(Objects::nonNull).collect(Collectors.toSet());
        if (inHouse.isEmpty()) {
            return patients.stream().collect(Collectors.toMap(p -> p, p -> new Found(List.of(), Set.of())));
        }
        Map<String, List<Task>> tasks = store
                .search(Task.class, "patient=" + list(inHouse.stream()) + "&status=" + TransitionTasks.OPEN_TOKENS)
                .stream()
                .collect(Collectors.groupingBy(t -> id(t.getFor())));
        Map<String, List<RiskAssessment>> risks =
                risks(stays.stream().map(e -> e.getIdElement().getIdPart()).toList());
        Map<String, List<Encounter>> byPatient =
                stays.stream().collect(Collectors.groupingBy(e -> String.valueOf(Discharge.patient(e))));
        return patients.stream()
                .collect(Collectors.toMap(
                        p -> p,
                        p -> found(byPatient.getOrDefault(p, List.of()), tasks.getOrDefault(p, List.of()), risks)));
    }

    /** Rows of which nothing but the risk may have changed, with the risk as it is now; sources are the assessments alone. */
    Found reassessed(List<WorklistRow> rows, Map<String, List<RiskAssessment>> risks) {
        Set<String> sources = new HashSet<>();
        List<WorklistRow> now = rows.stream()
                .map(row -> {
                    List<RiskAssessment> assessed = risks.getOrDefault(row.id(), List.of());
                    assessed.forEach(r -> sources.add(RISK + r.getIdElement().getIdPart()));
                    List<RiskAssessment> latest = LatestRisks.of(assessed);
                    return row.with(bands(latest), highestPoints(latest));
                })
                .toList();
        return new Found(now, sources);
    }

    /** All assessments of these stays, by stay. */
    Map<String, List<RiskAssessment>> risks(Collection<String> stays) {
        return store.search(RiskAssessment.class, "encounter=" + list(stays.stream()) + TOLD).stream()
                .collect(Collectors.groupingBy(r -> id(r.getEncounter())));
    }

    private static int highestPoints(List<RiskAssessment> assessed) {
        return assessed.stream().mapToInt(WorklistReader::points).max().orElse(-1);
    }

    private Found found(List<Encounter> stays, List<Task> tasks, Map<String, List<RiskAssessment>> risks) {
        Set<String> sources = new HashSet<>();
        if (!stays.isEmpty()) {
            tasks.forEach(t -> sources.add("Task/" + t.getIdElement().getIdPart()));
        }
        List<WorklistRow> rows = stays.stream()
                .map(stay -> {
                    String id = stay.getIdElement().getIdPart();
                    List<RiskAssessment> assessed = risks.getOrDefault(id, List.of());
                    sources.add("Encounter/" + id);
                    assessed.forEach(r -> sources.add(RISK + r.getIdElement().getIdPart()));
                    return row(stay, tasks.stream().filter(t -> isWorkOf(t, id)).toList(), LatestRisks.of(assessed));
                })
                .toList();
        return new Found(rows, sources);
    }

    /** Work of a stay: its own, or the patient's own without a stay. */
    static boolean isWorkOf(Task task, String stay) {
        return !task.getEncounter().hasReference()
                || stay.equals(task.getEncounter().getReferenceElement().getIdPart());
    }

    private WorklistRow row(Encounter stay, List<Task> work, List<RiskAssessment> assessed) {
        Set<String> places = Stream.concat(
                        stay.getLocation().stream().filter(this::isNow).map(EncounterLocationComponent::getLocation),
                        Stream.of(stay.getServiceProvider()))
                .map(WorklistReader::reference)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        Set<String> planners = stay.getParticipant().stream()
                .map(p -> reference(p.getIndividual()))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        Set<String> bands = bands(assessed);
        return new WorklistRow(
                stay.getIdElement().getIdPart(),
                String.valueOf(Discharge.patient(stay)),
                places,
                planners,
                expected(stay, zone),
                work.stream().map(t -> due(t, zone)).min(Instant::compareTo).orElse(Instant.MAX),
                bands,
                WorklistRow.highest(bands),
                highestPoints(assessed));
    }

    private boolean isNow(EncounterLocationComponent location) {
        return location.getStatus() != EncounterLocationStatus.COMPLETED
                && location.getStatus() != EncounterLocationStatus.PLANNED
                && !location.getPeriod().hasEnd();
    }

    /** When work is late: the end of the day, or of the second, by which it was due. */
    static Instant due(Task task, ZoneId zone) {
        Instant due = Discharge.at(task.getRestriction().getPeriod().getEndElement(), zone);
        return due == null ? Instant.MAX : due;
    }

    static @Nullable Stretch expected(Encounter stay, ZoneId zone) {
        DateTimeType time = expected(stay);
        return time == null ? null : stretch(time, zone);
    }

    /** The first of them where a record says several: one stay's record must not cost the others their list. */
    static @Nullable DateTimeType expected(Encounter stay) {
        return stay.getExtensionsByUrl(EXPECTED).stream()
                .map(Extension::getValue)
                .filter(DateTimeType.class::isInstance)
                .map(DateTimeType.class::cast)
                .findFirst()
                .orElse(null);
    }

    /** The time that a dateTime may mean. */
    static @Nullable Stretch stretch(DateTimeType time, ZoneId zone) {
        Instant from = Discharge.from(time, zone);
        if (from == null) {
            return null;
        }
        TemporalPrecisionEnum precision = time.getPrecision();
        LocalDate day = from.atZone(zone).toLocalDate();
        return new Stretch(
                from,
                switch (precision) {
                    case YEAR -> day.plusYears(1).atStartOfDay(zone).toInstant();
                    case MONTH -> day.plusMonths(1).atStartOfDay(zone).toInstant();
                    case DAY -> day.plusDays(1).atStartOfDay(zone).toInstant();
                    default -> from.plusSeconds(1);
                });
    }

    static Set<String> bands(List<RiskAssessment> assessed) {
        return assessed.stream()
                .flatMap(r -> r.getPrediction().stream())
                .flatMap(p -> p.getQualitativeRisk().getCoding().stream())
                .map(Coding::getCode)
                .filter(Objects::nonNull) // hasCode() is also true of a code that only says why it is absent
                .collect(Collectors.toSet());
    }

    /** Fewest points of a LACE assessment, -1 for another one. */
    static int points(RiskAssessment assessment) {
        boolean lace = assessment.getMethod().getCoding().stream()
                .anyMatch(c -> LACE.equals(c.getSystem()) || "lace".equals(c.getCode()));
        return !lace
                ? -1
                : assessment.getPrediction().stream()
                        .flatMap(p -> p.getExtensionsByUrl(RISK_SCORE).stream())
                        .flatMap(e -> e.getExtensionsByUrl("minPoints").stream())
                        .map(Extension::getValue)
                        .filter(v -> v instanceof IntegerType && v.hasPrimitiveValue())
                        .mapToInt(v -> ((IntegerType) v).getValue())
                        .max()
                        .orElse(-1);
    }

    private static @Nullable String reference(Reference reference) {
        String type = reference.getReferenceElement().getResourceType();
        String id = reference.getReferenceElement().getIdPart();
        return type == null || id == null ? null : type + "/" + id;
    }

    private static String id(Reference reference) {
        return String.valueOf(reference.getReferenceElement().getIdPart());
    }

    static String list(Stream<String> ids) {
        return ids.sorted().map(StoredTransition::encode).collect(Collectors.joining(","));
    }
}
