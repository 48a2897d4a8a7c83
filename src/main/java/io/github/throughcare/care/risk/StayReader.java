package io.github.throughcare.care.risk;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.ListResource;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Procedure;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

/**
 * Reads what stays are scored from, for many patients in one query. Memory holds what is recorded of the patients asked for, so
 * callers ask for some tens at a time. A query with too many matches is halved until it names one patient.
 */
@Component
final class StayReader {

    private static final int TOO_COSTLY = 413;
    /** Values of one parameter in a query; the bound of a search is 1,000. */
    private static final int MOST = 900;

    private final Resources resources;

    StayReader(Resources resources) {
        this.resources = resources;
    }

    /** Each patient's stays in hospital and emergency visits, of all times. */
    Map<String, List<Encounter>> encounters(Collection<String> patients, RiskTables tables, Visibility visibility) {
        Set<String> classes = new TreeSet<>(tables.inpatient());
        classes.add(StayRecord.EMERGENCY);
        return search(
                        Encounter.class,
                        List.copyOf(new TreeSet<>(patients)),
                        each(some -> "patient=" + any(some) + "&class=" + any(classes)),
                        visibility)
                .stream()
                .collect(groupingBy(e -> id(e.getSubject())));
    }

    /** What the stays, each of another patient, are scored from. */
    List<StayRecord> records(
            List<Stay> stays,
            Map<String, List<Encounter>> encounters,
            RiskPolicy policy,
            RiskTables tables,
            Visibility visibility) {
        List<String> patients = stays.stream().map(Stay::patient).distinct().toList();
        Map<String, List<Condition>> conditions =
                search(Condition.class, patients, each(some -> "patient=" + any(some)), visibility).stream()
                        .collect(groupingBy(c -> id(c.getSubject())));
        Map<String, List<ListResource>> lists = problemLists(patients, visibility);
        Set<String> codes =
                tables.laboratory().stream().flatMap(l -> l.codes().stream()).collect(toSet());
        Map<String, List<Observation>> observations =
                duringStays(Observation.class, stays, "&code=" + any(codes), Observation::getSubject, visibility);
        // sorted out below: a common status would lead the search through the house instead of the stays
        Map<String, List<Procedure>> procedures =
                duringStays(Procedure.class, stays, "", Procedure::getSubject, visibility);
        Map<String, List<CodeableConcept>> specialties = specialties(stays, visibility);
        return stays.stream()
                .map(stay -> new StayRecord(
                        stay,
                        encounters.getOrDefault(stay.patient(), List.of()),
                        conditions.getOrDefault(stay.patient(), List.of()),
                        lists.getOrDefault(stay.patient(), List.of()),
                        observations.getOrDefault(stay.patient(), List.of()),
                        procedures.getOrDefault(stay.patient(), List.of()).stream()
                                .filter(p -> p.getStatus() == Procedure.ProcedureStatus.COMPLETED)
                                .toList(),
                        specialties))
                .toList();
    }

    /** All results of patients since a day. */
    Map<String, List<Observation>> observationsSince(
            Collection<String> patients, LocalDate since, Visibility visibility) {
        return search(
                        Observation.class,
                        List.copyOf(new TreeSet<>(patients)),
                        each(some -> "patient=" + any(some) + "&date=ge" + since),
                        visibility)
                .stream()
                .collect(groupingBy(o -> id(o.getSubject())));
    }

    private Map<String, List<ListResource>> problemLists(List<String> patients, Visibility visibility) {
        String code = encode("http://loinc.org|" + Comorbidity.PROBLEM_LIST);
        return search(
                        ListResource.class,
                        patients,
                        each(some -> "patient=" + any(some) + "&code=" + code + "&status=current"),
                        visibility)
                .stream()
                .collect(groupingBy(l -> id(l.getSubject())));
    }

    /**
     * What happened during the stays: by their Encounters, and by date since the day before the earliest of them began. Where a stay has
     * no start, only its Encounters tell.
     */
    private <T extends Resource> Map<String, List<T>> duringStays(
            Class<T> type, List<Stay> stays, String more, Function<T, Reference> subject, Visibility visibility) {
        Map<String, List<Stay>> byPatient = stays.stream().collect(groupingBy(Stay::patient));
        Optional<LocalDate> since = stays.stream()
                .map(Stay::start)
                .filter(Objects::nonNull)
                .map(Moment::date)
                .min(LocalDate::compareTo)
                .map(day -> day.minusDays(1));
        return search(
                        type,
                        List.copyOf(byPatient.keySet()),
                        some -> {
                            List<Stay> theirs = some.stream()
                                    .flatMap(p -> byPatient.getOrDefault(p, List.of()).stream())
                                    .toList();
                            Stream<String> queries = parts(theirs.stream()
                                            .flatMap(s -> s.evidence().stream())
                                            .distinct()
                                            .toList())
                                    .map(encounters -> "encounter=" + any(encounters) + more);
                            List<String> dated = theirs.stream()
                                    .filter(s -> s.start() != null)
                                    .map(Stay::patient)
                                    .distinct()
                                    .toList();
                            return Stream.concat(
                                            queries,
                                            parts(dated)
                                                    .map(patients -> "patient=" + any(patients) + "&date=ge"
                                                            + since.orElseThrow() + more))
                                    .toList();
                        },
                        visibility)
                .stream()
                .collect(groupingBy(r -> id(subject.apply(r))));
    }

    private Map<String, List<CodeableConcept>> specialties(List<Stay> stays, Visibility visibility) {
        List<Encounter> last = stays.stream().map(Stay::last).toList();
        Map<String, List<CodeableConcept>> found = new HashMap<>();
        byIds(
                        PractitionerRole.class,
                        last.stream().flatMap(e -> e.getParticipant().stream()).map(p -> p.getIndividual()),
                        visibility)
                .forEach(r -> found.put(StayRecord.reference(r), r.getSpecialty()));
        byIds(Organization.class, last.stream().map(Encounter::getServiceProvider), visibility)
                .forEach(o -> found.put(StayRecord.reference(o), o.getType()));
        return found;
    }

    private <T extends Resource> List<T> byIds(Class<T> type, Stream<Reference> references, Visibility visibility) {
        List<String> ids = references
                .map(Reference::getReferenceElement)
                .filter(r -> type.getSimpleName().equals(r.getResourceType()))
                .map(r -> r.getIdPart())
                .distinct()
                .sorted()
                .toList();
        return ids.isEmpty() ? List.of() : resources.read(type, ids, visibility);
    }

    private <T extends Resource> List<T> search(
            Class<T> type, List<String> keys, Function<List<String>, List<String>> queries, Visibility visibility) {
        try {
            return resources.searchAny(type, queries.apply(keys), visibility);
        } catch (Problem problem) {
            if (problem.status() != TOO_COSTLY || keys.size() < 2) {
                throw problem;
            }
            int half = keys.size() / 2;
            List<T> found = new ArrayList<>(search(type, keys.subList(0, half), queries, visibility));
            found.addAll(search(type, keys.subList(half, keys.size()), queries, visibility));
            return found;
        }
    }

    /** A query for each so many of them. */
    private static Function<List<String>, List<String>> each(Function<List<String>, String> query) {
        return keys -> parts(keys).map(query).toList();
    }

    private static Stream<List<String>> parts(List<String> values) {
        return IntStream.range(0, (values.size() + MOST - 1) / MOST)
                .mapToObj(n -> values.subList(n * MOST, Math.min(values.size(), (n + 1) * MOST)));
    }

    /** The values, one of which has to match, sorted, each encoded for a query. */
    private static String any(Collection<String> values) {
        return values.stream().sorted().map(StayReader::encode).collect(Collectors.joining(","));
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String id(Reference reference) {
        String id = reference.getReferenceElement().getIdPart();
        return id == null ? "" : id;
    }
}
