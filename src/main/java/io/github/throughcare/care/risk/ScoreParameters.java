package io.github.throughcare.care.risk;

import java.util.List;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Type;

/** Scores as the operations' answer: the out parameters of {@code OperationDefinition/Encounter-readmission-risk}. */
final class ScoreParameters {

    private ScoreParameters() {}

    static Parameters of(List<Score> scores, Stay stay, RiskPolicy policy) {
        Parameters answer = new Parameters();
        scores.forEach(score -> {
            ParametersParameterComponent part = answer.addParameter().setName("score");
            add(part, "index", new CodeType(score.table().code()));
            if (score.complete()) {
                add(part, "points", new IntegerType(score.least()));
            }
            add(part, "minPoints", new IntegerType(score.least()));
            add(part, "maxPoints", new IntegerType(score.most()));
            add(part, "complete", new BooleanType(score.complete()));
            add(part, "band", new CodeType(score.band()));
            score.probability().ifPresent(p -> add(part, "probability", new DecimalType(p)));
            score.items().forEach(item -> item(part.addPart().setName("component"), item));
            part.addPart().setName("assessment").setResource(RiskAssessments.of(score, stay, policy));
        });
        return answer;
    }

    private static void item(ParametersParameterComponent part, Score.Item item) {
        Finding finding = item.finding();
        add(part, "code", new CodeType(finding.code()));
        add(part, "status", new CodeType(item.certainty().code()));
        Type value = finding.value();
        if (value != null) {
            add(part, "value", value);
        }
        if (item.complete()) {
            add(part, "points", new IntegerType(item.least()));
        } else {
            add(part, "minPoints", new IntegerType(item.least()));
            add(part, "maxPoints", new IntegerType(item.most()));
        }
        finding.evidence().forEach(reference -> add(part, "evidence", new Reference(reference)));
    }

    private static void add(ParametersParameterComponent parent, String name, Type value) {
        parent.addPart().setName(name).setValue(value);
    }
}
