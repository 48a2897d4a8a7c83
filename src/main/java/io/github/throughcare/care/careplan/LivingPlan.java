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
 * @param dropped goals and activities that were made for it and that people took out of it
 */
record LivingPlan(
        String id,
        @Nullable CarePlan carePlan,
        @Nullable CareTeam careTeam,
        List<Resource> parts,
        List<Resource> dropped) {

    /** A plan that is not stored yet. */
    static LivingPlan none(String id) {
        return new LivingPlan(id, null, null, List.of(), List.of());
    }

    /** The goal or activity of this type with the identifier {@code programme|action}, whatever became of it. */
    Optional<Resource> part(String type, String key) {
        return Optional.ofNullable(byKey(parts).get(type + "|" + key));
    }

    /** Whether people took it out of the plan: then it is not put in again. */
    boolean isDropped(String type, String key) {
        return byKey(dropped).containsKey(type + "|" + key);
    }

    private static Map<String, Resource> byKey(List<Resource> resources) {
        return resources.stream()
                .flatMap(part -> keys(part).stream().map(key -> Map.entry(part.fhirType() + "|" + key, part)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, again) -> one));
    }

    /** Its {@code programme|action} identifiers. */
    static List<String> keys(Resource part) {
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
