package io.github.throughcare.care.risk;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * {@code Encounter/$readmission-calibration}: for the discharges of a period, what each index said of them (the RiskAssessments as they are
 * stored) and how many came back unplanned within 30 days. Reads page by page; stores nothing.
 */
@Component
final class ReadmissionCalibrationOperation implements FhirOperation {

    private static final int GROUP = 100;

    private final Resources resources;
    private final StayReader reader;
    private final CurrentTables tables;
    private final ZoneId zone;
    private final Clock clock;

    ReadmissionCalibrationOperation(
            Resources resources, StayReader reader, CurrentTables tables, CareSettings settings, Clock clock) {
        this.resources = resources;
        this.reader = reader;
        this.tables = tables;
        this.zone = settings.zoneId();
        this.clock = clock;
    }

    @Override
    public String definition() {
        return "Encounter-readmission-calibration";
    }

    @Override
    public boolean asynchronous(OperationCall call) {
        return true;
    }

    @Override
    public boolean resumable() {
        return true;
    }

    /** Counts of a run. */
    private static final class Tally {
        private final Map<String, Calibration> byIndex = new TreeMap<>();
        private final Set<String> seen = new HashSet<>();
        private int discharges;
        private int readmitted;
        private int planned;
        private int excluded;
        private int unscored;
    }

    @Override
    public Resource run(OperationCall call) {
        LocalDate start = date(call, "start");
        LocalDate end = date(call, "end");
        if (end.isBefore(start)) {
            throw Problem.malformed("end is not before start.", "Parameters.parameter.where(name='end')");
        }
        Instant now = clock.instant();
        RiskTables current = tables.get();
        Tally tally = new Tally();
        String query = "status=finished&class="
                + String.join(",", current.inpatient().stream().sorted().toList()) + "&date=lt" + end.plusDays(1)
                + "&date=ge" + start.minusDays(1);
        resources.each(Encounter.class, query, call.visibility(), page -> {
            call.progress(tally.discharges + " discharges");
            List<Encounter> discharged = page.stream()
                    .filter(e -> Stay.end(e, zone)
                            .filter(m -> !m.date().isBefore(start) && !m.date().isAfter(end))
                            .isPresent())
                    .filter(e -> StayScores.patient(e) != null)
                    .toList();
            for (int from = 0; from < discharged.size(); from += GROUP) {
                add(
                        tally,
                        discharged.subList(from, Math.min(from + GROUP, discharged.size())),
                        RiskPolicy.standard(now, zone),
                        current,
                        call);
            }
        });
        return answer(tally);
    }

    private void add(Tally tally, List<Encounter> group, RiskPolicy policy, RiskTables current, OperationCall call) {
        Map<String, List<Encounter>> encounters = reader.encounters(
                group.stream().map(StayScores::patient).filter(Objects::nonNull).toList(), current, call.visibility());
        Map<String, List<RiskAssessment>> assessed = resources
                .search(
                        RiskAssessment.class,
                        "encounter="
                                + group.stream()
                                        .map(Linked::id)
                                        .map(StayReader::encode)
                                        .collect(Collectors.joining(",")),
                        call.visibility())
                .stream()
                .collect(Collectors.groupingBy(r ->
                        String.valueOf(r.getEncounter().getReferenceElement().getIdPart())));
        for (Encounter encounter : group) {
            List<Encounter> others = encounters.getOrDefault(String.valueOf(StayScores.patient(encounter)), List.of());
            Stay stay = Stay.of(encounter, others, current.inpatient(), policy.asOf(), policy.zone());
            // of a stay with transfers the last Encounter stands for the discharge
            if (!Linked.id(stay.last()).equals(Linked.id(encounter)) || !tally.seen.add(Linked.id(encounter))) {
                continue;
            }
            Readmission after = Readmission.after(stay, others, policy, current, policy.asOf());
            switch (after) {
                case EXCLUDED -> tally.excluded++;
                case PLANNED -> tally.planned++;
                default -> {
                    tally.discharges++;
                    tally.readmitted += after == Readmission.UNPLANNED ? 1 : 0;
                    List<RiskAssessment> said = stay.ids().stream()
                            .flatMap(id -> assessed.getOrDefault(id, List.of()).stream())
                            .toList();
                    tally.unscored += said.isEmpty() ? 1 : 0;
                    said.forEach(r -> add(tally, r, after == Readmission.UNPLANNED));
                }
            }
        }
    }

    private static void add(Tally tally, RiskAssessment said, boolean readmitted) {
        String index = said.getMethod().getCodingFirstRep().getCode();
        Extension score = said.getPredictionFirstRep().getExtensionByUrl(RiskAssessments.RISK_SCORE);
        Integer least = number(score, "minPoints");
        Integer most = number(score, "maxPoints");
        if (index == null || least == null || most == null) {
            return;
        }
        Calibration calibration = tally.byIndex.computeIfAbsent(index, k -> new Calibration());
        if (least.equals(most)) {
            calibration.add(least, readmitted);
        } else {
            calibration.addIncomplete();
        }
    }

    private static @Nullable Integer number(@Nullable Extension score, String name) {
        Extension part = score == null ? null : score.getExtensionByUrl(name);
        return part != null && part.getValue() instanceof IntegerType i ? i.getValue() : null;
    }

    private static LocalDate date(OperationCall call, String name) {
        return call.value(name, DateType.class)
                .map(d -> {
                    if (d.getValueAsString() == null || d.getValueAsString().length() != 10) {
                        throw Problem.malformed(
                                name + " is a day like 2026-11-22.", "Parameters.parameter.where(name='" + name + "')");
                    }
                    return LocalDate.parse(d.getValueAsString());
                })
                .orElseThrow(() -> Problem.malformed(name + " is missing.", "Parameters"));
    }

    private static Parameters answer(Tally tally) {
        Parameters answer = new Parameters();
        answer.addParameter("discharges", new IntegerType(tally.discharges));
        answer.addParameter("readmissions", new IntegerType(tally.readmitted));
        answer.addParameter("planned", new IntegerType(tally.planned));
        answer.addParameter("excluded", new IntegerType(tally.excluded));
        answer.addParameter("unscored", new IntegerType(tally.unscored));
        tally.byIndex.forEach((index, calibration) -> {
            ParametersParameterComponent part = answer.addParameter().setName("index");
            part.addPart().setName("code").setValue(new CodeType(index));
            part.addPart().setName("complete").setValue(new IntegerType(calibration.discharges()));
            part.addPart().setName("incomplete").setValue(new IntegerType(calibration.incomplete()));
            calibration
                    .cStatistic()
                    .ifPresent(c -> part.addPart().setName("cStatistic").setValue(new DecimalType(c)));
            calibration.byPoints().forEach((points, count) -> {
                ParametersParameterComponent score = part.addPart().setName("score");
                score.addPart().setName("points").setValue(new IntegerType(points));
                score.addPart().setName("discharges").setValue(new IntegerType(count.discharges()));
                score.addPart().setName("readmissions").setValue(new IntegerType(count.readmitted()));
                score.addPart().setName("observedRate").setValue(new DecimalType(count.rate()));
            });
        });
        return answer;
    }
}
