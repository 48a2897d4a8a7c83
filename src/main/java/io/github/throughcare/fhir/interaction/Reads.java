package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.FhirTime;
import io.github.throughcare.fhir.index.Interval;
import io.github.throughcare.fhir.search.Caller;
import io.github.throughcare.fhir.search.Compartment;
import io.github.throughcare.fhir.search.History;
import io.github.throughcare.fhir.search.Scope;
import io.github.throughcare.fhir.search.Searches;
import io.github.throughcare.fhir.search.VersionPage;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Stored;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/** Read, vread, search, history and {@code $everything}: everything that changes nothing. */
final class Reads {

    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;
    private static final Set<String> SHAPE = Set.of("_format", "_pretty", "_summary", "_elements");

    private final Store store;
    private final Searches searches;
    private final History history;
    private final Compartment compartment;
    private final ZoneId zone;

    Reads(Store store, Searches searches, History history, Compartment compartment, ZoneId zone) {
        this.store = store;
        this.searches = searches;
        this.history = history;
        this.compartment = compartment;
        this.zone = zone;
    }

    Answer read(Request r, String type, String id) {
        Stored stored = read(type, id, r);
        return notModified(r, stored) ? new Answer.One(304, stored, true) : new Answer.One(200, stored, true);
    }

    private static boolean notModified(Request r, Stored stored) {
        Optional<String> etag = r.header("if-none-match");
        if (etag.isPresent()) {
            return etag.get().trim().equals("*")
                    || Set.of(etag.get()
                                    .replace("W/", "")
                                    .replace("\"", "")
                                    .trim()
                                    .split("\\s*,\\s*"))
                            .contains(Integer.toString(stored.version()));
        }
        return r.header("if-modified-since")
                .map(since -> {
                    try {
                        Instant at = ZonedDateTime.parse(since, DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant();
                        return !Instant.EPOCH
                                .plus(stored.updated(), ChronoUnit.MICROS)
                                .truncatedTo(ChronoUnit.SECONDS)
                                .isAfter(at);
                    } catch (DateTimeParseException e) {
                        return false; // RFC 9110 13.1.3: a date that is none is as if it were not there
                    }
                })
                .orElse(false);
    }

    Answer vread(Request r, String type, String id, String version) {
        Stored stored = Optional.of(version)
                .filter(v -> v.matches("\\d{1,9}"))
                .flatMap(v -> store.version(type, id, Integer.parseInt(v), r.visibility()))
                .orElseThrow(() -> Problem.unknown("Version " + version + " of " + type + "/" + id + " is not known"));
        if (stored.deleted()) {
            throw new Problem(
                    410, IssueType.DELETED, "Version " + version + " of " + type + "/" + id + " is its deletion");
        }
        return new Answer.One(200, stored, true);
    }

    Answer search(Request r, Scope scope) {
        if (scope.compartment() != null) {
            read(scope.compartment(), scope.id(), r);
        }
        return new Answer.Page(
                searches.page(scope, r.query(), r.isLenient(), new Caller(store, r.visibility(), r.base())),
                scope.path());
    }

    /** A current resource. */
    private Stored read(String type, String id, Request r) {
        Stored stored = store.read(type, id, r.visibility())
                .orElseThrow(() -> Problem.unknown(type + "/" + id + " is not known"));
        if (stored.deleted()) {
            throw new Problem(
                    410, IssueType.DELETED, type + "/" + id + " was deleted; its earlier versions are in its history");
        }
        return stored;
    }

    Answer history(Request r, @Nullable String type, @Nullable String id) {
        Map<String, List<String>> query = known(r, Set.of("_since", "_at", "_count", "_cursor"));
        int count = count(r);
        String cursor = once(r, "_cursor").orElse(null);
        History.Span span = new History.Span(
                since(r),
                once(r, "_at")
                        .map(at -> time("_at", at, "2026-11 or 2026-11-22T08:00:00Z"))
                        .orElse(null));
        VersionPage page = type != null && id != null
                ? history.of(type, id, span, count, cursor, store, r.visibility())
                : history.of(type, span, count, cursor, store, r.visibility());
        return new Answer.Versions(page, true, String.join("/", r.path()), queryString(query), left(r, query));
    }

    Answer everything(Request r, String patientId) {
        Map<String, List<String>> query = known(r, Set.of("start", "end", "_since", "_type", "_count", "_cursor"));
        read("Patient", patientId, r);
        Set<String> types = r.query().getOrDefault("_type", List.of()).stream()
                .flatMap(t -> List.of(t.split(",")).stream())
                .collect(Collectors.toSet());
        types.forEach(t -> {
            if (!isType(t)) {
                throw Problem.malformed("_type takes resource types, not " + t, null);
            }
        });
        VersionPage page = compartment.everything(
                patientId,
                new Compartment.Wanted(types, since(r), care(r)),
                count(r),
                once(r, "_cursor").orElse(null),
                store,
                r.visibility());
        return new Answer.Versions(page, false, String.join("/", r.path()), queryString(query), left(r, query));
    }

    /** From the first moment of {@code start} to the last of {@code end}; null without either. */
    private @Nullable Interval care(Request r) {
        Optional<Interval> start = once(r, "start").map(v -> time("start", v, "2026-11-22, 2026-11 or 2026"));
        Optional<Interval> end = once(r, "end").map(v -> time("end", v, "2026-11-22, 2026-11 or 2026"));
        if (start.isEmpty() && end.isEmpty()) {
            return null;
        }
        Interval care = new Interval(
                start.map(Interval::lo).orElse(Interval.OPEN_START),
                end.map(Interval::hi).orElse(Interval.OPEN_END));
        if (care.lo() >= care.hi()) {
            throw Problem.malformed("start lies after end: there is no time between them", null);
        }
        return care;
    }

    private boolean isType(String name) {
        try {
            return store.types().number(name) > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Map<String, List<String>> known(Request r, Set<String> names) {
        Map<String, List<String>> query = new LinkedHashMap<>(r.query());
        for (String name : List.copyOf(query.keySet())) {
            if (!names.contains(name) && !SHAPE.contains(name)) {
                if (!r.isLenient()) {
                    throw new Problem(
                            400,
                            IssueType.NOTSUPPORTED,
                            "Parameter " + name + " is not known here; known are "
                                    + String.join(", ", new java.util.TreeSet<>(names)));
                }
                query.remove(name);
            }
        }
        query.remove("_cursor");
        query.computeIfPresent("_count", (name, asked) -> List.of(Integer.toString(count(r))));
        return query;
    }

    /** What lenient handling left out, said as a search says it. */
    private static List<String> left(Request r, Map<String, List<String>> query) {
        return r.query().keySet().stream()
                .filter(name -> !query.containsKey(name) && !name.equals("_cursor"))
                .map(name -> "Parameter " + name + " is not known here. It was left out.")
                .toList();
    }

    /** The value of a parameter that makes sense once only. */
    private static Optional<String> once(Request r, String name) {
        if (r.query().getOrDefault(name, List.of()).size() > 1) {
            throw Problem.malformed(name + " is given more than once; which is meant?", null);
        }
        return r.first(name);
    }

    private OptionalLong since(Request r) {
        return once(r, "_since")
                .map(s -> OptionalLong.of(
                        time("_since", s, "2026-11-22T08:00:00Z").lo()))
                .orElse(OptionalLong.empty());
    }

    private Interval time(String name, String value, String such) {
        return FhirTime.parse(value.replace(' ', '+'), zone)
                .orElseThrow(() -> Problem.malformed(name + " takes a time such as " + such + ", not " + value, null));
    }

    private static int count(Request r) {
        String count = once(r, "_count").orElse(Integer.toString(PAGE));
        if (!count.matches("\\d{1,9}")) {
            throw Problem.malformed("_count takes a whole number of 0 or more, not " + count, null);
        }
        return Math.max(1, Math.min(LARGEST_PAGE, Integer.parseInt(count)));
    }

    private static String queryString(Map<String, List<String>> query) {
        StringBuilder text = new StringBuilder();
        query.forEach((name, values) -> values.forEach(v -> text.append(text.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(java.net.URLEncoder.encode(v, java.nio.charset.StandardCharsets.UTF_8))));
        return text.toString();
    }
}
