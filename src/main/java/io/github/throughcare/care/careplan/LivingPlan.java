package io.github.throughcare.care.careplan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * The plan as it is stored now.
 *
 * @param id id of the CarePlan, stored or to be
 * @param carePlan null when there is none yet
 * @param careTeam null when there is none yet
 * @param parts its goals and activities
 */
record LivingPlan(
        String id, @Nullable CarePlan carePlan, @Nullable CareTeam careTeam, List<Resource> parts) {

    /** The goal or activity of this type with the identifier {@code programme|action}, whatever became of it. */
    Optional<Resource> part(String type, String key) {
        return Optional.ofNullable(byKey().get(type + "|" + key));
    }

    private Map<String, Resource> byKey() {
        return parts.stream()
                .flatMap(part -> keys(part).stream().map(key -> Map.entry(part.fhirType() + "|" + key, part)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, again) -> one));
    }

    private static List<String> keys(Resource part) {
        Property identifiers = part.getNamedProperty("identifier");
        List<Base> values = identifiers == null ? List.of() : identifiers.getValues();
        return values.stream()
                .filter(Identifier.class::isInstance)
                .map(Identifier.class::cast)
                .filter(i -> PlanIds.PLAN_ACTIVITY.equals(i.getSystem()))
                .map(Identifier::getValue)
                .toList();
    }
}
