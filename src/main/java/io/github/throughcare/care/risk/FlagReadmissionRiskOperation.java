package io.github.throughcare.care.risk;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.risk.ReadmissionRiskRecorder.Recorded;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

/**
 * {@code $flag-readmission-risk}: stores the risk of one stay, or of every in-progress inpatient stay. On the type, stays are read,
 * scored and stored in groups, one transaction each, so that memory does not grow with the house; a run that was broken off
 * has stored whole groups, and repeating it completes it.
 */
@Component
final class FlagReadmissionRiskOperation implements FhirOperation {

    /** Stays per group: some tens keep a transaction small and still save nearly all round trips. */
    private static final int GROUP = 25;

    private final StayScores scores;
    private final ReadmissionRiskRecorder recorder;
    private final StayReader reader;
    private final Resources resources;
    private final CareSettings settings;
    private final Clock clock;

    FlagReadmissionRiskOperation(
            StayScores scores,
            ReadmissionRiskRecorder recorder,
            StayReader reader,
            Resources resources,
            CareSettings settings,
            Clock clock) {
        this.scores = scores;
        this.recorder = recorder;
        this.reader = reader;
        this.resources = resources;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String definition() {
        return "Encounter-flag-readmission-risk";
    }

    /** Of the whole house it takes a while. */
    @Override
    public boolean asynchronous(OperationCall call) {
        return call.id() == null;
    }

    @Override
    public boolean resumable() {
        return true;
    }

    @Override
    public Resource run(OperationCall call) {
        RiskPolicy policy = RiskPolicy.of(call, clock.instant(), settings.zoneId());
        if (call.id() != null) {
            return recorder.record(call.requireId(), policy, call.visibility());
        }
        List<String> inpatients = inpatients(call, policy);
        Tally tally = new Tally();
        for (int from = 0; from < inpatients.size(); from += GROUP) {
            call.progress(from + " of " + inpatients.size() + " stays");
            List<String> group = inpatients.subList(from, Math.min(from + GROUP, inpatients.size()));
            tally.add(recorder.store(
                    scores.ofEncounters(
                            current(reader.byId(Encounter.class, group, call.visibility()), policy),
                            policy,
                            call.visibility()),
                    policy,
                    call.visibility()));
        }
        return tally.parameters();
    }

    /** Ids of the in-progress inpatient stays, those of like age together, so that a group's queries stay narrow. */
    private List<String> inpatients(OperationCall call, RiskPolicy policy) {
        RiskTables tables = RiskTables.of(resources);
        StringBuilder query = new StringBuilder("status=in-progress&class=")
                .append(String.join(",", tables.inpatient().stream().sorted().toList()));
        filter(call, "location").ifPresent(r -> query.append("&location=").append(r));
        filter(call, "organization")
                .ifPresent(r -> query.append("&service-provider=").append(r));
        return current(resources.search(Encounter.class, query.toString(), call.visibility()), policy).stream()
                .sorted(Stay.oldestFirst(policy.zone()))
                .map(Linked::id)
                .toList();
    }

    private static Optional<String> filter(OperationCall call, String name) {
        return call.value(name, Reference.class).map(r -> {
            if (!r.hasReference()) {
                throw Problem.malformed(
                        name + " needs a literal reference.", "Parameters.parameter.where(name='" + name + "')");
            }
            return StayReader.encode(r.getReference());
        });
    }

    /** Stays of patients that had begun by the time reckoned with and have not ended since the query. */
    private static List<Encounter> current(List<Encounter> encounters, RiskPolicy policy) {
        return encounters.stream()
                .filter(e -> e.getStatus() == Encounter.EncounterStatus.INPROGRESS)
                .filter(e -> StayScores.patient(e) != null)
                .filter(e -> Stay.start(e, policy.zone())
                        .map(s -> s.by(policy.asOf()))
                        .orElse(true))
                .toList();
    }

    /** Counts of a run, in stays. */
    private static final class Tally {
        private int assessed;
        private int flagged;
        private int cleared;
        private int incomplete;

        void add(List<Recorded> group) {
            for (Recorded stay : group) {
                assessed++;
                flagged += stay.flagged() ? 1 : 0;
                cleared += stay.cleared() ? 1 : 0;
                incomplete += stay.scored().scores().stream().allMatch(Score::complete) ? 0 : 1;
            }
        }

        Parameters parameters() {
            return new Parameters()
                    .addParameter("assessed", new IntegerType(assessed))
                    .addParameter("flagged", new IntegerType(flagged))
                    .addParameter("cleared", new IntegerType(cleared))
                    .addParameter("incomplete", new IntegerType(incomplete));
        }
    }
}
