package io.github.throughcare.care.outreach;

import io.github.throughcare.care.DerivedIds;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.springframework.stereotype.Component;

/** {@code EpisodeOfCare/[id]/$timeline}: what has happened in a case, newest first, paged by a cursor that new events do not move. */
@Component
final class TimelineOperation implements FhirOperation {

    private static final int DEFAULT_COUNT = 50;
    private static final int MOST = 500;

    private static final List<Class<? extends Resource>> TYPES = List.of(
            Communication.class,
            Task.class,
            ServiceRequest.class,
            Encounter.class,
            Appointment.class,
            CarePlan.class,
            Goal.class,
            QuestionnaireResponse.class);

    /** One line of the timeline; the key makes the order total. */
    private record Event(Instant when, String key, Resource resource) {

        String cursor() {
            return when + "~" + key;
        }
    }

    private static final Comparator<Event> NEWEST_FIRST =
            Comparator.comparing(Event::when).thenComparing(Event::key).reversed();

    private final Resources resources;
    private final FacilityTime time;

    TimelineOperation(Resources resources, FacilityTime time) {
        this.resources = resources;
        this.time = time;
    }

    @Override
    public String definition() {
        return "EpisodeOfCare-timeline";
    }

    @Override
    public Resource run(OperationCall call) {
        String id = call.requireId();
        EpisodeOfCare episode = resources
                .read(EpisodeOfCare.class, id, call.visibility())
                .orElseThrow(() -> Problem.unknown("EpisodeOfCare/" + id + " is not known"));
        int count = call.value("count", IntegerType.class)
                .map(IntegerType::getValue)
                .orElse(DEFAULT_COUNT);
        if (count < 1 || count > MOST) {
            throw Problem.malformed("count is a number from 1 to " + MOST + ", not " + count, "count");
        }
        List<Event> events = events(episode, call);
        Optional<Event> after =
                call.value("before", StringType.class).map(StringType::getValue).map(TimelineOperation::cursor);
        List<Event> rest = events.stream()
                .filter(e -> after.isEmpty() || NEWEST_FIRST.compare(e, after.get()) > 0)
                .toList();
        Bundle bundle = new Bundle().setType(BundleType.SEARCHSET).setTotal(events.size());
        for (Event e : rest.subList(0, Math.min(count, rest.size()))) {
            BundleEntryComponent entry = bundle.addEntry().setResource(e.resource());
            if (!e.resource().hasId()) {
                entry.setFullUrl("urn:uuid:" + DerivedIds.of(e.key()));
            }
            entry.getSearch()
                    .setMode(SearchEntryMode.MATCH)
                    .addExtension(Ig.extension("timeline-moment"), time.at(e.when()));
        }
        if (rest.size() > count) {
            bundle.addLink()
                    .setRelation("next")
                    .setUrl("EpisodeOfCare/" + id + "/$timeline?count=" + count + "&before="
                            + java.net.URLEncoder.encode(
                                    rest.get(count - 1).cursor(), java.nio.charset.StandardCharsets.UTF_8));
        }
        return bundle;
    }

    private static Event cursor(String text) {
        try {
            String[] parts = text.split("~", 2);
            return new Event(Instant.parse(parts[0]), parts[1], new EpisodeOfCare());
        } catch (DateTimeParseException | ArrayIndexOutOfBoundsException e) {
            throw Problem.malformed("before is taken from a next link; this is none: " + text, "before");
        }
    }

    private List<Event> events(EpisodeOfCare episode, OperationCall call) {
        List<Event> events = new ArrayList<>();
        String own = "EpisodeOfCare/" + episode.getIdElement().getIdPart();
        int n = 0;
        for (EpisodeOfCare.EpisodeOfCareStatusHistoryComponent h : episode.getStatusHistory()) {
            if (h.getPeriod().hasStart()) {
                EpisodeOfCare then = episode.copy();
                then.setStatus(h.getStatus()).setId((String) null);
                then.setMeta(null);
                events.add(new Event(time.start(h.getPeriod().getStartElement()), own + "#" + n++, then));
            }
        }
        String patient = episode.getPatient().getReferenceElement().getIdPart();
        for (Class<? extends Resource> type : TYPES) {
            for (Resource r : resources.search(type, "patient=" + patient, call.visibility())) {
                events.add(
                        new Event(when(r), r.fhirType() + "/" + r.getIdElement().getIdPart(), r));
            }
        }
        events.sort(NEWEST_FIRST);
        return events;
    }

    /** When it happened, by the resource's own account; else when it was last written. */
    private Instant when(Resource r) {
        BaseDateTimeType at = switch (r.fhirType()) {
            case "Communication" -> {
                Communication c = (Communication) r;
                yield c.hasSent() ? c.getSentElement() : c.hasReceived() ? c.getReceivedElement() : null;
            }
            case "Task" -> ((Task) r).hasAuthoredOn() ? ((Task) r).getAuthoredOnElement() : null;
            case "ServiceRequest" ->
                ((ServiceRequest) r).hasAuthoredOn() ? ((ServiceRequest) r).getAuthoredOnElement() : null;
            case "Encounter" ->
                ((Encounter) r).getPeriod().hasStart()
                        ? ((Encounter) r).getPeriod().getStartElement()
                        : null;
            case "Appointment" -> ((Appointment) r).hasStart() ? ((Appointment) r).getStartElement() : null;
            case "CarePlan" -> {
                CarePlan p = (CarePlan) r;
                yield p.hasCreated()
                        ? p.getCreatedElement()
                        : p.getPeriod().hasStart() ? p.getPeriod().getStartElement() : null;
            }
            case "Goal" -> ((Goal) r).hasStartDateType() ? ((Goal) r).getStartDateType() : null;
            case "QuestionnaireResponse" ->
                ((QuestionnaireResponse) r).hasAuthored() ? ((QuestionnaireResponse) r).getAuthoredElement() : null;
            default -> null;
        };
        return at != null && at.hasValue()
                ? time.start(at)
                : r.getMeta().getLastUpdated().toInstant();
    }
}
