package io.github.throughcare.care.transition;

import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.fhir.CommitListener;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.Task;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The {@link Worklist} of this server, kept in memory: read from the store after the start, and brought up to date before each question
 * by what has been committed since ({@link CommitListener}), a patient at a time. So an answer is never older than the last write that its
 * caller knows of. While much is written, {@link WorklistWarmUp} brings it up to date in between, so that a question has little left
 * to do. Thread-safe. About a kilobyte a stay; another server process's writes are heard of within seconds.
 */
@Component
final class CurrentStays implements CommitListener {

    /** Patients that are read with one query. */
    private static final int TOGETHER = 200;
    /** So many changes are left to the next question. */
    private static final int FEW = 100;
    /** So many changes that nobody has taken over cost more than reading everything anew. */
    private static final int ANEW = 50_000;
    /** Stands for a patient that only the store knows. */
    private static final Set<String> UNREAD = Set.of("?");

    private static final byte[] IN_PROGRESS = "\"in-progress\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ENCOUNTER = "\"encounter\":".getBytes(StandardCharsets.US_ASCII);
    private static final List<byte[]> OPEN = Stream.of(TransitionTasks.OPEN_TOKENS.split(","))
            .map(status -> ('"' + status + '"').getBytes(StandardCharsets.US_ASCII))
            .toList();

    private final Resources resources;
    private final StoredTransition store;
    private final WorklistReader reader;
    private final Clock clock;

    private final Object changes = new Object();
    /** {@code Type/id} of what was written since, to whom it concerns. */
    private Map<String, Set<String>> changed = new LinkedHashMap<>();

    private boolean listening;
    private final Semaphore many = new Semaphore(0);

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
            references.forEach(r -> note(r, UNREAD));
        }
    }

    @Override
    public void written(Collection<Written> resources) {
        synchronized (changes) {
            for (Written one : resources) {
                byte[] json = one.json();
                if (json == null) {
                    note(one.reference(), UNREAD);
                } else if (mayMatter(one.type(), json)) {
                    note(one.reference(), JsonBytes.patients(json));
                }
            }
        }
    }

    /** What is new and neither a current stay nor open work nor the risk of a stay stands in no row, and never did. */
    static boolean mayMatter(String type, byte[] json) {
        return !JsonBytes.isFirst(json)
                || switch (type) {
                    case "Encounter" -> JsonBytes.contain(json, IN_PROGRESS);
                    case "Task" -> OPEN.stream().anyMatch(status -> JsonBytes.contain(json, status));
                    default -> JsonBytes.contain(json, ENCOUNTER);
                };
    }

    private void note(String reference, Set<String> patients) {
        if (!listening) {
            return;
        }
        changed.merge(reference, patients, CurrentStays::both);
        if (changed.size() > ANEW) {
            listening = false;
            changed = new LinkedHashMap<>();
        }
        if ((changed.size() >= FEW || !listening) && many.availablePermits() == 0) {
            many.release();
        }
    }

    private static Set<String> both(Set<String> some, Set<String> others) {
        if (some.equals(others)) {
            return some;
        }
        Set<String> both = new HashSet<>(some);
        both.addAll(others);
        return both;
    }

    /** Asks the worklist as it is now. */
    synchronized <T> T ask(Function<Worklist, T> question) {
        Worklist current = refreshed(Integer.MAX_VALUE);
        current.at(clock.instant());
        return question.apply(current);
    }

    /** Waits until there is more to take over than is left to the next question, at most that long. */
    void awaitMany(long milliseconds) throws InterruptedException {
        many.tryAcquire(milliseconds, TimeUnit.MILLISECONDS);
    }

    /** Takes over what was written, a part at a time so that questions come in between, until little is left. */
    void catchUp() {
        while (isMuch()) {
            synchronized (this) {
                refreshed(2 * TOGETHER);
            }
        }
    }

    private boolean isMuch() {
        synchronized (changes) {
            return !listening || changed.size() >= FEW;
        }
    }

    /** @param most changes that are taken over */
    private Worklist refreshed(int most) {
        Map<String, Set<String>> news;
        Worklist known = worklist;
        synchronized (changes) {
            news = take(most);
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

    private Map<String, Set<String>> take(int most) {
        Map<String, Set<String>> news = changed;
        if (news.size() <= most) {
            changed = new LinkedHashMap<>();
            return news;
        }
        Map<String, Set<String>> some = new LinkedHashMap<>();
        for (Iterator<Map.Entry<String, Set<String>>> i = changed.entrySet().iterator();
                some.size() < most;
                i.remove()) {
            Map.Entry<String, Set<String>> one = i.next();
            some.put(one.getKey(), one.getValue());
        }
        return some;
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

    private void bringUpToDate(Worklist known, Map<String, Set<String>> news) {
        if (news.isEmpty()) {
            return;
        }
        Set<String> patients = new HashSet<>();
        Set<String> reassessed = new HashSet<>();
        Map<String, List<String>> unread = new LinkedHashMap<>();
        news.forEach((reference, named) -> {
            Set<String> whose = reference.startsWith(WorklistReader.RISK) ? reassessed : patients;
            String before = sources.get(reference);
            if (before != null) {
                whose.add(before);
            }
            if (named.containsAll(UNREAD)) {
                int slash = reference.indexOf('/');
                unread.computeIfAbsent(reference.substring(0, slash), t -> new ArrayList<>())
                        .add(reference.substring(slash + 1));
            } else if (reference.startsWith(WorklistReader.TASK)) {
                // a Task stands in rows that are there, and makes none
                named.stream().filter(p -> !known.of(p).isEmpty()).forEach(whose::add);
            } else {
                whose.addAll(named);
            }
        });
        unread.forEach((type, ids) -> inBatches(ids, some -> patients.addAll(patients(type, some))));
        Destination.Codes codes = store.codes();
        inBatches(List.copyOf(patients), some -> put(known, reader.read(some, codes)));
        reassessed.removeIf(p -> patients.contains(p) || known.of(p).isEmpty());
        inBatches(List.copyOf(reassessed), some -> reassess(known, some));
    }

    /** Of their stays nothing but the risk has changed. */
    private void reassess(Worklist list, Set<String> patients) {
        Map<String, List<RiskAssessment>> risks = reader.risks(patients.stream()
                .flatMap(p -> list.of(p).stream())
                .map(WorklistRow::id)
                .toList());
        Map<String, WorklistReader.Found> found = new HashMap<>();
        for (String patient : patients) {
            WorklistReader.Found now = reader.reassessed(list.of(patient), risks);
            Set<String> all = new HashSet<>(now.sources());
            sourcesOf.getOrDefault(patient, Set.of()).stream()
                    .filter(s -> !s.startsWith(WorklistReader.RISK))
                    .forEach(all::add);
            found.put(patient, new WorklistReader.Found(now.rows(), all));
        }
        put(list, found);
    }

    private Set<String> patients(String type, Set<String> ids) {
        List<? extends Resource> found = switch (type) {
            case "Task" -> store.read(Task.class, ids);
            case "RiskAssessment" -> store.read(RiskAssessment.class, ids);
            default -> store.read(Encounter.class, ids);
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
            Set<String> told = Set.copyOf(f.sources());
            Set<String> before = told.isEmpty() ? sourcesOf.remove(patient) : sourcesOf.put(patient, told);
            if (before != null) {
                before.forEach(s -> sources.remove(s, patient));
            }
            told.forEach(s -> sources.put(s, patient));
        });
    }

    private static void inBatches(List<String> ids, Consumer<Set<String>> each) {
        for (int from = 0; from < ids.size(); from += TOGETHER) {
            each.accept(Set.copyOf(ids.subList(from, Math.min(from + TOGETHER, ids.size()))));
        }
    }
}
