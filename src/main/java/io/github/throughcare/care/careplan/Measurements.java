package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Finds what was measured for a goal: Observations of its patient, on or after its start, whose code or component code is that of a
 * target's measure; final, amended or corrected, with a value.
 */
@Component
final class Measurements {

    private static final Set<ObservationStatus> VALID =
            Set.of(ObservationStatus.FINAL, ObservationStatus.AMENDED, ObservationStatus.CORRECTED);

    private final Resources resources;

    Measurements(Resources resources) {
        this.resources = resources;
    }

    /** One reading for each target, in their order. */
    List<TargetReading> of(Goal goal, Visibility visibility) {
        String codes = goal.getTarget().stream()
                .flatMap(t -> t.getMeasure().getCoding().stream())
                .filter(c -> c.hasSystem() && c.hasCode())
                .map(c -> URLEncoder.encode(c.getSystem() + "|" + c.getCode(), StandardCharsets.UTF_8))
                .distinct()
                .collect(Collectors.joining(","));
        String patient = goal.getSubject().getReferenceElement().getIdPart();
        if (codes.isEmpty() || patient == null) {
            return goal.getTarget().stream()
                    .map(t -> new TargetReading(t, List.of()))
                    .toList();
        }
        String since =
                goal.hasStartDateType() ? "&date=ge" + goal.getStartDateType().getValueAsString() : "";
        List<Observation> found =
                resources.search(Observation.class, "patient=" + patient + "&combo-code=" + codes + since, visibility);
        return goal.getTarget().stream()
                .map(target -> new TargetReading(target, measurements(found, target.getMeasure())))
                .toList();
    }

    private static List<Measurement> measurements(List<Observation> found, CodeableConcept measure) {
        return found.stream()
                .filter(o -> VALID.contains(o.getStatus()))
                .flatMap(o -> value(o, measure)
                        .map(v -> new Measurement(
                                v, when(o), "Observation/" + o.getIdElement().getIdPart()))
                        .stream())
                .sorted(Comparator.comparing((Measurement m) -> time(m.when())).reversed())
                .toList();
    }

    private static Optional<Type> value(Observation observation, CodeableConcept measure) {
        if (is(observation.getCode(), measure) && observation.hasValue()) {
            return Optional.of(observation.getValue());
        }
        return observation.getComponent().stream()
                .filter(c -> is(c.getCode(), measure))
                .map(c -> c.getValue())
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static boolean is(CodeableConcept code, CodeableConcept measure) {
        return measure.getCoding().stream()
                .filter(Coding::hasCode)
                .anyMatch(m -> code.getCoding().stream()
                        .anyMatch(c -> m.getCode().equals(c.getCode())
                                && String.valueOf(m.getSystem()).equals(String.valueOf(c.getSystem()))));
    }

    private static @Nullable DateTimeType when(Observation observation) {
        if (observation.getEffective() instanceof Period period) {
            return period.hasEnd() ? period.getEndElement() : period.getStartElement();
        }
        if (observation.getEffective() instanceof DateTimeType moment) {
            return moment;
        }
        return observation.hasIssued() ? new DateTimeType(observation.getIssued()) : null;
    }

    private static long time(@Nullable DateTimeType when) {
        return Stream.ofNullable(when)
                .map(DateTimeType::getValue)
                .filter(Objects::nonNull)
                .findFirst()
                .map(java.util.Date::getTime)
                .orElse(Long.MIN_VALUE);
    }
}
