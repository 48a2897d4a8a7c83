package io.github.throughcare.care.transition;

import io.github.throughcare.fhir.CommitListener;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.Task;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The {@link Worklist} of this server, kept in memory: read from the store when it is first asked for, and brought up to date before
 * each question by what has been committed since ({@link CommitListener}), a patient at a time. So an answer is never older than the last
 * write that its caller knows of. Thread-safe. About a kilobyte a stay; another server process on the same database is not heard of.
 */
@Component
final class CurrentStays implements CommitListener {

    /** Patients that are read with one query. */
    private static final int TOGETHER = 200;
    /** So many changes since the last question cost more than reading everything anew. */
    private static final int ANEW = 20_000;

    private final Resources resources;
    private final StoredTransition store;
    private final WorklistReader reader;
    private final Clock clock;

    private final Object changes = new Object();
    private Set<String> changed = new HashSet<>();
    private boolean listening;

    private @Nullable Worklist worklist;
    /** {@code Type/id} of what rows come from, to the patient. */
    private final Map<String, String> sources = new HashMap<>();

    private final Map<String, Set<String>> sourcesOf = new HashMap<>();

    CurrentStays(Resources resources, StoredTransition store, WorklistReader reader, Clock clock) {
        this.resources = resources;
        this.store = store;
        this.reader = reader;
        this.clock = clock;
    }

    @Override
    public Set<String> types() {
        return Set.of("Encounter", "Task", "RiskAssessment");
    }

    @Override
    public void committed(Collection<String> references) {
        synchronized (changes) {
            if (listening) {
                changed.addAll(references);
                if (changed.size() > ANEW) {
                    listening = false;
                    changed = new HashSet<>();
                }
            }
        }
    }

    /** Asks the worklist as it is now. */
    synchronized <T> T ask(Function<Worklist, T> question) {
        Worklist current = refreshed();
        current.at(clock.instant());
        return question.apply(current);
    }

    private Worklist refreshed() {
        Set<String> news;
        Worklist known = worklist;
        synchronized (changes) {
            news = changed;
            changed = new HashSet<>();
            if (!listening) {
                known = null;
            }
            listening = true;
        }
        try {
            if (known == null) {
                worklist = null;
                known = readAll();
                worklist = known;
            } else {
                bringUpToDate(known, news);
            }
            return known;
        } catch (RuntimeException e) {
            worklist = null;
            synchronized (changes) {
                listening = false;
            }
            throw e;
        }
    }

    private Worklist readAll() {
        Worklist fresh = new Worklist();
        fresh.at(clock.instant());
        sources.clear();
        sourcesOf.clear();
        Destination.Codes codes = store.codes();
        // two stays of one patient may stand on two pages, so pages only name the patients
        Set<String> done = new HashSet<>();
        resources.each(Encounter.class, WorklistReader.current(codes), Visibility.everything(), page -> {
            List<String> patients = page.stream()
                    .map(Discharge::patient)
                    .filter(Objects::nonNull)
                    .filter(done::add)
                    .toList();
            inBatches(patients, some -> put(fresh, reader.read(some, codes)));
        });
        return fresh;
    }

    private void bringUpToDate(Worklist known, Set<String> news) {
        if (news.isEmpty()) {
            return;
        }
        Destination.Codes codes = store.codes();
        Set<String> patients = new HashSet<>();
        Map<String, List<String>> byType = new LinkedHashMap<>();
        news.forEach(reference -> {
            String patient = sources.get(reference);
            if (patient != null) {
                patients.add(patient);
            }
            int slash = reference.indexOf('/');
            byType.computeIfAbsent(reference.substring(0, slash), t -> new ArrayList<>())
                    .add(reference.substring(slash + 1));
        });
        byType.forEach((type, ids) -> inBatches(ids, some -> patients.addAll(patients(type, some))));
        inBatches(List.copyOf(patients), some -> put(known, reader.read(some, codes)));
    }

    private Set<String> patients(String type, Set<String> ids) {
        String query = "_id=" + WorklistReader.list(ids.stream());
        List<? extends Resource> found = switch (type) {
            case "Task" -> store.search(Task.class, query);
            case "RiskAssessment" -> store.search(RiskAssessment.class, query);
            default -> store.search(Encounter.class, query);
        };
        return found.stream()
                .map(CurrentStays::patient)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private static @Nullable String patient(Resource resource) {
        if (resource instanceof Encounter e) {
            return Discharge.patient(e);
        }
        return resource instanceof Task t
                ? t.getFor().getReferenceElement().getIdPart()
                : ((RiskAssessment) resource).getSubject().getReferenceElement().getIdPart();
    }

    private void put(Worklist list, Map<String, WorklistReader.Found> found) {
        found.forEach((patient, f) -> {
            list.put(patient, f.rows());
            Set<String> before =
                    f.sources().isEmpty() ? sourcesOf.remove(patient) : sourcesOf.put(patient, f.sources());
            if (before != null) {
                before.forEach(s -> sources.remove(s, patient));
            }
            f.sources().forEach(s -> sources.put(s, patient));
        });
    }

    private static void inBatches(List<String> ids, java.util.function.Consumer<Set<String>> each) {
        for (int from = 0; from < ids.size(); from += TOGETHER) {
            each.accept(Set.copyOf(ids.subList(from, Math.min(from + TOGETHER, ids.size()))));
        }
    }
}
