package io.github.throughcare.care.schedule;

import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Slot;
import org.springframework.stereotype.Component;

/**
 * Nobody is booked twice for the same time: a write that takes time of a person, a device or a room that another Appointment takes
 * already, or fills a slot that another one fills, is 422, on every path. A practitioner's roles share the practitioner's time. Only time that the write newly takes is
 * looked at, so that a comment on an old meeting is no conflict. Who double-books on purpose says why: the extension
 * {@code double-booking-reason}. Each actor's row is locked while one looks: of two who book at once the second sees the first.
 */
@Component
final class MeetingRule implements WriteRule {

    static final String REASON = Ig.extension("double-booking-reason");

    private static final Set<String> ROOMS = Set.of("ro", "bd", "ve");

    private static final Map<String, Class<? extends Resource>> LOCKED = Map.of(
            "Practitioner", Practitioner.class,
            "PractitionerRole", PractitionerRole.class,
            "Patient", Patient.class,
            "RelatedPerson", RelatedPerson.class,
            "Device", Device.class);

    @Override
    public Set<String> types() {
        return Set.of("Appointment");
    }

    @Override
    public void check(Intent intent) {
        if (!(intent.after() instanceof Appointment after) || !TakenTime.takesTime(after)) {
            return;
        }
        if (after.hasStart() && after.hasEnd() && after.getEnd().before(after.getStart())) {
            throw Problem.rule("An appointment ends after it has begun", "Appointment.end");
        }
        List<TakenTime> taken = TakenTime.of(after);
        List<TakenTime> had = intent.before() instanceof Appointment before ? TakenTime.of(before) : List.of();
        if (after.getExtensionsByUrl(REASON).stream()
                .anyMatch(e -> e.getValue() != null && !e.getValue().isEmpty())) {
            return;
        }
        // by actor: everybody locks in one order
        Map<String, TakenTime> fresh = new TreeMap<>();
        taken.stream()
                .filter(t -> had.stream().noneMatch(t::within))
                .forEach(t -> fresh.putIfAbsent(person(t.actor(), intent), t));
        fresh.forEach((person, wanted) -> look(person, wanted, after, intent));
        Set<String> held =
                intent.before() instanceof Appointment before && TakenTime.takesTime(before) ? slots(before) : Set.of();
        slots(after).stream().filter(s -> !held.contains(s)).forEach(slot -> slot(slot, after, intent));
    }

    private static Set<String> slots(Appointment appointment) {
        Set<String> slots = new TreeSet<>();
        appointment.getSlot().stream()
                .map(s -> s.getReferenceElement())
                .filter(s -> "Slot".equals(s.getResourceType()) && s.hasIdPart())
                .forEach(s -> slots.add(s.getIdPart()));
        return slots;
    }

    /** A slot is filled once, unless it says that it may be overbooked. */
    private static void slot(String id, Appointment after, Intent intent) {
        if (intent.current(Slot.class, id).filter(Slot::getOverbooked).isPresent()) {
            return;
        }
        Map<String, Appointment> others = new LinkedHashMap<>();
        intent.search(Appointment.class, "slot=Slot/" + id + "&status=" + TakenTime.STATUSES)
                .forEach(a -> others.put(a.getIdElement().getIdPart(), a));
        intent.written(Appointment.class)
                .forEach(a -> others.put(a.getIdElement().getIdPart(), a));
        others.remove(after.getIdElement().getIdPart());
        others.values().stream()
                .filter(a -> TakenTime.takesTime(a) && slots(a).contains(id))
                .findFirst()
                .ifPresent(a -> {
                    throw Problem.rule(
                            "Slot/" + id + " is filled by Appointment/"
                                    + a.getIdElement().getIdPart()
                                    + "; choose another, or say why both are meant in the extension " + REASON,
                            "Appointment.slot");
                });
    }

    /** Whose time an actor's is: a role's is its practitioner's. */
    private static String person(String actor, Intent intent) {
        String[] parts = actor.split("/", 2);
        if (!parts[0].equals("PractitionerRole")) {
            return actor;
        }
        return intent.search(PractitionerRole.class, "_id=" + parts[1]).stream()
                .filter(r -> parts[1].equals(r.getIdElement().getIdPart()))
                .map(PractitionerRole::getPractitioner)
                .filter(p -> p.getReferenceElement().hasIdPart())
                .map(p -> p.getReferenceElement().toUnqualifiedVersionless().getValue())
                .findFirst()
                .orElse(actor);
    }

    private static void look(String person, TakenTime wanted, Appointment after, Intent intent) {
        String[] parts = person.split("/", 2);
        if (!holds(parts[0], parts[1], intent)) {
            return;
        }
        Set<String> selves = new TreeSet<>(List.of(person, wanted.actor()));
        if (parts[0].equals("Practitioner")) {
            intent.search(PractitionerRole.class, "practitioner=" + person).stream()
                    .filter(r -> person.equals(r.getPractitioner()
                            .getReferenceElement()
                            .toUnqualifiedVersionless()
                            .getValue()))
                    .forEach(r ->
                            selves.add("PractitionerRole/" + r.getIdElement().getIdPart()));
        }
        Map<String, Appointment> others = new LinkedHashMap<>();
        intent.search(
                        Appointment.class,
                        "actor=" + String.join(",", selves) + "&status=" + TakenTime.STATUSES + "&date=lt"
                                + wanted.until().plusMillis(1) + "&date=ge"
                                + wanted.from().minus(TakenTime.LONGEST))
                .forEach(a -> others.put(a.getIdElement().getIdPart(), a));
        intent.written(Appointment.class)
                .forEach(a -> others.put(a.getIdElement().getIdPart(), a));
        others.remove(after.getIdElement().getIdPart());
        for (Appointment other : others.values()) {
            TakenTime.of(other).stream()
                    .filter(t -> selves.contains(t.actor()) && t.overlaps(wanted))
                    .findFirst()
                    .ifPresent(t -> {
                        throw Problem.rule(
                                wanted.actor() + " is not free: Appointment/"
                                        + other.getIdElement().getIdPart() + " takes from " + t.from() + " to "
                                        + t.until()
                                        + "; choose another time, or say why both are meant in the extension "
                                        + REASON,
                                "Appointment.participant[" + wanted.participant() + "].actor");
                    });
        }
    }

    /** Holds the actor's row until the end of the transaction. Of places only rooms, beds and vehicles are taken by one at a time. */
    private static boolean holds(String type, String id, Intent intent) {
        if (type.equals("Location")) {
            return intent.current(Location.class, id)
                    .filter(l -> l.getPhysicalType().getCoding().stream().anyMatch(c -> ROOMS.contains(c.getCode())))
                    .isPresent();
        }
        Class<? extends Resource> as = LOCKED.get(type);
        if (as == null) {
            return false;
        }
        intent.current(as, id);
        return true;
    }
}
