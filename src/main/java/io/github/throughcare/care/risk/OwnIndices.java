package io.github.throughcare.care.risk;

import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The indices that a hospital has loaded: active CodeSystems whose {@code useContext} says {@code index-kind|readmission-index}. They are
 * scored beside the published ones. One that cannot be used is left out, and the log says why. Thread-safe.
 */
@Component
final class OwnIndices {

    private static final Logger LOG = LoggerFactory.getLogger(OwnIndices.class);
    private static final Duration KNOWN_FOR = Duration.ofSeconds(2);
    private static final int YEAR = 365;
    private static final Set<String> PUBLISHED = Set.of("lace", "hospital", "hospital-simplified");

    private final Resources resources;
    private final StayReader reader;
    private final FhirPathInputs inputs;
    private final Clock clock;
    private volatile Known known = new Known(Instant.MIN, "", List.of());

    OwnIndices(Resources resources, StayReader reader, FhirPathInputs inputs, Clock clock) {
        this.resources = resources;
        this.reader = reader;
        this.inputs = inputs;
        this.clock = clock;
    }

    /** What was loaded when: the versions tell whether it has to be read anew. */
    private record Known(Instant at, String versions, List<OwnIndex> indices) {}

    /** Whether there were any when they were last looked for, or nobody has looked yet; without a look at the store. */
    boolean mayBeAny() {
        return known.at().equals(Instant.MIN) || !known.indices().isEmpty();
    }

    List<OwnIndex> all() {
        Known last = known;
        Instant now = clock.instant();
        if (now.isBefore(last.at().plus(KNOWN_FOR)) && !now.isBefore(last.at())) {
            return last.indices();
        }
        List<CodeSystem> found = resources.search(
                CodeSystem.class,
                "status=active&context=" + StayReader.encode(Ig.codeSystem("index-kind") + "|readmission-index"),
                Visibility.everything());
        String versions = found.stream()
                .map(c -> c.getIdElement().getIdPart() + "/" + c.getMeta().getVersionId())
                .sorted()
                .collect(Collectors.joining(","));
        if (versions.equals(last.versions())) {
            known = new Known(now, versions, last.indices());
            return last.indices();
        }
        List<OwnIndex> indices = new ArrayList<>();
        for (CodeSystem definition : found) {
            try {
                OwnIndex index = OwnIndex.of(definition, inputs);
                if (PUBLISHED.contains(index.table().code())
                        || indices.stream()
                                .anyMatch(i ->
                                        i.table().code().equals(index.table().code()))) {
                    throw new IllegalArgumentException(
                            "its code " + index.table().code() + " is taken");
                }
                indices.add(index);
            } catch (RuntimeException e) {
                LOG.error("The index {} cannot be used: {}", definition.getUrl(), e.getMessage());
            }
        }
        known = new Known(now, versions, List.copyOf(indices));
        return known.indices();
    }

    /** Scores of all own indices for each stay, in their order. */
    List<List<Score>> scores(List<StayRecord> records, RiskPolicy policy, RiskTables tables, Visibility visibility) {
        List<OwnIndex> indices = all();
        if (indices.isEmpty()) {
            return records.stream().map(r -> List.<Score>of()).toList();
        }
        List<String> ids =
                records.stream().map(r -> r.stay().patient()).distinct().toList();
        Map<String, Patient> patients = resources.read(Patient.class, ids, visibility).stream()
                .collect(Collectors.toMap(p -> p.getIdElement().getIdPart(), Function.identity()));
        Map<String, List<Observation>> observations = reader.observationsSince(
                ids,
                records.stream()
                        .map(r -> r.stay().start())
                        .filter(Objects::nonNull)
                        .map(Moment::date)
                        .min(java.time.LocalDate::compareTo)
                        .orElseGet(() -> policy.asOf().atZone(policy.zone()).toLocalDate())
                        .minusDays(YEAR),
                visibility);
        return records.stream()
                .map(record -> {
                    String patient = record.stay().patient();
                    OwnIndex.Scope scope = new OwnIndex.Scope(
                            patients.getOrDefault(patient, new Patient()),
                            record,
                            observations.getOrDefault(patient, List.of()),
                            policy);
                    List<Finding> found = ReadmissionRisk.findings(record, policy, tables);
                    return indices.stream()
                            .flatMap(i -> score(i, found, scope).stream())
                            .toList();
                })
                .toList();
    }

    private List<Score> score(OwnIndex index, List<Finding> found, OwnIndex.Scope scope) {
        try {
            return List.of(index.score(found, scope, inputs));
        } catch (RuntimeException e) {
            LOG.error(
                    "The index {} failed on {}: {}",
                    index.table().system(),
                    scope.record().stay().evidence(),
                    e.getMessage());
            return List.of();
        }
    }
}
