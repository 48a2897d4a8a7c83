package io.github.throughcare.care.outreach;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.OpenConditions;
import io.github.throughcare.care.Tokens;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.Task;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds the people whom criteria name, narrowing criterion by criterion. Thread-safe. */
@Component
final class CaseFinder {

    private static final int CHUNK = 200;

    /**
     * Why somebody was found.
     *
     * @param code of {@code match-reason}
     */
    record Reason(String code, String text) {}

    private final Resources resources;
    private final FacilityTime time;

    CaseFinder(Resources resources, FacilityTime time) {
        this.resources = resources;
        this.time = time;
    }

    /** @return patient id to reasons, in the order of ids; nobody who has died, and no record that is inactive */
    Map<String, List<Reason>> find(CaseCriteria criteria, Visibility visibility) {
        Search search = new Search(visibility);
        for (String token : criteria.conditions()) {
            search.narrow("condition", search.conditions(List.of("code"), token));
        }
        for (String token : criteria.needs()) {
            search.narrow("need", search.conditions(List.of("code", "category"), token));
        }
        if (criteria.minAdmissions() != null) {
            search.narrow("admissions", search.admissions(criteria.minAdmissions()));
        }
        if (criteria.risk() != null) {
            search.narrow("risk", search.risk(criteria.risk()));
        }
        if (criteria.withoutActiveCase()) {
            search.dropActiveCases();
        }
        search.dropEnded();
        return search.result();
    }

    /** Of these people those who refused and do not want to be asked again yet, with the day before which they do not. */
    Map<String, LocalDate> refusals(Collection<String> patients, Visibility visibility) {
        Map<String, List<Task>> asked = new HashMap<>();
        new Search(visibility)
                .readOf(
                        patients,
                        Task.class,
                        "&code=" + Tokens.of(Ig.TASK_KIND, OutreachLife.KIND) + "&status=rejected,completed")
                .forEach(t -> asked.computeIfAbsent(Search.id(t.getFor()), p -> new ArrayList<>())
                        .add(t));
        Map<String, LocalDate> quiet = new TreeMap<>();
        asked.forEach(
                (patient, tasks) -> OutreachLife.quietUntil(tasks, time).ifPresent(until -> quiet.put(patient, until)));
        return quiet;
    }

    private final class Search {
        private final Visibility visibility;
        private @Nullable Map<String, List<Reason>> found;

        Search(Visibility visibility) {
            this.visibility = visibility;
        }

        Map<String, List<Reason>> result() {
            return found == null ? Map.of() : found;
        }

        /** Keeps those who meet this criterion too. */
        void narrow(String code, Map<String, String> meet) {
            Map<String, List<Reason>> narrowed = new TreeMap<>();
            meet.forEach((patient, text) -> {
                List<Reason> before = found == null ? List.of() : found.get(patient);
                if (before != null) {
                    List<Reason> reasons = new ArrayList<>(before);
                    reasons.add(new Reason(code, text));
                    narrowed.put(patient, reasons);
                }
            });
            found = narrowed;
        }

        Map<String, String> conditions(List<String> parameters, String token) {
            Map<String, String> meet = new HashMap<>();
            for (String parameter : parameters) {
                for (Condition c : read(Condition.class, parameter + "=" + Tokens.given(token))) {
                    if (OpenConditions.isOpen(c)) {
                        meet.putIfAbsent(id(c.getSubject()), name(c));
                    }
                }
            }
            return meet;
        }

        private static String name(Condition c) {
            return c.getCode().hasText()
                    ? c.getCode().getText()
                    : c.getCode().getCodingFirstRep().hasDisplay()
                            ? c.getCode().getCodingFirstRep().getDisplay()
                            : String.valueOf(c.getCode().getCodingFirstRep().getCode());
        }

        Map<String, String> admissions(int least) {
            Map<String, Integer> count = new HashMap<>();
            String since = time.today().minusMonths(12).toString();
            for (Encounter e : read(
                    Encounter.class, "class=IMP,ACUTE,NONAC&status=in-progress,onleave,finished&date=ge" + since)) {
                if (e.getPeriod().hasStart()
                        && !time.start(e.getPeriod().getStartElement())
                                .isBefore(time.today()
                                        .minusMonths(12)
                                        .atStartOfDay(time.zone())
                                        .toInstant())) {
                    count.merge(id(e.getSubject()), 1, Integer::sum);
                }
            }
            Map<String, String> meet = new HashMap<>();
            count.forEach((patient, n) -> {
                if (n >= least) {
                    meet.put(patient, n + " hospital stays begun since " + since);
                }
            });
            return meet;
        }

        Map<String, String> risk(String band) {
            Set<String> candidates = new HashSet<>();
            read(RiskAssessment.class, "risk=" + Tokens.given(band)).forEach(a -> candidates.add(id(a.getSubject())));
            // only the latest result of an index counts
            Map<String, RiskAssessment> latest = new HashMap<>();
            for (RiskAssessment a : readOf(candidates, RiskAssessment.class, "")) {
                if (a.getStatus() != RiskAssessment.RiskAssessmentStatus.ENTEREDINERROR
                        && a.getStatus() != RiskAssessment.RiskAssessmentStatus.CANCELLED) {
                    latest.merge(
                            id(a.getSubject()) + " " + method(a),
                            a,
                            (one, other) -> when(one).compareTo(when(other)) >= 0 ? one : other);
                }
            }
            Map<String, String> meet = new HashMap<>();
            latest.values().stream()
                    .filter(a -> a.getPrediction().stream()
                            .anyMatch(p -> p.getQualitativeRisk().getCoding().stream()
                                    .anyMatch(c -> band.equals(c.getCode()))))
                    .forEach(a -> meet.put(id(a.getSubject()), "Risk " + band + " by " + method(a)));
            return meet;
        }

        private static String method(RiskAssessment a) {
            return a.getMethod().hasText()
                    ? a.getMethod().getText()
                    : String.valueOf(a.getMethod().getCodingFirstRep().getCode());
        }

        private Instant when(RiskAssessment a) {
            return a.hasOccurrenceDateTimeType()
                            && a.getOccurrenceDateTimeType().hasValue()
                    ? time.start(a.getOccurrenceDateTimeType())
                    : a.getMeta().hasLastUpdated()
                            ? a.getMeta().getLastUpdated().toInstant()
                            : Instant.EPOCH;
        }

        void dropActiveCases() {
            Set<String> has = new HashSet<>();
            readOf(result().keySet(), EpisodeOfCare.class, "&status=planned,waitlist,active,onhold")
                    .forEach(e -> has.add(id(e.getPatient())));
            result().keySet().removeAll(has);
            result().values().forEach(r -> r.add(new Reason("without-active-case", "No open case")));
        }

        void dropEnded() {
            Set<String> there = new HashSet<>();
            List<String> ids = List.copyOf(result().keySet());
            for (int from = 0; from < ids.size(); from += CHUNK) {
                List<String> some = ids.subList(from, Math.min(from + CHUNK, ids.size()));
                resources.read(Patient.class, some, visibility).stream()
                        .filter(p -> (!p.hasActive() || p.getActive())
                                && (!p.hasDeceased()
                                        || p.hasDeceasedBooleanType()
                                                && !p.getDeceasedBooleanType().booleanValue()))
                        .forEach(p -> there.add(p.getIdElement().getIdPart()));
            }
            result().keySet().retainAll(there);
        }

        /** Of those found so far, or of everybody when this is the first criterion. */
        private <T extends Resource> List<T> read(Class<T> type, String query) {
            return found == null
                    ? resources.search(type, query, visibility)
                    : readOf(found.keySet(), type, "&" + query);
        }

        private <T extends Resource> List<T> readOf(Collection<String> patients, Class<T> type, String query) {
            List<String> ids = List.copyOf(patients);
            List<T> all = new ArrayList<>();
            for (int from = 0; from < ids.size(); from += CHUNK) {
                String some = String.join(",", ids.subList(from, Math.min(from + CHUNK, ids.size())));
                all.addAll(resources.search(type, "patient=" + some + query, visibility));
            }
            return all;
        }

        private static String id(Reference patient) {
            return String.valueOf(patient.getReferenceElement().getIdPart());
        }
    }
}
