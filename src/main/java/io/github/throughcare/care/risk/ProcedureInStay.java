package io.github.throughcare.care.risk;

import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.Procedure;
import org.hl7.fhir.r4.model.Procedure.ProcedureStatus;

/** Whether any coded procedure was completed during the stay: by its Encounter, or by when it was performed. */
final class ProcedureInStay {

    static final String CODE = "procedure";

    private ProcedureInStay() {}

    static Finding find(StayRecord record, RiskPolicy policy) {
        List<String> evidence = StayRecord.references(record.procedures().stream()
                .filter(p -> p.getStatus() == ProcedureStatus.COMPLETED
                        && p.getCode().hasCoding())
                .filter(p -> inStay(p, record.stay(), policy)));
        if (!evidence.isEmpty()) {
            return Finding.known(CODE, true, evidence);
        }
        return policy.completeUtilization()
                ? Finding.known(CODE, false, List.of()).assumed()
                : Finding.yesOrNo(CODE, "no procedure is on record, and the record may not hold all");
    }

    private static boolean inStay(Procedure procedure, Stay stay, RiskPolicy policy) {
        Optional<Moment> performed = performed(procedure, policy);
        return performed.map(m -> m.by(policy.asOf())).orElse(true)
                && (stay.has(procedure.getEncounter())
                        || performed.map(m -> stay.covers(m, policy.asOf())).orElse(false));
    }

    private static Optional<Moment> performed(Procedure procedure, RiskPolicy policy) {
        return Moment.of(
                procedure.hasPerformedDateTimeType()
                        ? procedure.getPerformedDateTimeType()
                        : procedure.hasPerformedPeriod()
                                ? procedure.getPerformedPeriod().getStartElement()
                                : null,
                policy.zone());
    }
}
