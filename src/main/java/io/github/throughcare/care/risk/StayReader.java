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
import java.util.LinkedHashMap;
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
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
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
                        new Question<>(
                                Encounter.class,
                                List.copyOf(new TreeSet<>(patients)),
                                each(some -> "patient=" + any(some) + "&class=" + any(classes))),
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
        Set<String> codes =
                tables.laboratory().stream().flatMap(l -> l.codes().stream()).collect(toSet());
        Found found = together(
                List.of(
                        new Question<>(Condition.class, patients, each(some -> "patient=" + any(some))),
                        new Question<>(ListResource.class, patients, each(StayReader::problemLists)),
                        duringStays(Observation.class, stays, "&code=" + any(codes)),
                        // sorted out below: a common status would lead the search through the house instead of the
                        // stays
                        duringStays(Procedure.class, stays, "")),
                visibility);
        Map<String, List<Condition>> conditions =
                found.of(Condition.class).collect(groupingBy(c -> id(c.getSubject())));
        Map<String, List<ListResource>> lists =
                found.of(ListResource.class).collect(groupingBy(l -> id(l.getSubject())));
        Map<String, List<Observation>> observations =
                found.of(Observation.class).collect(groupingBy(o -> id(o.getSubject())));
        Map<String, List<Procedure>> procedures =
                found.of(Procedure.class).collect(groupingBy(p -> id(p.getSubject())));
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
                        new Question<>(
                                Observation.class,
                                List.copyOf(new TreeSet<>(patients)),
                                each(some -> "patient=" + any(some) + "&date=ge" + since)),
                        visibility)
                .stream()
                .collect(groupingBy(o -> id(o.getSubject())));
    }

    private static String problemLists(List<String> patients) {
        return "patient=" + any(patients) + "&code=" + encode("http://loinc.org|" + Comorbidity.PROBLEM_LIST)
                + "&status=current";
    }

    /**
     * What happened during the stays: by their Encounters, and by date since the day before the earliest of them began. Where a stay has
     * no start, only its Encounters tell.
     */
    private static <T extends Resource> Question<T> duringStays(Class<T> type, List<Stay> stays, String more) {
        Map<String, List<Stay>> byPatient = stays.stream().collect(groupingBy(Stay::patient));
        Optional<LocalDate> since = stays.stream()
                .map(Stay::start)
                .filter(Objects::nonNull)
                .map(Moment::date)
                .min(LocalDate::compareTo)
                .map(day -> day.minusDays(1));
        return new Question<>(type, List.copyOf(byPatient.keySet()), some -> {
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
                                    .map(patients ->
                                            "patient=" + any(patients) + "&date=ge" + since.orElseThrow() + more))
                    .toList();
        });
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

    /** Searches in one type about some keys. */
    private record Question<T extends Resource>(
            Class<T> type, List<String> keys, Function<List<String>, List<String>> queries) {

        List<String> asked() {
            return queries.apply(keys);
        }

        Question<T> about(List<String> some) {
            return new Question<>(type, some, queries);
        }
    }

    /** What was found, by type. */
    private record Found(Map<Class<? extends Resource>, List<? extends Resource>> byType) {

        <T extends Resource> Stream<T> of(Class<T> type) {
            return byType.getOrDefault(type, List.of()).stream().map(type::cast);
        }
    }

    /** Asks all of them, each about another type, at once; where that finds too much or takes too long, one after the other. */
    private Found together(List<Question<?>> questions, Visibility visibility) {
        Map<Class<? extends Resource>, List<String>> asked = new LinkedHashMap<>();
        questions.forEach(q -> asked.put(q.type(), q.asked()));
        try {
            return new Found(resources.searchTogether(asked, visibility));
        } catch (Problem problem) {
            if (problem.issues().stream().noneMatch(i -> i.code() == IssueType.TOOCOSTLY)) {
                throw problem;
            }
            Map<Class<? extends Resource>, List<? extends Resource>> found = new HashMap<>();
            questions.forEach(q -> found.put(q.type(), search(q, visibility)));
            return new Found(found);
        }
    }

    private <T extends Resource> List<T> search(Question<T> question, Visibility visibility) {
        try {
            return resources.searchAny(question.type(), question.asked(), visibility);
        } catch (Problem problem) {
            List<String> keys = question.keys();
            if (problem.status() != TOO_COSTLY || keys.size() < 2) {
                throw problem;
            }
            int half = keys.size() / 2;
            List<T> found = new ArrayList<>(search(question.about(keys.subList(0, half)), visibility));
            found.addAll(search(question.about(keys.subList(half, keys.size())), visibility));
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
