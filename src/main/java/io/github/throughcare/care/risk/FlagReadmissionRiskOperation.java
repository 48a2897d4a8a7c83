package io.github.throughcare.care.risk;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.risk.ReadmissionRiskRecorder.Recorded;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

/**
 * {@code $flag-readmission-risk}: stores the risk of one stay, or of every in-progress inpatient stay. On the type, stays come page by
 * page and are read, scored and stored in groups, one transaction each, so that memory does not grow with the house and a group costs
 * the same number of statements however many stays there are; two groups at a time, so that one computes while the other waits for the
 * database. A run that was broken off has stored whole groups, and repeating it completes it.
 */
@Component
final class FlagReadmissionRiskOperation implements FhirOperation {

    /** Stays per group: what they yield is written with one statement, and what is read of them at a time stays small. */
    private static final int GROUP = 200;
    /** Groups at a time. */
    private static final int LANES = 2;

    private final ReadmissionRiskRecorder recorder;
    private final Resources resources;
    private final CurrentTables tables;
    private final CareSettings settings;
    private final Clock clock;

    FlagReadmissionRiskOperation(
            ReadmissionRiskRecorder recorder,
            Resources resources,
            CurrentTables tables,
            CareSettings settings,
            Clock clock) {
        this.recorder = recorder;
        this.resources = resources;
        this.tables = tables;
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
        Tally tally = new Tally();
        String query = inpatients(call);
        long all = resources.count(Encounter.class, query, call.visibility());
        ExecutorService lanes = Executors.newFixedThreadPool(LANES, work -> new Thread(work, "flag-readmission-risk"));
        Deque<Future<List<Recorded>>> running = new ArrayDeque<>();
        try {
            resources.each(Encounter.class, query, call.visibility(), page -> {
                List<Encounter> stays = current(page, policy).stream()
                        .sorted(Stay.oldestFirst(policy.zone()))
                        .toList();
                for (int from = 0; from < stays.size(); from += GROUP) {
                    call.progress(tally.assessed + " of " + all + " stays");
                    List<Encounter> group = List.copyOf(stays.subList(from, Math.min(from + GROUP, stays.size())));
                    running.add(lanes.submit(() -> recorder.recordAll(group, policy, call.visibility())));
                    if (running.size() > LANES) {
                        tally.add(result(running.remove()));
                    }
                }
            });
            while (!running.isEmpty()) {
                tally.add(result(running.remove()));
            }
        } finally {
            end(lanes, running);
        }
        return tally.parameters();
    }

    /** What is being stored is stored whole, before the run ends; what waits is not begun. */
    private static void end(ExecutorService lanes, Deque<Future<List<Recorded>>> running) {
        running.forEach(f -> f.cancel(false));
        lanes.shutdown();
        try {
            lanes.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Recorded> result(Future<List<Recorded>> group) {
        try {
            return group.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("stopped");
        }
    }

    /** The search for the in-progress inpatient stays that are asked for. */
    private String inpatients(OperationCall call) {
        StringBuilder query = new StringBuilder("status=in-progress&class=")
                .append(String.join(
                        ",", tables.get().inpatient().stream().sorted().toList()));
        filter(call, "location").ifPresent(r -> query.append("&location=").append(r));
        filter(call, "organization")
                .ifPresent(r -> query.append("&service-provider=").append(r));
        return query.toString();
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
