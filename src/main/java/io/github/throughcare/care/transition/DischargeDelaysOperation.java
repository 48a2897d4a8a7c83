package io.github.throughcare.care.transition;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.springframework.stereotype.Component;

/** {@code Encounter/{id}/$discharge-delays}: how often a stay's expected discharge was moved, and what it waited for. */
@Component
final class DischargeDelaysOperation implements FhirOperation {

    private final Resources resources;
    private final ZoneId zone;
    private final Clock clock;

    DischargeDelaysOperation(Resources resources, CareSettings settings, Clock clock) {
        this.resources = resources;
        this.zone = settings.zoneId();
        this.clock = clock;
    }

    @Override
    public String definition() {
        return "Encounter-discharge-delays";
    }

    @Override
    public Resource run(OperationCall call) {
        String id = call.requireId();
        Encounter stay = resources
                .read(Encounter.class, id, call.visibility())
                .orElseThrow(() -> Problem.unknown("There is no Encounter/" + id + "."));
        String of = "encounter=Encounter%2F" + StoredTransition.encode(id);
        List<Observation> expected = resources.search(
                Observation.class,
                of + "&code="
                        + StoredTransition.encode(ExpectedDateWatcher.SYSTEM + "|" + ExpectedDateWatcher.EXPECTED),
                call.visibility());
        List<Task> tasks = resources.search(Task.class, of, call.visibility());
        AvoidableDays days = AvoidableDays.of(
                tasks,
                AvoidableDays.day(stay.getPeriod().getStartElement(), zone),
                stay.getStatus() == EncounterStatus.FINISHED
                        ? AvoidableDays.day(stay.getPeriod().getEndElement(), zone)
                        : null,
                clock.instant().atZone(zone).toLocalDate(),
                zone);
        Parameters answer = new Parameters();
        answer.addParameter("avoidableDays", new IntegerType(days.nights()));
        days.barriers().forEach(barrier -> {
            ParametersParameterComponent part = answer.addParameter().setName("barrier");
            part.addPart().setName("task").setValue(new Reference("Task/" + barrier.task()));
            if (!barrier.reason().isEmpty()) {
                part.addPart().setName("reason").setValue(new StringType(barrier.reason()));
            }
            part.addPart().setName("days").setValue(new IntegerType(barrier.nights()));
            part.addPart().setName("open").setValue(new BooleanType(barrier.open()));
        });
        expected.stream().sorted(Comparator.comparing(Observation::getIssued)).forEach(o -> {
            ParametersParameterComponent part = answer.addParameter().setName("expected");
            if (o.getValue() instanceof DateTimeType date) {
                part.addPart().setName("date").setValue(date.copy());
            } else {
                part.addPart().setName("withdrawn").setValue(new CodeType("unknown"));
            }
            part.addPart().setName("recorded").setValue(o.getIssuedElement().copy());
        });
        return answer;
    }
}
