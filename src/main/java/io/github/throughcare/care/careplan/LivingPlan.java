package io.github.throughcare.care.careplan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/** The plan as it is stored now. */
final class LivingPlan {

    private final String id;
    private final @Nullable CarePlan carePlan;
    private final @Nullable CareTeam careTeam;
    private final List<Resource> parts;
    private final List<Resource> dropped;
    private final List<CarePlan> beside;
    private final Map<String, Resource> partsByKey;
    private final Map<String, Resource> droppedByKey;

    /**
     * @param id id of the CarePlan, stored or to be
     * @param carePlan null when there is none yet
     * @param careTeam null when there is none yet
     * @param parts its goals and activities
     * @param dropped goals and activities that were made for it and that people took out of it
     */
    LivingPlan(
            String id,
            @Nullable CarePlan carePlan,
            @Nullable CareTeam careTeam,
            List<Resource> parts,
            List<Resource> dropped) {
        this(id, carePlan, careTeam, parts, dropped, List.of());
    }

    private LivingPlan(
            String id,
            @Nullable CarePlan carePlan,
            @Nullable CareTeam careTeam,
            List<Resource> parts,
            List<Resource> dropped,
            List<CarePlan> beside) {
        this.id = id;
        this.carePlan = carePlan;
        this.careTeam = careTeam;
        this.parts = List.copyOf(parts);
        this.dropped = List.copyOf(dropped);
        this.beside = List.copyOf(beside);
        this.partsByKey = byKey(parts);
        this.droppedByKey = byKey(dropped);
    }

    /** A plan that is not stored yet. */
    static LivingPlan none(String id) {
        return new LivingPlan(id, null, null, List.of(), List.of());
    }

    /** The same, with active plans of others that the patient has beside it. */
    LivingPlan beside(List<CarePlan> others) {
        return new LivingPlan(id, carePlan, careTeam, parts, dropped, others);
    }

    /** Active plans of others, which are not written to. */
    List<CarePlan> beside() {
        return beside;
    }

    String id() {
        return id;
    }

    @Nullable
    CarePlan carePlan() {
        return carePlan;
    }

    @Nullable
    CareTeam careTeam() {
        return careTeam;
    }

    List<Resource> parts() {
        return parts;
    }

    List<Resource> dropped() {
        return dropped;
    }

    /** The goal or activity of this type with the identifier {@code programme|action}, whatever became of it. */
    Optional<Resource> part(String type, String key) {
        return Optional.ofNullable(partsByKey.get(type + "|" + key));
    }

    /** Whether people took it out of the plan: then it is not put in again. */
    boolean isDropped(String type, String key) {
        return droppedByKey.containsKey(type + "|" + key);
    }

    private static Map<String, Resource> byKey(List<Resource> resources) {
        Map<String, Resource> byKey = new HashMap<>();
        for (Resource part : resources) {
            keys(part).forEach(key -> byKey.putIfAbsent(part.fhirType() + "|" + key, part));
        }
        return byKey;
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
