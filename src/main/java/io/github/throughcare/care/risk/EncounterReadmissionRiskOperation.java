package io.github.throughcare.care.risk;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.risk.StayScores.Scored;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import java.time.Clock;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

/** {@code Encounter/{id}/$readmission-risk}: the scores of one stay. */
@Component
final class EncounterReadmissionRiskOperation implements FhirOperation {

    private final StayScores scores;
    private final CareSettings settings;
    private final Clock clock;

    EncounterReadmissionRiskOperation(StayScores scores, CareSettings settings, Clock clock) {
        this.scores = scores;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String definition() {
        return "Encounter-readmission-risk";
    }

    @Override
    public Resource run(OperationCall call) {
        RiskPolicy policy = RiskPolicy.of(call, clock.instant(), settings.zoneId());
        Scored scored = scores.ofEncounter(call.requireId(), policy, call.visibility());
        return ScoreParameters.of(scored.scores(), scored.stay(), policy);
    }
}
